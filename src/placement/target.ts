import type { ColumnType } from "../sql/schema.ts";
import type { StrategyName } from "./design.ts";
import type { MapRequest } from "./map-request.ts";
import type { SlotLayout } from "./slot-layout.ts";
import type { ShardMap } from "./shard-map.ts";
import type { OptionName } from "./table-options.ts";

/** A real system, or our generic one: how it names shards, what it places, and where. One file each in `targets/`. */
export interface Target {
  readonly name: string;
  readonly summary: string;
  /**
   * "exact": a key lands on the shard that the system itself would choose. "model": the system does not publish its
   * hash, or moves its ranges by load; the shard is a projection, and `caveat` says how it was made.
   */
  readonly placement: "exact" | "model";
  readonly caveat?: string;
  readonly defaultStrategy: StrategyName;
  readonly strategies: readonly StrategyName[];
  /** Options of a table that the system understands under a strategy. */
  options(strategy: StrategyName): readonly OptionName[];
  /** Types of key columns that can be placed under a strategy. */
  keyTypes(strategy: StrategyName): readonly ColumnType[];
  /** Names of hash functions or vindexes by key column type, the default first. Empty where there is only one. */
  hashes(type: ColumnType): readonly string[];
  /** Names of `count` shards, in shard order. */
  shardNames(count: number): readonly string[];
  /** What is wrong with a list of shard names, or undefined. */
  wrongShardNames?(names: readonly string[]): string | undefined;
  /**
   * The slots that the system moves whole when shards come or go; absent, or undefined for a strategy, where it moves by
   * other means.
   */
  slotLayout?(request: MapRequest): SlotLayout | undefined;
  /** Throws InputError when the options don't fit the shards or the key. */
  shardMap(request: MapRequest): ShardMap;
}
