import { multiplyHigh, type Words } from "./words.ts";

/**
 * MurmurHash3 (Austin Appleby, https://github.com/aappleby/smhasher). `murmur3_32` is MurmurHash3_x86_32 of
 * `bytes[start..end)`, as a signed 32-bit number: Elasticsearch and SPQR.
 */
export function murmur3_32(bytes: Uint8Array, start: number, end: number, seed = 0): number {
  let hash = seed | 0;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash ^= scramble32(block);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let index = end - at - 1; index >= 0; index--) tail = (tail << 8) | bytes[at + index]!;
  hash ^= scramble32(tail);
  return finalize32(hash ^ (end - start));
}

/** The same of ASCII text as UTF-16, little-endian: a zero byte after each; undefined where the text has more. */
export function murmur3_32OfUtf16(bytes: Uint8Array, start: number, end: number): number | undefined {
  let hash = 0;
  let at = start;
  let seen = 0;
  for (; at + 2 <= end; at += 2) {
    seen |= bytes[at]! | bytes[at + 1]!;
    hash ^= scramble32(bytes[at]! | (bytes[at + 1]! << 16));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (at < end) {
    seen |= bytes[at]!;
    hash ^= scramble32(bytes[at]!);
  }
  return seen < 0x80 ? finalize32(hash ^ (2 * (end - start))) : undefined;
}

function finalize32(start: number): number {
  let hash = Math.imul(start ^ (start >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function scramble32(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/**
 * MurmurHash3_x64_128 with seed 0; its two halves go into `first` (h1) and `second` (h2).
 *
 * `tail` "signed" is Cassandra's variant: it sign-extends the bytes after the last whole block, so that a byte from
 * 0x80 on spreads ones to the left. Cosmos DB and everyone else take them unsigned.
 */
export function murmur3_128Into(
  bytes: Uint8Array,
  start: number,
  end: number,
  tail: "signed" | "unsigned",
  first: Words,
  second: Words,
): void {
  h1.low = h1.high = h2.low = h2.high = 0;
  let at = start;
  for (; at + 16 <= end; at += 16) {
    loadInto(bytes, at, k);
    scrambleFirst(k);
    xorInto(h1, k);
    rotateLeft(h1, 27);
    add(h1, h2.low, h2.high);
    timesFivePlus(h1, 0x52dce729);
    loadInto(bytes, at + 8, k);
    scrambleSecond(k);
    xorInto(h2, k);
    rotateLeft(h2, 31);
    add(h2, h1.low, h1.high);
    timesFivePlus(h2, 0x38495ab5);
  }
  const rest = end - at;
  if (rest > 8) {
    tailInto(bytes, at + 8, end, tail, k);
    scrambleSecond(k);
    xorInto(h2, k);
  }
  if (rest > 0) {
    tailInto(bytes, at, Math.min(end, at + 8), tail, k);
    scrambleFirst(k);
    xorInto(h1, k);
  }
  h1.low ^= end - start;
  h2.low ^= end - start;
  add(h1, h2.low, h2.high);
  add(h2, h1.low, h1.high);
  finalize(h1);
  finalize(h2);
  add(h1, h2.low, h2.high);
  add(h2, h1.low, h1.high);
  first.low = h1.low;
  first.high = h1.high;
  second.low = h2.low;
  second.high = h2.high;
}

const h1: Words = { low: 0, high: 0 };
const h2: Words = { low: 0, high: 0 };
const k: Words = { low: 0, high: 0 };

// 0x87c37b91114253d5 and 0x4cf5ad432745937f
const C1_LOW = 0x114253d5;
const C1_HIGH = 0x87c37b91 | 0;
const C2_LOW = 0x2745937f;
const C2_HIGH = 0x4cf5ad43;

function scrambleFirst(words: Words): void {
  multiply(words, C1_LOW, C1_HIGH);
  rotateLeft(words, 31);
  multiply(words, C2_LOW, C2_HIGH);
}

function scrambleSecond(words: Words): void {
  multiply(words, C2_LOW, C2_HIGH);
  // By 33: the halves change places, then one more.
  const { low } = words;
  words.low = words.high;
  words.high = low;
  rotateLeft(words, 1);
  multiply(words, C1_LOW, C1_HIGH);
}

function finalize(words: Words): void {
  words.low ^= words.high >>> 1;
  multiply(words, 0xed558ccd | 0, 0xff51afd7 | 0);
  words.low ^= words.high >>> 1;
  multiply(words, 0x1a85ec53, 0xc4ceb9fe | 0);
  words.low ^= words.high >>> 1;
}

function loadInto(bytes: Uint8Array, at: number, into: Words): void {
  into.low = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  into.high = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
}

function tailInto(bytes: Uint8Array, start: number, end: number, tail: "signed" | "unsigned", into: Words): void {
  into.low = 0;
  into.high = 0;
  for (let index = 0; start + index < end; index++) {
    const byte = bytes[start + index]!;
    const value = tail === "signed" ? (byte << 24) >> 24 : byte;
    if (index < 4) {
      into.low ^= value << (8 * index);
      // What sign extension leaves in the upper half.
      if (value < 0) into.high ^= -1;
    } else into.high ^= value << (8 * (index - 4));
  }
}

function multiply(words: Words, low: number, high: number): void {
  words.high = (multiplyHigh(words.low, low) + Math.imul(words.low, high) + Math.imul(words.high, low)) | 0;
  words.low = Math.imul(words.low, low);
}

function timesFivePlus(words: Words, plus: number): void {
  multiply(words, 5, 0);
  add(words, plus, 0);
}

function add(words: Words, low: number, high: number): void {
  words.low = (words.low + low) | 0;
  words.high = (words.high + high + (words.low >>> 0 < low >>> 0 ? 1 : 0)) | 0;
}

function xorInto(words: Words, other: Words): void {
  words.low ^= other.low;
  words.high ^= other.high;
}

function rotateLeft(words: Words, bits: number): void {
  const low = (words.low << bits) | (words.high >>> (32 - bits));
  words.high = (words.high << bits) | (words.low >>> (32 - bits));
  words.low = low;
}
