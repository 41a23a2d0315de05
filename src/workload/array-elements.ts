import type { Span } from "../ingest/entry.ts";

/**
 * Where the elements of the text form of a one-dimensional array stand, `{1,NULL,"a b"}`: pairs of start and end, NULL left out
 * because nothing equals it. Undefined for text of another form, and for elements that are not written as they are
 * (`"a\"b"`). https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function arrayElementSpans(bytes: Uint8Array, { start, end }: Span): readonly number[] | undefined {
  if (end - start < 2 || bytes[start] !== openBrace || bytes[end - 1] !== closeBrace) return undefined;
  const last = end - 1;
  const spans: number[] = [];
  for (let at = skipBlanks(bytes, start + 1, last); at < last; at = skipBlanks(bytes, at + 1, last)) {
    const isQuoted = bytes[at] === doubleQuote;
    const from = isQuoted ? at + 1 : at;
    const closing = isQuoted ? doubleQuote : comma;
    let to = from;
    while (to < last && bytes[to] !== closing) {
      if (bytes[to] === backslash || (!isQuoted && (bytes[to] === openBrace || bytes[to] === doubleQuote))) return undefined;
      to += 1;
    }
    if (isQuoted && to === last) return undefined;
    at = isQuoted ? skipBlanks(bytes, to + 1, last) : to;
    if (at < last && bytes[at] !== comma) return undefined;
    if (!isQuoted) while (to > from && bytes[to - 1]! <= blank) to -= 1;
    if (isQuoted || !isNull(bytes, from, to)) spans.push(from, to);
  }
  return spans;
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at]! <= blank) at += 1;
  return at;
}

const isNull = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === 4 && /^null$/i.test(String.fromCharCode(...bytes.subarray(from, to)));

const blank = 32;
const doubleQuote = 34;
const comma = 44;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
