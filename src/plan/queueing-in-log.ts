import { windowWidthSeconds } from "../analyze/offered-load.ts";
import type { Known } from "../analyze/known.ts";
import { ratioOfBatches, studentQuantile } from "../simulate/interval.ts";
import { leastSquares } from "../stats/least-squares.ts";
import { offeredFor } from "../stats/response-time.ts";
import type { Workload } from "../workload/workload.ts";
import type { Estimate } from "./estimate.ts";

/** What of the log's durations is service, and what was waiting for one of the servers. */
export interface QueueingInLog {
  /** Those that were stated, or with which service times depend least on the load. Infinity: nothing waits. */
  readonly servers: number;
  readonly serversFrom: "stated" | "fitted";
  /** Service over duration, 0 to 1: what every duration of the log has to be multiplied by. */
  readonly serviceShare: Estimate;
  readonly windows: number;
  /** What speaks against it. */
  readonly doubt: string | undefined;
}

interface LogWindow {
  readonly statements: number;
  readonly perSecond: number;
  /** Mean number of statements that run at once: durations per second (Little's law). */
  readonly inSystem: number;
}

/** Long against what a queue remembers, short against the day. */
const windowSeconds = 300;
/** How much busier the busiest quarter of the statements has to be than the quietest for servers to be fitted. */
const spreadNeeded = 1.5;

/**
 * Durations measured under load contain queueing. In each window the mean number of statements at once is known
 * (Little's law), and with c servers it follows from the offered load alone (M/M/c); turned round, that gives the work
 * that was asked for, and over all windows the share of the durations that is service. `servers` are those of the node
 * that wrote the log. Undefined: the number with which service times depend least on the load.
 *
 * Unknown where the log has no times or durations, or where neither servers are stated nor the load varies enough to
 * tell waiting from service.
 */
export function queueingInLog(workload: Workload, servers: number | undefined): Known<QueueingInLog> {
  const windows = logWindows(workload);
  if (windows === undefined)
    return { unknown: workload.executions > workload.entries ? "statistics are sums without times: at which load a duration was measured is not known" : "times or durations are not logged" };
  if (servers !== undefined) return { ...told(windows, servers), serversFrom: "stated" };
  const spread = spreadOf(windows);
  if (windows.length < 8 || spread < spreadNeeded)
    return {
      unknown:
        windows.length < 8
          ? `the log has ${windows.length} windows of load, telling waiting from service takes 8: state the servers`
          : `the load hardly varies (its busiest quarter is ${spread.toFixed(1)} times its quietest), so that waiting can't be told from service: state the servers`,
    };
  return { ...told(windows, fittedServers(windows)), serversFrom: "fitted" };
}

const mostFitted = 128;
/** Of the variation of durations, what waiting has to explain before any of them is taken for it. */
const explainedNeeded = 0.5;

/** Infinity, which is none to wait for, unless waiting for that many explains most of how durations vary. */
function fittedServers(windows: readonly LogWindow[]): number {
  let best = Infinity;
  let least = variationOf(windows, Infinity) * (1 - explainedNeeded);
  for (let count = 1; count <= mostFitted; count++) {
    const variation = variationOf(windows, count);
    if (variation < least) [best, least] = [count, variation];
  }
  return best;
}

function told(windows: readonly LogWindow[], servers: number): Omit<QueueingInLog, "serversFrom"> {
  const work = windows.map((window) => (offered(window, servers) * window.statements) / window.perSecond);
  const measured = windows.map((window) => (window.inSystem * window.statements) / window.perSecond);
  const { value, low, high } = ratioOfBatches(work, measured);
  const serviceShare = windows.length < 2 ? { value, low: NaN, high: NaN } : { value, low: Math.max(0, low), high: Math.min(1, high) };
  return { servers, serviceShare, windows: windows.length, doubt: doubtOf(windows, servers) };
}

const offered = ({ inSystem }: LogWindow, servers: number): number => (servers === Infinity ? inSystem : offeredFor(inSystem, servers));

function logWindows(workload: Workload): readonly LogWindow[] | undefined {
  const { load, span, sample } = workload;
  if (span === undefined) return undefined;
  const rate = sample?.rate ?? 1;
  const width = windowWidthSeconds(workload, windowSeconds);
  const windows = load.windows(width / load.widthSeconds).flatMap(({ fromMicros, reads, writes, readMicros, writeMicros }) => {
    const from = Math.max(fromMicros, span.fromMicros);
    const seconds = (Math.min(fromMicros + width * 1e6, span.toMicros) - from) / 1e6;
    const statements = reads + writes;
    // The edges of the log are parts of windows; little of one says little.
    if (statements === 0 || seconds < width / 2) return [];
    return [{ statements, perSecond: statements / seconds / rate, inSystem: (readMicros + writeMicros) / 1e6 / seconds / rate }];
  });
  return windows.some(({ inSystem }) => inSystem > 0) ? windows : undefined;
}

/** The mean rate of the quarter of the windows that is busiest over that of the quietest. */
function spreadOf(windows: readonly LogWindow[]): number {
  const rates = windows.map(({ perSecond }) => perSecond).sort((a, b) => a - b);
  const quarter = Math.max(1, Math.floor(rates.length / 4));
  const mean = (some: readonly number[]): number => some.reduce((sum, rate) => sum + rate, 0) / some.length;
  return mean(rates.slice(-quarter)) / mean(rates.slice(0, quarter));
}

/** How much service times vary from window to window, as a share of their mean, squared; a window weighs as its statements. */
function variationOf(windows: readonly LogWindow[], servers: number): number {
  const services = windows.map((window) => offered(window, servers) / window.perSecond);
  const all = windows.reduce((sum, { statements }) => sum + statements, 0);
  const mean = services.reduce((sum, service, at) => sum + service * windows[at]!.statements, 0) / all;
  return services.reduce((sum, service, at) => sum + windows[at]!.statements * (service / mean - 1) ** 2, 0) / all;
}

/** Statements still slow down with the load: something else than these servers is waited for, or there are fewer. */
function doubtOf(windows: readonly LogWindow[], servers: number): string | undefined {
  const fit = leastSquares(
    windows.map(({ perSecond }) => [1, perSecond]),
    windows.map((window) => (offered(window, servers) / window.perSecond) * 1000),
  );
  if (fit === undefined || fit.degrees < 3) return undefined;
  const rates = windows.map(({ perSecond }) => perSecond);
  const [level, slope] = fit.coefficients as [number, number];
  const error = Math.sqrt((fit.sumOfSquares / fit.degrees) * fit.inverse[1]![1]!) * studentQuantile(fit.degrees);
  const quiet = level + slope * Math.min(...rates);
  const rise = (slope * (Math.max(...rates) - Math.min(...rates))) / quiet;
  if (slope <= error || !(quiet > 0) || rise < risesFrom) return undefined;
  return (
    `after what ${servers} servers explain, statements still take ${Math.round(100 * rise)} % longer at the busiest than at the quietest time: ` +
    "they wait for something else (locks, disk), have fewer servers than stated, or are others then"
  );
}

/** Less than this is in nobody's way. */
const risesFrom = 0.1;
