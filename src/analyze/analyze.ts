import { assert } from "../base/assert.ts";
import type { Design } from "../placement/design.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import type { AccessesByRange } from "./accesses-by-range.ts";
import { defaultAnalyzeOptions, type AnalyzeOptions } from "./analyze-options.ts";
import { candidatesOf, checkAskedKeys, type AskedKey, type Candidate, type DroppedKey } from "./candidates.ts";
import { choicesOf, type Choices } from "./choices.ts";
import { coAccessOf, type CoAccess } from "./co-access.ts";
import { designOf } from "./designs/design-of.ts";
import { hashPlacement } from "./designs/hash-placement.ts";
import { withFates, type DesignAnalysisWithFates } from "./designs/design-fates.ts";
import { designTransactions, type DesignTransactions } from "./design-transactions.ts";
import type { JudgedDesign } from "./designs/judge-design.ts";
import { recommendDesigns } from "./designs/recommend-designs.ts";
import type { SearchListener } from "./designs/search-listener.ts";
import { columnValuesOf, evaluateCandidate, placersOf, type JudgedCandidate, type TableContext } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";
import { columnUpdatesOf, keyUpdatesOf } from "./key-updates.ts";
import { keyFrequencyOf, type KeyFrequency } from "./key-frequency.ts";
import { KeptPlacers } from "./kept-placers.ts";
import { isUnknown, type Known } from "./known.ts";
import type { HashMap, Placers } from "./placing.ts";
import { ranked } from "./rank.ts";
import { relationsOf, togethernessOf, type Relation } from "./relations.ts";
import { shardLoadOverTime, type ShardLoadOverTime } from "./shard-load-over-time.ts";
import { tableLoads, unitsPerExecution, workOf, type TableLoad, type Work } from "./table-load.ts";
import { windowedEvents } from "./worst-window.ts";
import { hurts, templateRoutes, type TemplateRoute } from "./template-routes.ts";

/** Every candidate key of every table, judged and ranked. */
export interface Analysis {
  readonly options: AnalyzeOptions & { readonly rankAt: number };
  readonly work: Work;
  /** The table with the most work first. */
  readonly tables: readonly TableAnalysis[];
  readonly relations: readonly Relation[];
  /** Statements that no grammar accepts: executions, and share of the work (as `Work`). */
  readonly unparsed: { readonly executions: number; readonly workShare: number };
  /** Under the recommended design: all templates that reach tables, and of these the ones that leave their shard. */
  readonly templates: readonly TemplateRoute[];
  readonly hurting: readonly TemplateRoute[];
  readonly coAccess: readonly CoAccess[];
  readonly shardLoad: Known<ShardLoadOverTime>;
  /** Of the recommended keys. */
  readonly keyFrequencies: readonly {
    readonly table: string;
    readonly key: readonly string[];
    readonly frequency: Known<KeyFrequency>;
  }[];
  /** Whole designs: the recommended one and others. */
  readonly designs: DesignAnalysisWithFates;
  /** The recommended design as `explain` and the others take it; undefined when no statement reaches a table. */
  readonly design: Design | undefined;
  /** What the recommended design gives each table. */
  readonly choices: Choices;
  /** Under the chosen keys, on each number of shards. */
  readonly transactions: readonly DesignTransactions[];
}

export interface TableAnalysis {
  readonly load: TableLoad;
  /** Share of the work on all tables. */
  readonly workShare: number;
  /** Best first. Every candidate under every strategy. */
  readonly evaluations: readonly Evaluation[];
  /** Keys of one column that are of no use to the table alone; they can still follow another table's key. */
  readonly setAside: readonly Evaluation[];
  /** The keys of the evaluations, the best first. */
  readonly keys: readonly { readonly key: readonly string[]; readonly byRange: AccessesByRange }[];
  readonly dropped: readonly DroppedKey[];
}

/**
 * Judges the shard keys that a workload suggests. Throws InputError when a key that was asked for names no table or
 * column of the workload or schema. `listener` hears of the search for designs.
 */
export function analyze(
  workload: Workload,
  schema: Schema,
  given: Partial<AnalyzeOptions> = {},
  listener?: SearchListener,
): Analysis {
  const merged = { ...defaultAnalyzeOptions, ...given };
  assert(merged.shardCounts.length > 0 && merged.strategies.length > 0, "there is something to judge keys on");
  // A key that a table is pinned to is judged like one that was asked for.
  const pinned = merged.pins.flatMap(({ table, to }): AskedKey[] =>
    to.kind === "sharded" ? [{ table, key: to.key, flag: `--pin ${table}=${to.key.join(",")}` }] : [],
  );
  const keys = [...merged.keys, ...pinned];
  const options = { ...merged, keys, rankAt: merged.rankAt ?? defaultRankAt(merged.shardCounts) };
  const work = workOf(workload);
  const loads = tableLoads(workload, work);
  checkAskedKeys(options.keys, loads, schema);
  const relations = relationsOf(workload, schema, new Set(loads.map(({ table }) => table)));
  const updates = columnUpdatesOf(workload, work);
  const unparsed = unparsedOf(workload, work, loads);
  const allWork = loads.reduce((sum, load) => sum + load.work, 0);
  const hashMaps = new Map<string, HashMap>();
  const keptPlacers = new KeptPlacers();
  const contexts: TableContext[] = [];
  const judge = (candidate: Candidate, context: TableContext): JudgedCandidate =>
    evaluateCandidate(
      candidate,
      context,
      keyUpdatesOf(context.load, candidate.key, updates),
      togethernessOf(context.load.table, candidate.key, relations, loads),
    );
  const tables = loads.map((load): TableAnalysis => {
    const { candidates, dropped } = candidatesOf(load, schema, relations, options.keys);
    const context: TableContext = {
      load,
      schema,
      work,
      windowed: windowedEvents(load.shapes, workload.span),
      columns: new Map(),
      hashMaps,
      keptPlacers,
      weights: options.weights,
      strategies: options.strategies,
      shardCounts: options.shardCounts,
      unparsedShare: unparsed.workShare,
    };
    contexts.push(context);
    const judged: Evaluation[] = [];
    const byRange = new Map<readonly string[], AccessesByRange>();
    const useless: DroppedKey[] = [];
    const setAside: Evaluation[] = [];
    for (const candidate of candidates) {
      const { evaluations, byRange: ranges } = judge(candidate, context);
      const reason = candidate.sources.includes("user")
        ? undefined
        : uselessness(evaluations, Math.min(...options.shardCounts));
      if (reason === undefined) {
        judged.push(...evaluations);
        byRange.set(candidate.key, ranges());
      } else {
        useless.push({ key: candidate.key, reason });
        if (candidate.key.length === 1) setAside.push(...evaluations);
      }
    }
    const evaluations = ranked(judged, options.rankAt);
    const keys = new Set(evaluations.map(({ key }) => key));
    return {
      load,
      workShare: allWork === 0 ? 0 : load.work / allWork,
      evaluations,
      setAside,
      keys: [...keys].map((key) => ({ key, byRange: byRange.get(key)! })),
      dropped: [...dropped, ...useless],
    };
  });
  const searched = recommendDesigns(
    {
      workload,
      schema,
      work,
      weights: options.weights,
      shardCount: options.rankAt,
      strategies: options.strategies,
      tables,
      windowed: contexts.map(({ windowed }) => windowed),
      relations,
      columnsOf: (table, column) => columnValuesOf(column, contexts[table]!),
      placeOf: hashPlacement(options.rankAt),
      textInDesigns: options.textInDesigns,
    },
    { maxDesigns: options.maxDesigns, pins: options.pins, search: options.search },
    listener,
  );
  const [recommended] = searched.designs;
  const design =
    recommended &&
    designOf(recommended, options.rankAt, {
      typeOf: (table, column) => columnValuesOf(column, contexts[table]!).type,
      placersOf: (table, key) => placersOf(key, contexts[table]!),
    });
  const choicesIn = (judged: JudgedDesign | undefined): Choices =>
    choicesOf(judged, (table, key) => judge({ key, sources: ["primary-key"] }, contexts[table]!).evaluations);
  const choices = choicesIn(recommended);
  const templates = templateRoutes(recommended);
  const contextOf = new Map(contexts.map((context) => [context.load.table, context]));
  const placersFor = (table: string, key: readonly string[]): Placers => placersOf(key, contextOf.get(table)!);
  const placed = { workload, loads, work, weights: options.weights, placersOf: placersFor };
  const transactions = designTransactions({ ...placed, choices }, options.shardCounts);
  const atRank = transactions.find(({ shardCount }) => shardCount === options.rankAt)?.fates;
  const designs = withFates(searched, (judged) =>
    judged === recommended && atRank !== undefined
      ? atRank
      : designTransactions({ ...placed, choices: choicesIn(judged) }, [options.rankAt])[0]!.fates,
  );
  return {
    options,
    work,
    tables,
    relations,
    unparsed,
    designs,
    design,
    choices,
    templates,
    hurting: templates.filter(hurts),
    transactions,
    coAccess: coAccessOf(workload, recommended, relations, atRank),
    shardLoad: shardLoadOverTime(choices, options.rankAt, (table) => contextOf.get(table)!.windowed),
    keyFrequencies: [...choices.keys].map(([table, { evaluation: { key } }]) => ({
      table,
      key,
      frequency: keyFrequencyOf(placersFor(table, key).table),
    })),
  };
}

function defaultRankAt(shardCounts: readonly number[]): number {
  return [...shardCounts].sort((a, b) => Math.abs(a - 4) - Math.abs(b - 4) || a - b)[0]!;
}

function unparsedOf(workload: Workload, work: Work, loads: readonly TableLoad[]): Analysis["unparsed"] {
  let executions = 0;
  let lost = 0;
  for (const use of workload.templates) {
    if (use.pattern.kind !== "unknown") continue;
    executions += use.executions;
    lost += work === "time" ? use.timeMicros : use.executions * unitsPerExecution;
  }
  const understood = loads.reduce((sum, load) => sum + load.work, 0);
  return { executions, workShare: lost + understood === 0 ? 0 : lost / (lost + understood) };
}

/** Why a key that was judged is not worth showing. */
function uselessness(evaluations: readonly Evaluation[], shardCount: number): string | undefined {
  const narrows = ({ distribution: { byExecutions } }: Evaluation): boolean =>
    byExecutions.singleShard + byExecutions.multiShard > 0;
  if (!evaluations.some(narrows)) return "no statement pins it";
  const { numDistinctValues } = evaluations[0]!.measures;
  if (isUnknown(numDistinctValues) || numDistinctValues.count >= shardCount) return undefined;
  return (
    `${numDistinctValues.count} distinct value${numDistinctValues.count === 1 ? "" : "s"}: fewer than ` +
    `${shardCount} shards`
  );
}
