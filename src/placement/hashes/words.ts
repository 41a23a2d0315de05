/**
 * A 64-bit number as two signed 32-bit words. JavaScript has no 64-bit integers but BigInt, which allocates at every
 * step; the hash functions on the hot path write their result into one of these instead. Functions of this folder
 * that end in `Into` fill the words given last.
 */
export interface Words {
  low: number;
  high: number;
}

export function zeroWords(): Words {
  return { low: 0, high: 0 };
}

export function wordsToBigInt(words: Words): bigint {
  return (BigInt(words.high >>> 0) << 32n) | BigInt(words.low >>> 0);
}

export function bigIntToWords(value: bigint): Words {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) };
}

/** Sixteen lower-case hex digits. */
export function wordsToHex(words: Words): string {
  return wordsToBigInt(words).toString(16).padStart(16, "0");
}

/** The unsigned 64-bit number modulo `modulus`, exact for a modulus below 2^21. */
export function wordsModulo(low: number, high: number, modulus: number): number {
  if ((modulus & (modulus - 1)) === 0) return low & (modulus - 1);
  // high * 2^32 + low, taken modulo piece by piece: every product stays below 2^53.
  return remainder(remainder(high >>> 0, modulus) * remainder(4_294_967_296, modulus) + (low >>> 0), modulus);
}

/**
 * `value % modulus` for whole numbers below 2^53, where the quotient rounds down exactly; several times faster than
 * `%`.
 */
function remainder(value: number, modulus: number): number {
  return value - Math.floor(value / modulus) * modulus;
}

/**
 * High 32 bits of the unsigned product of two 32-bit numbers, from four 16-bit products that can't overflow 32 bits.
 */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const first = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const second = (Math.imul(aLow, bHigh) + (first & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (first >>> 16) + (second >>> 16)) | 0;
}
