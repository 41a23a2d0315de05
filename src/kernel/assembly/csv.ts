import { findByte } from "./trie";
import { allocate } from "./memory";

/** Plain records of a CSV log, as `ingest/csv/scanner.ts` finds them. Anything odd is for that one to judge. */

export const mostFields: u32 = 64;

let delimiter: u8 = 0;
let newline: u8 = 0;
let fieldCount: u32 = 0;
/** Per field: start, end, and quoting as in the scanner. */
let starts: u32 = 0;
let ends: u32 = 0;
let quotings: u32 = 0;

/** The record is not all there. */
export const incomplete: u32 = 0;
/** The record has another number of fields, or quotes where none belong. */
export const odd: u32 = 1;

export function setCsv(delimiterByte: u8, newlineByte: u8, fields: u32): void {
  delimiter = delimiterByte;
  newline = newlineByte;
  fieldCount = fields;
  starts = allocate(mostFields << 2);
  ends = allocate(mostFields << 2);
  quotings = allocate(mostFields);
}

@inline
export function fieldStart(field: i32): u32 {
  return load<u32>(starts + (<u32>field << 2));
}

@inline
export function fieldEnd(field: i32): u32 {
  return load<u32>(ends + (<u32>field << 2));
}

@inline
export function fieldQuoting(field: i32): u32 {
  return load<u8>(quotings + <u32>field);
}

/** Finds the fields of the record at `from`; returns where the next record starts, or `incomplete`, or `odd`. */
export function nextRecord(from: u32, to: u32): u32 {
  const delimiters = i8x16.splat(delimiter);
  const newlines = i8x16.splat(newline);
  let position = from;
  let count: u32 = 0;
  while (true) {
    if (position >= to) return incomplete;
    if (count === fieldCount) return odd;
    let start = position;
    let end: u32;
    let quoting: u32 = 0;
    if (load<u8>(position) === 0x22) {
      start = position + 1;
      quoting = 1;
      end = findByte(start, to, 0x22);
      while (true) {
        // The quote may be the first of two.
        if (end + 1 >= to) return incomplete;
        if (load<u8>(end + 1) !== 0x22) break;
        quoting = 2;
        end = findByte(end + 2, to, 0x22);
      }
      position = end + 1;
      if (load<u8>(position) === 0x0d && newline !== 0x0d && position + 1 < to && load<u8>(position + 1) === newline)
        position++;
    } else {
      while (true) {
        const bytes = v128.load(position);
        const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, newlines)));
        if (found !== 0) {
          position += <u32>ctz<i32>(found);
          break;
        }
        position += 16;
        if (position >= to) return incomplete;
      }
      if (position >= to) return incomplete;
      end = position;
      if (load<u8>(position) === newline && end > start && load<u8>(end - 1) === 0x0d) end--;
    }
    store<u32>(starts + (count << 2), <u32>start);
    store<u32>(ends + (count << 2), <u32>end);
    store<u8>(quotings + count, quoting);
    count++;
    const ender = load<u8>(position++);
    if (ender === delimiter) continue;
    if (ender !== newline) return odd;
    return count === fieldCount ? position : odd;
  }
}

/** Is the field empty, or an unquoted word for NULL? See `isNullField` of `ingest/csv/fields.ts`. */
export function isNullField(field: i32): bool {
  const start = fieldStart(field);
  const length = fieldEnd(field) - start;
  if (length === 0) return true;
  if (fieldQuoting(field) !== 0) return false;
  if (length === 2) return load<u8>(start) === 0x5c && load<u8>(start + 1) === 0x4e;
  return length === 4 && (load<u32>(start) | 0x20202020) === 0x6c6c756e;
}

/**
 * A decimal number as `ingest/decimal.ts` reads it, for plain digits with at most one point; NaN for any other writing, an
 * empty field among them.
 */
export function plainDecimal(start: u32, end: u32): f64 {
  if (end - start > 16) return NaN;
  let mantissa: u64 = 0;
  let power: u64 = 0;
  let digits = 0;
  for (let p = start; p < end; p++) {
    const digit = <u32>load<u8>(p) - 48;
    if (digit < 10) {
      mantissa = mantissa * 10 + digit;
      power *= 10;
      digits++;
    } else {
      if (digit !== <u32>-2 || power !== 0) return NaN;
      power = 1;
    }
  }
  if (digits === 0 || digits > 15) return NaN;
  return power > 1 ? <f64>mantissa / <f64>power : <f64>mantissa;
}

/**
 * What follows the minute of a time, `:09.071`, in microseconds, as `secondsMicros` of `ingest/timestamp.ts`; NaN for any
 * other writing.
 */
export function plainSeconds(start: u32, end: u32): f64 {
  if (end - start < 3 || load<u8>(start) !== 0x3a) return NaN;
  const tens = <u32>load<u8>(start + 1) - 48;
  const units = <u32>load<u8>(start + 2) - 48;
  if (tens > 5 || units > 9) return NaN;
  let micros: u32 = (tens * 10 + units) * 1000000;
  let p = start + 3;
  if (p < end && (load<u8>(p) === 0x2e || load<u8>(p) === 0x2c)) {
    let scale: u32 = 100000;
    for (p++; p < end; p++) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      micros += digit * scale;
      scale /= 10;
    }
  }
  if (p === end || (p + 1 === end && load<u8>(p) === 0x5a)) return <f64>micros;
  return NaN;
}
