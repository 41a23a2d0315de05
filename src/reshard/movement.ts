import { assert } from "../base/assert.ts";
import type { Design } from "../placement/design.ts";
import { maxOverMean } from "../stats/max-over-mean.ts";
import { refused } from "./counted-keys.ts";

/** What one shard sends to another. */
export interface Transfer {
  /** Indexes into `Movement.shards`. */
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** How much of one measure (keys, rows, bytes, accesses) changes its shard, and who has how much. */
export interface Movement {
  readonly total: number;
  readonly moved: number;
  /**
   * Standard error of the moved share, 0 where everything was counted: that of a ratio estimated from the keys that are
   * kept by hash. Source: Cochran, Sampling Techniques, 3rd ed., section 2.11.
   */
  readonly shareError: number;
  /** Amount on each shard of the union, before and after. */
  readonly before: Float64Array;
  readonly after: Float64Array;
  /** In the order of their shards. */
  readonly transfers: readonly Transfer[];
  /** Amount of keys that the target refuses: on no shard, and in no other number. */
  readonly refused: number;
  /** The least that must move from `before` to a perfectly even load on the shards that stay or come. */
  readonly leastForEven: number;
}

/** The shards of both sides: those before in their order, then those that come. */
export interface ShardUnion {
  readonly shards: readonly string[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Shards are told by their names: a range of Vitess that has the same bounds stays where it is, another is a new shard.
 * Those of another system are new shards whatever their names.
 */
export function unionOfDesigns(before: Design, after: Design): ShardUnion {
  if (before.target === after.target) return unionOf(before.shards, after.shards);
  return unionOf(
    before.shards,
    after.shards.map((name) => `${after.target} ${name}`),
  );
}

export function unionOf(before: readonly string[], after: readonly string[]): ShardUnion {
  const index = new Map(before.map((name, shard) => [name, shard]));
  for (const name of after) if (!index.has(name)) index.set(name, index.size);
  return {
    shards: [...index.keys()],
    before: before.map((name) => index.get(name)!),
    after: after.map((name) => index.get(name)!),
  };
}

/**
 * What moves between two placements of the same keys. `before` and `after` have a shard per entry, as indexes into
 * `union.shards`. `weights` has the amount of each entry; without it every key counts as one. `keptShare` below 1 says
 * that the keys are such a share of all, drawn by hash.
 */
export function movementOf(
  before: Uint32Array,
  after: Uint32Array,
  union: ShardUnion,
  weights: Float64Array | undefined,
  keptShare: number,
): Movement {
  const count = union.shards.length;
  const loads = { before: new Float64Array(count), after: new Float64Array(count) };
  const sent = count * count <= denseLimit ? new Float64Array(count * count) : new Map<number, number>();
  const sums = { total: 0, moved: 0, refused: 0, squares: 0, movedSquares: 0, entries: 0 };
  for (let entry = 0; entry < before.length; entry++) {
    const weight = weights === undefined ? 1 : weights[entry]!;
    const from = before[entry]!;
    const to = after[entry]!;
    if (from === refused || to === refused) {
      sums.refused += weight;
      continue;
    }
    loads.before[from]! += weight;
    loads.after[to]! += weight;
    sums.total += weight;
    sums.squares += weight * weight;
    sums.entries++;
    if (from === to) continue;
    sums.moved += weight;
    sums.movedSquares += weight * weight;
    addTo(sent, from * count + to, weight);
  }
  const transfers = transfersOf(sent, count);
  const arrived = transfers.reduce((sum, { amount }) => sum + amount, 0);
  assert(Math.abs(arrived - sums.moved) <= 1e-9 * sums.total, "what moves out moves in");
  return {
    total: sums.total,
    moved: sums.moved,
    shareError: shareError(sums, keptShare),
    before: loads.before,
    after: loads.after,
    transfers,
    refused: sums.refused,
    leastForEven: leastForEven(loads.before, union, sums.total),
  };
}

/** Above this many pairs of shards only those that occur are kept. */
const denseLimit = 4_194_304;

function addTo(sums: Float64Array | Map<number, number>, at: number, amount: number): void {
  if (sums instanceof Map) sums.set(at, (sums.get(at) ?? 0) + amount);
  else sums[at]! += amount;
}

function transfersOf(sums: Float64Array | Map<number, number>, count: number): readonly Transfer[] {
  const transfers: Transfer[] = [];
  const take = (at: number, amount: number): void => {
    if (amount > 0) transfers.push({ from: Math.floor(at / count), to: at % count, amount });
  };
  if (sums instanceof Map) for (const at of [...sums.keys()].sort((a, b) => a - b)) take(at, sums.get(at)!);
  else sums.forEach((amount, at) => take(at, amount));
  return transfers;
}

/** Variance of the ratio sum(w m) / sum(w) over a sample of keys, with the correction for a finite population. */
function shareError(
  { total, moved, squares, movedSquares, entries }: Record<"total" | "moved" | "squares" | "movedSquares" | "entries", number>,
  keptShare: number,
): number {
  if (keptShare === 1 || entries < 2 || total === 0) return 0;
  const share = moved / total;
  const residuals = movedSquares * (1 - share) ** 2 + (squares - movedSquares) * share ** 2;
  return (Math.sqrt((residuals * entries) / (entries - 1)) / total) * Math.sqrt(1 - keptShare);
}

/** What the shards that stay have above the new mean, and all of those that go. */
function leastForEven(before: Float64Array, union: ShardUnion, total: number): number {
  const mean = total / union.after.length;
  const stays = new Set(union.after);
  return before.reduce((sum, load, shard) => sum + (stays.has(shard) ? Math.max(0, load - mean) : load), 0);
}

/** Busiest shard over the mean of some shards; undefined where they have nothing. */
export function worstOverMean(loads: Float64Array, shards: readonly number[]): number | undefined {
  const some = shards.map((shard) => loads[shard]!);
  return some.some((load) => load > 0) ? maxOverMean(some) : undefined;
}

/** The sum of movements of several tables over the same shards. */
export function sumOfMovements(movements: readonly Movement[]): Movement {
  const [one, ...others] = movements;
  assert(one !== undefined, "a sum of no movements is undefined");
  if (others.length === 0) return one;
  const count = one.before.length;
  const sent = new Map<number, number>();
  const [before, after] = [new Float64Array(count), new Float64Array(count)];
  const sums = { total: 0, moved: 0, refused: 0, leastForEven: 0, variance: 0 };
  for (const movement of movements) {
    for (let shard = 0; shard < count; shard++) {
      before[shard]! += movement.before[shard]!;
      after[shard]! += movement.after[shard]!;
    }
    for (const { from, to, amount } of movement.transfers) addTo(sent, from * count + to, amount);
    sums.total += movement.total;
    sums.moved += movement.moved;
    sums.refused += movement.refused;
    sums.leastForEven += movement.leastForEven;
    sums.variance += (movement.shareError * movement.total) ** 2;
  }
  const { total, moved, refused: notPlaced, leastForEven: least, variance } = sums;
  return {
    total,
    moved,
    shareError: total === 0 ? 0 : Math.sqrt(variance) / total,
    before,
    after,
    transfers: transfersOf(sent, count),
    refused: notPlaced,
    leastForEven: least,
  };
}
