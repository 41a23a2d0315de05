import { isUnknown, type Known } from "../analyze/known.ts";
import { InputError } from "../base/input-error.ts";
import type { Design } from "../placement/design.ts";
import type { Schema } from "../sql/schema.ts";
import { normalQuantile } from "../simulate/distribution.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { StoredRows } from "../workload/stored-rows.ts";
import type { Workload } from "../workload/workload.ts";
import { type CapacityPlan, planCapacity } from "./capacity-plan.ts";
import type { Requirements, Server, WorkloadFacts } from "./cluster.ts";
import { type Demand, demandOf } from "./demand.ts";
import { exact, type Estimate } from "./estimate.ts";
import type { GivenGrowth, Quantity } from "./growth-option.ts";
import type { Rules } from "./judge-cluster.ts";
import type { LadderFacts } from "./ladder.ts";
import type { DemandNow } from "./load-path.ts";
import { allTimes, loggedTimes, timesError } from "./logged-service.ts";
import type { Benchmark } from "./benchmark-points.ts";
import type { Objective } from "./objective.ts";
import type { QueueingInLog } from "./queueing-in-log.ts";
import { fitScalability, type Scalability } from "./scalability.ts";
import type { Choices } from "./search-clusters.ts";
import { serviceQuantileMs } from "./service-mix.ts";

import { serviceTimes } from "./service-times.ts";
import { type ShardShares, shardSharesOf } from "./shard-shares.ts";
import { tableGroups } from "./table-groups.ts";
import { limitsOf, type TargetLimit } from "./target-limits.ts";
import { timePartitions } from "./time-partitions.ts";
import { tuningOf } from "./tuning.ts";
import { boundReadShare, orElse } from "./workload-facts.ts";

export interface PlanSettings {
  readonly growth: GivenGrowth;
  readonly horizonMonths: number;
  /** The smallest first; `today` is among them. */
  readonly servers: readonly Server[];
  readonly today: Server;
  readonly requirements: Requirements;
  readonly maxReplicas: number;
  /** All data today; undefined: what the input says of it. */
  readonly dataBytes: number | undefined;
  /** Clients that are connected at once today; undefined: not known, and then connections end nothing. */
  readonly connections: number | undefined;
  /** Statements per second in the worst window, instead of the log's. */
  readonly perSecond: number | undefined;
  /** Mean time of statements whose duration is not logged. */
  readonly serviceMs: number | undefined;
  /** Servers of the node that wrote the log, where they are known: its durations contain what statements waited for them. */
  readonly loggedServers: number | undefined;
  /** The user's own load test. */
  readonly benchmark: Benchmark | undefined;
  /** Systems whose verified limits count. */
  readonly systems: readonly string[];
  readonly seed: number;
}

/** A capacity plan with all that it was made of. */
export interface WorkloadPlan {
  readonly settings: PlanSettings;
  readonly demand: Demand;
  readonly now: DemandNow;
  /** By quantity, what the path grows by; undefined: the plan is in factors. */
  readonly growth: GivenGrowth | undefined;
  readonly facts: WorkloadFacts;
  readonly queueing: Known<QueueingInLog>;
  readonly scalability: Scalability | undefined;
  readonly boundReads: Known<number>;
  readonly shares: ShardShares | undefined;
  readonly ladder: LadderFacts;
  readonly limits: readonly TargetLimit[];
  readonly plan: CapacityPlan;
  readonly overlapMonths: number;
}

/** What applying a write costs a replica, over what it cost the primary: it neither parses, nor plans, nor searches. */
const applyShare = 0.25;
/** Copying keeps one server of each shard busy: it reads or writes without a pause. */
const copyErlangs = 1;
/** A month to prepare, copy and look at the new shards before the old ones go. */
const overlapMonths = 1;

/**
 * The capacity plan of a workload under a design (undefined: no table has a key). Throws InputError where the log does
 * not say how much there is to do, and where an objective is below the time of the statements themselves.
 */
export function planOfWorkload(
  workload: Workload,
  schema: Schema,
  design: Design | undefined,
  stored: StoredRows,
  settings: PlanSettings,
): WorkloadPlan {
  const demand = demandOf(workload, stored, settings.growth);
  const { queueing } = serviceTimes(workload, settings.loggedServers);
  const times = loggedTimes(workload, demand, queueing, settings.serviceMs);
  const scalability = settings.benchmark === undefined ? undefined : fitScalability(settings.benchmark.points);
  const facts: WorkloadFacts = {
    reads: times.reads,
    writes: times.writes,
    boundReadShare: orElse(boundReadShare(workload), 0),
    applyShare,
    applyThreads: 1,
  };
  const now = demandNow(workload, demand, facts, times.served, settings);
  const error = timesError(workload, settings.requirements.objective, times, now);
  refuseUnreachable(settings.requirements.objective, facts, now, error.low);
  const single = design === undefined ? undefined : shardSharesOf(workload, schema, design);
  const shares = single !== undefined && settings.benchmark?.of === "nodes" ? contending(single, scalability!) : single;
  const limits = settings.systems.flatMap(limitsOf);
  const rules: Rules = {
    facts,
    requirements: settings.requirements,
    slowdown: slowdownOf(settings, scalability),
    // A default is a setting: it is told, and ends nothing.
    limits: limits.filter(({ kind }) => kind !== "default"),
    copyErlangs,
    timesError: error,
  };
  const choices: Choices = { today: settings.today, servers: settings.servers, shares, maxReplicas: settings.maxReplicas };
  const ladder: LadderFacts = { tuning: tuningOf(workload), groups: tableGroups(workload, schema), partitions: timePartitions(workload, schema) };
  const growth = usedGrowth(demand);
  const plan = planCapacity({ demand: now, growth, rules, choices, horizon: settings.horizonMonths, ladder, overlapMonths, seed: settings.seed });
  return { settings, demand, now, growth, facts, queueing, scalability, boundReads: boundReadShare(workload), shares, ladder, limits, plan, overlapMonths };
}

/**
 * From a load test with more and more clients: how much longer a statement takes beside as many others as a server's cores
 * may be busy with, 1 + alpha (N - 1) + beta N (N - 1) by the universal scalability law. Without one, cores don't contend.
 */
function slowdownOf({ benchmark, requirements }: PlanSettings, scalability: Scalability | undefined): Rules["slowdown"] {
  if (benchmark?.of !== "clients" || scalability === undefined) return () => 1;
  return (cores) => contention(scalability, Math.max(1, cores * requirements.maxUtilisation));
}

const contention = ({ alpha, beta }: Scalability, load: number): number => 1 + alpha.value * (load - 1) + beta.value * load * (load - 1);

/** From a load test with more and more nodes: what each shard loses to the others comes on top of what the design loses. */
function contending(shares: ShardShares, scalability: Scalability): ShardShares {
  return {
    ...shares,
    on: (shards) => {
      const share = shares.on(shards);
      return { ...share, load: Math.min(1, share.load * contention(scalability, shards)) };
    },
  };
}

function demandNow(workload: Workload, demand: Demand, facts: WorkloadFacts, served: Estimate, settings: PlanSettings): DemandNow {
  const bytes = settings.dataBytes ?? (isUnknown(demand.storage) ? undefined : demand.storage.bytes);
  const common = { bytes: bytes === undefined ? undefined : exact(bytes), connections: settings.connections === undefined ? undefined : exact(settings.connections) };
  if (settings.perSecond !== undefined) return { ...givenRate(workload, facts, settings.perSecond), ...common };
  const { load } = demand;
  if (isUnknown(load))
    throw new InputError(`how much there is to do is not known: ${load.unknown}`, {
      hint: "pass --rate 500/s, or --time-column if the log has them",
    });
  const { peak } = load;
  const relative = relativeError(workload, peak.statements, facts, peak);
  const around = (value: number): Estimate => ({ value, low: value * Math.max(0, 1 - relative), high: value * (1 + relative) });
  const erlangs = isUnknown(peak.erlangs)
    ? settings.serviceMs === undefined
      ? undefined
      : { reads: (peak.readsPerSecond * settings.serviceMs) / 1000, writes: (peak.writesPerSecond * settings.serviceMs) / 1000 }
    : peak.erlangs;
  if (erlangs === undefined)
    throw new InputError(`how long statements keep a server busy is not known: ${(peak.erlangs as { unknown: string }).unknown}`, {
      hint: "pass --service-ms 2, a mean that is taken to be exponential, or --duration-column if the log has them",
    });
  const work = (measured: number): Estimate => {
    if (isUnknown(peak.erlangs)) return around(measured);
    const { value, low, high } = around(measured);
    return { value: value * served.value, low: low * served.low, high: high * served.high };
  };
  return {
    reads: work(erlangs.reads),
    writes: work(erlangs.writes),
    readsPerSecond: around(peak.readsPerSecond),
    writesPerSecond: around(peak.writesPerSecond),
    ...common,
  };
}

function givenRate(workload: Workload, { reads, writes }: WorkloadFacts, perSecond: number): Omit<DemandNow, "bytes" | "connections"> {
  const writing = workload.templates.reduce((sum, { pattern, executions }) => sum + (isWrite(pattern) ? executions : 0), 0);
  const share = workload.executions === 0 ? 0 : writing / workload.executions;
  if (reads.meanMs === 0 && writes.meanMs === 0)
    throw new InputError("how long statements keep a server busy is not known: durations are not logged", {
      hint: "pass --service-ms 2, a mean that is taken to be exponential",
    });
  return {
    reads: exact((perSecond * (1 - share) * reads.meanMs) / 1000),
    writes: exact((perSecond * share * writes.meanMs) / 1000),
    readsPerSecond: exact(perSecond * (1 - share)),
    writesPerSecond: exact(perSecond * share),
  };
}

/**
 * How far chance alone moves the load of a window: statements that come at random and take times of this spread have a
 * relative standard error of sqrt((1 + cv²) / n). The window is the worst of many, so that each of them counts in the 95 %
 * (Carlo Bonferroni, 1936).
 */
function relativeError(
  workload: Workload,
  statements: number,
  { reads, writes }: WorkloadFacts,
  peak: { readonly readsPerSecond: number; readonly writesPerSecond: number; readonly widthSeconds: number },
): number {
  const { span } = workload;
  if (statements === 0 || span === undefined) return 0;
  const all = peak.readsPerSecond + peak.writesPerSecond;
  const mean = (peak.readsPerSecond * reads.meanMs + peak.writesPerSecond * writes.meanMs) / all;
  const second = (peak.readsPerSecond * reads.meanMs ** 2 * (1 + reads.scv) + peak.writesPerSecond * writes.meanMs ** 2 * (1 + writes.scv)) / all;
  const spread = mean === 0 ? 1 : second / mean ** 2;
  const windows = Math.max(1, (span.toMicros - span.fromMicros) / 1e6 / peak.widthSeconds);
  return -normalQuantile(0.025 / windows) * Math.sqrt(spread / statements);
}

/** Undefined where nothing is known to grow: then the plan is in factors. */
function usedGrowth({ growth }: Demand): GivenGrowth | undefined {
  const known = (["reads", "writes", "data", "connections"] as const satisfies readonly Quantity[]).flatMap((quantity) => {
    const { used } = growth[quantity];
    return isUnknown(used) ? [] : [[quantity, used] as const];
  });
  return known.some(([, { perMonth }]) => perMonth.value > 0) ? Object.fromEntries(known) : undefined;
}

/** Not even a server for each statement meets an objective that is below the time of the statements themselves. */
function refuseUnreachable(objective: Objective | undefined, { reads, writes }: Pick<WorkloadFacts, "reads" | "writes">, now: DemandNow, error: number): void {
  if (objective === undefined) return;
  const both = allTimes({ reads, writes }, now);
  const alone = objective.quantile === "mean" ? both.meanMs : serviceQuantileMs(both, objective.quantile);
  // A sample of the times that is a little too long is no reason to refuse.
  if (alone * error < objective.limitMs) return;
  const what = objective.quantile === "mean" ? "the mean" : `the p${Number((objective.quantile * 100).toFixed(6))}`;
  throw new InputError(`--slo "${objective.text}" is below the service time itself: where nobody waits, ${what} is ${Number(alone.toPrecision(3))} ms already`, {
    hint: "pass an objective above it, or tune the statements first: shardplan plan without --slo names those that give back most",
  });
}

