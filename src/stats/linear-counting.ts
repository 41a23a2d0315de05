import { assert } from "../base/assert.ts";

/**
 * Linear counting: each key sets one bit of m, and the number of bits left unset tells how many keys there were,
 * -m ln(unset / m), with relative standard error sqrt((e^t - t - 1) / m) / t for t = n/m.
 * Source: Whang, Vander-Zanden, Taylor: A Linear-Time Probabilistic Counting Algorithm, ACM TODS 15(2), 1990.
 */
export class LinearCounting {
  readonly #bits: Int32Array;
  readonly #shift: number;

  /** `most` is an upper bound of the number of keys. */
  constructor(most: number) {
    const log = Math.min(27, Math.max(20, Math.ceil(Math.log2(most * 2))));
    this.#bits = new Int32Array(2 ** (log - 5));
    this.#shift = 32 - log;
  }

  add(hashes: Int32Array): void {
    const bits = this.#bits;
    const shift = this.#shift;
    for (let i = 0; i < hashes.length; i++) {
      const bit = hashes[i]! >>> shift;
      bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  estimate(): { count: number; relativeError: number } {
    const m = this.#bits.length * 32;
    let set = 0;
    for (const word of this.#bits) set += bitCount(word);
    assert(set > 0 && set < m, "there are keys, and the bits are more than twice as many");
    const t = -Math.log((m - set) / m);
    return { count: Math.round(m * t), relativeError: Math.sqrt((Math.exp(t) - t - 1) / m) / t };
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
