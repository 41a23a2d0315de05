import type { RandomStream } from "../stats/random-stream.ts";
import type { Distribution } from "./distribution.ts";
import { type Sampler, samplerOf } from "./sampler.ts";

/**
 * Draws of one distribution from a stream of its own, made by the block: a call that only reads an array is inlined where
 * it is made, and the number need not be put on the heap on its way.
 */
export class BufferedDraws {
  readonly #sampler: Sampler;
  readonly #random: RandomStream;
  readonly #block = new Float64Array(blockLength);
  #at = blockLength;

  constructor(distribution: Distribution, random: RandomStream) {
    this.#sampler = samplerOf(distribution);
    this.#random = random;
  }

  next(): number {
    if (this.#at === blockLength) this.#refill();
    return this.#block[this.#at++]!;
  }

  #refill(): void {
    this.#sampler.fill(this.#random, words, this.#block);
    this.#at = 0;
  }
}

/** Even chances in [0, 1) with 32 random bits, by the block as above. */
export class BufferedChance {
  readonly #random: RandomStream;
  readonly #block = new Float64Array(blockLength);
  #at = blockLength;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  next(): number {
    if (this.#at === blockLength) this.#refill();
    return this.#block[this.#at++]!;
  }

  #refill(): void {
    this.#random.nextWords(words);
    for (let at = 0; at < blockLength; at++) this.#block[at] = words[at]! * 2 ** -32;
    this.#at = 0;
  }
}

const blockLength = 256;
/** Scratch of one refill. */
const words = new Uint32Array(blockLength);
