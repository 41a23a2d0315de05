/**
 * Counts of positive numbers in buckets of equal ratio: 128 to an octave, so that a bucket is at most 0.8 % wide, found
 * from the bits of the number without a logarithm. Counting commutes: any order of the same numbers gives the same
 * histogram.
 */
export class LogHistogram {
  readonly counts: Uint32Array<ArrayBuffer>;
  #total = 0;

  constructor(counts = new Uint32Array(bucketCount)) {
    this.counts = counts;
    for (const count of counts) this.#total += count;
  }

  get total(): number {
    return this.#total;
  }

  add(value: number): void {
    this.counts[bucketOf(value)]! += 1;
    this.#total += 1;
  }

  merge(other: LogHistogram): void {
    for (let bucket = 0; bucket < bucketCount; bucket++) this.counts[bucket]! += other.counts[bucket]!;
    this.#total += other.total;
  }

  /** The value below which the share `p` lies, in a straight line within its bucket; NaN when nothing was counted. */
  quantile(p: number): number {
    return quantileOfBuckets(this.counts, 0, p);
  }
}

const octaves = 48;
/** 2^-20: in milliseconds, about a nanosecond. */
const lowestExponent = -20;
const perOctave = 128;
/** Numbers outside of 2^-20 to 2^28 are counted in the first or last bucket; 0 in the first. */
export const bucketCount = octaves * perOctave;
const firstBucket = (1023 + lowestExponent) * perOctave;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** The half of a double that holds sign, exponent and the first 20 bits of the fraction. */
const high = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The bucket of a number that is not negative. */
export function bucketOf(value: number): number {
  number[0] = value;
  const bucket = (words[high]! >>> 13) - firstBucket;
  return bucket < 0 ? 0 : bucket >= bucketCount ? bucketCount - 1 : bucket;
}

/** Where a bucket begins. */
export function lowerEdge(bucket: number): number {
  const octave = Math.floor(bucket / perOctave);
  return bucket === 0 ? 0 : 2 ** (lowestExponent + octave) * (1 + (bucket - octave * perOctave) / perOctave);
}

/** How many of the buckets that begin at `from` in an array of several histograms lie above `value`, in a straight line within its bucket. */
export function countAbove(counts: Uint32Array, from: number, value: number): number {
  const bucket = bucketOf(value);
  let above = 0;
  for (let at = bucket + 1; at < bucketCount; at++) above += counts[from + at]!;
  const width = lowerEdge(bucket + 1) - lowerEdge(bucket);
  return above + counts[from + bucket]! * (1 - (value - lowerEdge(bucket)) / width);
}

/** `LogHistogram.quantile` over the buckets that begin at `from` in an array of several histograms. */
export function quantileOfBuckets(counts: Uint32Array, from: number, p: number): number {
  let total = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) total += counts[from + bucket]!;
  if (total === 0) return NaN;
  const rank = p * total;
  let below = 0;
  let last = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const count = counts[from + bucket]!;
    if (count === 0) continue;
    last = bucket;
    if (below + count >= rank) {
      // What is below a nanosecond is nothing.
      if (bucket === 0) return 0;
      const within = Math.max(0, rank - below) / count;
      return lowerEdge(bucket) + within * (lowerEdge(bucket + 1) - lowerEdge(bucket));
    }
    below += count;
  }
  return lowerEdge(last + 1);
}
