import type { StrategyName } from "../placement/design.ts";

/**
 * Share of the rows that move when one shard is added to `shardCount`. Hash modulo leaves 1/(N+1) where it is; every
 * other strategy moves what the new shard takes over, 1/(N+1), at best. `reshard` measures it for real keys.
 */
export function movementShare(strategy: StrategyName, shardCount: number): number {
  return strategy === "hash" ? shardCount / (shardCount + 1) : 1 / (shardCount + 1);
}
