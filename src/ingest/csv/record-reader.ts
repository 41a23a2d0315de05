import { assert } from "../../base/assert.ts";
import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import type { PlainRecords } from "../plain-records.ts";
import { CsvScanner } from "./scanner.ts";

/** What a format adds to the bare CSV records. */
export interface CsvRecordFormat {
  readonly kind: LogEntry["kind"];
  readonly delimiter: number;
  readonly newline: number;
  readonly backslash: boolean;
  /** Byte around fields: a double or a single quote. */
  readonly quote: number;
  /** A record with fewer or more fields is skipped; one more is tolerated when it is empty (a trailing delimiter). */
  readonly fewestFields: number;
  readonly mostFields: number;
  /**
   * The last field is SQL. Where it is written without quotes, delimiters in it are its own: `1,SELECT a, b FROM t`.
   * Many a hand-made log is written so.
   */
  readonly openEnd: boolean;
  readonly keyColumns: readonly string[];
  readonly plain?: PlainRecords | undefined;
  /**
   * Could this be a record at all? Asked only where the place of the next record is in doubt: after a fault, at a cut.
   */
  plausible(fields: CsvScanner, bytes: Uint8Array): boolean;
  /** Fills the entry from the fields found, or says why the record is skipped. May resolve quotes in place. */
  decode(fields: CsvScanner, bytes: Uint8Array, entry: LogEntry): SkipReason | undefined;
}

/**
 * Reads CSV records. Blank lines between records are not records.
 *
 * A malformed record (a quote never closed, text after a closing quote, longer than `maxRecordBytes`) is skipped as
 * one, and reading goes on at the first line behind its start that is plausibly a record: so a stray quote costs its
 * own record and not the rest of the file.
 */
export class CsvRecordReader implements RecordReader {
  until = Infinity;
  readonly keyColumns: readonly string[];
  readonly plain: PlainRecords | undefined;
  readonly #format: CsvRecordFormat;
  readonly #scanner: CsvScanner;
  /** What it visits with. */
  readonly entry: LogEntry;
  // After a fault: the offset in the input up to which lines must be plausible to count as records; -1 when on track.
  #lostUntil = -1;

  constructor(format: CsvRecordFormat) {
    this.#format = format;
    this.keyColumns = format.keyColumns;
    this.plain = format.plain;
    this.#scanner = new CsvScanner(format.delimiter, format.newline, format.mostFields + 1, format.backslash, format.quote);
    this.entry = newEntry(format.kind);
  }

  read(
    bytes: Uint8Array,
    from: number,
    to: number,
    atEnd: boolean,
    baseOffset: number,
    visit: Visit,
    skipped: VisitSkipped,
  ): number {
    const scanner = this.#scanner;
    const format = this.#format;
    const { entry } = this;
    const { fewestFields, mostFields } = format;
    const stopAt = Math.min(to, this.until - baseOffset);
    scanner.open(bytes, to, atEnd);
    entry.bytes = bytes;
    let position = from;
    for (;;) {
      if (this.#lostUntil >= 0) {
        position = this.#findRecord(bytes, position, to, atEnd, baseOffset);
        if (this.#lostUntil >= 0) {
          // The next record is still sought, and belongs to the next range wherever it will be found.
          this.until = Math.max(this.until, baseOffset + position + 1);
          return position;
        }
      }
      if (position >= stopAt) return position;
      const next = scanner.next(position);
      if (next === -1) {
        if (to - position <= maxRecordBytes) return position;
        skipped(baseOffset + position, tooLong);
        this.#lostUntil = Infinity;
        continue;
      }
      if (next - position > maxRecordBytes) {
        skipped(baseOffset + position, tooLong);
        this.#lostUntil = Infinity;
        continue;
      }
      if (scanner.malformed !== undefined) {
        skipped(baseOffset + position, scanner.malformed);
        this.#lostUntil = baseOffset + next;
        continue;
      }
      const count = scanner.fieldCount;
      if (count < fewestFields || count > mostFields) {
        if (count === 1 && scanner.starts[0] === scanner.ends[0] && scanner.quoting[0] === 0) {
          position = next;
          continue;
        }
        if (!this.#closeEnd(bytes, next)) {
          skipped(baseOffset + position, wrongFieldCount);
          position = next;
          continue;
        }
      } else if (count === 1 && scanner.starts[0] === scanner.ends[0]) {
        position = next;
        continue;
      }
      entry.offset = baseOffset + position;
      const reason = format.decode(scanner, bytes, entry);
      if (reason === undefined) visit(entry);
      else skipped(entry.offset, reason);
      position = next;
    }
  }

  /**
   * Goes to the first line after `from` that may be a record; stays lost, at a line's end, when more bytes must decide.
   */
  #findRecord(bytes: Uint8Array, from: number, to: number, atEnd: boolean, baseOffset: number): number {
    const scanner = this.#scanner;
    let lineEnd = from;
    for (;;) {
      lineEnd = scanner.newlineAfter(lineEnd);
      if (lineEnd >= to) {
        if (atEnd) this.#lostUntil = -1;
        return to;
      }
      const start = lineEnd + 1;
      if (baseOffset + start >= this.#lostUntil) break;
      const next = scanner.next(start);
      if (next === -1 && to - start <= maxRecordBytes) return lineEnd;
      if (next !== -1 && next - start <= maxRecordBytes && this.#isPlausible(bytes)) break;
      lineEnd = start;
    }
    this.#lostUntil = -1;
    return lineEnd + 1;
  }

  #isPlausible(bytes: Uint8Array): boolean {
    const { malformed, fieldCount } = this.#scanner;
    if (malformed !== undefined || fieldCount < this.#format.fewestFields) return false;
    if (fieldCount > this.#format.mostFields && !this.#closeEnd(bytes, -1)) return false;
    return this.#format.plausible(this.#scanner, bytes);
  }

  /**
   * Makes a record with too many fields one with the right number, if it may be: the last field takes what follows it,
   * or an empty field behind it is dropped. `next` is where the next record starts, -1 when bounds don't matter.
   */
  #closeEnd(bytes: Uint8Array, next: number): boolean {
    const { fieldCount, starts, ends, quoting } = this.#scanner;
    const { mostFields, openEnd, newline } = this.#format;
    if (fieldCount <= mostFields) return false;
    if (fieldCount === mostFields + 1 && starts[mostFields] === ends[mostFields]) return true;
    if (!openEnd || quoting[mostFields - 1] !== 0) return false;
    if (next === -1) return true;
    let end = next;
    if (end > starts[mostFields - 1]! && bytes[end - 1] === newline) end -= 1;
    if (end > starts[mostFields - 1]! && bytes[end - 1] === carriageReturn) end -= 1;
    ends[mostFields - 1] = end;
    return true;
  }
}

/**
 * Guesses where the first record at or after `from` (at least 1) starts, knowing nothing about the quotes before it:
 * the first line that begins a run of well-formed, plausible records. Inside a quoted newline the lines that follow
 * have the wrong number of fields or text after a quote, so they are passed over; text made to look like records can
 * still deceive it, which is why a guess is always verified (see `cut.ts`). Returns -1 when the window holds no such
 * run.
 */
export function guessCsvRecordStart(format: CsvRecordFormat, bytes: Uint8Array, from: number, atEnd: boolean): number {
  const to = bytes.length;
  const scanner = new CsvScanner(format.delimiter, format.newline, format.mostFields + 1, format.backslash, format.quote);
  scanner.open(bytes, to, atEnd);
  const isRecord = () =>
    scanner.malformed === undefined &&
    scanner.fieldCount >= format.fewestFields &&
    (scanner.fieldCount <= format.mostFields || (format.openEnd && scanner.quoting[format.mostFields - 1] === 0)) &&
    format.plausible(scanner, bytes);
  assert(from >= 1, "the byte before tells whether a line starts here");
  let start = scanner.newlineAfter(from - 1) + 1;
  for (let line = 0; line < linesTried && start < to; line++) {
    let position = start;
    let run = 0;
    while (run < recordsInARow) {
      const next = position < to ? scanner.next(position) : -1;
      if (next === -1) break;
      if (!isRecord()) {
        run = -1;
        break;
      }
      run += 1;
      position = next;
    }
    // At the end of the window a shorter run must do.
    if (run > 0) return start;
    start = scanner.newlineAfter(start) + 1;
  }
  return -1;
}

const carriageReturn = 13;
const recordsInARow = 16;
const linesTried = 10_000;

export const tooLong: SkipReason = "record longer than 64 MiB";
export const wrongFieldCount: SkipReason = "wrong number of fields";
