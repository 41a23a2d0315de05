import { isUnknown, type Known } from "../analyze/known.ts";
import { serviceTimesMs } from "../simulate/workload-service.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import type { Estimate } from "./estimate.ts";
import { type QueueingInLog, queueingInLog } from "./queueing-in-log.ts";

/** How long a server is busy with a statement. */
export interface ServiceTime {
  /** Mean of the logged durations. */
  readonly loggedMs: number;
  /** The mean without the queueing in it; as logged where that is not known. */
  readonly meanMs: Estimate;
  readonly timed: number;
}

export interface TemplateService extends ServiceTime {
  readonly use: TemplateUse;
  readonly write: boolean;
}

/** What the log says of service times. */
export interface ServiceTimes {
  readonly reads: Known<ServiceTime>;
  readonly writes: Known<ServiceTime>;
  readonly all: Known<ServiceTime>;
  /** With durations, those that take most time first. */
  readonly templates: readonly TemplateService[];
  /** Why the durations are or are not corrected, and by how much. */
  readonly queueing: Known<QueueingInLog>;
  /** Standard deviation over mean of all statements' durations: 1 is exponential, as M/M/c takes it to be. */
  readonly variation: Known<number>;
}

/**
 * Service times from the log's durations (or pg_stat_statements' and MySQL's sums), corrected for the queueing on the
 * `servers` of the node that wrote the log. Every duration is corrected by the same share, as on processors that all
 * statements share in turn: there one that takes twice as long is also held up twice as long.
 */
export function serviceTimes(workload: Workload, servers: number | undefined): ServiceTimes {
  const queueing = queueingInLog(workload, servers);
  const share: Estimate = isUnknown(queueing) ? { value: 1, low: NaN, high: NaN } : queueing.serviceShare;
  const timed = workload.templates.filter((use) => use.timed > 0 && use.timeMicros > 0);
  const templates = timed
    .map((use): TemplateService => ({ ...serviceOf([use], share), use, write: isWrite(use.pattern) }))
    .sort((a, b) => b.use.timeMicros - a.use.timeMicros || (a.use.template.text < b.use.template.text ? -1 : 1));
  const over = (of: "reads" | "writes" | "all"): Known<ServiceTime> => {
    const uses = timed.filter((use) => of === "all" || isWrite(use.pattern) === (of === "writes"));
    return uses.length === 0 ? { unknown: of === "all" ? "durations are not logged" : `no durations of ${of} are logged` } : serviceOf(uses, share);
  };
  return { reads: over("reads"), writes: over("writes"), all: over("all"), templates, queueing, variation: variationOf(timed, workload) };
}

function serviceOf(uses: readonly TemplateUse[], share: Estimate): ServiceTime {
  const timed = uses.reduce((sum, use) => sum + use.timed, 0);
  const loggedMs = uses.reduce((sum, use) => sum + use.timeMicros, 0) / timed / 1000;
  return { loggedMs, meanMs: { value: loggedMs * share.value, low: loggedMs * share.low, high: loggedMs * share.high }, timed };
}

/** Over all statements, each template by the quantiles of its sampled durations. */
function variationOf(uses: readonly TemplateUse[], workload: Workload): Known<number> {
  let count = 0;
  let first = 0;
  let second = 0;
  for (const use of uses) {
    const times = serviceTimesMs(use, workload);
    // Two alike stand for a mean of which nothing else is known.
    if (times === undefined || (times.length === 2 && times[0] === times[1] && use.timed > 1)) continue;
    count += use.timed;
    first += use.timed * meanOfLine(times, (a, b) => (a + b) / 2);
    second += use.timed * meanOfLine(times, (a, b) => (a * a + a * b + b * b) / 3);
  }
  if (count === 0) return { unknown: "single durations are not logged, so how they vary is not known" };
  const mean = first / count;
  return Math.sqrt(Math.max(0, second / count - mean * mean)) / mean;
}

/** Between two quantiles times lie on a straight line. */
function meanOfLine(times: readonly number[], between: (a: number, b: number) => number): number {
  let sum = 0;
  for (let at = 1; at < times.length; at++) sum += between(times[at - 1]!, times[at]!);
  return sum / (times.length - 1);
}
