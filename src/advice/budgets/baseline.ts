import type { Known } from "../../analyze/known.ts";
import type { Budget, Budgets } from "./budget.ts";
import type { Weighting } from "./measure-design.ts";
import { measureNamesOf, measures, type Measured, type MeasureName } from "./measure.ts";
import { isUnknown } from "../../analyze/known.ts";

export type MeasuredValues = ReadonlyMap<string, Known<Measured>>;

/** An earlier report, as far as it says what budgets are about. */
export interface Baseline {
  readonly file: string;
  readonly cluster: MeasuredValues;
  readonly tables: ReadonlyMap<string, MeasuredValues>;
  /** By the template's text. */
  readonly templates: ReadonlyMap<string, MeasuredValues>;
  readonly evidence: MeasuredValues;
  /** False: it lists only the templates that touch more than one shard, so that a new one may have been there. */
  readonly listsAllTemplates: boolean;
}

/** A difference that rounding to six digits makes is none. */
const leastDifference = 1e-5;

/** Whether a measure got worse in the direction that its budget looks at. */
export function gotWorse({ min, max }: Budget, now: Known<Measured>, before: Known<Measured>): boolean {
  if (isUnknown(now)) return !isUnknown(before);
  if (isUnknown(before)) return false;
  const slack = (value: number): number => Math.max(1e-9, Math.abs(value) * leastDifference);
  return (
    (max !== undefined && now.high > before.high + slack(before.high)) ||
    (min !== undefined && now.low < before.low - slack(before.low))
  );
}

/**
 * What follows from a baseline alone: no measure of the cluster may get worse, no template that was on one shard may leave
 * it, and none that is new may scatter, join across shards or be unknown.
 */
export function budgetsOfBaseline(baseline: Baseline, weighting: Weighting, newTemplates: readonly string[]): Budgets {
  const budgets = measureNamesOf("cluster").flatMap((measure): readonly Budget[] => {
    const before = baseline.cluster.get(measure);
    return before === undefined || isUnknown(before)
      ? []
      : [{ on: { scope: "cluster", measure }, ...boundOf(measure, before), place: undefined }];
  });
  const known = [...baseline.templates].flatMap(([template, values]): readonly Budget[] => {
    const before = values.get("singleShardShare");
    return before === undefined || isUnknown(before)
      ? []
      : [{ on: { scope: "template", measure: "singleShardShare", template }, ...boundOf("singleShardShare", before), place: undefined }];
  });
  const fresh = newTemplates.flatMap((template) =>
    (["scatterShare", "crossShardJoinShare", "unknownShare"] as const).map(
      (measure): Budget => ({ on: { scope: "template", measure, template }, min: undefined, max: 0, place: undefined }),
    ),
  );
  return { file: undefined, weighting, budgets: [...budgets, ...known, ...fresh] };
}

function boundOf(measure: MeasureName, { low, high }: Measured): { readonly min: number | undefined; readonly max: number | undefined } {
  return measures[measure].better === "more" ? { min: low, max: undefined } : { min: undefined, max: high };
}
