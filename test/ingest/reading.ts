import type { LogEntry, RecordReader, Span, SpanList } from "../../src/ingest/entry.ts";
import { detectFormat } from "../../src/ingest/detect.ts";
import { RecordFeed } from "../../src/ingest/feed.ts";
import type { Detection, ReaderOptions } from "../../src/ingest/format.ts";
import { formats } from "../../src/ingest/formats.ts";

/** An entry as a plain value, for tests to compare. */
export interface ReadEntry {
  readonly offset: number;
  readonly executions: number;
  readonly time: number;
  readonly duration: number;
  readonly rows: number;
  readonly sql: string | undefined;
  readonly session: string | undefined;
  readonly transaction: string | undefined;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly operation: string | undefined;
  readonly table: string | undefined;
  readonly parameters: readonly (string | null)[];
  readonly keys: readonly (string | null)[];
}

export interface AllRead {
  readonly entries: readonly ReadEntry[];
  /** "offset reason" of each skipped record. */
  readonly skipped: readonly string[];
  readonly end: number;
}

export const bytesOf = (text: string | Uint8Array): Uint8Array =>
  typeof text === "string" ? new TextEncoder().encode(text) : Uint8Array.from(text);

export const detect = (text: string | Uint8Array, options: ReaderOptions = {}): Detection =>
  detectFormat({ bytes: bytesOf(text), atEnd: true, name: "test.log" }, options);

/** Detects the format of a whole input and reads all of it, in pieces of `pieceBytes`. */
export function readAll(text: string | Uint8Array, options: ReaderOptions = {}, pieceBytes = 1 << 16): AllRead {
  const detection = detect(text, options);
  return readRange(bytesOf(text), detection, detection.dataStart, Infinity, pieceBytes);
}

/** Reads the records that start in [start, until). */
export function readRange(
  bytes: Uint8Array,
  detection: Detection,
  start: number,
  until: number,
  pieceBytes = 1 << 16,
  reader: RecordReader = formats[detection.format].createReader(detection),
): AllRead {
  reader.until = until;
  const entries: ReadEntry[] = [];
  const skipped: string[] = [];
  const feed = new RecordFeed(
    reader,
    start,
    (entry) => entries.push(plain(entry)),
    (offset, reason) => skipped.push(`${offset} ${reason}`),
    pieceBytes,
  );
  while (!feed.done) {
    const room = feed.room();
    const piece = bytes.subarray(feed.wanted, feed.wanted + Math.min(room.length, pieceBytes));
    room.set(piece);
    if (piece.length === 0) feed.end();
    else feed.filled(piece.length);
  }
  // A reader may hand an entry on late, when a later record has told the rest of it.
  entries.sort((left, right) => left.offset - right.offset);
  skipped.sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
  return { entries, skipped, end: feed.position };
}

function plain(entry: LogEntry): ReadEntry {
  const text = ({ start, end }: Span) => (start === -1 ? undefined : latin1(entry.bytes, start, end));
  const texts = ({ count, bounds }: SpanList) =>
    Array.from({ length: count }, (_, index) =>
      bounds[index * 2] === -1 ? null : latin1(entry.bytes, bounds[index * 2]!, bounds[index * 2 + 1]!),
    );
  return {
    offset: entry.offset,
    executions: entry.executions,
    time: entry.timeMicros,
    duration: entry.durationMs,
    rows: entry.rows,
    sql: text(entry.sql),
    session: text(entry.session),
    transaction: text(entry.transaction),
    database: text(entry.database),
    user: text(entry.user),
    operation: text(entry.operation),
    table: text(entry.table),
    parameters: texts(entry.parameters),
    keys: texts(entry.keys),
  };
}

/** UTF-8 where the bytes are UTF-8, else one character per byte, so that no two byte strings look the same. */
function latin1(bytes: Uint8Array, start: number, end: number): string {
  const piece = bytes.slice(start, end);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(piece);
  } catch {
    return `bytes ${Buffer.from(piece).toString("hex")}`;
  }
}
