import { assert } from "../base/assert.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import type { AccessesByRange } from "./accesses-by-range.ts";
import { defaultAnalyzeOptions, type AnalyzeOptions } from "./analyze-options.ts";
import { candidatesOf, checkAskedKeys, type DroppedKey } from "./candidates.ts";
import { chooseKeys, type Choices } from "./choose.ts";
import { evaluateCandidate, type TableContext } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";
import { columnUpdatesOf, keyUpdatesOf } from "./key-updates.ts";
import { isUnknown } from "./known.ts";
import type { HashMap } from "./placing.ts";
import { ranked } from "./rank.ts";
import { referenceTables, relationsOf, togethernessOf, type Relation } from "./relations.ts";
import { tableLoads, unitsPerExecution, workOf, type TableLoad, type Work } from "./table-load.ts";
import { windowedEvents } from "./worst-window.ts";
import { hurtingTemplates, type TemplateRoute } from "./template-routes.ts";

/** Every candidate key of every table, judged and ranked. */
export interface Analysis {
  readonly options: AnalyzeOptions & { readonly rankAt: number };
  readonly work: Work;
  /** The table with the most work first. */
  readonly tables: readonly TableAnalysis[];
  readonly relations: readonly Relation[];
  /** Statements that no grammar accepts: executions, and share of the work (as `Work`). */
  readonly unparsed: { readonly executions: number; readonly workShare: number };
  /** Under the chosen keys. */
  readonly hurting: readonly TemplateRoute[];
  readonly choices: Choices;
}

export interface TableAnalysis {
  readonly load: TableLoad;
  /** Share of the work on all tables. */
  readonly workShare: number;
  /** Best first. Every candidate under every strategy. */
  readonly evaluations: readonly Evaluation[];
  /** The keys of the evaluations, the best first. */
  readonly keys: readonly { readonly key: readonly string[]; readonly byRange: AccessesByRange }[];
  readonly dropped: readonly DroppedKey[];
}

/**
 * Judges the shard keys that a workload suggests. Throws InputError when a key that was asked for names no table or
 * column of the workload or schema.
 */
export function analyze(workload: Workload, schema: Schema, given: Partial<AnalyzeOptions> = {}): Analysis {
  const merged = { ...defaultAnalyzeOptions, ...given };
  assert(merged.shardCounts.length > 0 && merged.strategies.length > 0, "there is something to judge keys on");
  const options = { ...merged, rankAt: merged.rankAt ?? defaultRankAt(merged.shardCounts) };
  const work = workOf(workload);
  const loads = tableLoads(workload, work);
  checkAskedKeys(options.keys, loads, schema);
  const relations = relationsOf(workload, schema, new Set(loads.map(({ table }) => table)));
  const updates = columnUpdatesOf(workload, work);
  const unparsed = unparsedOf(workload, work, loads);
  const allWork = loads.reduce((sum, load) => sum + load.work, 0);
  const hashMaps = new Map<string, HashMap>();
  const tables = loads.map((load): TableAnalysis => {
    const { candidates, dropped } = candidatesOf(load, schema, relations, options.keys);
    const context: TableContext = {
      load,
      schema,
      work,
      windowed: windowedEvents(load.shapes, workload.span),
      columns: new Map(),
      hashMaps,
      weights: options.weights,
      strategies: options.strategies,
      shardCounts: options.shardCounts,
      unparsedShare: unparsed.workShare,
    };
    const judged: Evaluation[] = [];
    const byRange = new Map<readonly string[], AccessesByRange>();
    const useless: DroppedKey[] = [];
    for (const candidate of candidates) {
      const together = togethernessOf(load.table, candidate.key, relations, loads);
      const keyUpdates = keyUpdatesOf(load, candidate.key, updates);
      const { evaluations, byRange: ranges } = evaluateCandidate(candidate, context, keyUpdates, together);
      const reason = candidate.sources.includes("user")
        ? undefined
        : uselessness(evaluations, Math.min(...options.shardCounts));
      if (reason === undefined) {
        judged.push(...evaluations);
        byRange.set(candidate.key, ranges());
      } else useless.push({ key: candidate.key, reason });
    }
    const evaluations = ranked(judged, options.rankAt);
    const keys = new Set(evaluations.map(({ key }) => key));
    return {
      load,
      workShare: allWork === 0 ? 0 : load.work / allWork,
      evaluations,
      keys: [...keys].map((key) => ({ key, byRange: byRange.get(key)! })),
      dropped: [...dropped, ...useless],
    };
  });
  const choices = chooseKeys(tables, relations, referenceTables(relations, loads), {
    shardCount: options.rankAt,
    separation: options.weights.separation,
  });
  const hurting = hurtingTemplates(workload, choices.keys);
  return { options, work, tables, relations, unparsed, choices, hurting };
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
