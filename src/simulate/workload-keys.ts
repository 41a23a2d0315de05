import { leaderOf } from "../placement/shard-map-of.ts";
import type { RoutingContext } from "../routing/context.ts";
import type { Value } from "../workload/value.ts";
import type { Workload } from "../workload/workload.ts";
import { keyOf, keyPositions, shardOfKey } from "./workload-placement.ts";

/** Keys of one shard that are asked for alike; all of them together have this share of the accesses. */
export interface WorkloadKeyGroup {
  readonly share: number;
  readonly keys: number;
  readonly shard: number;
  /** Their shard after the move, where there is one. */
  readonly movesTo: number | undefined;
}

export interface WorkloadKeys {
  readonly groups: readonly WorkloadKeyGroup[];
  /** Distinct keys, and accesses that pin one. */
  readonly keys: number;
  readonly accesses: number;
  /** Accesses by key whose values the log does not have, or that the target does not place. */
  readonly unplaced: number;
  /** The smallest share of its values that a counter kept. */
  readonly keptShare: number;
}

/** Keys that are told one by one; the others are grouped by shard and by the power of two of their accesses. */
const singleKeys = 200;
/** What a simulated key space may have. */
const mostKeys = 5_000_000;

interface CountedKey {
  accesses: number;
  readonly shard: number;
  readonly movesTo: number | undefined;
}

/**
 * The keys that the log's statements ask for, on the shards where a design has them. Tables that follow one another
 * share their keys. `movesTo` is the design after a move.
 */
export function workloadKeys(workload: Workload, design: RoutingContext, movesTo: RoutingContext | undefined): WorkloadKeys {
  const counted = new Map<string, CountedKey>();
  let accesses = 0;
  let unplaced = 0;
  let keptShare = 1;
  for (const use of workload.shapes) {
    const positions = keyPositions(use, design);
    if (positions === undefined) continue;
    const { table } = use.shape;
    const { counter } = use;
    const leader = leaderOf(design.design, table);
    keptShare = Math.min(keptShare, counter.keptShare);
    unplaced += use.unvalued;
    for (let entry = 0; entry < counter.size; entry++) {
      const values = positions.map((position): Value => counter.valueAt(entry, position));
      const key = keyOf(table, values, design);
      const count = counter.countAt(entry);
      const name = key && JSON.stringify([leader, ...key]);
      const known = name === undefined ? undefined : counted.get(name);
      if (known !== undefined) {
        known.accesses += count;
        accesses += count;
        continue;
      }
      const shard = key && shardOfKey(table, key, design);
      const after = movesTo && key && shardOfKey(table, key, movesTo);
      if (name === undefined || shard === undefined || (movesTo !== undefined && after === undefined)) {
        unplaced += count;
        continue;
      }
      accesses += count;
      counted.set(name, { accesses: count, shard, movesTo: after });
    }
  }
  const shards = design.design.shards.length;
  return { groups: grouped(counted, accesses, keptShare, shards), keys: counted.size, accesses, unplaced, keptShare };
}

function grouped(counted: ReadonlyMap<string, CountedKey>, accesses: number, keptShare: number, shards: number): readonly WorkloadKeyGroup[] {
  if (counted.size === 0) return [];
  // Ties end in the name, which is one key's only.
  const hottest = [...counted].sort(([a, one], [b, other]) => other.accesses - one.accesses || (a < b ? -1 : 1));
  // What a counter left out are light keys like those that it kept.
  const total = accesses / keptShare;
  const heavy = hottest.slice(0, singleKeys).map(([, key]) => key);
  const light = hottest.slice(singleKeys).map(([, key]) => key);
  const heavyAccesses = heavy.reduce((sum, key) => sum + key.accesses, 0);
  const scale = light.length === 0 ? 1 : (total - heavyAccesses) / (accesses - heavyAccesses);
  const cells = new Map<string, { accesses: number; keys: number; shard: number; movesTo: number | undefined }>();
  for (const { accesses: count, shard, movesTo } of light) {
    const name = `${shard} ${movesTo ?? ""} ${Math.floor(Math.log2(count))}`;
    const cell = cells.get(name) ?? { accesses: 0, keys: 0, shard, movesTo };
    cell.accesses += count;
    cell.keys++;
    cells.set(name, cell);
  }
  const fewer = Math.min(1 / keptShare, mostKeys / Math.max(1, light.length));
  const all = heavyAccesses + (accesses - heavyAccesses) * scale;
  const groups = [
    ...heavy.map(({ accesses: count, shard, movesTo }) => ({ share: count / all, keys: 1, shard, movesTo })),
    ...[...cells.values()].map(({ accesses: count, keys, shard, movesTo }) => ({
      share: (count * scale) / all,
      keys: Math.max(1, Math.round(keys * fewer)),
      shard,
      movesTo,
    })),
  ];
  // A shard without keys has a key that nobody asks for, so that the file says of every shard what it has.
  const empty = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !groups.some((group) => group.shard === shard));
  const moves = groups[0]!.movesTo !== undefined;
  return [...groups, ...empty.map((shard) => ({ share: 0, keys: 1, shard, movesTo: moves ? 0 : undefined }))];
}
