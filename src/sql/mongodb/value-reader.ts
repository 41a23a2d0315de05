import { literalForm, type LiteralForm } from "../scan.ts";
import { endOfString, isText, newField, nextField, openBrace, quote, type Field } from "./json-cursor.ts";

/** What stands at a place where a value may stand. */
export type ValueSort = "number" | "string" | "null" | "unlogged" | "none";

/**
 * Reads one value of a command in JSON: a plain one, or extended JSON of either version
 * (https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/ and the legacy `{"$date": 0}` and
 * `{"$binary": "", "$type": "00"}`). `sort` is "none" for what is no single value: an object, an array, a pattern; and
 * "unlogged" where the log has a mark instead ("###" of a redacted log, `"?number"` of $queryStats) or a type whose
 * values we don't keep. The literal is in `start`, `end`, `form` and `integer`, as `decodeLiteral` takes it.
 *
 * Numbers of all types are one: 5, 5.0 and NumberLong(5) are equal to MongoDB, also to its hash.
 */
export class ValueReader {
  sort: ValueSort = "none";
  start = 0;
  end = 0;
  form: LiteralForm = literalForm.string;
  integer = 0;
  readonly #inner: Field = newField();

  read(bytes: Uint8Array, start: number, end: number): ValueSort {
    const first = bytes[start]!;
    if (first === quote) return this.#text(bytes, start + 1, end - 1);
    if (first === openBrace) return this.#extended(bytes, start, end);
    if (first === minus || isDigit(first)) return this.#number(bytes, start, end);
    if (isText(bytes, start, end, "null")) return this.#set("null", start, end, literalForm.null);
    if (isText(bytes, start, end, "true") || isText(bytes, start, end, "false"))
      return this.#set("string", start, end, literalForm.string);
    return this.#set("none", start, end, literalForm.string);
  }

  #set(sort: ValueSort, start: number, end: number, form: LiteralForm): ValueSort {
    this.sort = sort;
    this.start = start;
    this.end = end;
    this.form = form;
    this.integer = 0;
    return sort;
  }

  #text(bytes: Uint8Array, start: number, end: number): ValueSort {
    if (isText(bytes, start, end, "###")) return this.#set("unlogged", start, end, literalForm.parameter);
    const mark = bytes[start] === questionMark ? typeMarkIn(bytes, start, end) : undefined;
    if (mark !== undefined) return this.#set(mark, start, end, literalForm[mark === "null" ? "null" : "parameter"]);
    const escaped = bytes.subarray(start, end).includes(backslash);
    return this.#set("string", start, end, escaped ? literalForm.json : literalForm.string);
  }

  #number(bytes: Uint8Array, start: number, end: number): ValueSort {
    let value = 0;
    let position = bytes[start] === minus ? start + 1 : start;
    const digits = position;
    while (position < end && isDigit(bytes[position]!)) value = value * 10 + (bytes[position++]! - 48);
    if (position < end || position === digits) return this.#fraction(bytes, start, end);
    if (value > Number.MAX_SAFE_INTEGER) return this.#set("number", start, end, literalForm.number);
    this.#set("number", start, end, literalForm.integer);
    this.integer = bytes[start] === minus && value !== 0 ? -value : value;
    return "number";
  }

  #fraction(bytes: Uint8Array, start: number, end: number): ValueSort {
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 64)));
    if (!/^-?\d+(\.\d*)?([eE][-+]?\d+)?$/.test(text)) return this.#set("string", start, end, literalForm.string);
    const value = Number(text);
    // "1.00000000000000000001" is a Decimal128 that no double holds.
    const exact = Number.isSafeInteger(value) && /^-?\d+(\.0*)?$/.test(text);
    this.#set("number", start, end, exact ? literalForm.integer : literalForm.number);
    if (exact) this.integer = value + 0;
    return "number";
  }

  #extended(bytes: Uint8Array, start: number, end: number): ValueSort {
    const field = this.#inner;
    if (nextField(bytes, start + 1, end, field) <= 0 || bytes[field.nameStart] !== dollar) return this.#none(start, end);
    const { nameStart, nameEnd, valueStart, valueEnd } = field;
    const inQuotes = bytes[valueStart] === quote ? 1 : 0;
    const name = String.fromCharCode(...bytes.subarray(nameStart, Math.min(nameEnd, nameStart + 24)));
    switch (name) {
      case "$oid":
      case "$uuid":
      case "$symbol":
        return inQuotes === 1 ? this.#text(bytes, valueStart + 1, valueEnd - 1) : this.#none(start, end);
      case "$numberInt":
      case "$numberLong":
      case "$numberDouble":
      case "$numberDecimal":
        return this.#number(bytes, valueStart + inQuotes, valueEnd - inQuotes);
      case "$date":
        return this.#date(bytes, valueStart, valueEnd);
      case "$binary":
        return this.#binary(bytes, start, end, valueStart, valueEnd);
      case "$timestamp":
      case "$minKey":
      case "$maxKey":
      case "$undefined":
      case "$dbPointer":
      case "$code":
        return this.#set("unlogged", start, end, literalForm.parameter);
      default:
        return this.#none(start, end);
    }
  }

  #none(start: number, end: number): ValueSort {
    return this.#set("none", start, end, literalForm.string);
  }

  #date(bytes: Uint8Array, start: number, end: number): ValueSort {
    if (bytes[start] === quote) return this.#text(bytes, start + 1, end - 1);
    if (bytes[start] !== openBrace) return this.#set("string", start, end, literalForm.millis);
    const field = this.#inner;
    if (nextField(bytes, start + 1, end, field) <= 0) return this.#none(start, end);
    const inQuotes = bytes[field.valueStart] === quote ? 1 : 0;
    return this.#set("string", field.valueStart + inQuotes, field.valueEnd - inQuotes, literalForm.millis);
  }

  /** Version 2 has an object with `base64` and `subType`, version 1 the text and a `$type` beside it. */
  #binary(bytes: Uint8Array, start: number, end: number, valueStart: number, valueEnd: number): ValueSort {
    const inside = bytes[valueStart] === openBrace;
    const field = this.#inner;
    let text = inside ? -1 : valueStart + 1;
    let subtype = "";
    let position = inside ? valueStart + 1 : start + 1;
    while ((position = nextField(bytes, position, inside ? valueEnd : end, field)) > 0) {
      if (isText(bytes, field.nameStart, field.nameEnd, "base64")) text = field.valueStart + 1;
      else if (isText(bytes, field.nameStart, field.nameEnd, inside ? "subType" : "$type"))
        subtype = String.fromCharCode(...bytes.subarray(field.valueStart, field.valueEnd)).replaceAll(/["0]/g, "");
    }
    const close = text === -1 || bytes[text - 1] !== quote ? -1 : endOfString(bytes, text, end);
    if (close === -1) return this.#none(start, end);
    return this.#set("string", text, close, subtype === "4" ? literalForm.base64Uuid : literalForm.base64);
  }
}

/**
 * What $queryStats writes for a value, such as `?number`; undefined for any other text. Documents, arrays and patterns
 * are no single value there either.
 */
function typeMarkIn(bytes: Uint8Array, start: number, end: number): ValueSort | undefined {
  if (end - start > 64) return undefined;
  const text = String.fromCharCode(...bytes.subarray(start + 1, end));
  if (text === "null") return "null";
  if (text === "object" || text === "regex" || text.startsWith("array<")) return "none";
  return markedTypes.has(text) ? "unlogged" : undefined;
}

const markedTypes: ReadonlySet<string> = new Set(
  "number string binData objectId bool date dbPointer javascript javascriptWithScope timestamp minKey maxKey undefined".split(
    " ",
  ),
);

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const dollar = 36;
const minus = 45;
const questionMark = 63;
const backslash = 92;
