import { isUnknown, type Known } from "../analyze/known.ts";
import { InputError } from "../base/input-error.ts";
import type { Design } from "../placement/design.ts";
import type { Schema } from "../sql/schema.ts";
import { normalQuantile } from "../simulate/distribution.ts";
import { serviceTimesMs } from "../simulate/workload-service.ts";
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
import type { Objective } from "./objective.ts";
import type { Choices } from "./search-clusters.ts";
import { type ServiceMix, serviceMix, serviceQuantileMs, type ServicePart } from "./service-mix.ts";
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
  /** How much longer statements take on a server of so many cores. */
  readonly slowdown: Rules["slowdown"];
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
  const parts = serviceParts(workload, settings.serviceMs);
  const facts: WorkloadFacts = {
    reads: serviceMix(parts.reads),
    writes: serviceMix(parts.writes),
    boundReadShare: orElse(boundReadShare(workload), 0),
    applyShare,
    applyThreads: 1,
  };
  const now = demandNow(workload, demand, facts, settings);
  refuseUnreachable(settings.requirements.objective, facts, now);
  const shares = design === undefined ? undefined : shardSharesOf(workload, schema, design);
  const limits = settings.systems.flatMap(limitsOf);
  const rules: Rules = {
    facts,
    requirements: settings.requirements,
    slowdown: settings.slowdown,
    // A default is a setting: it is told, and ends nothing.
    limits: limits.filter(({ kind }) => kind !== "default"),
    copyErlangs,
    timesError: timesError(workload, settings.requirements.objective, facts, now),
  };
  const choices: Choices = { today: settings.today, servers: settings.servers, shares, maxReplicas: settings.maxReplicas };
  const ladder: LadderFacts = { tuning: tuningOf(workload), groups: tableGroups(workload, schema), partitions: timePartitions(workload, schema) };
  const growth = usedGrowth(demand);
  const plan = planCapacity({ demand: now, growth, rules, choices, horizon: settings.horizonMonths, ladder, overlapMonths, seed: settings.seed });
  return { settings, demand, now, growth, facts, boundReads: boundReadShare(workload), shares, ladder, limits, plan, overlapMonths };
}

function serviceParts(workload: Workload, serviceMs: number | undefined): { readonly reads: readonly ServicePart[]; readonly writes: readonly ServicePart[] } {
  const of = (write: boolean): readonly ServicePart[] =>
    workload.templates.flatMap((use): readonly ServicePart[] => {
      if (isWrite(use.pattern) !== write || use.executions === 0) return [];
      const timesMs = serviceTimesMs(use, workload);
      if (timesMs !== undefined) return [{ timesMs, weight: use.executions }];
      return serviceMs === undefined ? [] : [{ timesMs: [serviceMs], exponential: Uint8Array.of(1), weight: use.executions }];
    });
  return { reads: of(false), writes: of(true) };
}

function demandNow(workload: Workload, demand: Demand, facts: WorkloadFacts, settings: PlanSettings): DemandNow {
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
  return {
    reads: around(erlangs.reads),
    writes: around(erlangs.writes),
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
function refuseUnreachable(objective: Objective | undefined, { reads, writes }: Pick<WorkloadFacts, "reads" | "writes">, now: DemandNow): void {
  if (objective === undefined) return;
  const both = allTimes({ reads, writes }, now);
  const alone = objective.quantile === "mean" ? both.meanMs : serviceQuantileMs(both, objective.quantile);
  if (alone < objective.limitMs) return;
  const what = objective.quantile === "mean" ? "the mean" : `the p${Number((objective.quantile * 100).toFixed(6))}`;
  throw new InputError(`--slo "${objective.text}" is below the service time itself: where nobody waits, ${what} is ${Number(alone.toPrecision(3))} ms already`, {
    hint: "pass an objective above it, or tune the statements first: shardplan plan without --slo names those that give back most",
  });
}

function allTimes({ reads, writes }: Pick<WorkloadFacts, "reads" | "writes">, now: DemandNow): ServiceMix {
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
function timesError(workload: Workload, objective: Objective | undefined, facts: WorkloadFacts, now: DemandNow): Rules["timesError"] {
  const samples = workload.shapes.reduce((sum, { sample }) => sum + sample.events().length, 0);
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
