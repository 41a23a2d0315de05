import { mix32 } from "./mix.ts";

/**
 * Seeded chance: xoshiro128** 1.1 (David Blackman and Sebastiano Vigna, https://prng.di.unimi.it/xoshiro128starstar.c).
 * Each purpose has a stream of its own, named, so that drawing more of one never shifts another.
 *
 * @example
 * randomStream(42, "arrivals").next(); // always the same number in [0, 1)
 */
export function randomStream(seed: number, name: string): RandomStream {
  const state = new Uint32Array(4);
  let mixed = mix32(seed ^ mix32(Math.floor(seed / 4294967296)));
  for (const character of name) mixed = mix32(mixed ^ character.codePointAt(0)!);
  // SplitMix's odd increment spreads one word to four; xoshiro must not start at all zeros.
  for (let word = 0; word < 4; word++) state[word] = mix32((mixed = (mixed + 0x9e3779b9) >>> 0));
  if (state.every((word) => word === 0)) state[0] = 1;
  return new RandomStream(state);
}

export class RandomStream {
  readonly #state: Uint32Array;

  /** `state` is four 32-bit words, not all zero; it is used up. */
  constructor(state: Uint32Array) {
    this.#state = state;
  }

  /** The next 32 bits, as an unsigned integer. */
  nextWord(): number {
    const s = this.#state;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = rotateLeft(s[3]!, 11);
    return scrambled;
  }

  /** As many calls of `nextWord` as `words` is long, with the state in registers meanwhile. */
  nextWords(words: Uint32Array): void {
    const s = this.#state;
    let s0 = s[0]! | 0;
    let s1 = s[1]! | 0;
    let s2 = s[2]! | 0;
    let s3 = s[3]! | 0;
    for (let at = 0; at < words.length; at++) {
      words[at] = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9);
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = rotateLeft(s3, 11);
    }
    s[0] = s0;
    s[1] = s1;
    s[2] = s2;
    s[3] = s3;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  next(): number {
    return (this.nextWord() * 2097152 + (this.nextWord() >>> 11)) / 2 ** 53;
  }
}

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
