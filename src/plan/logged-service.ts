import { isUnknown, type Known } from "../analyze/known.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import type { WorkloadFacts } from "./cluster.ts";
import { exact, type Estimate } from "./estimate.ts";
import type { Rules } from "./judge-cluster.ts";
import type { DemandNow } from "./load-path.ts";
import type { Objective } from "./objective.ts";
import type { QueueingInLog } from "./queueing-in-log.ts";
import { type ServiceMix, serviceMix, type ServicePart, serviceQuantileMs } from "./service-mix.ts";
import { responseQuantileMs } from "./statement-times.ts";

/**
 * Which share of the durations is service. At its high end all of it is: then nothing waited, and the correction would be one
 * too many.
 */
export function servedShare(queueing: Known<QueueingInLog>): Estimate {
  if (isUnknown(queueing)) return exact(1);
  const { value, low } = queueing.serviceShare;
  return { value, low: Number.isNaN(low) ? value : low, high: 1 };
}

/** Times of the reads and of the writes, as the share `served` of the log's durations. What has none takes `serviceMs`, exponentially. */
export function serviceParts(
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
export function timesError(
  workload: Workload,
  objective: Objective | undefined,
  facts: WorkloadFacts,
  now: DemandNow,
  queueing: Known<QueueingInLog>,
  served: Estimate,
): Rules["timesError"] {
  const { low, high } = samplingError(workload, objective, facts, now);
  const ends = [served.low / served.value, served.high / served.value, loggedOverFormula(objective, facts, now, queueing, served)];
  return { low: low * Math.min(...ends), high: high * Math.max(...ends) };
}

/**
 * What the log shows at its own load over what the formula says of it with the times that are left when waiting is taken
 * out: waiting was taken out of every duration alike, and some of the long ones were long because of it.
 */
function loggedOverFormula(
  objective: Objective | undefined,
  facts: WorkloadFacts,
  now: DemandNow,
  queueing: Known<QueueingInLog>,
  served: Estimate,
): number {
  if (objective === undefined || objective.quantile === "mean" || isUnknown(queueing) || queueing.servers === Infinity) return 1;
  const both = allTimes(facts, now);
  const perSecond = now.readsPerSecond.value + now.writesPerSecond.value;
  const station = { servers: queueing.servers, offered: now.reads.value + now.writes.value, meanMs: both.meanMs, scv: both.scv };
  const formula = responseQuantileMs([{ perSecond, service: both, shards: 1, station }], objective.quantile);
  const logged = serviceQuantileMs(both, objective.quantile) / served.value;
  return Number.isFinite(formula) && formula > 0 ? logged / formula : 1;
}

function samplingError(workload: Workload, objective: Objective | undefined, facts: WorkloadFacts, now: DemandNow): Rules["timesError"] {
  const samples = sampleSize(workload);
  if (objective === undefined || samples === 0) return { low: 1, high: 1 };
  const both = allTimes(facts, now);
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
