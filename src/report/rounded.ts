import { isUnknown, type Known } from "../analyze/known.ts";

export function known<T, U>(value: Known<T>, convert: (value: T) => U): U | { unknown: string } {
  return isUnknown(value) ? { unknown: value.unknown } : convert(value as T);
}

/** Six significant digits: more would be noise, and the last bits of a logarithm are not the same on every machine. */
export function round(value: number): number {
  return Number(value.toPrecision(6));
}

export function percent(share: number): number {
  return round(Math.min(100, Math.max(0, share * 100)));
}
