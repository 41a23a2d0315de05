import type { StrategyName } from "./design.ts";
import type { MapRequest } from "./map-request.ts";
import type { ShardMap } from "./shard-map.ts";
import type { OptionName } from "./table-options.ts";

/** A way to spread keys over shards that belongs to no product. One file each in `strategies/`. */
export interface Strategy {
  readonly name: StrategyName;
  /** One line for help texts and tables. */
  readonly summary: string;
  /** Where the method comes from. */
  readonly source: string;
  /** Options of a table that this strategy reads. */
  readonly options: readonly OptionName[];
  /** Throws InputError when the options don't fit the shards or the key. */
  shardMap(request: MapRequest): ShardMap;
}
