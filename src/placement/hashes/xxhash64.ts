import { multiplyHigh, type Words } from "./words.ts";

/**
 * XXH64 (Yann Collet, https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md) of `bytes[start..end)`. The seed is
 * given as two words. Vitess' `xxhash` vindex and our generic hash are this function.
 */
export function xxhash64Into(
  bytes: Uint8Array,
  start: number,
  end: number,
  seedLow: number,
  seedHigh: number,
  into: Words,
): void {
  const length = end - start;
  let at = start;
  if (length >= 32) at = stripes(bytes, start, end, seedLow, seedHigh);
  else set(seedLow, seedHigh, PRIME5_LOW, PRIME5_HIGH);
  add(length, 0);
  for (; at + 8 <= end; at += 8) mixEight(word(bytes, at), word(bytes, at + 4));
  if (at + 4 <= end) {
    mixFour(word(bytes, at));
    at += 4;
  }
  for (; at < end; at++) mixByte(bytes[at]!);
  avalanche();
  into.low = low;
  into.high = high;
}

/** XXH64 of the eight little-endian bytes of a 64-bit integer: `xxhash64Into` with everything constant folded away. */
export function xxhash64IntegerInto(low: number, high: number, seedLow: number, seedHigh: number, into: Words): void {
  // key * PRIME2, rotated by 31, * PRIME1
  let l = Math.imul(low, PRIME2_LOW);
  let h = (multiplyHigh(low, PRIME2_LOW) + Math.imul(low, PRIME2_HIGH) + Math.imul(high, PRIME2_LOW)) | 0;
  let t = (l << 31) | (h >>> 1);
  h = (h << 31) | (l >>> 1);
  l = Math.imul(t, PRIME1_LOW);
  h = (multiplyHigh(t, PRIME1_LOW) + Math.imul(t, PRIME1_HIGH) + Math.imul(h, PRIME1_LOW)) | 0;
  // xor into seed + PRIME5 + 8
  const startLow = (seedLow + PRIME5_PLUS_8_LOW) | 0;
  const carry = startLow >>> 0 < PRIME5_PLUS_8_LOW >>> 0 ? 1 : 0;
  l ^= startLow;
  h ^= (seedHigh + PRIME5_HIGH + carry) | 0;
  // rotated by 27, * PRIME1 + PRIME4
  t = (l << 27) | (h >>> 5);
  h = (h << 27) | (l >>> 5);
  l = Math.imul(t, PRIME1_LOW);
  h = (multiplyHigh(t, PRIME1_LOW) + Math.imul(t, PRIME1_HIGH) + Math.imul(h, PRIME1_LOW)) | 0;
  l = (l + PRIME4_LOW) | 0;
  h = (h + PRIME4_HIGH + (l >>> 0 < PRIME4_LOW >>> 0 ? 1 : 0)) | 0;
  // avalanche
  l ^= h >>> 1;
  t = l;
  l = Math.imul(t, PRIME2_LOW);
  h = (multiplyHigh(t, PRIME2_LOW) + Math.imul(t, PRIME2_HIGH) + Math.imul(h, PRIME2_LOW)) | 0;
  l ^= (l >>> 29) | (h << 3);
  h ^= h >>> 29;
  t = l;
  l = Math.imul(t, PRIME3_LOW);
  h = (multiplyHigh(t, PRIME3_LOW) + Math.imul(t, PRIME3_HIGH) + Math.imul(h, PRIME3_LOW)) | 0;
  into.low = l ^ h;
  into.high = h;
}

const PRIME1_HIGH = 0x9e3779b1 | 0;
const PRIME1_LOW = 0x85ebca87 | 0;
const PRIME2_HIGH = 0xc2b2ae3d | 0;
const PRIME2_LOW = 0x27d4eb4f;
const PRIME3_HIGH = 0x165667b1;
const PRIME3_LOW = 0x9e3779f9 | 0;
const PRIME4_HIGH = 0x85ebca77 | 0;
const PRIME4_LOW = 0xc2b2ae63 | 0;
const PRIME5_HIGH = 0x27d4eb2f;
const PRIME5_LOW = 0x165667c5;
const PRIME5_PLUS_8_LOW = PRIME5_LOW + 8;

// The running hash. Module state, because a function can't return two words without allocating; nothing runs in
// between.
let low = 0;
let high = 0;

function set(aLow: number, aHigh: number, bLow: number, bHigh: number): void {
  low = aLow;
  high = aHigh;
  add(bLow, bHigh);
}

function add(addLow: number, addHigh: number): void {
  low = (low + addLow) | 0;
  high = (high + addHigh + (low >>> 0 < addLow >>> 0 ? 1 : 0)) | 0;
}

function multiply(byLow: number, byHigh: number): void {
  high = (multiplyHigh(low, byLow) + Math.imul(low, byHigh) + Math.imul(high, byLow)) | 0;
  low = Math.imul(low, byLow);
}

/** Rotates left by fewer than 32 bits. */
function rotate(bits: number): void {
  const rotated = (low << bits) | (high >>> (32 - bits));
  high = (high << bits) | (low >>> (32 - bits));
  low = rotated;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** One round of the reference: accumulator + lane * PRIME2, rotated by 31, * PRIME1. */
function round(laneLow: number, laneHigh: number, accumulatorLow: number, accumulatorHigh: number): void {
  low = laneLow;
  high = laneHigh;
  multiply(PRIME2_LOW, PRIME2_HIGH);
  add(accumulatorLow, accumulatorHigh);
  rotate(31);
  multiply(PRIME1_LOW, PRIME1_HIGH);
}

function mixEight(laneLow: number, laneHigh: number): void {
  const beforeLow = low;
  const beforeHigh = high;
  round(laneLow, laneHigh, 0, 0);
  low ^= beforeLow;
  high ^= beforeHigh;
  rotate(27);
  multiply(PRIME1_LOW, PRIME1_HIGH);
  add(PRIME4_LOW, PRIME4_HIGH);
}

function mixFour(lane: number): void {
  const beforeLow = low;
  const beforeHigh = high;
  low = lane;
  high = 0;
  multiply(PRIME1_LOW, PRIME1_HIGH);
  low ^= beforeLow;
  high ^= beforeHigh;
  rotate(23);
  multiply(PRIME2_LOW, PRIME2_HIGH);
  add(PRIME3_LOW, PRIME3_HIGH);
}

function mixByte(byte: number): void {
  const beforeLow = low;
  const beforeHigh = high;
  low = byte;
  high = 0;
  multiply(PRIME5_LOW, PRIME5_HIGH);
  low ^= beforeLow;
  high ^= beforeHigh;
  rotate(11);
  multiply(PRIME1_LOW, PRIME1_HIGH);
}

function avalanche(): void {
  low ^= high >>> 1;
  multiply(PRIME2_LOW, PRIME2_HIGH);
  low ^= (low >>> 29) | (high << 3);
  high ^= high >>> 29;
  multiply(PRIME3_LOW, PRIME3_HIGH);
  low ^= high;
}

const lanes = new Int32Array(8);
const rotations = [1, 7, 12, 18];

function keep(lane: number): void {
  lanes[lane * 2] = low;
  lanes[lane * 2 + 1] = high;
}

/** Inputs of 32 bytes and more: four accumulators over 32-byte stripes. Returns where the rest begins. */
function stripes(bytes: Uint8Array, start: number, end: number, seedLow: number, seedHigh: number): number {
  set(seedLow, seedHigh, PRIME1_LOW, PRIME1_HIGH);
  add(PRIME2_LOW, PRIME2_HIGH);
  keep(0);
  set(seedLow, seedHigh, PRIME2_LOW, PRIME2_HIGH);
  keep(1);
  set(seedLow, seedHigh, 0, 0);
  keep(2);
  set(seedLow, seedHigh, -PRIME1_LOW | 0, ~PRIME1_HIGH);
  keep(3);
  let at = start;
  for (; at + 32 <= end; at += 32) {
    for (let lane = 0; lane < 4; lane++) {
      const from = at + lane * 8;
      round(word(bytes, from), word(bytes, from + 4), lanes[lane * 2]!, lanes[lane * 2 + 1]!);
      keep(lane);
    }
  }
  let sumLow = 0;
  let sumHigh = 0;
  for (let lane = 0; lane < 4; lane++) {
    set(lanes[lane * 2]!, lanes[lane * 2 + 1]!, 0, 0);
    rotate(rotations[lane]!);
    add(sumLow, sumHigh);
    sumLow = low;
    sumHigh = high;
  }
  for (let lane = 0; lane < 4; lane++) {
    const beforeLow = low;
    const beforeHigh = high;
    round(lanes[lane * 2]!, lanes[lane * 2 + 1]!, 0, 0);
    low ^= beforeLow;
    high ^= beforeHigh;
    multiply(PRIME1_LOW, PRIME1_HIGH);
    add(PRIME4_LOW, PRIME4_HIGH);
  }
  return at;
}
