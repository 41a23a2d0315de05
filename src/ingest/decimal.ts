/**
 * Reads a decimal number such as `12`, `-0.75` or `1.5e3` from `bytes[start, end)`; NaN when that is not one. Exact to
 * the last bit up to 15 significant digits: the digits are gathered as an integer and divided once by a power of ten,
 * which is correctly rounded because both are exact (W. D. Clinger, "How to read floating point numbers accurately",
 * 1990). Longer ones go through `Number`.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let negative = false;
  const sign = bytes[position];
  if (position < end && (sign === 45 || sign === 43)) {
    negative = sign === 45;
    position += 1;
  }
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let seenPoint = false;
  for (; position < end; position++) {
    const byte = bytes[position]!;
    if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      digits += 1;
      if (seenPoint) decimals += 1;
    } else if (byte === 46 && !seenPoint) {
      seenPoint = true;
    } else {
      break;
    }
  }
  if (digits === 0) return NaN;
  if (position < end || digits > 15) return slowDecimal(bytes, start, end);
  const value = decimals === 0 ? mantissa : mantissa / powersOfTen[decimals]!;
  return negative ? -value : value;
}

const powersOfTen = Array.from({ length: 16 }, (_, power) => 10 ** power);

function slowDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 64) return NaN;
  const text = String.fromCharCode(...bytes.subarray(start, end));
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : NaN;
}

/** A number of rows, as `parseDecimal` reads it; NaN, which is not known, when it is below 0. */
export function parseRows(bytes: Uint8Array, start: number, end: number): number {
  const rows = parseDecimal(bytes, start, end);
  return rows >= 0 ? rows : NaN;
}
