import { assert } from "../base/assert.ts";
import type { Language, Literal } from "./template.ts";
import { isDigit, isHexDigit, isSpace, literalForm, scanBlockComment, scanLine } from "./scan.ts";
import type { LiteralForm } from "./scan.ts";

export { literalForm, type LiteralForm } from "./scan.ts";

/**
 * The value that stands in `bytes[start, end)`, a span as the tokenizer or the learner gives it: inside the quotes,
 * escapes as written. Numbers keep every digit (PostgreSQL's 0x1F, 0o17, 0b1 and 1_000 become decimal, a plus sign
 * goes). Binary strings (X'1F', MySQL's 0x1F, B'01', 0b01) become the text of their digits, hex ones in lower case.
 * Bytes that are no UTF-8 become U+FFFD.
 *
 * Escapes as of https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS (with
 * standard_conforming_strings on) and https://dev.mysql.com/doc/refman/8.4/en/string-literals.html.
 */
export function decodeLiteral(
  bytes: Uint8Array,
  start: number,
  end: number,
  form: LiteralForm,
  dialect: Language,
): Literal {
  switch (form) {
    case literalForm.integer:
      return { kind: "number", text: decodeText(bytes, bytes[start] === 0x2b ? start + 1 : start, end) };
    case literalForm.number:
      return { kind: "number", text: decodeNumber(decodeText(bytes, start, end)) };
    case literalForm.string:
    case literalForm.bits:
      return { kind: "string", text: decodeText(bytes, start, end) };
    case literalForm.hex:
      return { kind: "string", text: decodeText(bytes, start, end).toLowerCase() };
    case literalForm.doubled:
      return { kind: "string", text: unescape(bytes, start, end, dialect, false) };
    case literalForm.escaped:
      return { kind: "string", text: unescape(bytes, start, end, dialect, true) };
    case literalForm.unicode:
      return { kind: "string", text: decodeUnicodeEscapes(unescape(bytes, start, end, dialect, false)) };
    case literalForm.adjacent:
      return { kind: "string", text: decodeAdjacent(bytes, start, end, dialect) };
    case literalForm.null:
      return { kind: "null" };
    case literalForm.json:
      return { kind: "string", text: jsonText(bytes, start, end) };
    case literalForm.millis:
      return { kind: "string", text: dateText(decodeText(bytes, start, end)) };
    case literalForm.base64:
      return { kind: "string", text: `\\x${Buffer.from(decodeText(bytes, start, end), "base64").toString("hex")}` };
    case literalForm.base64Uuid:
      return { kind: "string", text: uuidText(Buffer.from(decodeText(bytes, start, end), "base64").toString("hex")) };
    case literalForm.parameter:
      assert(false, "a placeholder has no value of its own");
  }
}

/** UTF-8 to text; a byte that does not belong becomes U+FFFD. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  // Most values are short ASCII; for those, calling the decoder costs more than the work.
  if (end - start <= 16) {
    let text = "";
    let p = start;
    for (; p < end; p++) {
      const byte = bytes[p]!;
      if (byte >= 0x80) break;
      text += String.fromCharCode(byte);
    }
    if (p === end) return text;
  }
  return utf8.decode(bytes.subarray(start, end));
}

/** An escape that JSON does not know leaves the text as it was written. */
function jsonText(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeText(bytes, start, end);
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** ISO 8601 in UTC; what is beyond the years that JavaScript knows stays a number. */
function dateText(millis: string): string {
  const date = new Date(Number(millis));
  return millis === "" || Number.isNaN(date.getTime()) ? millis : date.toISOString();
}

const uuidText = (hex: string): string =>
  hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : `\\x${hex}`;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function decodeNumber(text: string): string {
  const unsigned = text.replace(/^[+-]/, "").replaceAll("_", "");
  const decimal = /^0[xXoObB]/.test(unsigned) ? BigInt(unsigned.toLowerCase()).toString() : unsigned;
  return text.startsWith("-") ? `-${decimal}` : decimal;
}

function unescape(bytes: Uint8Array, start: number, end: number, dialect: Language, backslash: boolean): string {
  const quote = bytes[start - 1]!;
  const out: number[] = [];
  for (let p = start; p < end; p++) {
    const byte = bytes[p]!;
    if (byte === quote && p + 1 < end && bytes[p + 1] === quote) {
      out.push(quote);
      p++;
    } else if (backslash && byte === 0x5c && p + 1 < end) {
      p = dialect === "mysql" ? pushMysqlEscape(bytes, p + 1, out) : pushPostgresEscape(bytes, p + 1, end, out);
    } else {
      out.push(byte);
    }
  }
  return decodeText(Uint8Array.from(out), 0, out.length);
}

/** Writes the byte that the escape stands for and gives the position of the escape's last byte. */
function pushMysqlEscape(bytes: Uint8Array, at: number, out: number[]): number {
  const byte = bytes[at]!;
  const replacement = { 0x30: 0, 0x62: 8, 0x6e: 10, 0x72: 13, 0x74: 9, 0x5a: 26 }[byte];
  // \% and \_ are left for LIKE to read.
  if (byte === 0x25 || byte === 0x5f) out.push(0x5c);
  out.push(replacement ?? byte);
  return at;
}

function pushPostgresEscape(bytes: Uint8Array, at: number, end: number, out: number[]): number {
  const byte = bytes[at]!;
  const replacement = { 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9 }[byte];
  if (replacement !== undefined) {
    out.push(replacement);
    return at;
  }
  if (byte >= 0x30 && byte <= 0x37) {
    let p = at;
    let value = 0;
    while (p < end && p < at + 3 && bytes[p]! >= 0x30 && bytes[p]! <= 0x37) value = value * 8 + (bytes[p++]! - 0x30);
    out.push(value & 0xff);
    return p - 1;
  }
  const width = byte === 0x78 ? 2 : byte === 0x75 ? 4 : byte === 0x55 ? 8 : 0;
  let p = at + 1;
  let value = 0;
  const widest = Math.min(end, at + 1 + width);
  while (width > 0 && p < widest && isHexDigit(bytes[p]!)) value = value * 16 + hexValue(bytes[p++]!);
  const digits = p - at - 1;
  if (width === 0 || digits === 0 || (width > 2 && digits < width)) {
    out.push(byte);
    return at;
  }
  if (width === 2) {
    out.push(value);
    return p - 1;
  }
  // An astral character may be written as a surrogate pair of two \u escapes.
  if (value >= 0xd800 && value < 0xdc00 && bytes[p] === 0x5c && bytes[p + 1] === 0x75 && p + 6 <= end) {
    const low = Number.parseInt(decodeText(bytes, p + 2, p + 6), 16);
    if (low >= 0xdc00 && low < 0xe000) {
      value = 0x10000 + (value - 0xd800) * 0x400 + (low - 0xdc00);
      p += 6;
    }
  }
  out.push(...new TextEncoder().encode(codePoint(value)));
  return p - 1;
}

function decodeUnicodeEscapes(text: string): string {
  const escape = /\\(\\|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))/g;
  return text.replace(escape, (_, all: string, long?: string, short?: string) => {
    const digits = long ?? short;
    if (digits === undefined) return all;
    const value = Number.parseInt(digits, 16);
    return value < 0x10000 ? String.fromCharCode(value) : codePoint(value);
  });
}

/** Follows the tokenizer: quotes may change from one string to the next, whether backslashes escape does not. */
function decodeAdjacent(bytes: Uint8Array, start: number, end: number, dialect: Language): string {
  const backslash = dialect === "mysql" || (bytes[start - 2]! | 0x20) === 0x65;
  let text = "";
  let p = start;
  for (;;) {
    const quote = bytes[p - 1]!;
    let close = p;
    while (close < end) {
      if (bytes[close] === quote) {
        if (close + 1 > end || bytes[close + 1] !== quote) break;
        close += 2;
      } else {
        close += backslash && bytes[close] === 0x5c ? 2 : 1;
      }
    }
    close = Math.min(close, end);
    text += unescape(bytes, p, close, dialect, backslash);
    if (close >= end) return text;
    p = close + 1;
    for (;;) {
      while (p < end && isSpace(bytes[p]!)) p++;
      if (bytes[p] === 0x2f && bytes[p + 1] === 0x2a) p = scanBlockComment(bytes, p + 2, end, dialect);
      else if (bytes[p] === 0x2d || bytes[p] === 0x23) p = scanLine(bytes, p, end);
      else break;
    }
    p++;
  }
}

function codePoint(value: number): string {
  return value > 0x10ffff || (value >= 0xd800 && value < 0xe000) ? "\ufffd" : String.fromCodePoint(value);
}

function hexValue(byte: number): number {
  return isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x57;
}
