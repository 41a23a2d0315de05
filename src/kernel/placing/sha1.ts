import { SCRATCH } from "./memory";

/**
 * One block of SHA-1 (RFC 3174) of eight messages at a time, in two groups of four beside one another: word i of
 * messages 0 to 3 lies at 32 i of the scratch memory, of messages 4 to 7 at 32 i + 16. The block's words are overwritten.
 */

/** Where the five words of the states lie, in the same way. */
export const STATES: usize = SCRATCH + 512;

export function startSha1(): void {
  for (let half: usize = 0; half < 32; half += 16) {
    v128.store(STATES + half, i32x4.splat(0x67452301));
    v128.store(STATES + 32 + half, i32x4.splat(0xefcdab89));
    v128.store(STATES + 64 + half, i32x4.splat(0x98badcfe));
    v128.store(STATES + 96 + half, i32x4.splat(0x10325476));
    v128.store(STATES + 128 + half, i32x4.splat(0xc3d2e1f0));
  }
}

export function sha1Block(half: usize): void {
  const states = STATES + half;
  const words = SCRATCH + half;
  let a = v128.load(states);
  let b = v128.load(states, 32);
  let c = v128.load(states, 64);
  let d = v128.load(states, 96);
  let e = v128.load(states, 128);
  for (let step: u32 = 0; step < 80; step += 5) {
    // Each of the four kinds of twenty steps is a multiple of five, after which the words have their roles again.
    const kind = step / 20;
    e = stepOf(e, a, mixed(kind, b, c, d), kind, words, step);
    b = turned(b, 30);
    d = stepOf(d, e, mixed(kind, a, b, c), kind, words, step + 1);
    a = turned(a, 30);
    c = stepOf(c, d, mixed(kind, e, a, b), kind, words, step + 2);
    e = turned(e, 30);
    b = stepOf(b, c, mixed(kind, d, e, a), kind, words, step + 3);
    d = turned(d, 30);
    a = stepOf(a, b, mixed(kind, c, d, e), kind, words, step + 4);
    c = turned(c, 30);
  }
  v128.store(states, i32x4.add(a, v128.load(states)));
  v128.store(states, i32x4.add(b, v128.load(states, 32)), 32);
  v128.store(states, i32x4.add(c, v128.load(states, 64)), 64);
  v128.store(states, i32x4.add(d, v128.load(states, 96)), 96);
  v128.store(states, i32x4.add(e, v128.load(states, 128)), 128);
}

// @ts-ignore: decorator
@inline
function stepOf(word: v128, rotated: v128, mix: v128, kind: u32, words: usize, step: u32): v128 {
  const constant = kind == 0 ? 0x5a827999 : kind == 1 ? 0x6ed9eba1 : kind == 2 ? 0x8f1bbcdc : 0xca62c1d6;
  const sum = i32x4.add(i32x4.add(word, mix), i32x4.add(i32x4.splat(constant), expanded(words, step)));
  return i32x4.add(sum, turned(rotated, 5));
}

/** A word of the message schedule; from the sixteenth on it takes the place of one that is not needed any more. */
// @ts-ignore: decorator
@inline
function expanded(words: usize, step: u32): v128 {
  const at = words + (<usize>(step & 15) << 5);
  if (step < 16) return v128.load(at);
  const near = v128.xor(wordAt(words, step - 3), wordAt(words, step - 8));
  const word = turned(v128.xor(near, v128.xor(wordAt(words, step - 14), v128.load(at))), 1);
  v128.store(at, word);
  return word;
}

// @ts-ignore: decorator
@inline
function wordAt(words: usize, step: u32): v128 {
  return v128.load(words + (<usize>(step & 15) << 5));
}

// @ts-ignore: decorator
@inline
function mixed(kind: u32, x: v128, y: v128, z: v128): v128 {
  if (kind == 0) return v128.bitselect(y, z, x);
  if (kind == 2) return v128.or(v128.and(x, y), v128.and(z, v128.or(x, y)));
  return v128.xor(x, v128.xor(y, z));
}

// @ts-ignore: decorator
@inline
function turned(word: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(word, bits), i32x4.shr_u(word, 32 - bits));
}
