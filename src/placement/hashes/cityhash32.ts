/**
 * CityHash32 (Geoff Pike, Jyrki Alakuijala, https://github.com/google/cityhash, version 1.1) of `bytes[start..end)`,
 * unsigned: SPQR's hash function `city`.
 */
export function cityHash32(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= 4) return upTo4(bytes, start, length) >>> 0;
  if (length <= 12) return upTo12(bytes, start, length) >>> 0;
  if (length <= 24) return upTo24(bytes, start, length) >>> 0;
  return longer(bytes, start, length) >>> 0;
}

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

function upTo4(bytes: Uint8Array, start: number, length: number): number {
  let b = 0;
  let c = 9;
  for (let index = 0; index < length; index++) {
    b = (Math.imul(b, C1) + ((bytes[start + index]! << 24) >> 24)) | 0;
    c ^= b;
  }
  return finalize(murmur(b, murmur(length, c)));
}

function upTo12(bytes: Uint8Array, start: number, length: number): number {
  const a = (length + fetch(bytes, start)) | 0;
  const b = (length * 5 + fetch(bytes, start + length - 4)) | 0;
  const c = (9 + fetch(bytes, start + ((length >>> 1) & 4))) | 0;
  return finalize(murmur(c, murmur(b, murmur(a, length * 5))));
}

function upTo24(bytes: Uint8Array, start: number, length: number): number {
  const a = fetch(bytes, start - 4 + (length >>> 1));
  const b = fetch(bytes, start + 4);
  const c = fetch(bytes, start + length - 8);
  const d = fetch(bytes, start + (length >>> 1));
  const e = fetch(bytes, start);
  const f = fetch(bytes, start + length - 4);
  let hash = length;
  for (const part of [a, b, c, d, e, f]) hash = murmur(part, hash);
  return finalize(hash);
}

function longer(bytes: Uint8Array, start: number, length: number): number {
  let h = length;
  let g = Math.imul(C1, length);
  let f = g;
  const last = (back: number) => Math.imul(rotate(Math.imul(fetch(bytes, start + length - back), C1), 17), C2);
  const step = (hash: number, block: number) => (Math.imul(rotate(hash ^ block, 19), 5) + 0xe6546b64) | 0;
  h = step(step(h, last(4)), last(16));
  g = step(step(g, last(8)), last(12));
  f = (Math.imul(rotate((f + last(20)) | 0, 19), 5) + 0xe6546b64) | 0;
  let at = start;
  for (let block = Math.floor((length - 1) / 20); block > 0; block--, at += 20) {
    const a0 = Math.imul(rotate(Math.imul(fetch(bytes, at), C1), 17), C2);
    const a1 = fetch(bytes, at + 4);
    const a2 = Math.imul(rotate(Math.imul(fetch(bytes, at + 8), C1), 17), C2);
    const a3 = Math.imul(rotate(Math.imul(fetch(bytes, at + 12), C1), 17), C2);
    const a4 = fetch(bytes, at + 16);
    h = (Math.imul(rotate(h ^ a0, 18), 5) + 0xe6546b64) | 0;
    f = Math.imul(rotate((f + a1) | 0, 19), C1);
    g = (Math.imul(rotate((g + a2) | 0, 18), 5) + 0xe6546b64) | 0;
    h = (Math.imul(rotate(h ^ ((a3 + a1) | 0), 19), 5) + 0xe6546b64) | 0;
    g = Math.imul(swapBytes(g ^ a4), 5);
    h = swapBytes((h + Math.imul(a4, 5)) | 0);
    f = (f + a0) | 0;
    // PERMUTE3(f, h, g) of the reference: f takes h, h takes g, g takes f.
    [f, h, g] = [g, f, h];
  }
  g = Math.imul(rotate(Math.imul(rotate(g, 11), C1), 17), C1);
  f = Math.imul(rotate(Math.imul(rotate(f, 11), C1), 17), C1);
  h = (Math.imul(rotate((h + g) | 0, 19), 5) + 0xe6546b64) | 0;
  h = Math.imul(rotate(h, 17), C1);
  h = (Math.imul(rotate((h + f) | 0, 19), 5) + 0xe6546b64) | 0;
  return Math.imul(rotate(h, 17), C1);
}

function murmur(block: number, hash: number): number {
  const mixed = hash ^ Math.imul(rotate(Math.imul(block, C1), 17), C2);
  return (Math.imul(rotate(mixed, 19), 5) + 0xe6546b64) | 0;
}

function finalize(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Rotates right. */
const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

function swapBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

function fetch(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
