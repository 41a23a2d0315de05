import { SCRATCH } from "./memory";

/**
 * MD5 (RFC 1321), as far as shard keys need it: the state's first two words, of a text between a head and a tail, or of
 * eight messages of one block at a time.
 */

/** The 64 additive constants: the integer part of 2^32 times |sin(step + 1)|. */
const constants = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
  0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
  0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
  0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
  0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
  0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
  0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
]);

let a: u32 = 0;
let b: u32 = 0;
let c: u32 = 0;
let d: u32 = 0;

/**
 * The first eight bytes of the MD5, little-endian, of what lies in the scratch memory, `head` bytes, of a text, and of
 * `tail` bytes of zero. The scratch memory is overwritten.
 */
export function md5Of(head: usize, text: usize, end: usize, tail: usize): u64 {
  a = 0x67452301;
  b = 0xefcdab89;
  c = 0x98badcfe;
  d = 0x10325476;
  const total = head + (end - text) + tail;
  let at = text;
  let filled = head;
  if (filled > 0 && filled + (end - at) >= 64) {
    memory.copy(SCRATCH + filled, at, 64 - filled);
    at += 64 - filled;
    block(SCRATCH);
    filled = 0;
  }
  if (filled == 0) for (; at + 64 <= end; at += 64) block(at);
  memory.copy(SCRATCH + filled, at, end - at);
  filled += end - at;
  // The tail, the end mark, and the length in bits at the end of a block.
  memory.fill(SCRATCH + filled, 0, 192 - filled);
  filled += tail;
  store<u8>(SCRATCH + filled, 0x80);
  const blocks = (filled + 8) >> 6;
  store<u64>(SCRATCH + (blocks << 6), <u64>total << 3, 56);
  for (let done: usize = 0; done <= blocks; done++) block(SCRATCH + (done << 6));
  return (<u64>b << 32) | <u64>a;
}

/** One block of 64 bytes: four rounds of sixteen steps, in which the four words change their roles in turn. */
function block(at: usize): void {
  const firstA = a;
  const firstB = b;
  const firstC = c;
  const firstD = d;
  for (let step: u32 = 0; step < 16; step += 4) {
    a = b + rotl(a + (d ^ (b & (c ^ d))) + sum(at, step, step), 7);
    d = a + rotl(d + (c ^ (a & (b ^ c))) + sum(at, step + 1, step + 1), 12);
    c = d + rotl(c + (b ^ (d & (a ^ b))) + sum(at, step + 2, step + 2), 17);
    b = c + rotl(b + (a ^ (c & (d ^ a))) + sum(at, step + 3, step + 3), 22);
  }
  for (let step: u32 = 16; step < 32; step += 4) {
    a = b + rotl(a + (c ^ (d & (b ^ c))) + sum(at, step, 5 * step + 1), 5);
    d = a + rotl(d + (b ^ (c & (a ^ b))) + sum(at, step + 1, 5 * step + 6), 9);
    c = d + rotl(c + (a ^ (b & (d ^ a))) + sum(at, step + 2, 5 * step + 11), 14);
    b = c + rotl(b + (d ^ (a & (c ^ d))) + sum(at, step + 3, 5 * step + 16), 20);
  }
  for (let step: u32 = 32; step < 48; step += 4) {
    a = b + rotl(a + (b ^ c ^ d) + sum(at, step, 3 * step + 5), 4);
    d = a + rotl(d + (a ^ b ^ c) + sum(at, step + 1, 3 * step + 8), 11);
    c = d + rotl(c + (d ^ a ^ b) + sum(at, step + 2, 3 * step + 11), 16);
    b = c + rotl(b + (c ^ d ^ a) + sum(at, step + 3, 3 * step + 14), 23);
  }
  for (let step: u32 = 48; step < 64; step += 4) {
    a = b + rotl(a + (c ^ (b | ~d)) + sum(at, step, 7 * step), 6);
    d = a + rotl(d + (b ^ (a | ~c)) + sum(at, step + 1, 7 * step + 7), 10);
    c = d + rotl(c + (a ^ (d | ~b)) + sum(at, step + 2, 7 * step + 14), 15);
    b = c + rotl(b + (d ^ (c | ~a)) + sum(at, step + 3, 7 * step + 21), 21);
  }
  a += firstA;
  b += firstB;
  c += firstC;
  d += firstD;
}

/** A step's constant and a word of the block. */
// @ts-ignore: decorator
@inline
function sum(at: usize, step: u32, word: u32): u32 {
  return load<u32>(constants + (<usize>step << 2)) + load<u32>(at + (<usize>(word & 15) << 2));
}

/**
 * The first two words of the MD5 of eight messages of one padded block each, their words beside one another in the
 * scratch memory: word i of messages 0 to 3 at 32 i, of messages 4 to 7 at 32 i + 16. The first words come to 0, the second ones to 32.
 */
export function md5OfEight(): void {
  let a = i32x4.splat(0x67452301);
  let b = i32x4.splat(0xefcdab89);
  let c = i32x4.splat(0x98badcfe);
  let d = i32x4.splat(0x10325476);
  let e = a;
  let f = b;
  let g = c;
  let h = d;
  for (let step: u32 = 0; step < 16; step += 4) {
    a = stepOf(a, b, select(b, c, d), step, step, 0, 7);
    e = stepOf(e, f, select(f, g, h), step, step, 16, 7);
    d = stepOf(d, a, select(a, b, c), step + 1, step + 1, 0, 12);
    h = stepOf(h, e, select(e, f, g), step + 1, step + 1, 16, 12);
    c = stepOf(c, d, select(d, a, b), step + 2, step + 2, 0, 17);
    g = stepOf(g, h, select(h, e, f), step + 2, step + 2, 16, 17);
    b = stepOf(b, c, select(c, d, a), step + 3, step + 3, 0, 22);
    f = stepOf(f, g, select(g, h, e), step + 3, step + 3, 16, 22);
  }
  for (let step: u32 = 16; step < 32; step += 4) {
    a = stepOf(a, b, select(d, b, c), step, 5 * step + 1, 0, 5);
    e = stepOf(e, f, select(h, f, g), step, 5 * step + 1, 16, 5);
    d = stepOf(d, a, select(c, a, b), step + 1, 5 * step + 6, 0, 9);
    h = stepOf(h, e, select(g, e, f), step + 1, 5 * step + 6, 16, 9);
    c = stepOf(c, d, select(b, d, a), step + 2, 5 * step + 11, 0, 14);
    g = stepOf(g, h, select(f, h, e), step + 2, 5 * step + 11, 16, 14);
    b = stepOf(b, c, select(a, c, d), step + 3, 5 * step + 16, 0, 20);
    f = stepOf(f, g, select(e, g, h), step + 3, 5 * step + 16, 16, 20);
  }
  for (let step: u32 = 32; step < 48; step += 4) {
    a = stepOf(a, b, parity(b, c, d), step, 3 * step + 5, 0, 4);
    e = stepOf(e, f, parity(f, g, h), step, 3 * step + 5, 16, 4);
    d = stepOf(d, a, parity(a, b, c), step + 1, 3 * step + 8, 0, 11);
    h = stepOf(h, e, parity(e, f, g), step + 1, 3 * step + 8, 16, 11);
    c = stepOf(c, d, parity(d, a, b), step + 2, 3 * step + 11, 0, 16);
    g = stepOf(g, h, parity(h, e, f), step + 2, 3 * step + 11, 16, 16);
    b = stepOf(b, c, parity(c, d, a), step + 3, 3 * step + 14, 0, 23);
    f = stepOf(f, g, parity(g, h, e), step + 3, 3 * step + 14, 16, 23);
  }
  for (let step: u32 = 48; step < 64; step += 4) {
    a = stepOf(a, b, last(b, c, d), step, 7 * step, 0, 6);
    e = stepOf(e, f, last(f, g, h), step, 7 * step, 16, 6);
    d = stepOf(d, a, last(a, b, c), step + 1, 7 * step + 7, 0, 10);
    h = stepOf(h, e, last(e, f, g), step + 1, 7 * step + 7, 16, 10);
    c = stepOf(c, d, last(d, a, b), step + 2, 7 * step + 14, 0, 15);
    g = stepOf(g, h, last(h, e, f), step + 2, 7 * step + 14, 16, 15);
    b = stepOf(b, c, last(c, d, a), step + 3, 7 * step + 21, 0, 21);
    f = stepOf(f, g, last(g, h, e), step + 3, 7 * step + 21, 16, 21);
  }
  v128.store(RESULTS, i32x4.add(a, i32x4.splat(0x67452301)));
  v128.store(RESULTS, i32x4.add(e, i32x4.splat(0x67452301)), 16);
  v128.store(RESULTS, i32x4.add(b, i32x4.splat(0xefcdab89)), 32);
  v128.store(RESULTS, i32x4.add(f, i32x4.splat(0xefcdab89)), 48);
}

/** Where `md5OfEight` leaves eight first words and eight second ones: behind its messages. */
export const RESULTS: usize = SCRATCH + 512;

// @ts-ignore: decorator
@inline
function stepOf(word: v128, plus: v128, mixed: v128, step: u32, message: u32, half: usize, bits: i32): v128 {
  const constant = v128.load32_splat(constants + (<usize>step << 2));
  const read = v128.load(SCRATCH + (<usize>(message & 15) << 5) + half);
  const total = i32x4.add(i32x4.add(word, mixed), i32x4.add(constant, read));
  return i32x4.add(plus, v128.or(i32x4.shl(total, bits), i32x4.shr_u(total, 32 - bits)));
}

// @ts-ignore: decorator
@inline
function select(by: v128, one: v128, zero: v128): v128 {
  return v128.bitselect(one, zero, by);
}

// @ts-ignore: decorator
@inline
function parity(x: v128, y: v128, z: v128): v128 {
  return v128.xor(x, v128.xor(y, z));
}

// @ts-ignore: decorator
@inline
function last(x: v128, y: v128, z: v128): v128 {
  return v128.xor(y, v128.or(x, v128.not(z)));
}
