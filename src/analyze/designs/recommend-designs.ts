import type { StrategyName } from "../../placement/design.ts";
import type { Schema } from "../../sql/schema.ts";
import { keyTypeOf } from "../../workload/key-value.ts";
import type { Workload } from "../../workload/workload.ts";
import type { TableAnalysis } from "../analyze.ts";
import type { CostWeights } from "../cost-weights.ts";
import type { Evaluation } from "../evaluation.ts";
import { onShards, strategySimplicity } from "../rank.ts";
import type { Relation } from "../relations.ts";
import type { Work } from "../table-load.ts";
import type { WindowedEvents } from "../worst-window.ts";
import { baselinesOf, type BaselineName } from "./baselines.ts";
import { buildProblem, templatesOf, type ExplainedProblem, type ProblemExtent } from "./build-problem.ts";
import { DesignSums, termsOfTables } from "./design-cost.ts";
import type { Choice } from "./design-problem.ts";
import type { DesignOptions } from "./design-options.ts";
import { familiesOf, familyMoves, type Family } from "./families.ts";
import { judgeDesign, type DesignedTable, type JudgedDesign } from "./judge-design.ts";
import { runnersUp, searchDesign } from "./search.ts";
import type { SearchListener } from "./search-listener.ts";
import { tableOptions, type ReferenceFitness } from "./table-options.ts";
import { optionName, type TableOption } from "./table-option.ts";
import { TemplateJudge } from "./template-judge.ts";
import { travellingTogether } from "./travelling-values.ts";
import type { OverheadCause } from "./template-term.ts";
import { overheadCauses } from "./template-term.ts";
import type { TransactionTermContext } from "./transaction-crossings.ts";
import { judgedTransactions, transactionTerms, type TransactionTerm } from "./transaction-term.ts";

/** Whole designs, judged together. */
export interface DesignAnalysis {
  readonly shardCount: number;
  /** The recommended one first; none when no statement reaches a table. */
  readonly designs: readonly JudgedDesign[];
  readonly baselines: readonly { readonly name: BaselineName; readonly design: JudgedDesign }[];
  /** For each table of the recommended design, in its order. */
  readonly tables: readonly TableAlternatives[];
  readonly search: {
    readonly seed: number;
    readonly evaluations: number;
    readonly nodes: number;
    readonly proven: boolean;
    /** Work of the busiest shard under the search's strategy, over the work of one node. */
    readonly cost: number;
    /** Designs that the options allow, as a power of ten. */
    readonly spaceLog10: number;
  };
}

export interface TableAlternatives {
  readonly table: string;
  readonly fitness: ReferenceFitness;
  readonly pinned: boolean;
  /** Undefined when there is nothing else that it could be. */
  readonly best: Alternative | undefined;
}

/** The table's next best option, the others as they are. */
export interface Alternative {
  readonly option: TableOption;
  readonly factor: number;
  /** What gets worse by most, in shards' worth of capacity; undefined when nothing does. */
  readonly worse: { readonly cause: OverheadCause | "imbalance"; readonly shards: number } | undefined;
}

export interface DesignInput {
  readonly workload: Workload;
  readonly schema: Schema;
  readonly work: Work;
  readonly weights: CostWeights;
  readonly shardCount: number;
  readonly strategies: readonly StrategyName[];
  readonly tables: readonly TableAnalysis[];
  readonly windowed: readonly WindowedEvents[];
  readonly relations: readonly Relation[];
  readonly columnsOf: TransactionTermContext["columnsOf"];
  readonly placeOf: TransactionTermContext["placeOf"];
  /**
   * Whether a design may hold text of the log: the split points of ranges and the entries of a directory are values of
   * the key.
   */
  readonly textInDesigns: boolean;
}

/**
 * A search is made under one strategy, the most even one: a directory takes the chance out of where a key's hash falls,
 * and leaves the skew that no strategy removes.
 */
const searchOrder: readonly StrategyName[] = [
  "directory",
  "hash",
  "jump",
  "fixed-slots",
  "rendezvous",
  "consistent-hash",
  "range",
];

/**
 * Whole designs for the tables of a workload. Keys are searched under one strategy; then each family gets the strategy that
 * serves it best.
 */
export function recommendDesigns(input: DesignInput, given: DesignOptions, listener?: SearchListener): DesignAnalysis {
  const { tables, relations, schema } = input;
  const strategy = searchOrder.find((name) => input.strategies.includes(name)) ?? input.strategies[0]!;
  const { options, fitness } = tableOptions(tables, schema, relations, strategy, given.pins);
  const names = tables.map(({ load }) => load.table);
  const context = { schema, loads: tables.map(({ load }) => load), shardCount: input.shardCount };
  const judges = templatesOf(input.workload).map((use) => new TemplateJudge(use, context));
  const problem = problemOf(input, options, () => strategy === "range", {
    judges,
    transactionsOf: (own) => transactionTerms(input.workload.transactions, own),
  });
  const baselines = baselinesOf(tables, options, schema);
  const related = [...relations, ...travellingTogether(input.workload, relations)];
  const moves = familyMoves(names, options, related);
  const starts = baselines.map(({ choice }) => choice);
  listener?.begins(problem, starts, moves);
  const found = searchDesign(problem, starts, moves, given.search);
  listener?.ends(found);
  const families = familiesIn(found.choice);
  const runners = runnersUp(problem, found.choice, families, moves, {
    ...given.search,
    count: Math.max(0, given.maxDesigns - 1),
    weights: tables.map(({ workShare }) => workShare),
  });
  const judgedTransactionsOf = (own: TransactionTermContext) => judgedTransactions(input.workload.transactions, own);
  const judged = new Map<string, JudgedDesign>();
  const strategies = new Map<string, StrategyName>();
  const judgedOnce = (choice: Choice): JudgedDesign => {
    const name = choice.join();
    let design = judged.get(name);
    if (design === undefined) judged.set(name, (design = judgedWithStrategies(choice)));
    return design;
  };
  const others = runners.map(judgedOnce).sort((a, b) => b.scaleOut.factor - a.scaleOut.factor);
  const designs = names.length === 0 ? [] : [judgedOnce(found.choice), ...others];
  const alternatives = alternativesOf(problem, found.choice, options, designs[0]?.scaleOut.factor ?? 1);
  return {
    shardCount: input.shardCount,
    designs,
    baselines: names.length === 0 ? [] : baselines.map(({ name, choice }) => ({ name, design: judgedOnce(choice) })),
    tables: alternatives.map((best, table) => ({
      table: names[table]!,
      fitness: fitness.get(names[table]!)!,
      pinned: given.pins.some((pin) => pin.table === names[table]),
      best,
    })),
    search: {
      seed: given.search.seed,
      evaluations: found.evaluations,
      nodes: found.nodes,
      proven: found.proven,
      cost: problem.work === 0 ? 0 : found.busiest / problem.work,
      spaceLog10: options.reduce((sum, { length }) => sum + Math.log10(length), 0),
    },
  };

  function familiesIn(choice: Choice): readonly Family[] {
    return familiesOf(
      names,
      choice.map((option, table) => options[table]![option]!),
      related,
    );
  }

  function strategyOfFamily(chosen: readonly TableOption[], family: Family): StrategyName {
    const name = family.map((table) => `${table}=${optionName(chosen[table]!)}`).join(" ");
    let best = strategies.get(name);
    if (best === undefined) strategies.set(name, (best = bestStrategy(input, judges, chosen, family, strategy)));
    return best;
  }

  function judgedWithStrategies(choice: Choice): JudgedDesign {
    const members = familiesIn(choice);
    const chosen = choice.map((option, table) => options[table]![option]!);
    const strategyOf: (StrategyName | undefined)[] = chosen.map(({ kind }) => (kind === "sharded" ? strategy : undefined));
    for (const family of members)
      for (const table of family) strategyOf[table] = strategyOfFamily(chosen, family);
    const leaderOf = new Map(members.flatMap((family) => family.map((table) => [table, family[0]!] as const)));
    const designed = chosen.map((option, table): DesignedTable => ({
      table: names[table]!,
      option: under(option, strategyOf[table], tables[table]!),
      strategy: strategyOf[table],
      leader: names[leaderOf.get(table) ?? table]!,
    }));
    return judgeDesign(
      problemOf(
        input,
        designed.map(({ option }) => [option]),
        (table) => strategyOf[table] === "range",
        { judges, transactionsOf: choice === found.choice ? judgedTransactionsOf : () => sampledTransactions(problem, choice) },
      ),
      designed,
    );
  }
}

/** What the search's sample says of a design: where rows are does not hang on the strategy. */
function sampledTransactions({ transactions }: ExplainedProblem, choice: Choice): readonly TransactionTerm[] {
  return transactions.map(({ tables, costOf }) => {
    const cost = costOf(tables.map((table) => choice[table]!));
    return { tables: [], costOf: () => cost };
  });
}

function problemOf(
  input: DesignInput,
  options: readonly (readonly TableOption[])[],
  keepsOrder: (table: number) => boolean,
  extent: ProblemExtent,
): ExplainedProblem {
  const context: TransactionTermContext = {
    workload: input.workload,
    schema: input.schema,
    work: input.work,
    weights: input.weights,
    shardCount: input.shardCount,
    loads: input.tables.map(({ load }) => load),
    options,
    keepsOrder,
    columnsOf: input.columnsOf,
    placeOf: input.placeOf,
  };
  return buildProblem(context, input.relations, input.windowed, extent);
}

/** The same key, as it was judged under another strategy. */
function under(option: TableOption, strategy: StrategyName | undefined, table: TableAnalysis): TableOption {
  if (option.kind !== "sharded" || option.evaluation === undefined) return option;
  const evaluation = [...table.evaluations, ...table.setAside].find(
    (candidate) => candidate.strategy === strategy && candidate.key.join() === option.key.join(),
  );
  return { ...option, evaluation: evaluation ?? option.evaluation };
}

/** Strategies of one family that differ by less are a draw; see `ranked`. */
const strategyDraw = 0.1;

/**
 * Only one strategy keeps a family's rows together: the one with the least work on its busiest shard, counting the
 * statements that touch the family. Of a draw the one that moves fewer rows when a shard is added, then the simpler one.
 */
function bestStrategy(
  input: DesignInput,
  judges: readonly TemplateJudge[],
  chosen: readonly TableOption[],
  family: Family,
  fallback: StrategyName,
): StrategyName {
  // Under ranges part of a compound key narrows the shards: that is another design than the one that was searched.
  const compound = family.some((table) => {
    const option = chosen[table]!;
    return option.kind === "sharded" && option.key.length > 1;
  });
  const judgedUnder = (strategy: StrategyName): Evaluation | undefined =>
    family
      .map((table) => under(chosen[table]!, strategy, input.tables[table]!))
      .flatMap((option) => (option.kind === "sharded" ? (option.evaluation ?? []) : []))
      .find((evaluation) => evaluation.strategy === strategy);
  const touching = judges.filter(({ tables }) => tables.some((table) => family.includes(table)));
  const text = !input.textInDesigns && family.some((table) => hasTextKey(input, table, chosen[table]!));
  const costs = input.strategies.flatMap((strategy) => {
    if (text && (strategy === "range" || strategy === "directory")) return [];
    const evaluation = judgedUnder(strategy);
    if (evaluation === undefined || (compound && strategy === "range" && fallback !== "range")) return [];
    const options = chosen.map((option, table) => [
      family.includes(table) ? under(option, strategy, input.tables[table]!) : option,
    ]);
    const problem = problemOf(
      { ...input, relations: [] },
      options,
      (table) => strategy === "range" && family.includes(table),
      { judges: touching, transactionsOf: () => [] },
    );
    const { busiest } = new DesignSums(problem, chosen.map(() => 0)).cost();
    return [{ strategy, busiest, movement: onShards(evaluation, input.shardCount).movementShare }];
  });
  const least = Math.min(...costs.map(({ busiest }) => busiest));
  const [best] = costs
    .filter(({ busiest }) => busiest <= least * (1 + strategyDraw))
    .sort(
      (a, b) => a.movement - b.movement || strategySimplicity[a.strategy] - strategySimplicity[b.strategy],
    );
  // Nothing is known of its values: then no strategy is better than another.
  return best?.strategy ?? (input.strategies.includes("hash") ? "hash" : fallback);
}

function hasTextKey({ columnsOf }: DesignInput, table: number, option: TableOption): boolean {
  return (
    option.kind === "sharded" &&
    option.key.some((column) => ["text", "bytes"].includes(keyTypeOf[columnsOf(table, column).type]))
  );
}

function alternativesOf(
  problem: ExplainedProblem,
  choice: Choice,
  options: readonly (readonly TableOption[])[],
  factorNow: number,
): readonly (Alternative | undefined)[] {
  const termsOf = termsOfTables(problem);
  const sums = new DesignSums(problem, choice, termsOf);
  const { shardCount } = problem;
  const now = sums.cost();
  return options.map((list, table) => {
    const before = overheadsOf(problem, termsOf[table]!, sums.choice);
    let best: { option: number; busiest: number } | undefined;
    list.forEach((_, option) => {
      if (option === choice[table]) return;
      sums.set(table, option);
      const { busiest } = sums.cost();
      if (best === undefined || busiest < best.busiest) best = { option, busiest };
    });
    sums.set(table, choice[table]!);
    if (best === undefined) return undefined;
    const { option, busiest } = best;
    const after = overheadsOf(
      problem,
      termsOf[table]!,
      sums.choice.map((own, other) => (other === table ? option : own)),
    );
    // Both are under the search's strategy; the design has the better ones of its families.
    const factor = busiest === 0 ? factorNow : (factorNow * now.busiest) / busiest;
    // Of what is lost to it in all, each cause has its part.
    const shardsOf = (more: number): number =>
      busiest === now.busiest ? 0 : ((factorNow - factor) * more) / shardCount / (busiest - now.busiest);
    let worse: Alternative["worse"];
    let worst = (busiest - now.busiest) * shardCount;
    for (const cause of overheadCauses) {
      const more = after.get(cause)! - before.get(cause)!;
      worst -= more;
      if (more > 0 && (worse === undefined || shardsOf(more) > worse.shards)) worse = { cause, shards: shardsOf(more) };
    }
    // What no overhead explains is the balance.
    if (worst > 0 && shardsOf(worst) > (worse?.shards ?? 0)) worse = { cause: "imbalance", shards: shardsOf(worst) };
    return { option: list[option]!, factor, worse };
  });
}

function overheadsOf(
  problem: ExplainedProblem,
  terms: readonly number[],
  choice: Choice,
): ReadonlyMap<OverheadCause, number> {
  const sums = new Map<OverheadCause, number>(overheadCauses.map((cause) => [cause, 0]));
  for (const index of terms) {
    const term = problem.terms[index]!;
    const { cause, overhead } = term.costOf(term.tables.map((table) => choice[table]!));
    if (cause !== undefined) sums.set(cause, sums.get(cause)! + overhead);
  }
  return sums;
}
