/**
 * A value as the log wrote it, before a column type is known: a canonical integer that a double holds exactly is a number,
 * anything else its text, NULL is null. `42` and `'42'` are the same value; `'007'` and `1.50` stay text until a type decides.
 */
export type Value = number | string | null;
