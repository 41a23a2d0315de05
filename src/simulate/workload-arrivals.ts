import { InputError } from "../base/input-error.ts";
import type { Workload } from "../workload/workload.ts";

/** Requests per second over time, one step after the other. */
export interface WorkloadArrivals {
  readonly steps: readonly { readonly perSecond: number; readonly forMs: number }[];
  readonly durationMs: number;
  /** A stretch of the log, where the whole of it would take too long. */
  readonly stretch: boolean;
  readonly windowSeconds: number;
}

/** A scenario of more steps is no longer read by people. */
const mostSteps = 1024;
/** More requests than this are not simulated at a speed of 1: the busiest stretch of the log stands for the rest. */
const mostRequests = 2_000_000;
/** The shortest time that is simulated of a log that lasts no time at all. */
const shortestMs = 1000;

/**
 * The rate at which statements came, window by window: their number in each is the log's. `share` is the part of all
 * executions that is simulated. Throws InputError where the log has no times.
 */
export function workloadArrivals({ load, span }: Workload, share: number): WorkloadArrivals {
  const together = load.togetherFor(mostSteps);
  const windows = load.windows(together);
  if (windows.length === 0 || span === undefined)
    throw new InputError("the log has no times, so it does not say how often statements came", {
      hint: "pass --rate 500/s, or --time-column if it has them",
    });
  const windowSeconds = load.widthSeconds * together;
  const width = windowSeconds * 1e6;
  const all: { count: number; forMs: number }[] = [];
  let at = windows[0]!.fromMicros;
  for (const { fromMicros, reads, writes } of windows) {
    if (fromMicros > at) all.push({ count: 0, forMs: (fromMicros - at) / 1000 });
    at = fromMicros + width;
    // The first and the last window are cut where the log begins and ends.
    const lasts = Math.min(at, span.toMicros) - Math.max(fromMicros, span.fromMicros);
    const forMs = windows.length === 1 ? Math.max(lasts / 1000, shortestMs) : Math.max(lasts / 1000, 1);
    all.push({ count: (reads + writes) * share, forMs });
  }
  const kept = busiest(all);
  return {
    steps: kept.map(({ count, forMs }) => ({ perSecond: (count * 1000) / forMs, forMs })),
    durationMs: kept.reduce((sum, { forMs }) => sum + forMs, 0),
    stretch: kept.length < all.length,
    windowSeconds,
  };
}

/** Around the busiest window, as many neighbours as the limit allows; the busier neighbour first. */
function busiest<T extends { readonly count: number; readonly forMs: number }>(all: readonly T[]): readonly T[] {
  let sum = all.reduce((total, { count }) => total + count, 0);
  if (sum <= mostRequests) return all;
  const rate = ({ count, forMs }: T): number => count / forMs;
  let from = 0;
  all.forEach((step, index) => (from = rate(step) > rate(all[from]!) ? index : from));
  let to = from + 1;
  sum = all[from]!.count;
  for (;;) {
    const before = all[from - 1];
    const after = all[to];
    const earlier = before !== undefined && (after === undefined || rate(before) > rate(after));
    const next = earlier ? before : after;
    if (next === undefined || sum + next.count > mostRequests) return all.slice(from, to);
    sum += next.count;
    if (earlier) from--;
    else to++;
  }
}
