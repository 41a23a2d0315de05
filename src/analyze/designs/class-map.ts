import { allShards } from "../../placement/hashed-map.ts";
import type { ShardMap } from "../../placement/shard-map.ts";

/**
 * A shard map that can't place any key: what `routing` needs to tell the class of a statement without its values. Keys of
 * as many columns are placed alike, so that tables whose keys are equal live together.
 */
export function classMap(shardCount: number, columns: number, keepsOrder: boolean): ShardMap {
  const all = allShards(shardCount);
  return {
    shardCount,
    identity: `${keepsOrder ? "order" : "hash"}/${columns}`,
    keeps: keepsOrder ? "order" : "hash",
    shardOf: () => 0,
    shardsOfRange: () => all,
  };
}
