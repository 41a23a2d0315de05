import { bucketCount, bucketOf, lowerEdge } from "../stats/log-histogram.ts";
import { type Distribution, flatParts, survivalOf } from "./distribution.ts";

/**
 * P(X > x) of a distribution, quickly: straight lines between the edges of a logarithmic histogram's buckets, right to
 * about 1e-5; what is constant is a step, and compared exactly.
 */
class Survival {
  /** By bucket, the line `from + slope * x` of all parts that are spread. */
  readonly #from = new Float64Array(bucketCount);
  readonly #slope = new Float64Array(bucketCount);
  readonly #steps: readonly { readonly at: number; readonly weight: number }[];
  /** Above this value nothing but steps is left, below it everything. */
  readonly #spread: number;

  constructor(distribution: Distribution) {
    const parts = flatParts(distribution, 1);
    this.#steps = parts.flatMap(({ weight, of }) => (of.kind === "constant" ? [{ at: of.value, weight }] : []));
    const spread = parts.filter(({ of }) => of.kind !== "constant");
    this.#spread = spread.reduce((sum, { weight }) => sum + weight, 0);
    if (this.#spread === 0) return;
    const above = (x: number): number => spread.reduce((sum, { weight, of }) => sum + weight * survivalOf(of, x), 0);
    let left = above(0);
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const from = edges[bucket]!;
      const to = edges[bucket + 1]!;
      const right = above(to);
      this.#slope[bucket] = (right - left) / (to - from);
      this.#from[bucket] = left - this.#slope[bucket]! * from;
      left = right;
    }
  }

  at(x: number): number {
    if (x < 0) return 1;
    let sum = 0;
    if (this.#spread > 0) {
      const bucket = bucketOf(x);
      const line = this.#from[bucket]! + this.#slope[bucket]! * x;
      sum = line > 0 ? line : 0;
    }
    for (const { at, weight } of this.#steps) if (at > x) sum += weight;
    return sum;
  }
}

const edges = Float64Array.from({ length: bucketCount + 1 }, (_, bucket) => lowerEdge(bucket));

/** The table of a distribution, made once. */
export function survivalTable(distribution: Distribution): Survival {
  const known = tables.get(distribution);
  if (known !== undefined) return known;
  const made = new Survival(distribution);
  tables.set(distribution, made);
  return made;
}

const tables = new WeakMap<Distribution, Survival>();
