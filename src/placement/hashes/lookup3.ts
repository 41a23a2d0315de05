import type { Words } from "./words.ts";

/**
 * Bob Jenkins' lookup3 (http://burtleburtle.net/bob/c/lookup3.c) as PostgreSQL has it in src/common/hashfn.c: of
 * bytes or of one 32-bit word, to 32 bits, or "extended" to 64 bits with a 64-bit seed. `postgres.ts` says what is
 * hashed for a value.
 */
export function lookup3(bytes: Uint8Array, start: number, end: number): number {
  begin(end - start);
  absorb(bytes, start, end);
  return c;
}

/** hash_bytes_extended: the second-to-last word on top of the last. */
export function lookup3ExtendedInto(
  bytes: Uint8Array,
  start: number,
  end: number,
  seedLow: number,
  seedHigh: number,
  into: Words,
): void {
  begin(end - start);
  seed(seedLow, seedHigh);
  absorb(bytes, start, end);
  into.low = c;
  into.high = b;
}

/** hash_bytes_uint32. */
export function lookup3Word(word: number): number {
  begin(4);
  a = (a + word) | 0;
  final();
  return c;
}

/** hash_bytes_uint32_extended. */
export function lookup3WordExtendedInto(word: number, seedLow: number, seedHigh: number, into: Words): void {
  begin(4);
  seed(seedLow, seedHigh);
  a = (a + word) | 0;
  final();
  into.low = c;
  into.high = b;
}

let a = 0;
let b = 0;
let c = 0;

function begin(length: number): void {
  // The golden ratio, and PostgreSQL's own constant.
  a = b = c = (0x9e3779b9 + length + 3_923_095) | 0;
}

function seed(low: number, high: number): void {
  if (low === 0 && high === 0) return;
  a = (a + high) | 0;
  b = (b + low) | 0;
  mix();
}

function absorb(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  for (; end - at >= 12; at += 12) {
    a = (a + word(bytes, at)) | 0;
    b = (b + word(bytes, at + 4)) | 0;
    c = (c + word(bytes, at + 8)) | 0;
    mix();
  }
  const rest = end - at;
  for (let index = 0; index < rest; index++) {
    const byte = bytes[at + index]!;
    if (index < 4) a = (a + (byte << (8 * index))) | 0;
    else if (index < 8) b = (b + (byte << (8 * (index - 4)))) | 0;
    // The lowest byte of c is reserved for the length.
    else c = (c + (byte << (8 * (index - 7)))) | 0;
  }
  final();
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function mix(): void {
  a = ((a - c) | 0) ^ ((c << 4) | (c >>> 28));
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ ((a << 6) | (a >>> 26));
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ ((b << 8) | (b >>> 24));
  b = (b + a) | 0;
  a = ((a - c) | 0) ^ ((c << 16) | (c >>> 16));
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ ((a << 19) | (a >>> 13));
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ ((b << 4) | (b >>> 28));
  b = (b + a) | 0;
}

function final(): void {
  c = ((c ^ b) - ((b << 14) | (b >>> 18))) | 0;
  a = ((a ^ c) - ((c << 11) | (c >>> 21))) | 0;
  b = ((b ^ a) - ((a << 25) | (a >>> 7))) | 0;
  c = ((c ^ b) - ((b << 16) | (b >>> 16))) | 0;
  a = ((a ^ c) - ((c << 4) | (c >>> 28))) | 0;
  b = ((b ^ a) - ((a << 14) | (a >>> 18))) | 0;
  c = ((c ^ b) - ((b << 24) | (b >>> 8))) | 0;
}
