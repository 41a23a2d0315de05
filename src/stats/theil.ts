import { assert } from "../base/assert.ts";

/**
 * Theil index of loads: Σ p_i ln(n p_i) over each load's share p_i, 0 when all are equal, ln n when one of n carries
 * everything. Unlike the Gini coefficient it adds up: of shards in groups it is the inequality between the groups plus
 * the groups' own, weighted by their load.
 * Source: Henri Theil: Economics and Information Theory, 1967.
 *
 * @example
 * theil([5, 5]); // => 0
 */
export function theil(loads: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < loads.length; index++) total += loads[index]!;
  assert(total > 0, "the balance of no load is undefined");
  let sum = 0;
  for (let index = 0; index < loads.length; index++) {
    const share = loads[index]! / total;
    if (share > 0) sum += share * Math.log(share * loads.length);
  }
  return sum;
}
