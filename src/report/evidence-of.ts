import type { Evidence, Measured } from "../advice/budgets/measure.ts";
import type { Known } from "../analyze/known.ts";
import type { PlanReport } from "./schema-plan.ts";
import type { ReshardReport } from "./schema-reshard.ts";
import type { Simulation } from "./simulation-schema.ts";

/** A measure's name in a budgets file, and what the document says of it. */
export type NamedEvidence = readonly (readonly [string, Evidence])[];

/** Every measure of every variant, within its 95 % interval, under the names that the simulation gives them. */
export function evidenceOfSimulation({ variants }: Simulation, file: string): NamedEvidence {
  return variants.flatMap(({ measures, expectations }) => [
    ...measures.map(({ name, value, low, high, note }) => [name, { file, measured: interval(value, low, high, note) }] as const),
    ...(expectations.length === 0
      ? []
      : [["expectationsFailed", { file, measured: one(expectations.filter(({ holds }) => holds !== true).length) }] as const]),
  ]);
}

/** `reshard.rowsMoved`, `reshard.rowsMovedShare`, ... in the units of `reshard --json`. */
export function evidenceOfReshard({ sum, seconds, storage, capacity }: ReshardReport, file: string): NamedEvidence {
  const measured = (["keys", "accesses", "rows", "bytes"] as const).flatMap((name) => {
    const known = sum[name];
    const of = (pick: (value: Exclude<typeof known, { unknown: string }>) => Known<Measured>): Known<Measured> =>
      "unknown" in known ? { unknown: known.unknown } : pick(known);
    return [
      [`${name}Moved`, of(({ moved }) => one(moved))],
      [`${name}MovedShare`, of(({ movedShare, movedShareError: error }) => interval(movedShare, movedShare - 1.959964 * error, movedShare + 1.959964 * error, null))],
      [`${name}WorstOverMean`, of(({ worstOverMeanAfter: after }) => (typeof after === "number" ? one(after) : after))],
    ] as const;
  });
  const all: readonly (readonly [string, Known<Measured>])[] = [
    ...measured,
    ["seconds", "unknown" in seconds ? seconds : interval(seconds.most, seconds.least, seconds.most, null)],
    ["peakOverTotal", one(storage.peakOverTotal)],
    ["capacityHalfway", one(capacity.halfway)],
  ];
  return all.map(([name, value]) => [`reshard.${name}`, { file, measured: value }] as const);
}

/**
 * `plan.asItIsUntil...` and `plan.unshardedUntil...` with Months or Factor, as the plan's scale is, within their intervals;
 * `plan.shardsAtHorizon`, `plan.nodesAtHorizon`, `plan.pricePerMonthAtHorizon` and `plan.cost`.
 */
export function evidenceOfPlan({ scale, verdict, ladder, steps, horizonMonths, cost }: PlanReport, file: string): NamedEvidence {
  type Place = PlanReport["verdict"]["unshardedUntil"];
  // No end is as far as one can ask.
  const place = ({ low, high }: Place): Known<Measured> => ({ low: low ?? Infinity, high: high ?? Infinity, because: low === high ? undefined : "it is an interval" });
  const inScale = (name: string, value: Place): readonly (readonly [string, Known<Measured>])[] => {
    const other = { unknown: scale === "months" ? "the plan is in months" : "the plan is in times of today's load: pass --growth" };
    const [months, factor] = scale === "months" ? [place(value), other] : [other, place(value)];
    return [
      [`${name}Months`, months],
      [`${name}Factor`, factor],
    ];
  };
  const last = steps.at(-1);
  const atHorizon = (amount: number | null | undefined): Known<Measured> =>
    scale === "factor"
      ? { unknown: "the plan is in times of today's load and has no horizon: pass --growth" }
      : last === undefined || (last.until.value ?? Infinity) < horizonMonths!
        ? { unknown: "nothing that can be had holds until the horizon" }
        : amount === null || amount === undefined
          ? { unknown: "not every node has a price" }
          : one(amount);
  const all: readonly (readonly [string, Known<Measured>])[] = [
    ...inScale("asItIsUntil", ladder.find(({ rung }) => rung === "as-it-is")!.until!),
    ...inScale("unshardedUntil", verdict.unshardedUntil),
    ["shardsAtHorizon", atHorizon(last?.cluster.shards)],
    ["nodesAtHorizon", atHorizon(last?.cluster.nodes)],
    ["pricePerMonthAtHorizon", atHorizon(last?.cluster.pricePerMonth)],
    ["cost", cost === null ? atHorizon(undefined) : one(cost.total)],
  ];
  return all.map(([name, value]) => [`plan.${name}`, { file, measured: value }] as const);
}

const one = (value: number): Measured => ({ low: value, high: value, because: undefined });

function interval(value: number | null, low: number | null, high: number | null, note: string | null): Known<Measured> {
  if (value === null) return { unknown: note ?? "the document does not know it" };
  if (low === null || high === null) return { unknown: note ?? "too few samples for an interval" };
  return { low, high, because: low === high ? undefined : (note ?? "it is an interval") };
}
