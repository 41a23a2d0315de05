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
import { byFactor, unlessMuchBetter, withoutBetterAlternative, type Alternative } from "./alternatives.ts";
import { baselinesOf, type BaselineName } from "./baselines.ts";
import { buildProblem, templatesOf, type ExplainedProblem, type ProblemExtent } from "./build-problem.ts";
import { DesignSums } from "./design-cost.ts";
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
import type { TransactionTermContext } from "./transaction-crossings.ts";
import { JudgedTransactions, transactionTerms } from "./transaction-term.ts";

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
  const related = [...relations, ...travellingTogether(input.workload, relations)];
  const { options, fitness } = tableOptions(tables, schema, related, strategy, given.pins);
  const names = tables.map(({ load }) => load.table);
  const context = { schema, loads: tables.map(({ load }) => load), shardCount: input.shardCount };
  const judges = templatesOf(input.workload).map((use) => new TemplateJudge(use, context));
  const problem = problemOf(input, options, () => strategy === "range", {
    judges,
    transactionsOf: (own) => transactionTerms(input.workload.transactions, own),
  });
  const baselines = baselinesOf(tables, options, schema);
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
  const judged = new Map<string, JudgedDesign>();
  const judgedTransactions = new JudgedTransactions(input.workload.transactions);
  const strategies = new Map<string, StrategyName>();
  const judgedOnce = (choice: Choice): JudgedDesign => {
    const name = choice.join();
    let design = judged.get(name);
    if (design === undefined) judged.set(name, (design = judgedWithStrategies(choice)));
    return design;
  };
  const searched = unlessMuchBetter(found.choice, runners, judgedOnce);
  // The usual habits are no draw: what is recommended carries no less than any of them.
  const [first] = byFactor([searched, ...starts], judgedOnce);
  const { best, alternatives } = withoutBetterAlternative(problem, first!, judgedOnce);
  const others = byFactor([found.choice, ...runners], judgedOnce).filter((choice) => choice.join() !== best.join());
  const designs = [best, ...others].slice(0, runners.length + 1).map(judgedOnce);
  return {
    shardCount: input.shardCount,
    designs: names.length === 0 ? [] : designs,
    baselines: names.length === 0 ? [] : baselines.map(({ name, choice }) => ({ name, design: judgedOnce(choice) })),
    tables: alternatives.map((alternative, table) => ({
      table: names[table]!,
      fitness: fitness.get(names[table]!)!,
      pinned: given.pins.some((pin) => pin.table === names[table]),
      best: alternative,
    })),
    search: {
      seed: given.search.seed,
      evaluations: found.evaluations,
      nodes: found.nodes,
      proven: found.proven && best.join() === found.choice.join(),
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
        { judges, transactionsOf: (own) => judgedTransactions.terms(own) },
      ),
      designed,
    );
  }
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
