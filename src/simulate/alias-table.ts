import type { BufferedChance } from "./buffered-draws.ts";

/**
 * Draws one of many by weight in constant time: Vose's alias method (Michael D. Vose, A Linear Algorithm for Generating
 * Random Numbers with a Given Distribution, 1991).
 */
export class AliasTable {
  readonly #keep: Float64Array;
  readonly #alias: Int32Array;

  constructor(weights: ArrayLike<number>) {
    const count = weights.length;
    let total = 0;
    for (let index = 0; index < count; index++) total += weights[index]!;
    this.#keep = new Float64Array(count).fill(1);
    this.#alias = new Int32Array(count);
    const heights = new Float64Array(count);
    const small: number[] = [];
    const large: number[] = [];
    for (let index = 0; index < count; index++) {
      heights[index] = (weights[index]! * count) / total;
      this.#alias[index] = index;
      (heights[index]! < 1 ? small : large).push(index);
    }
    while (small.length > 0 && large.length > 0) {
      const low = small.pop()!;
      const high = large.at(-1)!;
      this.#keep[low] = heights[low]!;
      this.#alias[low] = high;
      heights[high] = heights[high]! - (1 - heights[low]!);
      if (heights[high]! < 1) small.push(large.pop()!);
    }
  }

  draw(chance: BufferedChance): number {
    const index = (chance.next() * this.#keep.length) | 0;
    return chance.next() < this.#keep[index]! ? index : this.#alias[index]!;
  }
}
