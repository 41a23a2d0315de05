/**
 * Finaliser of MurmurHash3 (Austin Appleby, public domain): every bit of the input changes every bit of the output with
 * probability one half. Returns an unsigned 32-bit integer.
 */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Two 32-bit halves of an integer-valued number, mixed to one unsigned 32-bit integer. */
export function mixInteger(value: number, seed: number): number {
  const high = Math.floor(value / 4294967296);
  return mix32(mix32((value | 0) ^ seed) ^ Math.imul(high | 0, 0x9e3779b1));
}
