import type { Baseline } from "../advice/budgets/baseline.ts";
import { fails, type BudgetOutcome, type EvidenceInput } from "../advice/budgets/judge-budgets.ts";
import { clusterSubject, measureOf, tableSubject, templateSubject, type Subject, type Weighting } from "../advice/budgets/measure-design.ts";
import { measureNamesOf, measures, type Measured, type Scope } from "../advice/budgets/measure.ts";
import type { DesignEvaluation, TemplateEvaluation } from "../analyze/designs/evaluate-design.ts";
import { isUnknown, type Known } from "../analyze/known.ts";
import { byName } from "../base/order.ts";
import type { Origin } from "../ingest/entry.ts";
import { becauseText } from "../routing/because-text.ts";
import type { Workload } from "../workload/workload.ts";
import { plainText } from "./plain-text.ts";
import { round } from "./rounded.ts";
import type { CheckedTemplate, CheckReport, ReportedMeasured } from "./schema-check.ts";

export interface CheckInput {
  readonly workload: Workload;
  readonly evaluation: DesignEvaluation;
  readonly weighting: Weighting;
  readonly outcomes: readonly BudgetOutcome[];
  readonly budgetsFile: string | undefined;
  readonly evidence: EvidenceInput;
  readonly baseline: Baseline | undefined;
  readonly inputs: CheckReport["inputs"];
  readonly toolVersion: string;
  /** Line of a record; see `originsOfCheck`. */
  readonly locate: (origin: Origin) => { readonly line?: number } | undefined;
}

/** Templates that were not in the baseline: of one that lists only those that hurt, those that hurt now. */
export function newTemplates(evaluation: DesignEvaluation, baseline: Baseline | undefined): readonly TemplateEvaluation[] {
  if (baseline === undefined) return [];
  return byWork(evaluation.templates).filter(
    ({ use, cost }) =>
      !baseline.templates.has(use.template.text) &&
      (baseline.listsAllTemplates || cost.counts.oneShard < use.executions),
  );
}

/** The records whose lines the report will name: for the caller to look up, because only it may open files. */
export function originsOfCheck(outcomes: readonly BudgetOutcome[], fresh: readonly TemplateEvaluation[]): readonly Origin[] {
  return [...outcomes.flatMap(({ blamed }) => blamed), ...fresh].map(({ use }) => use.first);
}

/** One plain value with everything that is printed; rounded here. */
export function buildCheck(input: CheckInput): CheckReport {
  const { workload, evaluation, outcomes, baseline, weighting } = input;
  const templates = byWork(evaluation.templates);
  const texts = new Set(templates.map(({ use }) => use.template.text));
  const counted = (status: BudgetOutcome["status"]): number => outcomes.filter((outcome) => outcome.status === status).length;
  const templateOf = (template: TemplateEvaluation): CheckedTemplate => templatePart(template, input);
  return {
    kind: "check",
    version: 1,
    tool: { name: "shardplan", version: input.toolVersion },
    seed: 0,
    inputs: input.inputs,
    read: {
      records: workload.records,
      executions: workload.executions,
      skipped: workload.skipped.map(({ reason, count }) => ({ reason, count })),
    },
    design: designPart(evaluation),
    weightedBy: weighting,
    passed: !outcomes.some(fails),
    counts: { holds: counted("holds"), over: counted("over"), unknown: counted("unknown"), notWorse: counted("not-worse") },
    budgets: outcomes.map(({ budget, subject, status, measured, before, evidence, blamed }) => {
      const { on, min, max, place } = budget;
      const definition = on.scope === "evidence" ? undefined : measures[on.measure];
      return {
        scope: on.scope,
        subject: subject ?? null,
        measure: on.measure,
        words: definition?.words ?? null,
        unit: definition?.unit ?? null,
        status,
        value: measuredPart(measured),
        min: min === undefined ? null : round(min),
        max: max === undefined ? null : round(max),
        before: before === undefined ? null : measuredPart(before),
        place: place === undefined || input.budgetsFile === undefined ? null : { file: input.budgetsFile, ...place },
        evidence: [...evidence],
        templates: blamed.map(templateOf),
      };
    }),
    measures: {
      cluster: measuresOf("cluster", clusterSubject(evaluation, weighting)),
      evidence: evidencePart(input.evidence),
      tables: evaluation.tables.map((table) => ({
        table: table.load.table,
        measures: measuresOf("table", tableSubject(evaluation, table, weighting)),
      })),
      templates: templates.map((template) => ({
        ...templateOf(template),
        measures: measuresOf("template", templateSubject(evaluation, template, weighting)),
      })),
    },
    baseline:
      baseline === undefined
        ? null
        : {
            file: baseline.file,
            listsAllTemplates: baseline.listsAllTemplates,
            newTemplates: newTemplates(evaluation, baseline).map(templateOf),
            goneTemplates: [...baseline.templates.keys()].filter((text) => !texts.has(text)).sort(byName),
          },
  };
}

function designPart({ design }: DesignEvaluation): CheckReport["design"] {
  return {
    target: design.target,
    shards: design.shards.length,
    tables: [...design.tables].map(([table, given]) => ({
      table,
      kind: given.kind,
      shardKey: given.kind === "sharded" ? [...given.shardKey] : [],
      strategy: given.kind === "sharded" ? given.strategy : null,
      colocatedWith: given.kind === "sharded" ? (given.colocatedWith ?? null) : null,
    })),
  };
}

function measuresOf(scope: Scope, subject: Subject): Record<string, ReportedMeasured> {
  return Object.fromEntries(measureNamesOf(scope).map((name) => [name, measuredPart(measureOf(name, subject))]));
}

/** Of a measure that several documents have, all are within the bounds. */
function evidencePart({ measures: all }: EvidenceInput): Record<string, ReportedMeasured> {
  return Object.fromEntries(
    [...all]
      .sort(([a], [b]) => byName(a, b))
      .map(([name, found]) => {
        const values = found.flatMap(({ measured }) => (isUnknown(measured) ? [] : [measured]));
        const blind = found.find(({ measured }) => isUnknown(measured));
        if (blind !== undefined) return [name, measuredPart(blind.measured)];
        const low = Math.min(...values.map((value) => value.low));
        const high = Math.max(...values.map((value) => value.high));
        return [name, measuredPart({ low, high, because: values.find(({ because }) => because !== undefined)?.because })];
      }),
  );
}

function measuredPart(measured: Known<Measured>): ReportedMeasured {
  if (isUnknown(measured)) return { unknown: measured.unknown };
  return { atLeast: round(measured.low), atMost: round(measured.high), because: measured.because ?? null };
}

function templatePart({ use, cost }: TemplateEvaluation, { workload, evaluation, locate }: CheckInput): CheckedTemplate {
  const { route, tables } = cost;
  return {
    template: use.template.text,
    class: route.because === "missing-key" ? "unknown" : route.class,
    because: route.because,
    why: plainText(becauseText(route, tables, evaluation.design)),
    executions: use.executions,
    timeMs: round(use.timeMicros / 1000),
    origin: {
      input: workload.inputs[use.first.input]!.name,
      line: locate(use.first)?.line ?? null,
      offset: use.first.offset,
    },
  };
}

function byWork(templates: readonly TemplateEvaluation[]): readonly TemplateEvaluation[] {
  return [...templates].sort((a, b) => b.work - a.work || byName(a.use.template.text, b.use.template.text));
}
