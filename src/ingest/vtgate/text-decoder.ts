import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span } from "../entry.ts";
import { parseDecimal } from "../decimal.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { timeParser } from "../timestamp.ts";
import { BindVariables } from "./bind-variables.ts";
import { unescapeGoString } from "./go-quoted.ts";

/** Zero-based fields of a line, as vitess go/vt/vtgate/logstats/logstats.go writes them. */
const field = {
  method: 0,
  username: 2,
  start: 5,
  totalTime: 7,
  sql: 12,
  bindVariables: 13,
  rowsAffected: 15,
  sessionUuid: 18,
  activeKeyspace: 21,
} as const;
const fewestFields = 14;

/** Reads a line of VTGate's query log in its text form: fields between tabs, texts quoted as Go does. */
export class VtgateTextDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");
  readonly #starts = new Int32Array(field.activeKeyspace + 1);
  readonly #ends = new Int32Array(field.activeKeyspace + 1);
  readonly #variables = new BindVariables();
  readonly #parseTime = timeParser("date");
  #bytes: Uint8Array = new Uint8Array(0);

  open(buffer: Buffer): void {
    this.#bytes = buffer;
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const { entry } = this;
    const count = this.#split(bytes, start, end);
    if (count < fewestFields || bytes[this.#starts[field.sql]!] !== quote) return "not a line of VTGate's query log";
    if (isPrepare(bytes, this.#starts[field.method]!)) return "preparation of a statement";
    entry.bytes = this.#bytes;
    this.#setQuoted(entry.sql, bytes, field.sql, count);
    if (entry.sql.start === -1) return "empty statement";
    entry.timeMicros = this.#parseTime(bytes, this.#starts[field.start]!, this.#ends[field.start]!);
    const seconds = parseDecimal(bytes, this.#starts[field.totalTime]!, this.#ends[field.totalTime]!);
    entry.durationMs = seconds >= 0 ? Math.round(seconds * 1e6) / 1e3 : NaN;
    const rows = count > field.rowsAffected ? parseDecimal(bytes, this.#starts[field.rowsAffected]!, this.#ends[field.rowsAffected]!) : NaN;
    entry.rows = rows >= 0 ? rows : NaN;
    this.#setQuoted(entry.session, bytes, field.sessionUuid, count);
    this.#setQuoted(entry.database, bytes, field.activeKeyspace, count);
    this.#setQuoted(entry.user, bytes, field.username, count);
    entry.parameters.count = 0;
    this.#variables.bind(entry, bytes, this.#starts[field.bindVariables]!, this.#ends[field.bindVariables]!);
    return undefined;
  }

  #split(bytes: Buffer, start: number, end: number): number {
    let count = 0;
    let position = start;
    while (count <= field.activeKeyspace) {
      let fieldEnd = position;
      // Most fields are short; a native search costs about as much as walking them.
      const near = Math.min(end, position + walkBytes);
      while (fieldEnd < near && bytes[fieldEnd] !== tab) fieldEnd += 1;
      if (fieldEnd === near && fieldEnd < end) {
        const found = bytes.indexOf(tab, fieldEnd);
        fieldEnd = found === -1 || found > end ? end : found;
      }
      this.#starts[count] = position;
      this.#ends[count++] = fieldEnd;
      if (fieldEnd === end) break;
      position = fieldEnd + 1;
    }
    return count;
  }

  /** A field without its quotes, and with its escapes resolved; absent when it is empty. */
  #setQuoted(span: Span, bytes: Buffer, index: number, count: number): void {
    span.start = span.end = -1;
    if (index >= count) return;
    let start = this.#starts[index]!;
    let end = this.#ends[index]!;
    while (end > start && bytes[end - 1]! <= 32) end -= 1;
    if (end - start >= 2 && bytes[start] === quote && bytes[end - 1] === quote) {
      start += 1;
      end = unescapeGoString(bytes, start, end - 1);
    }
    if (end === start) return;
    span.start = start;
    span.end = end;
  }
}

/** `Prepare` runs nothing; `Execute`, `StreamExecute` and `ExecuteBatch` do. */
const isPrepare = (bytes: Buffer, at: number): boolean => bytes[at] === 80 && bytes[at + 1] === 114;
const tab = 9;
const quote = 34;
const walkBytes = 64;
