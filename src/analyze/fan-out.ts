import { power } from "../stats/power.ts";

/**
 * Shards that a statement with `length` distinct, independently placed keys touches on average of `shardCount`:
 * S(1 - (1 - 1/S)^m), the expected number of occupied bins (W. Feller, An Introduction to Probability Theory, I.5, "the
 * occupancy problem"). Used where the log has list lengths but not the values.
 *
 * @example
 * expectedShards(2, 2); // => 1.5
 */
export function expectedShards(length: number, shardCount: number): number {
  return shardCount * (1 - power(1 - 1 / shardCount, length));
}

/** How many shards the executions of a statement touch. */
export interface FanOut {
  readonly mean: number;
  /** Share of the executions that touch one. */
  readonly aloneShare: number;
}

/**
 * `expectedShards` over a histogram of list lengths, and the chance S^(1-m) that all keys of a list are on one shard; an
 * empty list touches one shard, which answers with nothing. Undefined without executions.
 */
export function expectedFanOut(listLengths: ReadonlyMap<number, number>, shardCount: number): FanOut | undefined {
  let executions = 0;
  let shards = 0;
  let alone = 0;
  for (const length of [...listLengths.keys()].sort((a, b) => a - b)) {
    const count = listLengths.get(length)!;
    executions += count;
    shards += count * Math.max(1, expectedShards(length, shardCount));
    alone += count * power(shardCount, Math.min(0, 1 - length));
  }
  return executions === 0 ? undefined : { mean: shards / executions, aloneShare: alone / executions };
}
