import { assert } from "../base/assert.ts";

/**
 * How many distinct things were seen, from their 32-bit pair hashes: the k smallest hashes are kept (Bar-Yossef et al.,
 * "Counting distinct elements in a data stream", 2002). Exact up to k things, beyond with a relative standard error of
 * 1/sqrt(k - 2). Merging keeps the k smallest of both, so it does not depend on any order.
 */
export class DistinctSketch {
  readonly limit: number;
  #kept: Set<number>;
  #threshold = Infinity;
  readonly #recent = new Float64Array(recentSize).fill(-1);

  constructor(limit = 4096) {
    assert(limit > 2, "a distinct sketch keeps at least 3 hashes");
    this.limit = limit;
    this.#kept = new Set();
  }

  /** `high` and `low` are unsigned 32-bit halves of one hash; 53 bits of it are used. */
  add(high: number, low: number): void {
    const hash = (high >>> 0) * 2097152 + (low >>> 11);
    // Few things are seen often: an array of the latest ones answers most calls faster than the set.
    const place = low & (recentSize - 1);
    if (this.#recent[place] === hash) return;
    this.#recent[place] = hash;
    this.#addHash(hash);
  }

  #addHash(hash: number): void {
    if (hash >= this.#threshold) return;
    this.#kept.add(hash);
    if (this.#kept.size >= this.limit * 2) this.#prune();
  }

  #prune(): void {
    // One more than the limit is kept, to tell "exactly k" from "more than k".
    if (this.#kept.size <= this.limit + 1) return;
    const smallest = Float64Array.from(this.#kept).sort().subarray(0, this.limit + 1);
    this.#kept = new Set(smallest);
    this.#threshold = smallest[this.limit]!;
  }

  merge(other: DistinctSketch): void {
    for (const hash of other.#kept) this.#addHash(hash);
  }

  /** Number of distinct things, and its relative standard error (0 when exact). */
  estimate(): { readonly count: number; readonly relativeError: number } {
    const hashes = Float64Array.from(this.#kept).sort();
    if (hashes.length <= this.limit) return { count: hashes.length, relativeError: 0 };
    const kth = hashes[this.limit - 1]!;
    return { count: Math.round(((this.limit - 1) * 2 ** 53) / kth), relativeError: 1 / Math.sqrt(this.limit - 2) };
  }

  /**
   * The same count of things with other hashes (53 bits, by `rename`). Where not all hashes were kept, the largest ones carry the
   * estimate: they lose their lower half only, and the others stay below them.
   */
  renamed(rename: (hash: number) => number): DistinctSketch {
    const hashes = this.toHashes();
    const whole = hashes.length <= this.limit;
    const bound = whole ? 2 ** 53 : hashes[this.limit - 1]!;
    const renamed = hashes.map((hash) => {
      if (hash >= bound) return Math.floor(hash / 2 ** 27) * 2 ** 27 + (rename(hash) % 2 ** 27);
      return Math.floor((rename(hash) / 2 ** 53) * bound);
    });
    return DistinctSketch.fromHashes(renamed, this.limit);
  }

  /** Plain numbers in ascending order, for structured clone and comparison. */
  toHashes(): Float64Array {
    this.#prune();
    return Float64Array.from(this.#kept).sort();
  }

  static fromHashes(hashes: Float64Array, limit = 4096): DistinctSketch {
    const sketch = new DistinctSketch(limit);
    for (const hash of hashes) sketch.#addHash(hash);
    return sketch;
  }
}

const recentSize = 16384;
