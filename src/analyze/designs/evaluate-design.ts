import type { Design, TableDesign } from "../../placement/design.ts";
import { leaderOf } from "../../placement/shard-map-of.ts";
import { routingContext, type RoutingContext } from "../../routing/context.ts";
import type { Schema } from "../../sql/schema.ts";
import type { TemplateUse, Workload } from "../../workload/workload.ts";
import { ColumnValues } from "../column-values.ts";
import { defaultCostWeights, type CostWeights } from "../cost-weights.ts";
import { evaluateCandidate } from "../evaluate.ts";
import type { Evaluation } from "../evaluation.ts";
import { columnUpdatesOf, keyUpdatesOf } from "../key-updates.ts";
import { KeyTable } from "../key-table.ts";
import { KeptPlacers } from "../kept-placers.ts";
import { isUnknown, type Known } from "../known.ts";
import { relationsOf, togethernessOf } from "../relations.ts";
import { tableLoads, workOf, type TableLoad, type Work } from "../table-load.ts";
import { transactionFates, type TransactionFate, type TransactionFates } from "../transaction-participants.ts";
import { windowedEvents } from "../worst-window.ts";
import { buildProblem, templatesOf } from "./build-problem.ts";
import { DesignSums } from "./design-cost.ts";
import { givenPlacement } from "./given-transactions.ts";
import { givenPlacer, onNoShard, ownerOf } from "./given-placer.ts";
import { hashPlacement } from "./hash-placement.ts";
import { judgeDesign, type DesignedTable, type JudgedDesign } from "./judge-design.ts";
import type { TableOption } from "./table-option.ts";
import { TemplateJudge } from "./template-judge.ts";
import { workOfTemplate, type TemplateCost } from "./template-term.ts";
import { JudgedTransactions } from "./transaction-term.ts";

/** A design that somebody wrote, judged over a workload: classes as its target routes, shards as it places. */
export interface DesignEvaluation {
  readonly design: Design;
  readonly work: Work;
  /** What the workload takes on one node, in units of `Work`. */
  readonly allWork: number;
  readonly judged: JudgedDesign;
  /** The template's route and what its executions come to. */
  readonly templates: readonly TemplateEvaluation[];
  /** With the one server of unsharded tables taken to be the busiest shard. */
  readonly balance: {
    readonly maxOverMean: number;
    /** With the worst window of the log's time, as far as chance does not explain it. */
    readonly maxOverMeanWithWindows: number;
    /** False: the log has no times, or too few. */
    readonly windowsJudged: boolean;
    /** Share of the work of which the shard is not known: spread as all the rest is, but it may be on any. */
    readonly unplacedShare: number;
  };
  readonly transactions: Known<TransactionFates>;
  /** Of several statements, by the set of their templates; empty where transactions are unknown. */
  readonly transactionTypes: readonly {
    readonly templates: readonly TemplateUse[];
    readonly writes: boolean;
    readonly fate: TransactionFate;
  }[];
  /** One for each group of tables that live together; the one with the hottest key first. */
  readonly hottestKeys: readonly HottestKey[];
  /** The tables of the workload, the one with the most work first. */
  readonly tables: readonly TableEvaluation[];
}

export interface TemplateEvaluation {
  readonly use: TemplateUse;
  readonly cost: TemplateCost;
  /** In units of `Work`. */
  readonly work: number;
}

export interface TableEvaluation {
  readonly load: TableLoad;
  /** Undefined: the design does not name the table. */
  readonly design: TableDesign | undefined;
  /** Of a sharded table. */
  readonly evaluation: Evaluation | undefined;
  /** Share of the table's work that pins the whole key without the log having the values. */
  readonly unplacedShare: number;
}

/** How much one value of a key takes, over all tables that follow the same leader. */
export interface HottestKey {
  readonly leader: string;
  /** Of all the work; undefined when the log has no values. */
  readonly share: number | undefined;
  /** Share of all the work whose values are not logged: it may all be on the same key. */
  readonly unknownShare: number;
  /** Share of all the work on values that the target takes for no key: such rows are on no shard. */
  readonly refusedShare: number;
}

/**
 * Judges a given design. `schema` is the declared one, completed (`inferSchema`); the values of the design's keys must have
 * been counted (`scan` with `named`). Throws InputError when the target can't place a table's key.
 */
export function evaluateDesign(
  workload: Workload,
  schema: Schema,
  design: Design,
  weights: CostWeights = defaultCostWeights,
): DesignEvaluation {
  const routing = routingContext(design, schema);
  const work = workOf(workload);
  const loads = tableLoads(workload, work);
  const shardCount = design.shards.length;
  const relations = relationsOf(workload, schema, new Set(loads.map(({ table }) => table)));
  const updates = columnUpdatesOf(workload, work);
  const windowed = loads.map((load) => windowedEvents(load.shapes, workload.span));
  const columns = new Map(loads.map(({ table }) => [table, keyColumns(routing, table)] as const));
  const columnsOf = (table: string): readonly ColumnValues[] => [...columns.get(table)!.values()];
  const tables = loads.map((load, index): TableEvaluation => {
    const given = design.tables.get(load.table);
    if (given?.kind !== "sharded") return { load, design: given, evaluation: undefined, unplacedShare: 0 };
    const context = {
      load,
      schema,
      work,
      windowed: windowed[index]!,
      columns: columns.get(load.table)!,
      hashMaps: new Map(),
      keptPlacers: new KeptPlacers(),
      weights,
      strategies: [given.strategy],
      shardCounts: [shardCount],
      unparsedShare: 0,
      placerOf: (table: KeyTable) => givenPlacer(table, routing.maps(load.table)!, given.strategy),
    };
    const { evaluations } = evaluateCandidate(
      { key: given.shardKey, sources: ["user"] },
      context,
      keyUpdatesOf(load, given.shardKey, updates),
      togethernessOf(load.table, given.shardKey, relations, loads),
    );
    const unplacedShare = load.work === 0 ? 0 : unvaluedWork(load, given.shardKey) / load.work;
    return { load, design: given, evaluation: evaluations[0]!, unplacedShare };
  });
  const designed = tables.map((table) => designedTable(table, design));
  const judges = templatesOf(workload).map((use) => new TemplateJudge(use, { schema, loads, shardCount, given: routing }));
  const places = new Map(workload.templates.map((use, index) => [use, index]));
  const costs = new Map<number, TemplateCost>();
  const placement = givenPlacement(workload, routing, columnsOf, (template) => costs.get(template));
  const problem = buildProblem(
    {
      workload,
      schema,
      work,
      weights,
      shardCount,
      loads,
      options: designed.map(({ option }) => [option]),
      keepsOrder: (table) => routing.maps(loads[table]!.table)?.keeps === "order",
      columnsOf: (table, column) => columns.get(loads[table]!.table)!.get(column)!,
      placeOf: hashPlacement(shardCount),
      placement,
    },
    relations,
    windowed,
    { judges, transactionsOf: (context) => new JudgedTransactions(workload.transactions).terms(context) },
  );
  for (const { use, tables: own, costOf } of problem.templates) costs.set(places.get(use)!, costOf(own.map(() => 0)));
  const judged = judgeDesign(problem, designed);
  const templates = judged.templates.map(({ use, cost }) => ({ use, cost, work: workOfTemplate(use, work) }));
  const { maxOverMean, maxOverMeanWithWindows } = new DesignSums(problem, loads.map(() => 0)).cost();
  const allWork = problem.work;
  const transactions = transactionFates(workload, placement)[0]!;
  const hottest = hottestKeys(tables, routing, columnsOf, work, allWork);
  const refused = hottest.reduce((sum, { refusedShare }) => sum + refusedShare, 0);
  return {
    design,
    work,
    allWork,
    judged,
    templates,
    balance: {
      maxOverMean,
      maxOverMeanWithWindows,
      windowsJudged: problem.windows !== undefined,
      unplacedShare: allWork === 0 ? 0 : Math.min(1, refused + unplacedWork(templates, tables) / allWork),
    },
    transactions,
    transactionTypes: isUnknown(transactions)
      ? []
      : transactions.byType.map(({ type, fate }) => ({
          templates: workload.transactions.types[type]!.templates.map((index) => workload.templates[index]!),
          writes: workload.transactions.types[type]!.writes,
          fate,
        })),
    hottestKeys: hottest,
    tables,
  };
}

function keyColumns({ design, keyTypes }: RoutingContext, table: string): Map<string, ColumnValues> {
  const given = design.tables.get(table);
  if (given?.kind !== "sharded") return new Map();
  return new Map(given.shardKey.map((column, index) => [column, new ColumnValues(keyTypes(table)![index]!)]));
}

function designedTable({ load, design: given, evaluation }: TableEvaluation, design: Design): DesignedTable {
  const { table } = load;
  if (given?.kind !== "sharded") {
    // A table that the design does not name: whatever reaches it is unknown, and its option decides nothing.
    const option: TableOption = { kind: given?.kind ?? "unsharded" };
    return { table, option, strategy: undefined, leader: table };
  }
  const option: TableOption = { kind: "sharded", key: given.shardKey, evaluation };
  return { table, option, strategy: given.strategy, leader: leaderOf(design, table) };
}

/** Work of the statements that pin the whole key, of which the log does not have the values. */
function unvaluedWork({ shapes }: TableLoad, key: readonly string[]): number {
  let sum = 0;
  for (const { use, work } of shapes) {
    const pinned = key.every((column) => use.shape.equal.some((equal) => equal.column === column));
    if (pinned && use.executions > 0) sum += (work * use.unvalued) / use.executions;
  }
  return sum;
}

function unplacedWork(templates: readonly TemplateEvaluation[], tables: readonly TableEvaluation[]): number {
  let sum = 0;
  for (const { use, cost, work } of templates)
    if (use.executions > 0) sum += (work * cost.counts.unknown) / use.executions;
  for (const { load, unplacedShare } of tables) sum += unplacedShare * load.work;
  return sum;
}

/** Tables that follow one leader have their keys in common: a busy tenant is busy in all of them. */
function hottestKeys(
  tables: readonly TableEvaluation[],
  { design, maps }: RoutingContext,
  columnsOf: (table: string) => readonly ColumnValues[],
  work: Work,
  allWork: number,
): readonly HottestKey[] {
  const families = new Map<string, TableEvaluation[]>();
  for (const table of tables) {
    if (table.design?.kind !== "sharded") continue;
    const leader = leaderOf(design, table.load.table);
    const members = families.get(leader);
    if (members === undefined) families.set(leader, [table]);
    else members.push(table);
  }
  return [...families]
    .map(([leader, members]): HottestKey => {
      const shapes = members.flatMap(({ load, design: given }) =>
        load.shapes.flatMap((shape) => {
          const key = given?.kind === "sharded" ? given.shardKey : [];
          const positions = key.map((column) => shape.use.counter.columns.indexOf(column));
          return positions.every((position) => position >= 0) ? [{ shape, positions }] : [];
        }),
      );
      const table = new KeyTable(columnsOf(members[0]!.load.table), shapes, work);
      const map = maps(members[0]!.load.table)!;
      let most = 0;
      let refused = 0;
      for (let entry = 0; entry < table.size; entry++) {
        most = Math.max(most, table.work[entry]!);
        if (ownerOf(map, table.keyAt(entry)) === onNoShard) refused += table.work[entry]!;
      }
      const unknown = members.reduce((sum, { load, unplacedShare }) => sum + unplacedShare * load.work, 0);
      return {
        leader,
        share: table.size === 0 || allWork === 0 ? undefined : Math.min(1, most / allWork),
        unknownShare: allWork === 0 ? 0 : Math.min(1, unknown / allWork),
        refusedShare: allWork === 0 ? 0 : Math.min(1, refused / allWork),
      };
    })
    .sort((a, b) => (b.share ?? 1) - (a.share ?? 1) || (a.leader < b.leader ? -1 : 1));
}
