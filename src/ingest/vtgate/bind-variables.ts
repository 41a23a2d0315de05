import type { LogEntry } from "../entry.ts";
import { mysqlQuoting, skipQuoted } from "../quoting.ts";
import { unescapeGoString } from "./go-quoted.ts";

/** A bind variable: where its value stands. */
interface Variable {
  readonly type: "number" | "text" | "null";
  readonly start: number;
  readonly end: number;
}

/**
 * Puts the values of bind variables into a statement: VTGate takes all literals out of a statement (`id = :vtg1`) and
 * logs them beside it as `{"vtg1": {"type": "INT64", "value": 5}}`
 * (vitess go/vt/sqlparser and go/sqltypes, `FormatBindVariables`). With the values back in, it reads as the client
 * wrote it.
 *
 * Without `full` VTGate logs numbers only, and of texts and lists just the length ("5 bytes", "3 items"); redacted, it
 * logs none. Where a value is not logged the placeholder stays, and the value counts as unknown.
 */
export class BindVariables {
  #copy = Buffer.alloc(4096);
  #length = 0;
  readonly #variables = new Map<string, Variable>();

  /**
   * Rewrites `entry.sql` with the variables in `bytes[start, end)`, which are the entry's bytes. The entry moves to a
   * buffer of ours when a value was put in. True when a placeholder was left without a value.
   */
  bind(entry: LogEntry, bytes: Buffer, start: number, end: number): boolean {
    this.#read(bytes, start, end);
    const { sql } = entry;
    this.#length = 0;
    let bound = 0;
    let missing = false;
    let copied = sql.start;
    for (let position = sql.start; position < sql.end; ) {
      if (bytes[position] !== colon) {
        const behind = skipQuoted(bytes, position, sql.end, mysqlQuoting);
        position = behind === -1 ? sql.end : behind;
        continue;
      }
      const nameStart = bytes[position + 1] === colon ? position + 2 : position + 1;
      let nameEnd = nameStart;
      while (nameEnd < sql.end && isWord(bytes[nameEnd]!)) nameEnd += 1;
      if (nameEnd === nameStart) {
        position = nameStart;
        continue;
      }
      const variable = this.#variables.get(bytes.toString("latin1", nameStart, nameEnd));
      if (variable === undefined) {
        missing = true;
      } else {
        this.#append(bytes, copied, position);
        this.#appendValue(bytes, variable);
        copied = nameEnd;
        bound += 1;
      }
      position = nameEnd;
    }
    if (bound === 0) return missing;
    this.#append(bytes, copied, sql.end);
    sql.start = 0;
    sql.end = this.#length;
    for (const span of [entry.session, entry.transaction, entry.database, entry.user]) {
      if (span.start === -1) continue;
      const at = this.#length;
      this.#append(bytes, span.start, span.end);
      span.start = at;
      span.end = this.#length;
    }
    entry.bytes = this.#copy;
    return missing;
  }

  /** The variables that have a value: `{"name": {"type": "INT64", "value": 5}, ...}`, fields in any order. */
  #read(bytes: Buffer, start: number, end: number): void {
    this.#variables.clear();
    if (bytes[start] !== openBrace) return;
    let position = start + 1;
    while (position < end) {
      const name = quoted(bytes, position, end);
      if (name === undefined) return;
      let at = name.end + 1;
      while (at < end && bytes[at] !== openBrace) at += 1;
      let type = "";
      let value: { start: number; end: number; isQuoted: boolean } | undefined;
      at += 1;
      while (at < end && bytes[at] !== closeBrace) {
        const field = quoted(bytes, at, end);
        if (field === undefined) return;
        const isType = bytes[field.start] === 116; // t
        at = field.end + 1;
        while (at < end && (bytes[at]! <= 32 || bytes[at] === colon)) at += 1;
        const from = at;
        if (bytes[at] === quote) {
          const text = quoted(bytes, at, end);
          if (text === undefined) return;
          if (isType) type = bytes.toString("latin1", text.start, text.end);
          else value = { ...text, isQuoted: true };
          at = text.end + 1;
        } else {
          while (at < end && bytes[at] !== closeBrace && bytes[at] !== comma && bytes[at]! > 32) at += 1;
          value = { start: from, end: at, isQuoted: false };
        }
        while (at < end && (bytes[at]! <= 32 || bytes[at] === comma)) at += 1;
      }
      this.#keep(bytes, name, type, value);
      position = at + 1;
      while (position < end && (bytes[position]! <= 32 || bytes[position] === comma)) position += 1;
    }
  }

  #keep(
    bytes: Buffer,
    name: { start: number; end: number },
    type: string,
    value: { start: number; end: number; isQuoted: boolean } | undefined,
  ): void {
    if (type === "TUPLE" || value === undefined) return;
    const isNumber = /^(?:U?INT\d+|FLOAT\d+|DECIMAL|YEAR)$/.test(type);
    const { start } = value;
    let { end } = value;
    if (value.isQuoted) {
      if (isLength(bytes, start, end)) return;
      end = unescapeGoString(bytes, start, end);
    } else if (start === end || (!isNumber && type !== "NULL_TYPE")) {
      return; // a list, an object or nothing at all
    }
    // Part of a text may pass for a number, never the other way round.
    if (isNumber && !/^-?[\d.]+(?:e[+-]?\d+)?$/i.test(bytes.toString("latin1", start, Math.min(end, start + 100)))) return;
    this.#variables.set(bytes.toString("latin1", name.start, name.end), {
      type: type === "NULL_TYPE" ? "null" : isNumber ? "number" : "text",
      start,
      end,
    });
  }

  #appendValue(bytes: Buffer, { type, start, end }: Variable): void {
    if (type === "null") this.#append(nullWord, 0, nullWord.length);
    else if (type === "number") {
      // Two minus signs in a row would begin a comment.
      if (bytes[start] === minus && this.#copy[this.#length - 1] === minus) this.#append(spaceAlone, 0, 1);
      this.#append(bytes, start, end);
    } else {
      this.#makeRoom(2 * (end - start) + 2);
      this.#copy[this.#length++] = apostrophe;
      for (let position = start; position < end; position++) {
        const byte = bytes[position]!;
        if (byte === apostrophe || byte === backslash) this.#copy[this.#length++] = backslash;
        this.#copy[this.#length++] = byte;
      }
      this.#copy[this.#length++] = apostrophe;
    }
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    this.#makeRoom(end - start);
    for (let position = start; position < end; position++) this.#copy[this.#length++] = bytes[position]!;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#copy.length) return;
    const grown = Buffer.alloc((this.#length + count) * 2);
    grown.set(this.#copy.subarray(0, this.#length));
    this.#copy = grown;
  }
}

/** The next string in quotes at or behind `from`: the bounds inside the quotes. */
function quoted(bytes: Buffer, from: number, end: number): { start: number; end: number } | undefined {
  const open = bytes.indexOf(quote, from);
  if (open === -1 || open >= end) return undefined;
  let close = open + 1;
  while (close < end && bytes[close] !== quote) close += bytes[close] === backslash ? 2 : 1;
  return close < end ? { start: open + 1, end: close } : undefined;
}

/** "5 bytes" or "3 items": the length of a value that was not logged. */
const isLength = (bytes: Buffer, start: number, end: number): boolean =>
  end - start >= 7 && end - start <= 17 && /^\d+ (?:bytes|items)$/.test(bytes.toString("latin1", start, end));

const isWord = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || byte === 95 || ((byte | 32) >= 97 && (byte | 32) <= 122);
const nullWord = Buffer.from("NULL");
const spaceAlone = Buffer.from(" ");
const quote = 34;
const apostrophe = 39;
const comma = 44;
const minus = 45;
const colon = 58;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
