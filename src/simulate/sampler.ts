import { assert } from "../base/assert.ts";
import type { RandomStream } from "../stats/random-stream.ts";
import { type Distribution, flatParts, type Part, quantileOf } from "./distribution.ts";

/**
 * Draws from a distribution: one 32-bit word picks the part of a mixture and the place in that part's inverse
 * distribution function, which is a table. Straight lines between 1,024 points are too coarse for a tail, so the upper
 * 64th has a table of its own, its upper 64th another one, four in all: the mean is right to 1e-5 and a quantile up to
 * one in a hundred million has its own point. Constants and choices among constants are exact.
 */
export class Sampler {
  /** Per part: where its share of [0, 1) begins; then 1. */
  readonly #from: Float64Array;
  readonly #widen: Float64Array;
  /** The same, times the cells of a table. */
  readonly #widenCells: Float64Array;
  /** Per part a table of `levels` x `stride` quantiles. */
  readonly #tables: Float64Array;
  readonly #parts: number;
  /** NaN unless every draw is the same. */
  readonly #constant: number;

  constructor(distribution: Distribution) {
    const parts = flatParts(distribution, 1).filter(({ weight }) => weight > 0);
    assert(parts.length > 0, "a distribution has at least one part");
    const total = parts.reduce((sum, { weight }) => sum + weight, 0);
    const only = parts[0]!.of;
    this.#constant = parts.length === 1 && only.kind === "constant" ? only.value : NaN;
    this.#parts = parts.length;
    this.#from = new Float64Array(parts.length + 1);
    this.#widen = new Float64Array(parts.length);
    this.#tables = new Float64Array(Number.isNaN(this.#constant) ? parts.length * tableLength : 0);
    parts.forEach(({ weight, of }, part) => {
      this.#from[part + 1] = part + 1 === parts.length ? 1 : this.#from[part]! + weight / total;
      this.#widen[part] = 1 / (this.#from[part + 1]! - this.#from[part]!);
      if (this.#tables.length > 0) fillTable(this.#tables, part * tableLength, of);
    });
    this.#widenCells = this.#widen.map((factor) => factor * cells);
  }

  draw(random: RandomStream): number {
    if (this.#constant === this.#constant) return this.#constant;
    return this.#valueAt((random.nextWord() + 0.5) * 2 ** -32);
  }

  /** As many draws as `into` is long. `words` is scratch of the same length. */
  fill(random: RandomStream, words: Uint32Array, into: Float64Array): void {
    if (this.#constant === this.#constant) {
      into.fill(this.#constant);
      return;
    }
    random.nextWords(words);
    // As `#valueAt`, with everything at hand; multiplied by a power of two, places lose nothing.
    const from = this.#from;
    const widen = this.#widenCells;
    const tables = this.#tables;
    const several = this.#parts > 1;
    const first = several ? from[1]! : 1;
    const firstWidth = widen[0]!;
    for (let at = 0; at < into.length; at++) {
      let place = (words[at]! + 0.5) * 2 ** -32;
      let table = 0;
      if (!several) place *= cells;
      else if (place < first) place *= firstWidth;
      else {
        let part = 1;
        while (place >= from[part + 1]!) part++;
        place = (place - from[part]!) * widen[part]!;
        table = part * tableLength;
      }
      for (let level = 1; place >= tailCell && level < levels; level++) {
        place = Math.min((place - tailCell) * 64, lastPlace * cells);
        table += stride;
      }
      const within = place | 0;
      const below = tables[table + within]!;
      into[at] = below + (place - within) * (tables[table + within + 1]! - below);
    }
  }

  #valueAt(share: number): number {
    let place = share;
    let at = 0;
    if (this.#parts > 1) {
      let part = 0;
      while (place >= this.#from[part + 1]!) part++;
      place = (place - this.#from[part]!) * this.#widen[part]!;
      at = part * tableLength;
    }
    for (let level = 1; place >= 1 - 1 / 64 && level < levels; level++) {
      place = Math.min((place - (1 - 1 / 64)) * 64, lastPlace);
      at += stride;
    }
    const scaledPlace = place * cells;
    const cell = scaledPlace | 0;
    const below = this.#tables[at + cell]!;
    return below + (scaledPlace - cell) * (this.#tables[at + cell + 1]! - below);
  }
}

/** The sampler of a distribution, made once: shards that share a distribution share its table, and it stays near the processor. */
export function samplerOf(distribution: Distribution): Sampler {
  const known = samplers.get(distribution);
  if (known !== undefined) return known;
  const made = new Sampler(distribution);
  samplers.set(distribution, made);
  return made;
}

const samplers = new WeakMap<Distribution, Sampler>();

const cells = 1024;
const stride = cells + 1;
const levels = 4;
const tableLength = levels * stride;
const lastPlace = 1 - 2 ** -53;
const tailCell = cells - cells / 64;

function fillTable(tables: Float64Array, from: number, of: Part["of"]): void {
  for (let level = 0; level < levels; level++) {
    const tail = 64 ** -level;
    for (let point = 0; point < stride; point++) {
      // The very end of an unbounded tail is infinite: half a word's step before it is not.
      const p = Math.min(1 - tail * (1 - point / cells), 1 - 2 ** -33);
      tables[from + level * stride + point] = quantileOf(of, p);
    }
  }
}
