import type { Evaluation } from "../evaluation.ts";
import { onShards } from "../rank.ts";
import type { Relation } from "../relations.ts";
import { judgedWindows, windowCount, type WindowedEvents } from "../worst-window.ts";
import type { DesignProblem, KeyLoad, ProblemTable, WindowShares } from "./design-problem.ts";
import { optionTerm, type OptionTerm } from "./option-term.ts";
import type { TemplateJudge } from "./template-judge.ts";
import { aloneTerms, type AloneTerm } from "./alone-term.ts";
import { relationTerm, workOfSeparation, type RelationTerm } from "./relation-term.ts";
import { templateTerm, workOfTemplate, type TemplateTerm } from "./template-term.ts";
import { type TransactionTermContext } from "./transaction-crossings.ts";
import type { TransactionTerm } from "./transaction-term.ts";
import type { TemplateUse, Workload } from "../../workload/workload.ts";

/** A problem whose terms can tell what they are. */
export interface ExplainedProblem extends DesignProblem {
  readonly context: TransactionTermContext;
  readonly terms: readonly (TemplateTerm | RelationTerm | OptionTerm | TransactionTerm | AloneTerm)[];
  readonly templates: readonly TemplateTerm[];
  readonly relations: readonly RelationTerm[];
  readonly transactions: readonly TransactionTerm[];
}

export interface ProblemExtent {
  /** Of the templates that count. */
  readonly judges: readonly TemplateJudge[];
  readonly transactionsOf: (context: TransactionTermContext) => readonly TransactionTerm[];
}

export function buildProblem(
  context: TransactionTermContext,
  relations: readonly Relation[],
  windowed: readonly WindowedEvents[],
  { judges, transactionsOf }: ProblemExtent,
): ExplainedProblem {
  const { loads, options, weights, shardCount } = context;
  const templates = judges.map((judge) => templateTerm(judge, context));
  const transactions = transactionsOf(context);
  const alone = aloneTerms(templates, context);
  const related = relations
    .filter(({ kind }) => kind === "foreign-key")
    .map((relation) => relationTerm(relation, loads, options, workOfSeparation(relation, context)));
  const own = loads.map((load, table) => optionTerm(table, load, options[table]!, weights));
  const tables = loads.map(
    ({ table }, index): ProblemTable => ({
      name: table,
      options: options[index]!.map((option) => ({
        load:
          option.kind === "sharded" && option.evaluation !== undefined
            ? keyLoadOf(option.evaluation, shardCount)
            : undefined,
      })),
    }),
  );
  return {
    shardCount,
    work: judges.reduce((sum, { use }) => sum + workOfTemplate(use, context.work), 0),
    skewWeight: weights.skew,
    windows: windowSharesOf(windowed, shardCount),
    tables,
    terms: [...templates, ...related, ...own, ...transactions, ...alone],
    context,
    templates,
    relations: related,
    transactions,
  };
}

/** Templates that reach rows, or that could not be parsed. */
export function templatesOf(workload: Workload): readonly TemplateUse[] {
  return workload.templates.filter(
    ({ executions, pattern }) => executions > 0 && pattern.kind !== "control" && pattern.kind !== "utility",
  );
}

function keyLoadOf(evaluation: Evaluation, shardCount: number): KeyLoad | undefined {
  const { placedByShard, placedByWindow } = onShards(evaluation, shardCount);
  const byShard = sharesOf(placedByShard);
  if (byShard === undefined) return undefined;
  return { byShard, byWindow: placedByWindow === undefined ? undefined : sharesOf(placedByWindow) };
}

function sharesOf(loads: Float64Array): Float64Array | undefined {
  let sum = 0;
  for (const load of loads) sum += load;
  return sum > 0 ? loads.map((load) => load / sum) : undefined;
}

/** Over all tables together. */
function windowSharesOf(windowed: readonly WindowedEvents[], shardCount: number): WindowShares | undefined {
  const sums = new Float64Array(windowCount);
  const squares = new Float64Array(windowCount);
  for (const events of windowed) {
    if (!events.timed) return undefined;
    for (let window = 0; window < windowCount; window++) {
      sums[window]! += events.sums[window]!;
      squares[window]! += events.squares[window]!;
    }
  }
  const shares = sharesOf(sums);
  if (shares === undefined) return undefined;
  const judged = judgedWindows({ sums, squares }, shardCount);
  if (judged.length < 2) return undefined;
  const effectiveSampleSizes = sums.map((sum, window) => (sum === 0 ? 0 : sum ** 2 / squares[window]!));
  return { shares, effectiveSampleSizes, judged };
}
