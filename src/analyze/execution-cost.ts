import type { TransactionFate } from "./transaction-participants.ts";

/**
 * H-Store's cost of executing transactions on shards, 0 (each on one shard) to 2 (each on all of them): the shards that
 * cross-shard transactions touch, of all that all transactions could touch, times 1 plus the share that crosses. Of
 * transactions whose shards are known. Our scale-out factor weighs the busiest shard's work instead; this one is for
 * comparison with H-Store's designer.
 * Source: Pavlo, Curino, Zdonik: Skew-Aware Automatic Database Partitioning, SIGMOD 2012; `TimeIntervalCostModel.java`
 * with its multi-partition penalty of 1.
 *
 * @example
 * executionCost({ mean: 1.6, distribution: [0.6, 0.3, 0, 0.1] }, 4); // => 0.35
 */
export function executionCost(
  { mean, distribution }: Pick<TransactionFate["participants"], "mean" | "distribution">,
  shardCount: number,
): number {
  const [single, two, three, more] = distribution;
  const touchedTogether = mean - single;
  return (touchedTogether / shardCount) * (1 + two + three + more);
}
