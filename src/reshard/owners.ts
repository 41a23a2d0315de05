import type { InputError } from "../base/input-error.ts";
import type { Design, StrategyName } from "../placement/design.ts";
import type { MapRequest } from "../placement/map-request.ts";
import { leaderOf, mapRequestOf, shardMapOf } from "../placement/shard-map-of.ts";
import type { SlotLayout } from "../placement/slot-layout.ts";
import { balanceInOrder, directoryName } from "../placement/strategies/directory.ts";
import { targetNamed } from "../placement/targets.ts";
import { byName } from "../base/order.ts";
import type { ColumnType } from "../sql/schema.ts";
import { type CountedKeys, orderOfNumbers, refused } from "./counted-keys.ts";
import { cutToMean, rebalancedSlots } from "./fewest-moves.ts";
import type { ShardUnion } from "./movement.ts";

/** How the placement after the change comes about. */
export type Way =
  /** Every key is placed anew by the function for the new shards. */
  | { readonly by: "function"; readonly because?: string }
  /** The system moves whole slots, or slices that stand in for its own cuts, from shard to shard. */
  | { readonly by: "slots" | "slices"; readonly unit: string; readonly count: number; readonly moved: number }
  /** Ranges are cut where a shard has more than the mean. */
  | { readonly by: "ranges" }
  /** Single keys are given another entry in the directory. */
  | { readonly by: "directory" };

/** One side of the change: a table of a design, with its keys seen by that side's key columns. */
export interface TableSide {
  readonly design: Design;
  readonly table: string;
  readonly types: readonly ColumnType[];
  readonly keys: CountedKeys;
  /** What ranges and directories are evened out by. */
  readonly weights: Float64Array;
}

/** A key that the target refuses, and why. */
export type OnRefused = (reason: InputError, entry: number) => void;

/**
 * Owners of every key under a design, as indexes of its shards. Ranges without split points are cut evenly over the keys,
 * a directory without entries is balanced by weight, as the strategies' own docstrings say.
 */
export function ownersUnder(side: TableSide, onRefused: OnRefused): Uint32Array {
  const { design, table, types, keys, weights } = side;
  const shardCount = design.shards.length;
  const { strategy, options } = placedBy(side);
  if (strategy === "range" && options["splits"] === undefined && options["keyRanges"] === undefined)
    return evenRanges(keys.inOrder(), weights, shardCount);
  if (strategy === "directory" && options["directory"] === undefined) return balanced(lightestFirst(keys, weights), weights, shardCount);
  return keys.shardsOn(shardMapOf(design, table, types), onRefused);
}

/** Keys in order, cut into ranges of equal weight. */
export function evenRanges(order: Uint32Array, weights: Float64Array, shardCount: number): Uint32Array {
  const owners = new Uint32Array(order.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  for (const entry of order) {
    // The middle of a key decides, so that rounding can't leave the last shard out.
    const middle = before + weights[entry]! / 2;
    owners[entry] = total === 0 ? 0 : Math.min(shardCount - 1, Math.floor((middle * shardCount) / total));
    before += weights[entry]!;
  }
  return owners;
}

/** The heaviest key first to the shard with least, as a directory is made from nothing. */
export function balanced(lightest: Uint32Array, weights: Float64Array, shardCount: number): Uint32Array {
  const heaviestFirst = lightest.toReversed();
  const placed = balanceInOrder(
    Array.from(heaviestFirst, (entry) => weights[entry]!),
    shardCount,
  );
  const owners = new Uint32Array(lightest.length);
  heaviestFirst.forEach((entry, index) => (owners[entry] = placed[index]!));
  return owners;
}

/** Entries by weight; of equal weight by name, where there are few enough to name. */
export function lightestFirst(keys: CountedKeys, weights: Float64Array): Uint32Array {
  if (keys.size > namedLimit) return orderOfNumbers(weights.slice());
  const entries = Uint32Array.from(weights.keys());
  const names = Array.from({ length: keys.size }, (_, entry) => directoryName(keys.keyAt(entry)));
  return entries.sort((a, b) => weights[a]! - weights[b]! || byName(names[b]!, names[a]!));
}

const namedLimit = 200_000;

/**
 * Owners after the shards alone have changed: same target, key and strategy. `before` and the result are indexes of the
 * union. Systems that move slots, ranges and directory entries go on from what is there; all others place anew.
 */
export function ownersAfterResize(
  from: TableSide,
  to: TableSide,
  before: Uint32Array,
  union: ShardUnion,
  onRefused: OnRefused,
): { readonly owners: Uint32Array; readonly way: Way } {
  const { keys, weights } = from;
  const { strategy } = placedBy(from);
  if (strategy === "range")
    return {
      owners: cutToMean({ weights, owners: before }, keys.inOrder(), union.after, "in-order"),
      way: { by: "ranges" },
    };
  if (strategy === "directory")
    return {
      owners: cutToMean({ weights, owners: before }, lightestFirst(keys, weights), union.after, "emptiest-first"),
      way: { by: "directory" },
    };
  const layout = layoutOf(from);
  if (layout === undefined) return anew(to, union, onRefused);
  if (layout.owners.length >= union.after.length) return bySlots(from, layout, before, union, onRefused);
  const because = `${layout.owners.length} ${layout.unit}s can't fill ${union.after.length} shards`;
  return { ...anew(to, union, onRefused), way: { by: "function", because } };
}

/** Owners under a design that knows nothing of the earlier one, as indexes of the union. */
export function anew(
  to: TableSide,
  union: ShardUnion,
  onRefused: OnRefused,
): { readonly owners: Uint32Array; readonly way: Way } {
  const owners = ownersUnder(to, onRefused).map((shard) => (shard === refused ? refused : union.after[shard]!));
  return { owners, way: { by: "function" } };
}

function layoutOf({ design, table, types }: TableSide): SlotLayout | undefined {
  return targetNamed(design.target, "design").slotLayout?.(mapRequestOf(design, table, types));
}

function bySlots(
  { keys, weights }: TableSide,
  layout: SlotLayout,
  before: Uint32Array,
  union: ShardUnion,
  onRefused: OnRefused,
): { readonly owners: Uint32Array; readonly way: Way } {
  const slots = keys.shardsOn(layout.slotOf, onRefused);
  const slotWeights = new Float64Array(layout.owners.length);
  if (layout.balancedBy === "count") slotWeights.fill(1);
  else slots.forEach((slot, entry) => slot !== refused && (slotWeights[slot]! += weights[entry]!));
  const slotOwners = layout.owners.map((shard) => union.before[shard]!);
  const moved = rebalancedSlots({ weights: slotWeights, owners: slotOwners }, union.after);
  const owners = before.slice();
  slots.forEach((slot, entry) => {
    if (slot === refused) owners[entry] = refused;
    // A slice may lie on the border of two shards: unless it moves, its keys stay where they are.
    else if (moved[slot] !== slotOwners[slot]) owners[entry] = moved[slot]!;
  });
  const count = moved.reduce((sum, shard, slot) => sum + (shard === slotOwners[slot] ? 0 : 1), 0);
  return { owners, way: { by: layout.grain, unit: layout.unit, count: layout.owners.length, moved: count } };
}

/** The strategy and options that place the table: those of the table that it follows. */
export function placedBy({ design, table }: Pick<TableSide, "design" | "table">): {
  readonly strategy: StrategyName;
  readonly options: Readonly<Record<string, unknown>>;
} {
  const leader = design.tables.get(leaderOf(design, table))!;
  return leader.kind === "sharded" ? leader : { strategy: "hash", options: {} };
}

/** A request for one of our own strategies over the keys of a side. */
export function strategyRequest(
  side: TableSide,
  strategy: StrategyName,
  shards: readonly string[],
  options: MapRequest["options"],
): MapRequest {
  const shardKey = side.types.map((_, column) => `column ${column + 1}`);
  return { where: `table "${side.table}"`, shards, strategy, shardKey, types: side.types, options, extra: {} };
}
