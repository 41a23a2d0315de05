import type { SourcePlace } from "../../placement/design-source.ts";
import type { Weighting } from "./measure-design.ts";
import type { MeasureName } from "./measure.ts";

/** What a team allows. `min` and `max` are inclusive. */
export interface Budget {
  readonly on: BudgetSubject;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** In the budgets file; undefined for one that follows from a baseline. */
  readonly place: SourcePlace | undefined;
}

export type BudgetSubject =
  | { readonly scope: "cluster"; readonly measure: MeasureName }
  /** `table`: a name, or "*" for every table that the file does not name for this measure. */
  | { readonly scope: "table"; readonly measure: MeasureName; readonly table: string }
  /** `template`: its text, in which `*` stands for any text. The first pattern that fits decides for its measures. */
  | { readonly scope: "template"; readonly measure: MeasureName; readonly template: string }
  /** `measure`: a name in the JSON of another command, such as `latency.p99`. */
  | { readonly scope: "evidence"; readonly measure: string };

export interface Budgets {
  /** The file's name; undefined when they follow from a baseline. */
  readonly file: string | undefined;
  readonly weighting: Weighting;
  readonly budgets: readonly Budget[];
}
