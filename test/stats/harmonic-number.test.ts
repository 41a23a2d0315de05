import { expect, test } from "vitest";
import { harmonicNumber } from "../../src/stats/harmonic-number.ts";

test("few terms are added up", () => {
  expect(harmonicNumber(4, 1)).toBeCloseTo(1 + 1 / 2 + 1 / 3 + 1 / 4, 14);
  expect(harmonicNumber(3, 0)).toBe(3);
});

test("many terms follow from the formula as if they had been added", () => {
  for (const exponent of [0.5, 0.99, 1, 1.2, 2]) {
    let sum = 0;
    for (let term = 3_000_000; term >= 1; term--) sum += term ** -exponent;
    expect(harmonicNumber(3_000_000, exponent) / sum).toBeCloseTo(1, 12);
  }
  // The natural logarithm plus Euler's constant.
  expect(harmonicNumber(1e12, 1)).toBeCloseTo(Math.log(1e12) + 0.5772156649015329, 10);
});
