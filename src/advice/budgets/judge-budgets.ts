import { nearest } from "../../analyze/nearest-name.ts";
import type { DesignEvaluation, TableEvaluation, TemplateEvaluation } from "../../analyze/designs/evaluate-design.ts";
import { isUnknown, type Known } from "../../analyze/known.ts";
import { InputError } from "../../base/input-error.ts";
import { byName } from "../../base/order.ts";
import { gotWorse, type Baseline } from "./baseline.ts";
import type { Budget, Budgets } from "./budget.ts";
import { blamedTemplates, clusterSubject, measureOf, tableSubject, templateSubject, type Subject } from "./measure-design.ts";
import type { Evidence, Measured, MeasureName } from "./measure.ts";

/**
 * "holds": whatever is not known. "over": whatever is not known. "unknown": what is not known decides, so it does not pass.
 * "not-worse": it does not hold, but it did not in the baseline either, and is no worse.
 */
export type BudgetStatus = "holds" | "over" | "unknown" | "not-worse";

export interface BudgetOutcome {
  readonly budget: Budget;
  /** The table, or the template's text; undefined for the cluster and evidence. */
  readonly subject: string | undefined;
  readonly status: BudgetStatus;
  readonly measured: Known<Measured>;
  /** The same in the baseline; undefined where it has no such measure. */
  readonly before: Known<Measured> | undefined;
  /** The documents that it was taken from. */
  readonly evidence: readonly string[];
  /** The templates that make it so, the worst first; of the outcomes that do not hold. */
  readonly blamed: readonly TemplateEvaluation[];
}

/** Kinds of documents whose measures can be held against budgets. */
export type EvidenceKind = "simulation" | "reshard" | "plan";

export interface EvidenceInput {
  /** By name, one for each document that has it. */
  readonly measures: ReadonlyMap<string, readonly Evidence[]>;
  /** Kinds of the documents that were passed. */
  readonly kinds: ReadonlySet<EvidenceKind>;
}

/** Templates that are named for a budget that does not hold, at most. */
const blamedLimit = 3;

/** Holds budgets against a design's evaluation. Throws InputError for a table or a measure that is nowhere. */
export function judgeBudgets(
  { budgets, weighting, file }: Budgets,
  evaluation: DesignEvaluation,
  evidence: EvidenceInput,
  baseline: Baseline | undefined,
): readonly BudgetOutcome[] {
  const outcomes: BudgetOutcome[] = [];
  const add = (budget: Budget, measure: MeasureName, subject: Subject, name: string | undefined, before: Known<Measured> | undefined): void => {
    const measured = measureOf(measure, subject);
    const status = statusOf(budget, measured, before);
    const blamed = status === "over" || status === "unknown" ? blamedTemplates(measure, subject).slice(0, blamedLimit) : [];
    outcomes.push({ budget, subject: name, status, measured, before, evidence: [], blamed });
  };
  const named = namedTables(budgets);
  for (const budget of budgets) {
    const { on } = budget;
    if (on.scope === "cluster")
      add(budget, on.measure, clusterSubject(evaluation, weighting), undefined, baseline?.cluster.get(on.measure));
    else if (on.scope === "table") {
      for (const { name, table } of tablesOf(on, evaluation, named, budget, file)) {
        const before = baseline?.tables.get(name)?.get(on.measure);
        if (table === undefined) outcomes.push(unreached(budget, name, "no statement of the log reaches it", before));
        else add(budget, on.measure, tableSubject(evaluation, table, weighting), name, before);
      }
    } else if (on.scope === "evidence") outcomes.push(ofEvidence(budget, on.measure, evidence, baseline, file));
  }
  const templateBudgets = budgets.flatMap((budget) => (budget.on.scope === "template" ? [{ budget, on: budget.on }] : []));
  const fitting = new Set<Budget>();
  const texts = new Set(evaluation.templates.map(({ use }) => use.template.text));
  const templates = [...evaluation.templates].sort((a, b) => b.work - a.work || byName(a.use.template.text, b.use.template.text));
  for (const template of templates) {
    const { text } = template.use.template;
    const decided = new Set<MeasureName>();
    for (const { budget, on } of templateBudgets) {
      // A text that is in the log means itself, whatever stars are in it.
      if (texts.has(on.template) || budget.place === undefined ? on.template !== text : !fits(on.template, text)) continue;
      fitting.add(budget);
      if (decided.has(on.measure)) continue;
      decided.add(on.measure);
      add(budget, on.measure, templateSubject(evaluation, template, weighting), text, baseline?.templates.get(text)?.get(on.measure));
    }
  }
  for (const { budget, on } of templateBudgets)
    // What is gone since the baseline is no loss; what somebody wrote down is.
    if (!fitting.has(budget) && budget.place !== undefined)
      outcomes.push(unreached(budget, on.template, "no template of the log fits it", undefined));
  return outcomes;
}

/** Whether an outcome lets a check fail. */
export const fails = ({ status }: BudgetOutcome): boolean => status === "over" || status === "unknown";

function statusOf(budget: Budget, measured: Known<Measured>, before: Known<Measured> | undefined): BudgetStatus {
  const status = against(budget, measured);
  return status !== "holds" && before !== undefined && !gotWorse(budget, measured, before) ? "not-worse" : status;
}

/** Half a unit of the 15th digit: 0.1 + 0.2 is no more than 0.3. */
const roundingSlack = 1e-12;

function against({ min = -Infinity, max = Infinity }: Budget, measured: Known<Measured>): BudgetStatus {
  if (isUnknown(measured)) return "unknown";
  const { low, high } = measured;
  if (low > max + roundingSlack || high < min - roundingSlack) return "over";
  return high <= max + roundingSlack && low >= min - roundingSlack ? "holds" : "unknown";
}

function unreached(budget: Budget, subject: string | undefined, unknown: string, before: Known<Measured> | undefined): BudgetOutcome {
  return { budget, subject, status: "unknown", measured: { unknown }, before, evidence: [], blamed: [] };
}

function namedTables(budgets: readonly Budget[]): ReadonlySet<string> {
  return new Set(budgets.flatMap(({ on }) => (on.scope === "table" && on.table !== "*" ? [`${on.table} ${on.measure}`] : [])));
}

/** Measures that a table has by its key. */
const keyMeasures: readonly MeasureName[] = ["worstShardOverMean", "hottestKeyShare", "scaleOutFactor"];

function tablesOf(
  { table: wanted, measure }: { readonly table: string; readonly measure: MeasureName },
  { tables, design }: DesignEvaluation,
  named: ReadonlySet<string>,
  { place }: Budget,
  file: string | undefined,
): readonly { readonly name: string; readonly table: TableEvaluation | undefined }[] {
  if (wanted !== "*") {
    const table = tables.find(({ load }) => load.table.toLowerCase() === wanted);
    if (table !== undefined || design.tables.has(wanted)) return [{ name: table?.load.table ?? wanted, table }];
    const names = [...new Set([...design.tables.keys(), ...tables.map(({ load }) => load.table)])];
    throw new InputError(`${placed(file, place)}no table "${wanted}" in the design or the log`, { hint: nearest(wanted, names, "tables") });
  }
  return tables
    .filter(({ load }) => !named.has(`${load.table.toLowerCase()} ${measure}`))
    .filter(({ design: given }) => !keyMeasures.includes(measure) || given === undefined || given.kind === "sharded")
    .map((table) => ({ name: table.load.table, table }));
}

function ofEvidence(
  budget: Budget,
  measure: string,
  { measures, kinds }: EvidenceInput,
  baseline: Baseline | undefined,
  file: string | undefined,
): BudgetOutcome {
  const found = measures.get(measure);
  const before = baseline?.evidence.get(measure);
  if (found === undefined) {
    const kind: EvidenceKind = measure.startsWith("reshard.") ? "reshard" : measure.startsWith("plan.") ? "plan" : "simulation";
    if (kinds.has(kind))
      throw new InputError(`${placed(file, budget.place)}no measure "${measure}" in the evidence`, {
        hint: nearest(measure, [...measures.keys()], "measures there"),
      });
    const command = kind === "simulation" ? "simulate" : kind;
    return unreached(budget, undefined, `no document was passed with --evidence that has it; ${command} --json writes one`, before);
  }
  const blind = found.find(({ measured }) => isUnknown(measured));
  const values = found.flatMap(({ measured }) => (isUnknown(measured) ? [] : [measured]));
  // Of several documents, or several variants in one, the worst counts.
  const measured: Known<Measured> =
    blind === undefined
      ? {
          low: budget.min === undefined ? Math.max(...values.map(({ low }) => low)) : Math.min(...values.map(({ low }) => low)),
          high: budget.max === undefined ? Math.min(...values.map(({ high }) => high)) : Math.max(...values.map(({ high }) => high)),
          because: values.find(({ because }) => because !== undefined)?.because,
        }
      : blind.measured;
  const evidence = [...new Set(found.map(({ file: document }) => document))];
  return { budget, subject: undefined, status: statusOf(budget, measured, before), measured, before, evidence, blamed: [] };
}

const placed = (file: string | undefined, place: Budget["place"]): string =>
  file === undefined || place === undefined ? "" : `${file}:${place.line}:${place.column}: `;

/** `*` stands for any text, also for itself. White space is one space. */
function fits(pattern: string, text: string): boolean {
  const [first, ...others] = pattern.trim().replace(/\s+/g, " ").split("*") as [string, ...string[]];
  const plain = text.trim().replace(/\s+/g, " ");
  const last = others.pop();
  if (last === undefined) return plain === first;
  if (!plain.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = plain.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return plain.length - last.length >= at && plain.endsWith(last);
}
