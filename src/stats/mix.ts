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

/**
 * An integer-valued number of up to 53 bits, mixed to one unsigned 32-bit integer. Different seeds mix independently.
 */
export function mixInteger(value: number, seed: number): number {
  const low = value | 0;
  if (low === value) return mix32(low ^ Math.imul(seed, 0x9e3779b1));
  return mix32(mix32(low ^ Math.imul(seed, 0x9e3779b1)) ^ Math.imul(Math.floor(value / 4294967296), 0x27d4eb2f));
}
