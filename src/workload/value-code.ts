import { mix32 } from "../stats/mix.ts";

/**
 * Values as numbers, so that tuples of them fit typed arrays. An integer is itself. A text is a number between -1 and 1
 * that holds 61 bits of a hash of its bytes: the same in every counter, thread and run. Two texts among a million share one
 * with a probability of 1 in 4 million, and would then be counted as one. NULL is 1.5.
 */
export const nullCode = 1.5;

export const isNullCode = (code: number): boolean => code === nullCode;
export const isTextCode = (code: number): boolean => code < 1 && code > -1 && code !== 0;

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);

/** The code of the text in `bytes[start, end)`. */
export function textCodeOf(bytes: Uint8Array, start: number, end: number): number {
  // FNV-1a twice, with different primes, then both finalised.
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b);
  }
  const length = end - start;
  const first = mix32(low ^ length);
  const second = mix32(high ^ Math.imul(first, 0x27d4eb2f));
  // Sign, 8 free exponent bits under 2^-1, 52 bits of fraction: never 0, never as large as 1.
  words[0] = first;
  words[1] = (second & 0x800fffff) | ((0x2fe + ((second >>> 20) & 0xff)) << 20);
  return double[0]!;
}
