import type { Origin } from "../ingest/entry.ts";
import type { AccessPattern } from "../sql/access.ts";
import type { Language, Template } from "../sql/template.ts";
import type { DistinctSketch } from "../stats/distinct-sketch.ts";
import type { EventSample } from "./event-sample.ts";
import type { LoadWindows } from "./load-windows.ts";
import type { TransactionSummary } from "./transactions.ts";
import type { ValueCounter } from "./value-counter.ts";

/**
 * What the application does, counted: a summary of any part of any logs that can be merged with the summary of any other
 * part. Merging is associative and commutative and the result does not depend on how the input was cut, so all sums are
 * integers (counts and microseconds) and all lists are in a stated order. Memory is bounded: counters past their limit
 * keep an exact count of a stated share of the values (`ValueCounter.keptShare`), samples keep a fixed number of events.
 */
export interface Workload {
  readonly inputs: readonly InputSummary[];
  /** Records found; equals `entries` plus the sums of `skipped` and `leftOut`. */
  readonly records: number;
  readonly entries: number;
  /** Statements executed: as many as entries, unless some stand for many executions. */
  readonly executions: number;
  /** By reason, in the order of the reason's name. */
  readonly skipped: readonly SkippedRecords[];
  /** Entries that the user did not want (`RecordFilter`), in the order of the reason's name. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** Set when only a share of the log was counted. Counts are of the sample. */
  readonly sample: Sampling | undefined;
  /** Over all entries with a time, in microseconds since the epoch; undefined when no entry had one. */
  readonly span: { readonly fromMicros: number; readonly toMicros: number } | undefined;
  readonly sessions: DistinctSketch;
  /** In the order of dialect and text. */
  readonly templates: readonly TemplateUse[];
  /** In the order of the shape's name. */
  readonly shapes: readonly ShapeUse[];
  /** Executions and busy time over the log's time. */
  readonly load: LoadWindows;
  readonly transactions: TransactionSummary;
}

export interface Sampling {
  readonly rate: number;
  readonly seed: number;
  /** Relative standard error of the executions when they are scaled up to the whole log. */
  readonly relativeError: number;
}

export interface InputSummary {
  readonly name: string;
  /** The summary that the input was read from, when it was one. */
  readonly summary?: string;
  readonly format: string;
  readonly dialect: Language;
  /** Bytes as stored, before decompression. */
  readonly bytes: number;
  readonly digest: string;
  readonly records: number;
  readonly entries: number;
  readonly executions: number;
  /** What went wrong with the input as a whole, such as a cut-off gzip tail. */
  readonly warnings: readonly string[];
}

export interface SkippedRecords {
  readonly reason: string;
  readonly count: number;
  /** The first few, by input and offset. */
  readonly first: readonly Origin[];
}

/** One template's executions. Times are integers in microseconds, so that sums do not depend on their order. */
export interface TemplateUse {
  readonly template: Template;
  readonly pattern: AccessPattern;
  readonly executions: number;
  /** Executions whose duration was logged; `timeMicros` is over these. */
  readonly timed: number;
  readonly timeMicros: number;
  /** The longest of them; of those that are only known as a sum, their mean counts. */
  readonly maxMicros: number;
  readonly rows: number;
  readonly first: Origin;
  /** Indexes into `Workload.shapes`, one for each of the pattern's table accesses, in their order. */
  readonly shapes: readonly number[];
}

/**
 * A way in which statements reach a table: which columns they pin to values, which they bound. Templates that reach a
 * table alike share one shape, because under any key they fare alike and their values count together.
 */
export interface AccessShape {
  readonly table: string;
  readonly use: "read" | "insert" | "update" | "delete";
  /** Columns pinned by equality, in order; `list` when to any of several values (an IN-list, or the rows of an insert). */
  readonly equal: readonly { readonly column: string; readonly list: boolean }[];
  readonly ranges: readonly { readonly column: string; readonly from: boolean; readonly to: boolean }[];
}

export interface ShapeUse {
  readonly name: string;
  readonly shape: AccessShape;
  /** Statements that reach the table in this shape, and their time. A statement that does so twice counts twice. */
  readonly executions: number;
  readonly timeMicros: number;
  /** Of these, executions whose values were not logged (a prepared statement without its parameters). */
  readonly unvalued: number;
  /**
   * Values of the `equal` columns together. An execution with one value adds one; with a list, one for each value, its
   * time in equal parts. `counter.columns` are the `equal` columns' names in order.
   */
  readonly counter: ValueCounter;
  /** List length (or rows inserted) -> executions; empty when the shape has no list. */
  readonly listLengths: ReadonlyMap<number, number>;
  /** Events in time, each with the values of the `equal` columns followed by the range bounds (from, then to). */
  readonly sample: EventSample;
}
