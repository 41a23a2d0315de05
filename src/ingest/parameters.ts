import { pushSpan } from "./entry.ts";
import type { SpanList } from "./entry.ts";
import { unescapeJsonString } from "./json-string.ts";

/**
 * Reads logged parameters into `list`, by position, whichever way they are written: PostgreSQL's
 * `parameters: $1 = '1', $2 = NULL`, or a JSON array. Quotes and escapes are resolved in place. Returns false, with an
 * empty list, when they are written in neither way.
 */
export function decodeParameters(bytes: Uint8Array, start: number, end: number, list: SpanList): boolean {
  list.count = 0;
  const first = skipSpace(bytes, start, end);
  if (first < end && bytes[first] === 91) return decodeJsonArray(bytes, first, end, list);
  return decodePostgresParameters(bytes, first, end, list);
}

/**
 * PostgreSQL writes `parameters: $1 = 'it''s', $2 = NULL` ("Parameters:" from version 16 on, also "Portal "x"
 * parameters:" in errors). Values longer than log_parameter_max_length end in `...'`, and are taken as they stand.
 */
export function decodePostgresParameters(bytes: Uint8Array, start: number, end: number, list: SpanList): boolean {
  list.count = 0;
  let position = start;
  while (position < end && bytes[position] !== dollar) position += 1;
  while (position < end && bytes[position] === dollar) {
    position += 1;
    let number = 0;
    while (position < end && isDigit(bytes[position]!)) number = number * 10 + bytes[position++]! - 48;
    position = skipSpace(bytes, position, end);
    if (number !== list.count + 1 || bytes[position] !== 61) return fail(list);
    position = skipSpace(bytes, position + 1, end);
    if (position < end && bytes[position] === apostrophe) {
      const valueStart = position + 1;
      let write = valueStart;
      position += 1;
      for (;;) {
        if (position >= end) return fail(list);
        const byte = bytes[position]!;
        if (byte === apostrophe) {
          if (position + 1 >= end || bytes[position + 1] !== apostrophe) break;
          position += 1;
        }
        bytes[write++] = byte;
        position += 1;
      }
      position += 1;
      pushSpan(list, valueStart, write);
    } else if (isNull(bytes, position, end)) {
      position += 4;
      pushSpan(list, -1, -1);
    } else {
      // log_parameter_max_length = 0 logs no values; a bare word is taken up to the comma.
      const valueStart = position;
      while (position < end && bytes[position] !== comma && bytes[position] !== 32) position += 1;
      if (position === valueStart) return fail(list);
      pushSpan(list, valueStart, position);
    }
    position = skipSpace(bytes, position, end);
    if (position < end && bytes[position] === comma) position = skipSpace(bytes, position + 1, end);
  }
  return position >= end && list.count > 0 ? true : fail(list);
}

/**
 * A JSON array of scalars. Strings are unescaped, numbers keep every digit, and a nested value is kept as its JSON
 * text.
 */
export function decodeJsonArray(bytes: Uint8Array, start: number, end: number, list: SpanList): boolean {
  list.count = 0;
  let position = skipSpace(bytes, start + 1, end);
  if (position < end && bytes[position] === closeBracket) return skipSpace(bytes, position + 1, end) === end;
  while (position < end) {
    const byte = bytes[position]!;
    if (byte === quote) {
      let close = position + 1;
      while (close < end && bytes[close] !== quote) close += bytes[close] === backslash ? 2 : 1;
      if (close >= end) return fail(list);
      const valueEnd = unescapeJsonString(bytes, position + 1, close);
      pushSpan(list, position + 1, valueEnd);
      position = close + 1;
    } else {
      const valueStart = position;
      let depth = 0;
      let quoted = false;
      for (; position < end; position++) {
        const inner = bytes[position]!;
        if (quoted) {
          if (inner === backslash) position += 1;
          else if (inner === quote) quoted = false;
        } else if (inner === quote) quoted = true;
        else if (inner === 91 || inner === 123) depth += 1;
        else if ((inner === closeBracket || inner === 125) && depth > 0) depth -= 1;
        else if (depth === 0 && (inner === comma || inner === closeBracket)) break;
      }
      let valueEnd = position;
      while (valueEnd > valueStart && isSpace(bytes[valueEnd - 1]!)) valueEnd -= 1;
      if (valueEnd === valueStart) return fail(list);
      if (valueEnd - valueStart === 4 && isNull(bytes, valueStart, valueEnd)) pushSpan(list, -1, -1);
      else pushSpan(list, valueStart, valueEnd);
    }
    position = skipSpace(bytes, position, end);
    if (position < end && bytes[position] === closeBracket)
      return skipSpace(bytes, position + 1, end) === end || fail(list);
    if (position >= end || bytes[position] !== comma) return fail(list);
    position = skipSpace(bytes, position + 1, end);
  }
  return fail(list);
}

function fail(list: SpanList): false {
  list.count = 0;
  return false;
}

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let position = from;
  while (position < end && isSpace(bytes[position]!)) position += 1;
  return position;
}

const isNull = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + 4 <= end &&
  (bytes[at]! | 32) === 110 &&
  (bytes[at + 1]! | 32) === 117 &&
  (bytes[at + 2]! | 32) === 108 &&
  (bytes[at + 3]! | 32) === 108;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
const quote = 34;
const dollar = 36;
const apostrophe = 39;
const comma = 44;
const backslash = 92;
const closeBracket = 93;
