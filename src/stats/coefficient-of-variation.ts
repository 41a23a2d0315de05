import { mean, standardDeviation } from "simple-statistics";
import { assert } from "../base/assert.ts";

/**
 * Population standard deviation over the mean: 0 is perfectly even, with n loads the worst is sqrt(n - 1).
 * Source: https://en.wikipedia.org/wiki/Coefficient_of_variation
 *
 * @example
 * coefficientOfVariation([5, 15]); // => 0.5
 */
export function coefficientOfVariation(loads: ArrayLike<number>): number {
  const values = Array.from(loads);
  const average = values.length > 0 ? mean(values) : 0;
  assert(average > 0, "the balance of no load is undefined");
  return standardDeviation(values) / average;
}
