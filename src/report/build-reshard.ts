import { isUnknown, type Known, type Measured, measureNames, type Measures, type ReshardPlan } from "../reshard/reshard-plan.ts";
import type { Movement, ShardUnion } from "../reshard/movement.ts";
import { worstOverMean } from "../reshard/movement.ts";
import { capacityAt } from "../reshard/capacity.ts";
import type { ReportedMeasure, ReshardReport } from "./schema-reshard.ts";

/** The plan as a report. */
export function buildReshardReport(
  plan: ReshardPlan,
  inputs: ReshardReport["inputs"],
  toolVersion: string,
): ReshardReport {
  const { union, procedure, headroom } = plan;
  const told = plan.sum[plan.told] as Movement;
  const nameOf = (shard: number): string => union.shards[shard]!;
  return {
    kind: "reshard",
    version: 1,
    tool: { name: "shardplan", version: toolVersion },
    seed: 0,
    inputs,
    change: {
      before: { target: plan.before.target, shards: [...plan.before.shards] },
      after: { target: plan.after.target, shards: [...plan.after.shards] },
      dropped: [...plan.dropped],
    },
    tables: plan.tables.map((table) => ({
      table: table.table,
      follows: table.leader === table.table ? null : table.leader,
      key: { before: [...table.key.before], after: [...table.key.after] },
      strategy: table.strategy,
      source: table.source,
      keptShare: table.keptShare,
      measures: measuresOf(table.measures, union),
      expected: table.expected,
      leastShare: table.least,
      way: {
        by: table.way.by,
        unit: "unit" in table.way ? table.way.unit : null,
        count: "count" in table.way ? table.way.count : null,
        moved: "moved" in table.way ? table.way.moved : null,
        because: "because" in table.way ? (table.way.because ?? null) : null,
      },
      leftOut: table.leftOut.map(({ reason, count }) => ({ reason, count })),
    })),
    unknownTables: plan.unknownTables.map((table) => ({ ...table })),
    referenceCopies: plan.referenceCopies.map((copy) => ({ ...copy })),
    unsharded: [...plan.unsharded],
    sum: measuresOf(plan.sum, union),
    told: plan.told,
    matrix: {
      shards: union.shards.map((name, shard) => ({
        name,
        status: !union.after.includes(shard) ? "goes" : union.before.includes(shard) ? "stays" : "comes",
        before: told.before[shard]!,
        after: told.after[shard]!,
        peak: headroom.peak[shard]!,
        extra: headroom.extra[shard]!,
      })),
      transfers: told.transfers.map(({ from, to, amount }) => ({ from: nameOf(from), to: nameOf(to), amount })),
    },
    storage: {
      fullestAtPeak: nameOf(headroom.fullest),
      needsMostExtra: nameOf(headroom.mostExtra),
      peakOverTotal: headroom.overTotal,
    },
    capacity: { before: capacityAt(told, 0), halfway: capacityAt(told, 0.5), after: capacityAt(told, 1) },
    seconds: isUnknown(plan.seconds) ? plan.seconds : { ...plan.seconds, because: [...plan.seconds.because] },
    procedure: {
      title: procedure.title,
      copies: procedure.copies,
      pause: { text: procedure.pause.text, mostSeconds: procedure.pause.mostSeconds ?? null },
      steps: procedure.steps.map((step) => ({ ...step })),
      facts: procedure.facts.map((fact) => ({ ...fact, sources: [...fact.sources] })),
    },
    strategies: plan.strategies.map(({ strategy, detail, switching, within, expected }) => ({
      strategy,
      detail: detail ?? null,
      switchingMovedShare: isUnknown(switching) ? switching : switching.movedShare,
      within: isUnknown(within)
        ? within
        : {
            movedShare: within.movedShare,
            worstOverMeanBefore: within.worstBefore,
            worstOverMeanAfter: within.worstAfter,
          },
      expected,
    })),
    remedies: plan.remedies.map(({ table, name, setting, before, after, cost }) => ({
      table,
      remedy: name,
      setting,
      before,
      after,
      cost,
    })),
  };
}

function measuresOf(measures: Measures, union: ShardUnion): ReshardReport["sum"] {
  return Object.fromEntries(measureNames.map((name) => [name, measureOf(measures[name], union)])) as ReshardReport["sum"];
}

function measureOf(measure: Known<Measured>, union: ShardUnion): ReportedMeasure | { unknown: string } {
  if (isUnknown(measure)) return measure;
  const nothing = { unknown: "nothing is on these shards" };
  return {
    moved: measure.moved,
    total: measure.total,
    movedShare: measure.total === 0 ? 0 : measure.moved / measure.total,
    movedShareError: measure.shareError,
    leastForEven: measure.leastForEven,
    refused: measure.refused,
    worstOverMeanBefore: worstOverMean(measure.before, union.before) ?? nothing,
    worstOverMeanAfter: worstOverMean(measure.after, union.after) ?? nothing,
    from: measure.from,
    complete: measure.complete,
  };
}
