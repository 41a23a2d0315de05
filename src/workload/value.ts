/**
 * A value as the log wrote it, before a column type is known: a canonical integer that a double holds exactly is a number,
 * anything else its text, NULL is null. `42` and `'42'` are the same value; `'007'` and `1.50` stay text until a type decides.
 */
export type Value = number | string | null;

/** Numbers before text before NULL; numbers by size, text by code unit. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : 1;
}
