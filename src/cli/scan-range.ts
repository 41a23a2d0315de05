import type { Carry, Facts } from "../ingest/carry.ts";
import type { RecordReader } from "../ingest/entry.ts";
import type { Detection } from "../ingest/format.ts";
import { formats } from "../ingest/formats.ts";
import type { KernelMemory } from "../kernel/kernel.ts";
import type { Schema } from "../sql/schema.ts";
import type { Language } from "../sql/template.ts";
import { WorkloadBuilder } from "../workload/builder.ts";
import type { CountedColumns } from "../workload/counted-columns.ts";
import type { WorkloadPart } from "../workload/part.ts";
import type { RecordFilter } from "../workload/record-filter.ts";
import { RowCounter } from "../workload/row-counter.ts";
import { FastLaneReader } from "../workload/fast-lane-reader.ts";
import type { KernelCounter } from "../workload/kernel-counter.ts";
import { readFileRange } from "./inputs.ts";

/** How one input is scanned. Plain data, so that it can go to another thread. */
export interface ScanTask {
  readonly input: number;
  /** Tells the input from others: see `BuilderInput`. */
  readonly place?: number;
  /** Its sessions may have begun in a log that is not read now: see `TrackedInput`. */
  readonly continues?: boolean;
  readonly detection: Detection;
  readonly dialect: Language;
  readonly schema: Schema;
  readonly counted: CountedColumns | undefined;
  readonly filter?: RecordFilter | undefined;
  /** Of a data set: the table that its rows are of, and the keys that are counted. */
  readonly rows?: { readonly table: string; readonly keys: readonly (readonly string[])[] };
}

/** A stretch of a plain file: the records that start in [from, until). */
export interface RangeTask extends ScanTask {
  readonly path: string;
  readonly memory?: KernelMemory;
  /** On another thread: where it adds up the bytes it has read, for this thread to see without asking. */
  readonly bytesRead?: Float64Array<SharedArrayBuffer>;
  readonly from: number;
  readonly until: number;
  /** What earlier records are taken to have said. */
  readonly before?: Facts;
}

export interface RangeResult {
  readonly part: WorkloadPart;
  /** Counts that are still in the kernel's memory, and missing in the part. */
  readonly counters: readonly KernelCounter[];
  /** Where the first record after the range starts: where the next range must have begun. */
  readonly endedAt: number;
  /** What the range took from earlier records, and what it leaves to later ones. */
  readonly carry: Carry | undefined;
}

/**
 * A reader of the task's format and a builder for what it reads, from the input's start or from inside it. With kernel
 * memory plain records go through the builder's lane.
 */
export function readerAndBuilder(
  task: ScanTask,
  { startsInside = false, memory }: { readonly startsInside?: boolean; readonly memory?: KernelMemory | undefined } = {},
): { reader: RecordReader; builder: WorkloadBuilder | RowCounter } {
  const reader = formats[task.detection.format].createReader(task.detection);
  const { plain, keyColumns } = reader;
  if (task.rows !== undefined) {
    return { reader, builder: new RowCounter(task.input, task.rows.table, keyColumns, task.rows.keys) };
  }
  // The kernel does not look at what filters ask for.
  const lane = memory === undefined || plain === undefined || task.filter !== undefined ? undefined : { memory, plain };
  const builder = new WorkloadBuilder({ ...task, keyColumns, startsInside, lane });
  return { reader: builder.lane === undefined ? reader : new FastLaneReader(builder.lane, reader), builder };
}

/**
 * Reads one range from disk, a piece at a time. `onBytes` hears how many bytes each piece had. The grammars must be
 * loaded.
 */
export function scanRange(task: RangeTask, onBytes: (count: number) => void): RangeResult {
  const startsInside = task.from > task.detection.dataStart;
  const { reader, builder } = readerAndBuilder(task, { startsInside, memory: task.memory });
  if (task.before !== undefined) reader.before = task.before;
  const endedAt = readFileRange(
    task.path,
    reader,
    task.from,
    task.until,
    (entry) => builder.add(entry),
    (offset, reason, failure) => builder.skip(offset, reason, failure),
    onBytes,
  );
  const counters = builder.lane?.drain() ?? [];
  return { part: builder.part, counters, endedAt, carry: reader.carry };
}
