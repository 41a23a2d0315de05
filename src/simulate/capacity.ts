import { whyNotFast } from "./fast-engine.ts";
import type { Measure } from "./measures.ts";
import type { Expectation, Scenario } from "./scenario.ts";
import { type RunOutcome, runScenario } from "./simulate.ts";

/** The largest load that a cluster carries, and what stops it there. */
export interface Capacity {
  /** As a multiple of the scenario's load, and in requests per second; NaN when unknown. */
  readonly speed: number;
  readonly perSecond: number;
  readonly shard: number;
  /** "primary", "replica", or what the objective is about. */
  readonly limit: string;
  readonly operation: string;
  /** The searched load is right to this share. */
  readonly precision: number;
  readonly runs: number;
  readonly note: string | undefined;
}

const precision = 0.02;

/**
 * The largest load at which every shard keeps up, by search: a load is carried when nothing but chance is left over at
 * the end and no replica falls behind further and further. Faults and moves are left out.
 */
export function sustainableThroughput(scenario: Scenario): Capacity {
  return search(scenario, (outcome) => firstBehind(outcome, scenario) === undefined);
}

/** The largest load at which an objective such as "p99 < 50ms" holds and every shard keeps up. */
export function kneeFor(scenario: Scenario, objective: Expectation): Capacity {
  return search(scenario, (outcome, tried) => firstBehind(outcome, tried) === undefined && holds(objective, outcome.measures) === true);
}

/** Whether an expectation holds; undefined when its measure is unknown. */
export function holds(expectation: Expectation, measures: readonly Measure[]): boolean | undefined {
  const measure = measures.find(({ name }) => name === measureName(expectation));
  if (measure === undefined || Number.isNaN(measure.value)) return undefined;
  const { value } = measure;
  switch (expectation.relation) {
    case "<":
      return value < expectation.value;
    case "<=":
      return value <= expectation.value;
    case ">":
      return value > expectation.value;
    case ">=":
      return value >= expectation.value;
    case "=":
      return value === expectation.value;
  }
}

/** "p99" is short for "latency.p99". */
export function measureName({ measure }: Expectation): string {
  return /^(mean|p\d+(\.\d+)?|max)$/.test(measure) ? `latency.${measure}` : measure;
}

function search(scenario: Scenario, carries: (outcome: RunOutcome, scenario: Scenario) => boolean): Capacity {
  const arrivals = [scenario.arrivals, ...scenario.operations.map(({ arrivals }) => arrivals)];
  if (arrivals.some((source) => source?.process === "closed")) return unknown("closed clients set their own pace");
  if (scenario.operations.length === 0) return unknown("there are no operations");
  const alone = { ...shortened(scenario), faults: [], moves: [], runs: 1 };
  let runs = 0;
  let failed: RunOutcome | undefined;
  const outcomes = new Map<number, RunOutcome>();
  const tries = (speed: number): boolean => {
    runs += 1;
    const tried = compressed({ ...alone, speed: scenario.speed * speed });
    const outcome = runScenario(tried);
    outcomes.set(speed, outcome);
    const carried = carries(outcome, tried);
    if (!carried) failed = outcome;
    return carried;
  };
  let low = 0;
  let high = 0;
  // From the load as it is: utilisation says how far away the end is.
  let guess = tries(1) ? 1 : 0.5;
  if (guess === 1) {
    low = 1;
    guess = Math.max(1.05, 0.9 / Math.max(1e-6, busiest(outcomes.get(1)!)));
  } else high = 1;
  for (let step = 0; step < 60 && (low === 0 || high === 0); step++) {
    if (tries(guess)) low = Math.max(low, guess);
    else high = high === 0 ? guess : Math.min(high, guess);
    if (high === 0) guess = Math.min(guess * 1.25, guess * Math.max(1.05, 0.98 / Math.max(1e-6, busiest(outcomes.get(guess)!))));
    else if (low === 0) guess /= 2;
    if (guess < 1e-6 || guess > 1e6) break;
  }
  if (low === 0) return unknown("not even a millionth of the load is carried");
  if (high === 0) return unknown("no load was found that it does not carry");
  while (high / low > 1 + precision) {
    const middle = Math.sqrt(low * high);
    if (tries(middle)) low = middle;
    else high = middle;
  }
  const { measures } = outcomes.get(low)!;
  const behind = firstBehind(failed!, scenario) ?? busiestShard(failed!);
  return {
    speed: low,
    perSecond: measures.find(({ name }) => name === "throughput")!.value,
    shard: behind.shard,
    limit: behind.limit,
    operation: failed!.shards[behind.shard]!.busiestOperation,
    precision,
    runs,
    note: undefined,
  };
}

const unknown = (note: string): Capacity => ({
  speed: NaN,
  perSecond: NaN,
  shard: -1,
  limit: "",
  operation: "",
  precision,
  runs: 0,
  note,
});

/** Enough requests to see a queue grow, not more: the search takes a dozen runs. */
function shortened(scenario: Scenario): Scenario {
  const { arrivals, durationMs } = scenario;
  // Where the rate changes with time, a part of the time is another load.
  const steady = arrivals === undefined || arrivals.process === "poisson" || arrivals.process === "deterministic";
  if (!steady) return { ...scenario, warmupMs: 0 };
  const own = scenario.operations.reduce((sum, { arrivals }) => sum + (arrivals !== undefined && "rate" in arrivals ? arrivals.rate : 0), 0);
  const rate = (arrivals !== undefined && "rate" in arrivals ? arrivals.rate : 0) + own;
  const wanted = Math.min(durationMs, Math.max(requestsPerTry[whyNotFast(scenario) === undefined ? "fast" : "events"] / (rate * scenario.speed), 1000));
  return { ...scenario, durationMs: wanted, warmupMs: Math.min(scenario.warmupMs, wanted / 10) };
}

/**
 * A rate that changes in steps, each of them shortened alike where many times the load would take too long: the same
 * rates one after the other, each for long enough to see whether queues grow.
 */
function compressed(scenario: Scenario): Scenario {
  const { arrivals, durationMs, speed } = scenario;
  if (arrivals?.process !== "steps") return scenario;
  const requests = arrivals.steps.reduce((sum, { rate, forMs }) => sum + rate * speed * Math.min(forMs, durationMs), 0);
  const factor = requestsPerTry[whyNotFast(scenario) === undefined ? "fast" : "events"] / requests;
  if (factor >= 1) return scenario;
  const steps = arrivals.steps.map(({ rate, forMs }) => ({ rate, forMs: forMs * factor }));
  return { ...scenario, durationMs: durationMs * factor, warmupMs: scenario.warmupMs * factor, arrivals: { ...arrivals, steps } };
}

/** An event queue takes some twenty times as long for a request. */
const requestsPerTry = { fast: 200_000, events: 20_000 };

function busiest({ shards }: RunOutcome): number {
  return Math.max(...shards.flatMap(({ utilisation, replicaUtilisation }) => [utilisation, replicaUtilisation].filter((value) => value > 0)), 0);
}

function busiestShard({ shards }: RunOutcome): { shard: number; limit: string } {
  const loads = shards.map(({ utilisation, replicaUtilisation }) => Math.max(utilisation || 0, replicaUtilisation || 0));
  const shard = loads.indexOf(Math.max(...loads));
  const { utilisation, replicaUtilisation } = shards[shard]!;
  return { shard, limit: (replicaUtilisation || 0) > (utilisation || 0) ? "replica" : "primary" };
}

/** The shard that keeps up least, if one does not. */
function firstBehind({ shards }: RunOutcome, { durationMs }: Scenario): { shard: number; limit: string } | undefined {
  let worst: { shard: number; limit: string } | undefined;
  let worstBy = 1;
  const blame = (shard: number, limit: string, by: number): void => {
    if (by <= worstBy) return;
    worst = { shard, limit };
    worstBy = by;
  };
  for (const { shard, asked, answered, refused, lagMsSeries, replicaUtilisation, utilisation } of shards) {
    // A queue at the edge wanders as far as the root of what passed through it.
    const allowed = Math.max(20, 0.01 * asked, 2 * Math.sqrt(asked));
    const station = (replicaUtilisation || 0) > (utilisation || 0) ? "replica" : "primary";
    blame(shard, station, (asked - answered - refused) / allowed);
    blame(shard, station, refused / Math.max(1, 0.001 * asked));
    const half = Math.floor(lagMsSeries.length / 2);
    const grown = (lagMsSeries.at(-1) ?? 0) - (lagMsSeries[half] ?? 0);
    blame(shard, "replica", grown / (0.005 * durationMs + 100));
  }
  return worst;
}
