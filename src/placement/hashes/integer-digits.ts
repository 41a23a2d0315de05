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
  // Nine digits at a time fit 32 bits, in which dividing is quick.
  for (; rest >= 1e9; rest = Math.floor(rest / 1e9)) {
    const end = at - 9;
    at = wordDigitsInto(rest % 1e9 | 0, into, at);
    while (at > end) into[--at] = 48;
  }
  at = wordDigitsInto(rest | 0, into, at);
  if (value < 0) into[--at] = 45;
  return at;
}

function wordDigitsInto(word: number, into: Uint8Array, end: number): number {
  let rest = word;
  let at = end;
  do {
    const tenth = (rest / 10) | 0;
    into[--at] = 48 + rest - tenth * 10;
    rest = tenth;
  } while (rest > 0);
  return at;
}

/** A function of an integer's two words, from one of its digits as text. */
export function ofDigits(ofText: (bytes: Uint8Array, start: number, end: number) => number): (low: number, high: number) => number {
  const digits = new Uint8Array(maxDigits);
  return (low, high) => ofText(digits, digitsInto(low, high, digits), digits.length);
}

function bigDigitsInto(low: number, high: number, into: Uint8Array): number {
  const text = ((BigInt(high) << 32n) | BigInt(low >>> 0)).toString();
  const start = into.length - text.length;
  for (let index = 0; index < text.length; index++) into[start + index] = text.charCodeAt(index);
  return start;
}
