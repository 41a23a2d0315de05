import { assert } from "../base/assert.ts";

/**
 * Load of the busiest shard over the mean. 1 is perfectly even; with n shards the worst is n. We take the maximum,
 * not a standard deviation, because the fullest shard is the one that pages somebody.
 *
 * @example
 * maxOverMean([10, 10, 40]); // => 2
 */
export function maxOverMean(loads: ArrayLike<number>): number {
  let total = 0;
  let max = 0;
  for (let index = 0; index < loads.length; index++) {
    total += loads[index]!;
    if (loads[index]! > max) max = loads[index]!;
  }
  assert(total > 0, "the balance of no load is undefined");
  return max / (total / loads.length);
}
