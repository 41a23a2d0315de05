import { byName } from "../base/order.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";

/** A template that takes more time than its statements' number explains. */
export interface TuningCandidate {
  readonly use: TemplateUse;
  readonly write: boolean;
  /** Of all time in the database. */
  readonly timeShare: number;
  /** Of all time, what is gained if it took as long as the statement in the middle of all. */
  readonly givesBack: number;
}

export interface Tuning {
  /** Those that would give back most, the best first. */
  readonly candidates: readonly TuningCandidate[];
  /** What is left of the reads' and the writes' time when all of them are tuned. */
  readonly readsLeft: number;
  readonly writesLeft: number;
  /** Mean time of the statement in the middle of all executions. */
  readonly middleMs: number;
}

/** More than these are not named: whoever tunes begins with a few. */
const named = 3;
/** Less than this is not worth a name. */
const leastShare = 0.01;

/**
 * What tuning could give back, at most: the templates whose statements take longer than half of all executions do on
 * average, weighed by the time that this takes in all. Undefined where durations are not logged.
 */
export function tuningOf({ templates }: Workload): Tuning | undefined {
  const timed = templates.filter(({ timed: count, timeMicros }) => count > 0 && timeMicros > 0);
  const all = timed.reduce((sum, { timeMicros }) => sum + timeMicros, 0);
  if (all === 0) return undefined;
  const middle = middleMicros(timed);
  const candidates = timed
    .filter(({ pattern }) => pattern.kind === "rows")
    .map((use): TuningCandidate => ({
      use,
      write: isWrite(use.pattern),
      timeShare: use.timeMicros / all,
      givesBack: Math.max(0, use.timeMicros - use.timed * middle) / all,
    }))
    .filter(({ givesBack }) => givesBack >= leastShare)
    .sort((a, b) => b.givesBack - a.givesBack || byName(a.use.template.text, b.use.template.text))
    .slice(0, named);
  const left = (write: boolean): number => {
    const time = timed.reduce((sum, use) => sum + (isWrite(use.pattern) === write ? use.timeMicros : 0), 0);
    const back = candidates.reduce((sum, one) => sum + (one.write === write ? one.givesBack * all : 0), 0);
    return time === 0 ? 1 : 1 - back / time;
  };
  return { candidates, readsLeft: left(false), writesLeft: left(true), middleMs: middle / 1000 };
}

/** Mean time of the template that the execution in the middle belongs to, when all are put in the order of that time. */
function middleMicros(uses: readonly TemplateUse[]): number {
  const means = uses.map(({ timeMicros, timed }) => ({ mean: timeMicros / timed, timed })).sort((a, b) => a.mean - b.mean);
  const half = means.reduce((sum, { timed }) => sum + timed, 0) / 2;
  let below = 0;
  for (const { mean, timed } of means) {
    below += timed;
    if (below >= half) return mean;
  }
  return 0;
}
