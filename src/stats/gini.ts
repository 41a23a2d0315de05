import { assert } from "../base/assert.ts";

/**
 * Gini coefficient of loads: 0 when all are equal, (n - 1) / n when one of n carries everything.
 * G = Σ (2i - n - 1) x_i / (n Σ x) over the loads in ascending order, i from 1.
 * Source: https://en.wikipedia.org/wiki/Gini_coefficient (alternative expressions)
 *
 * @example
 * gini([0, 0, 0, 8]); // => 0.75
 */
export function gini(loads: ArrayLike<number>): number {
  const ascending = Float64Array.from(loads).sort();
  let total = 0;
  let weighted = 0;
  for (let index = 0; index < ascending.length; index++) {
    total += ascending[index]!;
    weighted += (2 * (index + 1) - ascending.length - 1) * ascending[index]!;
  }
  assert(total > 0, "the balance of no load is undefined");
  return weighted / (ascending.length * total);
}
