import type { Known } from "./known.ts";

/** The time window in which the busiest shard stood out most. */
export interface WorstWindow {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly maxOverMean: number;
  /** Standard error of `maxOverMean`, because it comes from sampled accesses. */
  readonly standardError: number;
  /** Sampled accesses in the window, as many as equally heavy ones would count for. */
  readonly effectiveSampleSize: number;
  readonly windows: number;
}

/** One access: when, how much work, on which shards. */
export interface PlacedEvent {
  readonly timeMicros: number;
  readonly work: number;
  /** Undefined: all of them. */
  readonly shards: readonly number[] | undefined;
}

export const windowCount = 12;
/** Sampled accesses that a shard must have on average, for its share in a window to mean something. */
const leastEventsPerShard = 20;

/**
 * Cuts the span in equal windows and finds the one with the worst max/mean among those that are busy (at least half the mean
 * load: an idle hour may be as lopsided as it likes) and have enough samples.
 */
export function worstWindowOf(
  events: readonly PlacedEvent[],
  span: { readonly fromMicros: number; readonly toMicros: number } | undefined,
  shardCount: number,
): Known<WorstWindow> {
  if (span === undefined || span.toMicros <= span.fromMicros) return { unknown: "the log has no times" };
  const widthMicros = (span.toMicros - span.fromMicros) / windowCount;
  const loads = Array.from({ length: windowCount }, () => new Float64Array(shardCount));
  const sums = new Float64Array(windowCount);
  const squares = new Float64Array(windowCount);
  let total = 0;
  for (const { timeMicros, work, shards } of events) {
    if (!(timeMicros >= span.fromMicros && timeMicros <= span.toMicros)) continue;
    const window = Math.min(windowCount - 1, Math.floor((timeMicros - span.fromMicros) / widthMicros));
    const load = loads[window]!;
    if (shards === undefined) for (let shard = 0; shard < shardCount; shard++) load[shard]! += work / shardCount;
    else for (const shard of shards) load[shard]! += work / shards.length;
    sums[window]! += work;
    squares[window]! += work * work;
    total += work;
  }
  let worst: WorstWindow | undefined;
  let qualified = 0;
  for (let window = 0; window < windowCount; window++) {
    const sum = sums[window]!;
    if (sum <= 0 || sum < total / windowCount / 2) continue;
    const effectiveSampleSize = (sum * sum) / squares[window]!;
    if (effectiveSampleSize < leastEventsPerShard * shardCount) continue;
    qualified++;
    const share = Math.max(...loads[window]!) / sum;
    if (worst !== undefined && share * shardCount <= worst.maxOverMean) continue;
    worst = {
      fromMicros: Math.round(span.fromMicros + window * widthMicros),
      toMicros: Math.round(span.fromMicros + (window + 1) * widthMicros),
      maxOverMean: share * shardCount,
      standardError: shardCount * Math.sqrt((share * (1 - share)) / effectiveSampleSize),
      effectiveSampleSize,
      windows: 0,
    };
  }
  if (worst === undefined || qualified < 2) {
    return { unknown: `fewer than ${leastEventsPerShard * shardCount} sampled accesses in each of ${windowCount} windows of the log's time` };
  }
  return { ...worst, windows: qualified };
}
