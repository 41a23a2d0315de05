import type { LoadWindow } from "../workload/load-windows.ts";
import type { Workload } from "../workload/workload.ts";
import type { Known } from "./known.ts";

/**
 * Offered load in erlangs: time spent in the database per second of the log, which is the mean number of statements
 * that run at once (A. K. Erlang; Little's law). A statement that waits for a lock or a disk counts like one that
 * computes, so as a number of busy cores it is an upper bound.
 */
export interface OfferedLoad {
  readonly reads: number;
  readonly writes: number;
  readonly total: number;
}

export interface WindowLoad extends OfferedLoad {
  readonly fromMicros: number;
  readonly widthSeconds: number;
}

const second = 1_000_000;

/** Over all of the log's time. Unknown where fewer than half of the durations are logged, or no times. */
export function overallLoad(workload: Workload): Known<OfferedLoad> {
  const { span } = workload;
  let executions = 0;
  let timed = 0;
  for (const use of workload.templates) {
    executions += use.executions;
    timed += use.timed;
  }
  if (timed < executions * 0.5 || timed === 0) return { unknown: "durations are not logged" };
  if (span === undefined)
    return { unknown: workload.executions > workload.entries ? "statistics are sums without times" : "times are not logged" };
  const seconds = (span.toMicros - span.fromMicros) / second;
  if (seconds < 1) return { unknown: "the log spans less than a second" };
  let readMicros = 0;
  let writeMicros = 0;
  for (const window of workload.load.windows()) {
    readMicros += window.readMicros;
    writeMicros += window.writeMicros;
  }
  return loadOver(readMicros, writeMicros, seconds * (workload.sample?.rate ?? 1));
}

/** In the window of about so many seconds that is the busiest. */
export function worstWindowLoad(workload: Workload, aboutSeconds: number): Known<WindowLoad> {
  const widthSeconds = windowWidthSeconds(workload, aboutSeconds);
  const worst = busiestWindow(workload, widthSeconds, ({ readMicros, writeMicros }) => readMicros + writeMicros);
  if (worst === undefined) return { unknown: "times are not logged" };
  const { fromMicros, readMicros, writeMicros } = worst;
  return { ...loadOver(readMicros, writeMicros, widthSeconds * (workload.sample?.rate ?? 1)), fromMicros, widthSeconds };
}

/** What comes nearest to so many seconds of what the log's windows can be put together to. Short logs are cut in four. */
export function windowWidthSeconds({ load, span }: Workload, aboutSeconds: number): number {
  const spanSeconds = span === undefined ? 0 : (span.toMicros - span.fromMicros) / second;
  return Math.max(1, Math.round(Math.min(aboutSeconds, spanSeconds / 4) / load.widthSeconds)) * load.widthSeconds;
}

/** The window of such a width with most of something, of equals the earliest; undefined where the log has no times. */
export function busiestWindow(
  { load }: Workload,
  widthSeconds: number,
  amountOf: (window: LoadWindow) => number,
): LoadWindow | undefined {
  let worst: LoadWindow | undefined;
  for (const window of load.windows(widthSeconds / load.widthSeconds))
    if (worst === undefined || amountOf(window) > amountOf(worst)) worst = window;
  return worst;
}

/** Of a sample of the log the seconds are less by its rate, so that the load is that of the whole. */
export function loadOver(readMicros: number, writeMicros: number, seconds: number): OfferedLoad {
  return {
    reads: readMicros / second / seconds,
    writes: writeMicros / second / seconds,
    total: (readMicros + writeMicros) / second / seconds,
  };
}

