import type { MapRequest } from "./map-request.ts";
import type { ShardMap } from "./shard-map.ts";
import type { OptionName, TableOptions } from "./table-options.ts";

/**
 * The parts that a system moves whole when shards come or go, and who has which: slots, vBuckets, chunks, tablets. From
 * it follows what a rebalance moves, which is far less than the difference between two fresh layouts.
 */
export interface SlotLayout {
  /** What the system calls one of them. */
  readonly unit: string;
  /** Index of the shard that has the slot, by the slot's number. */
  readonly owners: Uint32Array;
  /** From key to slot: a map whose shards are the slots. */
  readonly slotOf: ShardMap;
  /**
   * "slots": the system moves exactly these. "slices": it cuts as finely as it likes; these are equal parts of the hash
   * that stand in for its cuts.
   */
  readonly grain: "slots" | "slices";
  /** Whether its rebalancer gives every shard equally many slots, or equally much data. */
  readonly balancedBy: "count" | "data";
}

/**
 * Lays out `count` slots. `mapOf` builds the system's own map; with as many shards as slots, each shard of it is a slot.
 */
export function slotLayout(
  request: MapRequest,
  { unit, count, grain, balancedBy }: Pick<SlotLayout, "unit" | "grain" | "balancedBy"> & { readonly count: number },
  ownerOf: (slot: number) => number,
  mapOf: (request: MapRequest) => ShardMap,
): SlotLayout {
  const shards = Array.from({ length: count }, (_, slot) => String(slot));
  return {
    unit,
    grain,
    balancedBy,
    owners: Uint32Array.from({ length: count }, (_, slot) => ownerOf(slot)),
    slotOf: mapOf({ ...request, shards }),
  };
}

/** Slices of a hash that is cut as finely as the system likes: at least this many, and equally many for each shard. */
export const slicesPerHash = 4096;

/** The smallest multiple of `count` that is no less than `slicesPerHash`. */
export const sliceCount = (count: number): number => Math.ceil(slicesPerHash / count) * count;

/** Options but those that name the shards of the design: slots have other names. */
export function optionsWithout(options: TableOptions, ...names: readonly OptionName[]): TableOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.some((other) => other === name)));
}
