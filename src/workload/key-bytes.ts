import type { Span } from "../ingest/entry.ts";
import type { EventSample } from "./event-sample.ts";
import type { ValueCounter } from "./value-counter.ts";

/** The next tuple's value in `column`, as an integer where the bytes write one, else as text. */
export function setBytes(counter: ValueCounter, column: number, bytes: Uint8Array, { start, end }: Span): true {
  const integer = canonicalInteger(bytes, start, end);
  if (Number.isNaN(integer)) counter.setText(column, bytes, start, end);
  else counter.setInteger(column, integer);
  return true;
}

/** NaN when the bytes are no integer of at most 53 bits, written as a database writes it. */
function canonicalInteger(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 45;
  const first = negative ? start + 1 : start;
  const length = end - first;
  if (length < 1 || length > 16) return NaN;
  if (bytes[first] === 48 && (length > 1 || negative)) return NaN;
  let value = 0;
  for (let at = first; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return NaN;
  return negative ? -value : value;
}

/** The next value of the sampled event. */
export function sampleBytes(sample: EventSample, bytes: Uint8Array, { start, end }: Span): void {
  const integer = canonicalInteger(bytes, start, end);
  if (Number.isNaN(integer)) sample.addText(bytes, start, end);
  else sample.addInteger(integer);
}
