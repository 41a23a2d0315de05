import { parseDecimal } from "../decimal.ts";

/** A number as JSON writes it, or as extended JSON does: `5`, `{"$numberLong": "5"}`. NaN for anything else. */
export function extendedNumber(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return NaN;
  let from = start;
  if (bytes[from] === 123) {
    while (from < end && bytes[from] !== 58) from += 1;
    from += 1;
    while (from < end && (bytes[from] === 34 || bytes[from]! <= 32)) from += 1;
  }
  let to = from;
  while (to < end && isNumeric(bytes[to]!)) to += 1;
  return to === from ? NaN : parseDecimal(bytes, from, to);
}

/** Digits, sign, point and exponent. */
const isNumeric = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || byte === 43 || byte === 45 || byte === 46 || (byte | 32) === 101;
