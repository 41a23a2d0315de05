import type { Carry, Facts } from "./carry.ts";
import type { PlainRecords } from "./plain-records.ts";

/**
 * What ingest hands on for every record it could read. One object is reused for all records of a range: it is a window
 * onto `bytes`, valid only during the visit. Spans are `start`/`end` offsets into `bytes`; an absent field has start
 * -1. Nothing here is a string, because building 5 million strings costs more than everything else together.
 */
export interface LogEntry {
  /**
   * "statement": `sql` is SQL text. "command": `sql` is a command of MongoDB in JSON, `operation` the log's word for it,
   * and `table` the collection, with the database in front where the log has several. "access": `table` and `operation` name the access, `keys` hold the key columns'
   * values. "row": a row of a data set, `keys` hold its columns' values.
   */
  kind: "statement" | "command" | "access" | "row";
  bytes: Uint8Array;
  /** Byte offset of the record in its (decompressed) input: with the input's number it names the record for good. */
  offset: number;
  /**
   * How many executions the entry stands for: 1 for a line of a log, more for a row of a statistics view
   * (pg_stat_statements, MySQL's digests, $queryStats). A whole number of at least 1.
   */
  executions: number;
  /**
   * Microseconds since the Unix epoch, NaN when not logged. Local times without a zone are read as UTC. An entry that
   * stands for many executions has no one time: NaN.
   */
  timeMicros: number;
  /** Milliseconds of all its executions together, NaN when not logged. */
  durationMs: number;
  /** Rows returned or changed by all its executions together, NaN when not logged. */
  rows: number;
  readonly sql: Span;
  readonly session: Span;
  readonly transaction: Span;
  readonly database: Span;
  readonly user: Span;
  /** Logged parameters of a prepared statement, by position. A NULL parameter has start -1. */
  readonly parameters: SpanList;
  readonly operation: Span;
  readonly table: Span;
  /** Values of the key columns, in the order of the reader's `keyColumns`. An empty or NULL field has start -1. */
  readonly keys: SpanList;
}

export interface Span {
  start: number;
  end: number;
}

/** `count` spans, as start and end pairs in one growing array. */
export interface SpanList {
  count: number;
  bounds: Int32Array;
}

/** Where a record stands. The line is found from the offset only for the few records that are shown. */
export interface Origin {
  readonly input: number;
  readonly offset: number;
}

/** Why a record was read but not used: a short stable sentence such as "unterminated quoted field". */
export type SkipReason = string;

export type Visit = (entry: LogEntry) => void;
export type VisitSkipped = (offset: number, reason: SkipReason, failure?: Failure) => void;

/**
 * A skipped record that tells of a failure in a session (`entry.session`, and `entry.transaction` where the log has ids): what
 * its transaction did is undone, at COMMIT at the latest. It is no execution.
 */
export interface Failure {
  readonly entry: LogEntry;
  /** The session is over, and its transaction with it. */
  readonly endsSession: boolean;
}

/**
 * A record that grows past this is given up: skipped with a reason, and reading goes on at the next line. Without a
 * limit one stray quote could pull the rest of a 100 GB file into memory.
 */
export const maxRecordBytes = 64 * 1024 * 1024;

/**
 * Finds records in bytes and decodes them. A reader is made for one range of one input, and any cut of the input into
 * ranges gives the same entries. Where records lean on what earlier ones said (`use shop;`, the time of a line whose
 * second is the same), the reader starts with the facts it is given as `before`, and tells by `carry` which of them it
 * took: whoever cuts the input verifies them, see `carry.ts`.
 */
export interface RecordReader {
  /** Set where the kernel can read the plain ones of the records. */
  readonly plain?: PlainRecords | undefined;
  /** Makes a buffer to read from; where it does not matter which, the reader leaves this out. */
  readonly newBuffer?: (length: number) => Uint8Array;
  /**
   * Records that start at this offset of the input, or after it, are left unread: they belong to the next range. The
   * last record of a range usually ends behind it. Infinity unless set.
   */
  until: number;
  /**
   * A reader that puts an entry together from several records (a statement and its duration, lines of a message) reads
   * on behind `until`, for the entries that began before it and nothing else: what such a record adds to an earlier
   * entry, and the record itself, count in the range in which each of them starts. While it does so `readingAhead` is
   * true, and `endedAt` is where the next range starts. Entries may then come out of the order of their offsets.
   */
  readonly readingAhead?: boolean;
  readonly endedAt?: number | undefined;
  /** Names of the columns behind `entry.keys`; empty for formats that carry SQL. */
  readonly keyColumns: readonly string[];
  /** Facts that hold before the range, for formats whose records lean on earlier ones. Set before the first `read`. */
  before?: Facts;
  /** What the range took from them, and what it leaves behind. Absent where records stand alone. */
  readonly carry?: Carry;
  /**
   * Reads the complete records in `bytes[from, to)`. `atEnd` says that no byte follows `to`. `baseOffset` is the offset
   * of `bytes[0]` in the input. Returns where the first unread record starts (`to` when all was read). Each record
   * found is either visited or skipped, exactly once. Quotes and escapes are resolved in place, so `bytes` is the
   * reader's to change between `from` and the returned position; the rest is left as it is.
   */
  read(
    bytes: Uint8Array,
    from: number,
    to: number,
    atEnd: boolean,
    baseOffset: number,
    visit: Visit,
    skipped: VisitSkipped,
  ): number;
}

/** An entry with nothing in it, for a reader to fill again and again. */
export function newEntry(kind: LogEntry["kind"]): LogEntry {
  const span = (): Span => ({ start: -1, end: -1 });
  const list = (): SpanList => ({ count: 0, bounds: new Int32Array(32) });
  return {
    kind,
    bytes: new Uint8Array(0),
    offset: 0,
    executions: 1,
    timeMicros: NaN,
    durationMs: NaN,
    rows: NaN,
    sql: span(),
    session: span(),
    transaction: span(),
    database: span(),
    user: span(),
    parameters: list(),
    operation: span(),
    table: span(),
    keys: list(),
  };
}

/** Appends a span to a list; (-1, -1) is a NULL. */
export function pushSpan(list: SpanList, start: number, end: number): void {
  const at = list.count * 2;
  if (at + 2 > list.bounds.length) {
    const grown = new Int32Array(list.bounds.length * 2);
    grown.set(list.bounds);
    list.bounds = grown;
  }
  list.bounds[at] = start;
  list.bounds[at + 1] = end;
  list.count += 1;
}
