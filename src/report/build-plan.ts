import { findingsOfPlan, type PlanFindingInput } from "../advice/plan-findings.ts";
import { isUnknown, type Known } from "../analyze/known.ts";
import type { Growth } from "../plan/growth.ts";
import { type Cluster, nodesOf, type Server } from "../plan/cluster.ts";
import type { Estimate } from "../plan/estimate.ts";
import type { Use } from "../plan/judge-cluster.ts";
import type { LoadLevel } from "../plan/load-profile.ts";
import { limitsAsLoad } from "../plan/load-chart.ts";
import type { WorkloadPlan } from "../plan/plan-of-workload.ts";
import type { PlannedReshard } from "../plan/reshards.ts";
import type { ConfirmedStep } from "../plan/capacity-plan.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { findingPart } from "./finding-part.ts";
import { planNotes, rungWords, verdictText } from "./plan-text.ts";
import { known, round } from "./rounded.ts";
import type { PlanReport } from "./schema-plan.ts";

export interface PlanReportInput {
  readonly plan: WorkloadPlan;
  readonly reshards: readonly PlannedReshard[];
  readonly inputs: PlanReport["inputs"];
  readonly toolVersion: string;
  /** The unit of prices; undefined where servers have none. */
  readonly currency: string | undefined;
  readonly keyText: (key: readonly KeyValue[]) => string;
}

/** One plain value with everything that is printed; rounded here. */
export function buildPlan(input: PlanReportInput): PlanReport {
  const { plan: whole, reshards, inputs, toolVersion, currency, keyText } = input;
  const { settings, plan, now, facts, ladder, shares } = whole;
  const { path, cheapest } = plan;
  const months = path.scale === "months";
  const last = plan.steps.at(-1);
  const held = last !== undefined && last.until.value >= path.horizon;
  const places = {
    unshardedUntil: placeOf(plan.unshardedUntil),
    shardsAtHorizon: months && held ? last.cluster.shards : null,
  };
  return {
    kind: "plan",
    version: 1,
    tool: { name: "shardplan", version: toolVersion },
    seed: settings.seed,
    inputs,
    scale: path.scale,
    horizonMonths: months ? path.horizon : null,
    required: {
      maxUtilisation: settings.requirements.maxUtilisation,
      objective: settings.requirements.objective?.text ?? null,
      survive: settings.requirements.survive,
      maxLagMs: settings.requirements.maxLagMs,
      maxStorageShare: settings.requirements.maxStorageShare,
    },
    verdict: { text: verdictText(whole), ...places },
    now: {
      ...levelsOf(whole),
      demand: {
        reads: estimateOf(now.reads),
        writes: estimateOf(now.writes),
        readsPerSecond: estimateOf(now.readsPerSecond),
        writesPerSecond: estimateOf(now.writesPerSecond),
      },
      busiestHour: known(whole.demand.hours, (hours) => {
        const most = busiest(hours);
        return { hour: most.at, perSecond: round(most.readsPerSecond.value + most.writesPerSecond.value) };
      }),
      busiestWeekday: known(whole.demand.weekdays, (days) => {
        const most = busiest(days);
        return { weekday: most.at, perSecond: round(most.readsPerSecond.value + most.writesPerSecond.value) };
      }),
      storageBytes: now.bytes === undefined ? { unknown: "pass --data with the size of all data, such as 100GB" } : round(now.bytes.value),
      connections: now.connections === undefined ? known(whole.demand.connections.sessions, ({ count }) => count) : round(now.connections.value),
      workingSet: { unknown: "a log does not say which pages are read" },
      service: { readMs: round(facts.reads.meanMs), writeMs: round(facts.writes.meanMs), from: isUnknown(whole.queueing) ? "the log's durations" : "the log's durations, without the waiting in them" },
      limits: plan.now.map(useOf),
    },
    growth: (["reads", "writes", "data", "connections"] as const).map((quantity) => {
      const { used, from, measured } = whole.demand.growth[quantity];
      return { quantity, used: known(used, growthOf), from, measured: known(measured as Known<{ readonly growth: Growth }>, ({ growth }) => growthOf(growth)) };
    }),
    ladder: plan.rungs.map(({ rung, from, until, cluster, endedBy, hotKeyAlone, why }) => ({
      rung,
      from: placeOf(from),
      until: until === undefined ? null : placeOf(until),
      cluster: cluster === undefined ? null : clusterOf(cluster),
      endedBy: endedBy === undefined ? null : useOf(endedBy),
      hotKeyAlone,
      why: why ?? null,
    })),
    tune: (ladder.tuning?.candidates ?? []).map(({ use, timeShare, givesBack }) => ({
      template: use.template.text,
      timeShare: round(timeShare),
      givesBack: round(givesBack),
    })),
    splitTables: ladder.groups.map(({ tables, workShare }) => ({ tables: [...tables], workShare: round(workShare) })),
    partition: ladder.partitions.map(({ table, column, insertShare, boundShare }) => {
      const design = shares?.design.tables.get(table);
      return {
        table,
        column,
        insertShare: round(insertShare),
        boundShare: round(boundShare),
        shardBy: design?.kind === "sharded" ? [...design.shardKey] : null,
      };
    }),
    isolate:
      shares?.hotKey === undefined
        ? null
        : { table: shares.hotKey.table, columns: [...shares.hotKey.columns], key: keyText(shares.hotKey.value), share: round(shares.hotKey.share) },
    shardBy: [...(shares?.design.tables ?? [])].flatMap(([table, design]) =>
      design.kind === "sharded" ? [{ table, columns: [...design.shardKey], strategy: design.strategy }] : [],
    ),
    steps: plan.steps.map((step) => ({
      cluster: clusterOf(step.cluster),
      from: placeOf(step.from),
      until: placeOf(step.until),
      endedBy: step.endedBy === undefined ? null : useOf(step.endedBy),
      hotKeyAlone: step.hotKeyAlone,
      confirmation: confirmationOf(step),
    })),
    reshards: reshards.map(({ from, to, at, movedShare, rows, bytes, seconds }) => ({
      from,
      to,
      at: placeOf(at),
      movedShare: known(movedShare, round),
      rows: known(rows, round),
      bytes: known(bytes, round),
      seconds: known(seconds, ({ least, most }) => ({ least: round(least), most: round(most) })),
    })),
    cost:
      cheapest === undefined
        ? null
        : {
            unit: allPriced(settings.servers) && currency !== undefined ? currency : "core-months",
            total: round(cheapest.cost),
            changes: round(cheapest.changeCost),
            smallestFirst: round(cheapest.smallestCost),
            overlapMonths: whole.overlapMonths,
          },
    grownAlone: plan.alone.map(({ quantity, today, unsharded }) => ({ quantity, today: finite(today), unsharded: finite(unsharded) })),
    hangsOn: plan.hangsOn.map(({ name, from, low, high }) => ({
      assumption: name,
      from,
      low: { text: low.text, unshardedUntil: finite(low.answer.unshardedUntil), shards: low.answer.shards ?? null },
      high: { text: high.text, unshardedUntil: finite(high.answer.unshardedUntil), shards: high.answer.shards ?? null },
    })),
    chart: limitsAsLoad(plan),
    notes: [...planNotes(whole)],
    findings: findingsOfPlan(findingInput(whole)).map((finding) => findingPart(finding)),
  };
}

function findingInput({ plan, demand }: WorkloadPlan): PlanFindingInput {
  const next = plan.rungs.find(({ rung, from, until }) => rung !== "as-it-is" && until !== undefined && until.value > from.value);
  const reads = demand.growth.reads.from;
  return {
    due:
      plan.path.scale === "factor" || next === undefined
        ? undefined
        : {
            rung: rungWords[next.rung],
            months: next.from.value,
            low: next.from.low,
            high: next.from.high,
            because: reads === "measured" ? "by the growth that the log shows" : "by the growth that was given",
          },
    limits: plan.now.flatMap(({ fact, used, allowed }) =>
      fact === undefined ? [] : [{ system: fact.system, fact: fact.fact, kind: fact.kind, used, allowed }],
    ),
  };
}

function levelsOf({ demand }: WorkloadPlan): Pick<PlanReport["now"], "overall" | "typical" | "peak" | "peakSeconds"> {
  const { load } = demand;
  if (isUnknown(load)) return { overall: load, typical: load, peak: load, peakSeconds: null };
  return { overall: levelOf(load.overall), typical: levelOf(load.typical), peak: levelOf(load.peak), peakSeconds: load.peak.widthSeconds };
}

function levelOf({ readsPerSecond, writesPerSecond, erlangs }: LoadLevel): Exclude<PlanReport["now"]["overall"], { unknown: string }> {
  return {
    readsPerSecond: round(readsPerSecond),
    writesPerSecond: round(writesPerSecond),
    reads: known(erlangs, ({ reads }) => round(reads)),
    writes: known(erlangs, ({ writes }) => round(writes)),
  };
}

type Season = Exclude<WorkloadPlan["demand"]["hours"], { unknown: string }>;

const busiest = (levels: Season): Season[number] =>
  levels.reduce((most, level) =>
    level.readsPerSecond.value + level.writesPerSecond.value > most.readsPerSecond.value + most.writesPerSecond.value ? level : most,
  );

const allPriced = (servers: readonly Server[]): boolean => servers.every(({ pricePerMonth }) => pricePerMonth !== undefined);

const finite = (value: number): number | null => (Number.isFinite(value) ? round(value) : null);

const placeOf = ({ value, low, high }: Estimate): PlanReport["verdict"]["unshardedUntil"] => ({ value: finite(value), low: finite(low), high: finite(high) });

const estimateOf = ({ value, low, high }: Estimate): Estimate => ({ value: round(value), low: round(low), high: round(high) });

const growthOf = ({ kind, perMonth }: Growth): Growth => ({ kind, perMonth: estimateOf(perMonth) });

function useOf({ limit, used, allowed, unit, afterFailure, fact }: Use): PlanReport["now"]["limits"][number] {
  return {
    limit,
    used: finite(used),
    allowed: round(allowed),
    unit,
    afterFailure,
    fact: fact === undefined ? null : { system: fact.system, text: fact.fact, kind: fact.kind, sources: [...fact.sources] },
  };
}

function clusterOf(cluster: Cluster): PlanReport["steps"][number]["cluster"] {
  const { server, shards, replicas, readsFrom } = cluster;
  const nodes = nodesOf(cluster);
  return {
    server: server.name,
    cores: server.cores,
    shards,
    replicas,
    readsFrom,
    nodes,
    pricePerMonth: server.pricePerMonth === undefined ? null : round(server.pricePerMonth * nodes),
  };
}

function confirmationOf({ confirmation, confirmedAt }: ConfirmedStep): PlanReport["steps"][number]["confirmation"] {
  if (confirmation === undefined) return null;
  const { quantile, formulaMs, simulatedMs, lowMs, highMs } = confirmation;
  return {
    at: round(confirmedAt),
    measure: quantile === "mean" ? "mean" : `p${Number((quantile * 100).toFixed(6))}`,
    formulaMs: round(formulaMs),
    simulatedMs: round(simulatedMs),
    simulatedLowMs: finite(lowMs),
    simulatedHighMs: finite(highMs),
    difference: round(formulaMs === 0 ? 0 : simulatedMs / formulaMs - 1),
    formulaUtilisation: round(confirmation.formulaUtilisation),
    simulatedUtilisation: round(confirmation.simulatedUtilisation),
    requests: confirmation.requests,
  };
}
