import { pearsonCorrelation } from "../stats/pearson-correlation.ts";
import { compareKeys, type KeyValue } from "../workload/key-value.ts";
import type { Known } from "./known.ts";

/** Whether new keys arrive in the order of the key. */
export interface Monotonicity {
  /** Pearson's r between the keys' order and their order of arrival, over the sampled inserts. */
  readonly correlation: number;
  /**
   * Share of inserts that land in the top tenth of the keys seen before them (or the bottom tenth, if that is more):
   * 0.1 is chance. For a compound key among the keys with the same leading columns, because r misses runs that
   * interleave.
   */
  readonly tailShare: number;
  readonly type: "monotonic" | "monotonic-per-prefix" | "not-monotonic";
  /** Meaningless when not monotonic. */
  readonly direction: "increasing" | "decreasing";
  /** Inserted keys that were looked at. */
  readonly sampleSize: number;
}

/** MongoDB's limit: https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/ (monotonicity). */
export const monotonicLimit = 0.7;
/** A tail this heavy is no chance: of 30 inserts, 3 would be expected in the top tenth. */
const tailLimit = 0.7;
export const leastInserts = 30;
const insertLimit = 1024;

/** Judges keys in the order of their insertion. */
export function monotonicityOf(arrivals: readonly (readonly KeyValue[])[]): Known<Monotonicity> {
  const stride = Math.max(1, arrivals.length / insertLimit);
  const keys = Array.from(
    { length: Math.min(arrivals.length, insertLimit) },
    (_, index) => arrivals[Math.floor(index * stride)]!,
  );
  if (keys.length < leastInserts) {
    return {
      unknown:
        keys.length === 0
          ? "no inserts with this key in the log"
          : `only ${keys.length} inserts with this key in the log`,
    };
  }
  const ranks = ranksOf(keys);
  // A key that never changes has no correlation; it does not grow either.
  const r =
    pearsonCorrelation(
      keys.map((_, index) => index),
      ranks,
    ) ?? 0;
  const whole = tailShares(
    keys.map(() => ""),
    ranks,
  );
  const arity = keys[0]!.length;
  const perPrefix =
    arity > 1
      ? tailShares(
          keys.map((key) => JSON.stringify(key.slice(0, arity - 1))),
          ranks,
        )
      : undefined;
  const tail = perPrefix ?? whole;
  const rising = Math.max(tail.top, r) >= Math.max(tail.bottom, -r);
  const type =
    Math.abs(r) >= monotonicLimit || Math.max(whole.top, whole.bottom) >= tailLimit
      ? "monotonic"
      : perPrefix !== undefined && Math.max(perPrefix.top, perPrefix.bottom) >= tailLimit
        ? "monotonic-per-prefix"
        : "not-monotonic";
  return {
    correlation: r,
    tailShare: Math.max(tail.top, tail.bottom),
    type,
    direction: rising ? "increasing" : "decreasing",
    sampleSize: keys.length,
  };
}

/** 1..n of the distinct keys in ascending order. */
function ranksOf(keys: readonly (readonly KeyValue[])[]): number[] {
  const order = keys.map((_, index) => index).sort((a, b) => compareKeys(keys[a]!, keys[b]!));
  const ranks = new Array<number>(keys.length).fill(0);
  let rank = 0;
  order.forEach((index, position) => {
    if (position === 0 || compareKeys(keys[order[position - 1]!]!, keys[index]!) !== 0) rank++;
    ranks[index] = rank;
  });
  return ranks;
}

/** A group counts from its fifth key on: before, there is no tenth to speak of. */
const groupWarmUp = 5;

function tailShares(groups: readonly string[], ranks: readonly number[]): { top: number; bottom: number } {
  const earlier = new Map<string, number[]>();
  let judged = 0;
  let top = 0;
  let bottom = 0;
  ranks.forEach((rank, index) => {
    let seen = earlier.get(groups[index]!);
    if (seen === undefined) earlier.set(groups[index]!, (seen = []));
    const at = lowerBound(seen, rank);
    if (seen[at] === rank) return;
    if (seen.length >= groupWarmUp) {
      judged++;
      if (at >= seen.length * 0.9) top++;
      if (at <= seen.length * 0.1) bottom++;
    }
    seen.splice(at, 0, rank);
  });
  return judged < leastInserts / 2 ? { top: 0, bottom: 0 } : { top: top / judged, bottom: bottom / judged };
}

function lowerBound(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
