import { describe, expect, test } from "vitest";
import { type Distribution, meanOf, moment, normalQuantile } from "../../src/simulate/distribution.ts";
import { Sampler } from "../../src/simulate/sampler.ts";
import { randomStream } from "../../src/stats/random-stream.ts";

const draws = 400_000;
const drawn = (of: Distribution): Float64Array => {
  const sampler = new Sampler(of);
  const random = randomStream(3, "test");
  return Float64Array.from({ length: draws }, () => sampler.draw(random)).sort();
};

describe("a sampler draws what the distribution says", () => {
  test.each<Distribution>([
    { kind: "exponential", mean: 2 },
    { kind: "uniform", from: 1, to: 5 },
    { kind: "lognormal", mean: 3, variation: 1.5 },
    { kind: "pareto", minimum: 1, shape: 3.5 },
    { kind: "pareto", minimum: 1, shape: 1.2, maximum: 50 },
    { kind: "empirical", values: [1, 2, 4, 9] },
    { kind: "mixture", parts: [{ weight: 0.3, of: { kind: "constant", value: 7 } }, { weight: 0.7, of: { kind: "exponential", mean: 1 } }] },
  ])("%j", (of) => {
    const values = drawn(of);
    const mean = values.reduce((sum, value) => sum + value, 0) / draws;
    const deviation = Math.sqrt(moment(of, 2) - meanOf(of) ** 2);
    // Five standard errors.
    expect(Math.abs(mean - meanOf(of))).toBeLessThan((5 * deviation) / Math.sqrt(draws));
  });

  test("far into the tail: the 99.99th percentile of an exponential", () => {
    expect(drawn({ kind: "exponential", mean: 1 })[Math.floor(draws * 0.9999)]).toBeCloseTo(Math.log(1e4), 0);
  });

  test("a choice among constants gives nothing between them", () => {
    const of: Distribution = { kind: "mixture", parts: [{ weight: 0.99, of: { kind: "constant", value: 1 } }, { weight: 0.01, of: { kind: "constant", value: 100 } }] };
    expect(new Set(drawn(of))).toEqual(new Set([1, 100]));
  });
});

test("moments: an unbounded Pareto of shape 2.5 has a second one and no third", () => {
  const of: Distribution = { kind: "pareto", minimum: 0.6, shape: 2.5 };
  expect(meanOf(of)).toBeCloseTo(1, 12);
  expect(moment(of, 2)).toBeCloseTo(1.8, 12);
  expect(moment(of, 3)).toBe(Infinity);
});

// Standard tables of the normal distribution.
test("normal quantiles", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232, 5);
});
