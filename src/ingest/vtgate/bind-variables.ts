import type { LogEntry } from "../entry.ts";
import { mayOpenQuote, mysqlQuoting, skipQuoted } from "../quoting.ts";
import { unescapeGoString } from "./go-quoted.ts";

const kinds = { number: 0, text: 1, null: 2 } as const;

/** Where a variable stands among the bounds: its name, its value, and the value's kind. */
const slots = { nameStart: 0, nameEnd: 1, start: 2, end: 3, kind: 4, count: 5 } as const;

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
  /** The variables that have a value, `slots.count` numbers each. */
  #variables = new Int32Array(16 * slots.count);
  #count = 0;
  /** By name, where there are many: an INSERT of thousands of rows has as many variables. */
  readonly #byName = new Map<string, number>();

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
      const byte = bytes[position]!;
      if (byte !== colon) {
        const behind = mayOpenQuote[byte] === 0 ? position + 1 : skipQuoted(bytes, position, sql.end, mysqlQuoting);
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
      const variable = this.#find(bytes, nameStart, nameEnd, bound);
      if (variable === -1) {
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

  /** Offset of a variable among the bounds; -1 when it has no value. The next one is most likely the one. */
  #find(bytes: Buffer, start: number, end: number, likely: number): number {
    if (this.#count > fewVariables) return this.#byName.get(bytes.toString("latin1", start, end)) ?? -1;
    for (let tried = 0; tried < this.#count; tried++) {
      const at = ((likely + tried) % this.#count) * slots.count;
      const name = this.#variables[at]!;
      if (this.#variables[at + slots.nameEnd]! - name !== end - start) continue;
      let same = end - start - 1;
      while (same >= 0 && bytes[name + same] === bytes[start + same]) same -= 1;
      if (same < 0) return at;
    }
    return -1;
  }

  /** Reads `{"name": {"type": "INT64", "value": 5}, ...}`, the inner fields in any order. */
  #read(bytes: Buffer, start: number, end: number): void {
    this.#count = 0;
    this.#byName.clear();
    let position = start + 1;
    while (bytes[start] === openBrace && position < end) {
      const name = openingQuote(bytes, position, end) + 1;
      const nameEnd = closingQuote(bytes, name, end);
      if (name === 0 || nameEnd === -1) return;
      let at = nameEnd + 1;
      while (at < end && bytes[at] !== openBrace) at += 1;
      at += 1;
      let [type, typeEnd, value, valueEnd] = [-1, -1, -1, -1];
      let isQuoted = false;
      while (at < end && bytes[at] !== closeBrace) {
        const field = openingQuote(bytes, at, end) + 1;
        const fieldEnd = closingQuote(bytes, field, end);
        if (field === 0 || fieldEnd === -1) return;
        const isType = bytes[field] === 116; // t
        at = fieldEnd + 1;
        while (at < end && (bytes[at]! <= 32 || bytes[at] === colon)) at += 1;
        if (bytes[at] === quote) {
          const close = closingQuote(bytes, at + 1, end);
          if (close === -1) return;
          if (isType) [type, typeEnd] = [at + 1, close];
          else [value, valueEnd, isQuoted] = [at + 1, close, true];
          at = close + 1;
        } else {
          value = at;
          while (at < end && bytes[at] !== closeBrace && bytes[at] !== comma && bytes[at]! > 32) at += 1;
          valueEnd = at;
        }
        while (at < end && (bytes[at]! <= 32 || bytes[at] === comma)) at += 1;
      }
      const kind = kindOf(bytes, type, typeEnd);
      if (kind !== undefined && value !== -1) this.#keep(bytes, name, nameEnd, kind, value, valueEnd, isQuoted);
      position = at + 1;
      while (position < end && (bytes[position]! <= 32 || bytes[position] === comma)) position += 1;
    }
  }

  /** Keeps a variable, unless its value was not logged or is not what its type says. */
  #keep(
    bytes: Buffer,
    name: number,
    nameEnd: number,
    kind: number,
    start: number,
    valueEnd: number,
    isQuoted: boolean,
  ): void {
    let end = valueEnd;
    if (isQuoted) {
      if (isLength(bytes, start, end)) return;
      end = unescapeGoString(bytes, start, end);
    } else if (start === end || kind === kinds.text) {
      return; // a list, an object or nothing at all
    }
    if (kind === kinds.number && !isNumber(bytes, start, end)) return;
    const at = this.#count * slots.count;
    if (at === this.#variables.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#variables);
      this.#variables = grown;
    }
    this.#variables[at] = name;
    this.#variables[at + slots.nameEnd] = nameEnd;
    this.#variables[at + slots.start] = start;
    this.#variables[at + slots.end] = end;
    this.#variables[at + slots.kind] = kind;
    this.#count += 1;
    if (this.#count === fewVariables + 1) {
      for (let known = 0; known < at; known += slots.count) this.#index(bytes, known);
    }
    if (this.#count > fewVariables) this.#index(bytes, at);
  }

  #index(bytes: Buffer, at: number): void {
    const name = bytes.toString("latin1", this.#variables[at], this.#variables[at + slots.nameEnd]);
    this.#byName.set(name, at);
  }

  #appendValue(bytes: Buffer, variable: number): void {
    const start = this.#variables[variable + slots.start]!;
    const end = this.#variables[variable + slots.end]!;
    const kind = this.#variables[variable + slots.kind]!;
    if (kind === kinds.null) this.#append(nullWord, 0, nullWord.length);
    else if (kind === kinds.number) {
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

  #append(bytes: Buffer, start: number, end: number): void {
    this.#makeRoom(end - start);
    if (end - start > walkBytes) {
      this.#length += bytes.copy(this.#copy, this.#length, start, end);
      return;
    }
    for (let position = start; position < end; position++) this.#copy[this.#length++] = bytes[position]!;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#copy.length) return;
    const grown = Buffer.alloc((this.#length + count) * 2);
    grown.set(this.#copy.subarray(0, this.#length));
    this.#copy = grown;
  }
}

/** The next quote at or behind `from`; -1 when there is none. */
function openingQuote(bytes: Buffer, from: number, end: number): number {
  let position = from;
  while (position < end && bytes[position] !== quote) position += 1;
  return position < end ? position : -1;
}

/** Where the string whose inside starts at `from` closes; -1 when it does not. */
function closingQuote(bytes: Buffer, from: number, end: number): number {
  let position = from;
  while (position < end && bytes[position] !== quote) position += bytes[position] === backslash ? 2 : 1;
  return position < end ? position : -1;
}

/** INT64, UINT8, FLOAT32, DECIMAL and YEAR are numbers, a TUPLE has no value of its own, the rest are texts. */
function kindOf(bytes: Buffer, start: number, end: number): number | undefined {
  if (start === -1) return undefined;
  if (bytes[start] === 73 && bytes[start + 1] === 78) return kinds.number; // IN
  const type = bytes.toString("latin1", start, end);
  if (type === "TUPLE") return undefined;
  if (type === "NULL_TYPE") return kinds.null;
  return /^(?:UINT\d+|FLOAT\d+|DECIMAL|YEAR)$/.test(type) ? kinds.number : kinds.text;
}

/** A number begins with a digit or a sign and has nothing in it but what numbers are written with. */
function isNumber(bytes: Buffer, start: number, end: number): boolean {
  let digits = 0;
  for (let position = start; position < end; position++) {
    const byte = bytes[position]!;
    if (byte >= 48 && byte <= 57) digits += 1;
    else if (byte !== minus && byte !== dot && byte !== plus && (byte | 32) !== exponent) return false;
  }
  return digits > 0 && end > start && (bytes[start] === minus || bytes[start]! <= 57);
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
const plus = 43;
const minus = 45;
const dot = 46;
const exponent = 101;
const colon = 58;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
/** Up to so many variables a walk over them costs less than a name's string. */
const fewVariables = 32;
/** Up to so many bytes a loop costs less than a native copy. */
const walkBytes = 64;
