/** The longest that a signed 64-bit integer gets: nineteen digits and a sign. */
export const maxDigits = 20;

/**
 * Writes the decimal digits of a signed 64-bit integer, given as two words, to the end of `into` and returns where they
 * begin. For functions that hash an integer's text, without making a string of each.
 */
export function digitsInto(low: number, high: number, into: Uint8Array): number {
  const value = high * 4_294_967_296 + (low >>> 0);
  if (!Number.isSafeInteger(value)) return bigDigitsInto(low, high, into);
  let rest = Math.abs(value);
  let at = into.length;
  do {
    const tenth = Math.floor(rest / 10);
    into[--at] = 48 + (rest - tenth * 10);
    rest = tenth;
  } while (rest > 0);
  if (value < 0) into[--at] = 45;
  return at;
}

function bigDigitsInto(low: number, high: number, into: Uint8Array): number {
  const text = ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
  const start = into.length - text.length;
  for (let index = 0; index < text.length; index++) into[start + index] = text.charCodeAt(index);
  return start;
}
