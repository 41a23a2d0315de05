import { expect, test } from "vitest";
import { coefficientOfVariation } from "../../src/stats/coefficient-of-variation.ts";
import { gini } from "../../src/stats/gini.ts";
import { maxOverMean } from "../../src/stats/max-over-mean.ts";
import { skewFactor } from "../../src/stats/skew-factor.ts";
import { theil } from "../../src/stats/theil.ts";

const oneHot = [0, 0, 0, 0, 0, 0, 0, 800];
const even = Array.from({ length: 8 }, () => 100);
const alternating = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 500 : 1500));

// Closed forms: n - 1 over n, square root of n - 1, and the bounds of H-Store's TestSkewFactorUtil.
test("all on one of eight shards", () => {
  expect(gini(oneHot)).toBeCloseTo(7 / 8, 12);
  expect(theil(oneHot)).toBeCloseTo(Math.log(8), 12);
  expect(coefficientOfVariation(oneHot)).toBeCloseTo(Math.sqrt(7), 12);
  expect(maxOverMean(oneHot)).toBe(8);
  expect(skewFactor(oneHot)).toBeCloseTo(1, 12);
});

test("perfectly even", () => {
  expect(gini(even)).toBe(0);
  expect(theil(even)).toBe(0);
  expect(coefficientOfVariation(even)).toBe(0);
  expect(maxOverMean(even)).toBe(1);
  expect(skewFactor(even)).toBe(0);
});

test("half the shards have three times the load of the others", () => {
  expect(gini(alternating)).toBeCloseTo(0.25, 12);
  expect(coefficientOfVariation(alternating)).toBeCloseTo(0.5, 12);
  expect(maxOverMean(alternating)).toBeCloseTo(1.5, 12);
});

test("no load has no balance", () => {
  for (const measure of [gini, coefficientOfVariation, maxOverMean, skewFactor])
    expect(() => measure([0, 0])).toThrow("undefined");
});
