import type { Schema } from "../sql/schema.ts";
import type { StoredColumn, StoredTable } from "../workload/stored-rows.ts";
import type { ShapeUse, Workload } from "../workload/workload.ts";
import type { AnalyzeOptions } from "./analyze-options.ts";
import { evaluateCandidate } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";
import { KeptPlacers } from "./kept-placers.ts";
import { isUnknown } from "./known.ts";
import type { HashMap } from "./placing.ts";
import type { ShapeLoad, TableLoad } from "./table-load.ts";
import { windowedEvents } from "./worst-window.ts";

/** A data set's rows under every key, strategy and shard count. */
export interface StoredKeys {
  readonly table: string;
  readonly rows: number;
  /** Of the values as they are written in the file. */
  readonly bytes: number;
  /** In the order in which the keys were counted; one evaluation per strategy. */
  readonly keys: readonly { readonly key: readonly string[]; readonly evaluations: readonly Evaluation[] }[];
}

/**
 * Judges the keys of a data set. Each row is taken for an insert that costs its bytes, so "executions" of the evaluations are
 * rows and "work" is bytes: their balance is that of the shards' sizes.
 */
export function storedKeysOf(
  table: string,
  counted: Workload,
  schema: Schema,
  { strategies, shardCounts, weights }: Pick<AnalyzeOptions, "strategies" | "shardCounts" | "weights">,
): StoredKeys {
  const hashMaps = new Map<string, HashMap>();
  const keys = counted.shapes.map((use, index) => {
    const key = use.shape.equal.map(({ column }) => column);
    const { evaluations } = evaluateCandidate(
      { key, sources: ["insert"] },
      {
        load: loadOf(table, use, index),
        schema,
        work: "time",
        windowed: windowedEvents([], undefined),
        columns: new Map(),
        hashMaps,
        keptPlacers: new KeptPlacers(),
        weights,
        strategies,
        shardCounts,
        unparsedShare: 0,
      },
      { executions: 0, share: 0, work: 0 },
      { kept: new Map(), separated: [], share: 1 },
    );
    return { key, evaluations };
  });
  const first = counted.shapes[0];
  return { table, rows: first?.executions ?? 0, bytes: first?.timeMicros ?? 0, keys };
}

function loadOf(table: string, use: ShapeUse, index: number): TableLoad {
  const shape: ShapeLoad = { index, use, work: use.timeMicros, events: use.sample.events(use.sample.limit) };
  const { executions, timeMicros } = use;
  return { table, shapes: [shape], executions, timeMicros, reads: 0, writes: executions, work: timeMicros };
}

/** What a data set says of its table, in the words of a catalogue. */
export function storedTableOf({ table, rows, bytes, keys }: StoredKeys, source: string): StoredTable {
  const columns = keys.flatMap(({ key, evaluations }): StoredColumn[] => {
    const measures = evaluations[0]?.measures;
    if (key.length > 1 || measures === undefined) return [];
    const { numDistinctValues, mostCommonValues, nullShare, monotonicity } = measures;
    return [
      {
        column: key[0]!,
        numDistinctValues: isUnknown(numDistinctValues) ? undefined : Math.round(numDistinctValues.count),
        nullShare: isUnknown(nullShare) ? undefined : nullShare,
        hottestShare: isUnknown(mostCommonValues) ? undefined : mostCommonValues[0]?.share,
        rowOrderCorrelation: isUnknown(monotonicity) ? undefined : monotonicity.correlation,
      },
    ];
  });
  return { table, rows, bytes, from: "counted", source, columns };
}
