import type { Known } from "./known.ts";
import type { ShapeLoad } from "./table-load.ts";

/** The time window in which the busiest shard stood out most. */
export interface WorstWindow {
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly maxOverMean: number;
  /** Standard error of `maxOverMean`, because it comes from sampled accesses. */
  readonly standardError: number;
  /** Sampled accesses in the window, as many as equally heavy ones would count for. */
  readonly effectiveSampleSize: number;
  /** Windows that could be judged, of `windowCount`. */
  readonly windows: number;
}

export const windowCount = 12;
/** Sampled accesses that a shard must have on average, for its share in a window to mean something. */
const leastEventsPerShard = 20;
/** Below this the accesses of single transactions would pass for a trend. */
const leastWidthMicros = 1_000_000;

/** A table's sampled accesses in equal windows of the log's time: how much work each stands for, and when. */
export interface WindowedEvents {
  readonly fromMicros: number;
  readonly widthMicros: number;
  /** Per shape: each event's window (-1: no time) and work. */
  readonly shapes: ReadonlyMap<ShapeLoad, { readonly windows: Int8Array; readonly work: Float64Array }>;
  /** Per window: sum and sum of squares of the events' work. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly timed: boolean;
}

export function windowedEvents(
  shapes: readonly ShapeLoad[],
  span: { readonly fromMicros: number; readonly toMicros: number } | undefined,
): WindowedEvents {
  const fromMicros = span?.fromMicros ?? 0;
  const widthMicros = span === undefined ? 0 : (span.toMicros - fromMicros) / windowCount;
  const timed = span !== undefined && widthMicros >= leastWidthMicros;
  const sums = new Float64Array(windowCount);
  const squares = new Float64Array(windowCount);
  const placed = new Map<ShapeLoad, { windows: Int8Array; work: Float64Array }>();
  for (const shape of shapes) {
    const work = eventWork(shape);
    const windows = new Int8Array(work.length).fill(-1);
    shape.events.forEach(({ timeMicros }, event) => {
      if (!timed || !(timeMicros >= fromMicros && timeMicros <= span.toMicros)) return;
      const window = Math.min(windowCount - 1, Math.floor((timeMicros - fromMicros) / widthMicros));
      windows[event] = window;
      sums[window]! += work[event]!;
      squares[window]! += work[event]! ** 2;
    });
    placed.set(shape, { windows, work });
  }
  return { fromMicros, widthMicros, shapes: placed, sums, squares, timed };
}

/** The shape's work, divided among its sampled accesses by their duration. */
function eventWork({ events, work }: ShapeLoad): Float64Array {
  let total = 0;
  for (const { durationMicros } of events) total += durationMicros > 0 ? durationMicros : 0;
  return Float64Array.from(events, ({ durationMicros }) =>
    total > 0 ? (work * Math.max(0, durationMicros || 0)) / total : work / events.length,
  );
}

/**
 * The window with the worst max/mean among those that are busy (at least half the mean load: an idle hour may be as
 * lopsided as it likes) and have enough samples. `loadsOf` gives the sampled work per window and shard, window by
 * window; what it lacks of the window's sum lies on all shards evenly.
 */
export function worstWindowOf(
  events: WindowedEvents,
  shardCount: number,
  loadsOf: () => Float64Array,
): Known<WorstWindow> {
  if (!events.timed)
    return { unknown: `the log has no times, or spans less than ${(windowCount * leastWidthMicros) / 1e6} seconds` };
  const qualified = judgedWindows(events, shardCount);
  if (qualified.length < 2) {
    return {
      unknown:
        `too few sampled accesses: ${leastEventsPerShard * shardCount} are needed in each of ` +
        `${windowCount} windows of the log's time`,
    };
  }
  const loads = loadsOf();
  let worst: WorstWindow | undefined;
  for (const window of qualified) {
    const sum = events.sums[window]!;
    const effectiveSampleSize = sum ** 2 / events.squares[window]!;
    let placed = 0;
    let most = 0;
    for (let shard = 0; shard < shardCount; shard++) {
      const load = loads[window * shardCount + shard]!;
      placed += load;
      if (load > most) most = load;
    }
    const share = Math.min(1, (most + Math.max(0, sum - placed) / shardCount) / sum);
    if (worst !== undefined && share * shardCount <= worst.maxOverMean) continue;
    worst = {
      fromMicros: Math.round(events.fromMicros + window * events.widthMicros),
      toMicros: Math.round(events.fromMicros + (window + 1) * events.widthMicros),
      maxOverMean: share * shardCount,
      standardError: shardCount * Math.sqrt((share * (1 - share)) / effectiveSampleSize),
      effectiveSampleSize,
      windows: qualified.length,
    };
  }
  return worst!;
}

/** Windows that are busy and have samples enough; see `worstWindowOf`. */
export function judgedWindows(
  { sums, squares }: Pick<WindowedEvents, "sums" | "squares">,
  shardCount: number,
): readonly number[] {
  const total = sums.reduce((sum, load) => sum + load, 0);
  return Array.from(sums.keys()).filter((window) => {
    const sum = sums[window]!;
    return (
      sum > 0 && sum >= total / windowCount / 2 && sum ** 2 / squares[window]! >= leastEventsPerShard * shardCount
    );
  });
}
