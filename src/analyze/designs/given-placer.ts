import { InputError } from "../../base/input-error.ts";
import type { ShardMap } from "../../placement/shard-map.ts";
import type { StrategyName } from "../../placement/design.ts";
import type { KeyTable } from "../key-table.ts";
import type { KeyToPlace, Placer } from "../placing.ts";

/** A key that the target refuses is on no shard. */
export const onNoShard = -1;

/**
 * The keys of a log where a given design's target puts them. Of very many light keys the sampled ones speak for the
 * others (see `KeyTable`); keys that the target refuses are on no shard and in no load.
 */
export function givenPlacer(table: KeyTable, map: ShardMap, strategy: StrategyName): Placer {
  const shardOfEntry = (entry: number): number => ownerOf(map, table.keyAt(entry));
  return {
    strategy,
    shardCount: map.shardCount,
    keepsOrder: map.keeps !== "hash",
    shardOfEntry,
    shardOf: ({ codes }: KeyToPlace) =>
      ownerOf(
        map,
        table.columns.map((column, index) => column.keyOf(codes[index]!)),
      ),
    addLoads: (accesses, work) => {
      const sampled = { accesses: new Float64Array(map.shardCount), work: new Float64Array(map.shardCount) };
      for (let entry = 0; entry < table.size; entry++) {
        const shard = shardOfEntry(entry);
        if (shard === onNoShard) continue;
        accesses[shard]! += table.accesses[entry]!;
        work[shard]! += table.work[entry]!;
        if (!table.isSampled(entry)) continue;
        sampled.accesses[shard]! += table.accesses[entry]!;
        sampled.work[shard]! += table.work[entry]!;
      }
      addInProportion(accesses, sampled.accesses, table.unlistedAccesses);
      addInProportion(work, sampled.work, table.unlistedWork);
    },
    shardsOfRange: map.shardsOfRange,
  };
}

/** The shard of a key, or `onNoShard`. */
export function ownerOf(map: ShardMap, key: Parameters<ShardMap["shardOf"]>[0]): number {
  try {
    return map.shardOf(key);
  } catch (error) {
    if (error instanceof InputError) return onNoShard;
    throw error;
  }
}

function addInProportion(loads: Float64Array, sampled: Float64Array, amount: number): void {
  if (amount === 0) return;
  const all = sampled.reduce((sum, load) => sum + load, 0);
  for (let shard = 0; shard < loads.length; shard++)
    loads[shard]! += all === 0 ? amount / loads.length : (amount * sampled[shard]!) / all;
}
