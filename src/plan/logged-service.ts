import { isUnknown, type Known } from "../analyze/known.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import type { WorkloadFacts } from "./cluster.ts";
import type { Demand } from "./demand.ts";
import { exact, type Estimate } from "./estimate.ts";
import type { Rules } from "./judge-cluster.ts";
import type { DemandNow } from "./load-path.ts";
import type { Objective } from "./objective.ts";
import type { QueueingInLog } from "./queueing-in-log.ts";
import { type ServiceMix, serviceMix, type ServicePart, serviceQuantileMs } from "./service-mix.ts";
import { servedShareOf, withoutWaiting } from "./without-waiting.ts";

/** Times of reads and writes, without the waiting that the log's durations contain, as far as it is known. */
export interface LoggedTimes {
  readonly reads: ServiceMix;
  readonly writes: ServiceMix;
  /** The same where every duration is taken to contain alike of it, as on processors that all share in turn. */
  readonly shared: { readonly reads: ServiceMix; readonly writes: ServiceMix };
  /** Of the durations, what is service; 1 where that is not known. */
  readonly served: Estimate;
}

/** Less waiting than this is not worth taking out. */
const leastWaiting = 0.005;

/** `serviceMs` is the mean of what has no duration. */
export function loggedTimes(workload: Workload, demand: Demand, queueing: Known<QueueingInLog>, serviceMs: number | undefined): LoggedTimes {
  const durations = serviceParts(workload, serviceMs, 1);
  const known = isUnknown(queueing) ? exact(1) : queueing.serviceShare;
  const parts = serviceParts(workload, serviceMs, known.value);
  const shared = { reads: serviceMix(parts.reads), writes: serviceMix(parts.writes) };
  const erlangs = isUnknown(demand.load) ? demand.load : demand.load.overall.erlangs;
  const nothing = isUnknown(queueing) || queueing.servers === Infinity || known.value > 1 - leastWaiting;
  if (nothing || isUnknown(demand.load) || isUnknown(erlangs)) return { ...shared, shared, served: exact(known.value) };
  const mixes = { reads: serviceMix(durations.reads), writes: serviceMix(durations.writes) };
  const all = serviceMix([...durations.reads, ...durations.writes]);
  const { readsPerSecond, writesPerSecond } = demand.load.overall;
  const share = servedShareOf(all, queueing.servers, readsPerSecond + writesPerSecond, known.value);
  const station = { servers: queueing.servers, offered: erlangs.total * share };
  const [reads, writes] = [mixes.reads, mixes.writes].map((mix) => withoutWaiting(mix, station, all.meanMs * share)) as [ServiceMix, ServiceMix];
  const weightOf = (some: readonly ServicePart[]): number => some.reduce((sum, { weight }) => sum + weight, 0);
  const [r, w] = [weightOf(durations.reads), weightOf(durations.writes)];
  const mean = (r * reads.meanMs + w * writes.meanMs) / (r + w);
  // The mean is known better than the single times: from the number of statements at once.
  const stretch = mean === 0 ? 1 : (all.meanMs * share) / mean;
  const ends = [share, known.value, ...[known.low, known.high].filter((end) => !Number.isNaN(end))];
  const served = { value: share, low: Math.min(...ends), high: Math.max(...ends) };
  return { reads: stretched(reads, stretch), writes: stretched(writes, stretch), shared, served };
}

function stretched(mix: ServiceMix, factor: number): ServiceMix {
  return { ...mix, timesMs: mix.timesMs.map((time) => time * factor), meanMs: mix.meanMs * factor };
}

/** Times of the reads and of the writes, as the share `served` of the log's durations. What has none takes `serviceMs`, exponentially. */
function serviceParts(
  workload: Workload,
  serviceMs: number | undefined,
  served: number,
): { readonly reads: readonly ServicePart[]; readonly writes: readonly ServicePart[] } {
  const of = (write: boolean): readonly ServicePart[] =>
    workload.templates.flatMap((use): readonly ServicePart[] => {
      if (isWrite(use.pattern) !== write || use.executions === 0) return [];
      const timesMs = sampledTimesMs(use, workload)?.map((time) => time * served);
      if (timesMs !== undefined) return [{ timesMs, weight: use.executions }];
      return serviceMs === undefined ? [] : [{ timesMs: [serviceMs], exponential: Uint8Array.of(1), weight: use.executions }];
    });
  return { reads: of(false), writes: of(true) };
}

/**
 * Sampled durations of a template in milliseconds, ascending, stretched so that their mean is that of all of its durations.
 * Undefined where the log has none; where only their sum is known, all are taken to be their mean.
 */
function sampledTimesMs(use: TemplateUse, { shapes }: Workload): readonly number[] | undefined {
  if (use.timed === 0 || use.timeMicros === 0) return undefined;
  const meanMs = use.timeMicros / use.timed / 1000;
  const sampled = use.shapes.flatMap((shape) => shapes[shape]!.sample.events()).flatMap(({ durationMicros }) => (durationMicros > 0 ? [durationMicros / 1000] : []));
  if (sampled.length === 0) return [meanMs];
  const mean = sampled.reduce((sum, time) => sum + time, 0) / sampled.length;
  return sampled.map((time) => (time * meanMs) / mean).sort((a, b) => a - b);
}

/** Times of reads and writes together, as often as each comes. */
export function allTimes({ reads, writes }: Pick<WorkloadFacts, "reads" | "writes">, now: DemandNow): ServiceMix {
  const all = now.readsPerSecond.value + now.writesPerSecond.value;
  const share = all === 0 ? 0 : now.writesPerSecond.value / all;
  return serviceMix([
    { ...reads, timesMs: [...reads.timesMs], weight: 1 - share },
    { ...writes, timesMs: [...writes.timesMs], weight: share },
  ]);
}

/**
 * How far off the objective's quantile of the times may be by chance: single durations are a sample, so that its rank is
 * off by sqrt(p (1 - p) / n), 95 times in 100 by no more than twice that. Of a mean, what the times' spread leaves.
 */
export function timesError(workload: Workload, objective: Objective | undefined, times: LoggedTimes, now: DemandNow): Rules["timesError"] {
  const { low, high } = samplingError(workload, objective, times, now);
  if (objective === undefined || objective.quantile === "mean") return { low, high };
  const own = serviceQuantileMs(allTimes(times, now), objective.quantile);
  const shared = serviceQuantileMs(allTimes(times.shared, now), objective.quantile);
  const other = own === 0 ? 1 : shared / own;
  return { low: low * Math.min(1, other), high: high * Math.max(1, other) };
}

function samplingError(workload: Workload, objective: Objective | undefined, times: LoggedTimes, now: DemandNow): Rules["timesError"] {
  const samples = sampleSize(workload);
  if (objective === undefined || samples === 0) return { low: 1, high: 1 };
  const both = allTimes(times, now);
  if (objective.quantile === "mean") {
    const error = Math.min(0.5, 1.96 * Math.sqrt(both.scv / samples));
    return { low: 1 - error, high: 1 + error };
  }
  const p = objective.quantile;
  const rank = 1.96 * Math.sqrt((p * (1 - p)) / samples);
  const at = serviceQuantileMs(both, p);
  if (at === 0) return { low: 1, high: 1 };
  return { low: serviceQuantileMs(both, Math.max(0, p - rank)) / at, high: serviceQuantileMs(both, Math.min(1, p + rank)) / at };
}

/** Durations that an unweighted sample would have for the same error: each template's statements count as often as they come. */
function sampleSize({ templates, shapes }: Workload): number {
  let all = 0;
  let squares = 0;
  for (const { executions, shapes: own } of templates) {
    const sampled = own.reduce((sum, shape) => sum + shapes[shape]!.sample.events().length, 0);
    if (sampled === 0) continue;
    all += executions;
    squares += executions ** 2 / sampled;
  }
  return squares === 0 ? 0 : all ** 2 / squares;
}
