import { assert } from "../base/assert.ts";
import { wordsModulo } from "../placement/hashes/words.ts";
import { mix32 } from "../stats/mix.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { ColumnValues } from "./column-values.ts";
import { hashesOfCodes } from "./key-hashes.ts";
import { unitsPerExecution, type ShapeLoad, type Work } from "./table-load.ts";

/** Keys by the high 16 bits of their generic hash. */
export const bucketCount = 65_536;
/** A key with this share of the accesses is always listed. The even share of a bucket is a sixteenth of it. */
const heavyShare = 1 / 4096;
/** Counted tuples up to which every key is listed. */
const listedInFull = 131_072;

/**
 * How much each value of a key was accessed: the counters of all shapes that pin the whole key, projected onto it and added
 * up. Of up to 131,072 counted tuples every key is listed. Of more, the heavy keys are listed, and a sample of the light
 * ones, chosen by hash and counted in full; the other light keys are added up by what places them: their hash modulo
 * `modulus`, and the high bits of their hash. Sums are whole numbers, so no order changes them.
 */
export class KeyTable {
  readonly columns: readonly ColumnValues[];
  /** The hash of an unlisted key is known modulo this. */
  readonly modulus: number;
  /** Keys that are listed. */
  size = 0;
  /** One per column and listed key, key by key. */
  codes: Float64Array;
  /** How often each was asked for; a list asks for each of its values. */
  accesses: Float64Array;
  /** Units of work; a list's is divided among its values. */
  work: Float64Array;
  /** Low and high word of each listed key's generic hash (`placement/key-hash.ts`). */
  hashes: Int32Array;
  /** Unlisted keys: sums by hash modulo `modulus`, and by bucket. */
  readonly residueAccesses: Float64Array;
  readonly residueWork: Float64Array;
  readonly bucketAccesses: Float64Array;
  readonly bucketWork: Float64Array;
  unlistedAccesses = 0;
  unlistedWork = 0;
  /** Sums over all keys, listed or not. */
  totalAccesses = 0;
  totalWork = 0;
  /** Accesses of which a column is NULL. */
  nullAccesses = 0;
  /** Distinct keys, and the relative standard error of that. */
  distinct: { readonly count: number; readonly relativeError: number } = { count: 0, relativeError: 0 };
  /** Work and accesses of values that the counters did not keep (`ValueCounter.keptShare`); taken as evenly spread. */
  unkeptWork = 0;
  unkeptAccesses = 0;
  /** How many light keys a listed light key stands for. */
  lightWeight = 1;
  /** 1: bucket is listed because it may hold heavy keys; 2: because it is in the sample. */
  readonly #bucketListed = new Uint8Array(bucketCount);
  #index = new Int32Array(2048);

  constructor(columns: readonly ColumnValues[], shapes: readonly { shape: ShapeLoad; positions: readonly number[] }[], work: Work, modulus: number) {
    this.columns = columns;
    this.modulus = modulus;
    this.codes = new Float64Array(1024 * columns.length);
    this.accesses = new Float64Array(1024);
    this.work = new Float64Array(1024);
    this.hashes = new Int32Array(2048);
    this.residueAccesses = new Float64Array(modulus);
    this.residueWork = new Float64Array(modulus);
    const projections = shapes.map(({ shape, positions }) => new Projection(columns, shape, positions, work));
    for (const projection of projections) {
      this.totalAccesses += projection.totalAccesses;
      this.unkeptWork += projection.unkeptWork;
      this.unkeptAccesses += projection.unkeptAccesses;
    }
    const tuples = projections.reduce((sum, { size }) => sum + size, 0);
    const allListed = tuples <= listedInFull;
    this.bucketAccesses = new Float64Array(allListed ? 0 : bucketCount);
    this.bucketWork = new Float64Array(allListed ? 0 : bucketCount);
    if (allListed) {
      this.#bucketListed.fill(1);
      for (const projection of projections) this.#add(projection);
      this.distinct = { count: this.size, relativeError: 0 };
    } else {
      this.#chooseBuckets(projections, tuples);
      for (const projection of projections) this.#add(projection);
    }
    this.#scaleDistinct(projections);
  }

  /** Whether a listed key stands for `lightWeight` keys instead of itself alone. */
  isSampled(entry: number): boolean {
    return this.#bucketListed[this.hashes[2 * entry + 1]! >>> 16] === 2;
  }

  keyAt(entry: number): readonly KeyValue[] {
    return this.columns.map((column, index) => column.keyOf(this.codes[entry * this.columns.length + index]!));
  }

  /** Buckets that hold a heavy key, going by their sum, and a share of the others. Counts distinct keys on the way. */
  #chooseBuckets(projections: readonly Projection[], tuples: number): void {
    const sums = new Float64Array(bucketCount);
    const bits = new DistinctBits(tuples);
    for (const { size, hashes, accesses } of projections) {
      for (let entry = 0; entry < size; entry++) {
        const high = hashes[2 * entry + 1]!;
        sums[high >>> 16]! += accesses[entry]!;
        bits.add(hashes[2 * entry]!, high);
      }
    }
    const least = this.totalAccesses * heavyShare;
    const sampledBuckets = Math.ceil((bucketCount * (listedInFull / 2)) / tuples);
    let light = 0;
    let sampled = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      if (sums[bucket]! >= least) {
        this.#bucketListed[bucket] = 1;
        continue;
      }
      light++;
      // Buckets next to each other would all lie on one arc of a hash ring.
      if ((Math.imul(bucket, 40_503) & 0xffff) >= sampledBuckets) continue;
      this.#bucketListed[bucket] = 2;
      sampled++;
    }
    this.lightWeight = sampled === 0 ? 1 : light / sampled;
    this.distinct = bits.estimate();
  }

  #scaleDistinct(projections: readonly Projection[]): void {
    const keptShare = Math.min(1, ...projections.map((projection) => projection.keptShare));
    if (keptShare === 1) return;
    // The counters kept a share of the tuples: exact when the key is the tuple, a floor when it is a part of it.
    const { count, relativeError } = this.distinct;
    const whole = projections.every((projection) => projection.whole);
    this.distinct = { count: Math.round(whole ? count / keptShare : count), relativeError: Math.hypot(relativeError, Math.sqrt((1 - keptShare) / Math.max(1, count))) };
  }

  #add(projection: Projection): void {
    const arity = this.columns.length;
    const listed = this.#bucketListed;
    const { modulus } = this;
    for (let entry = 0; entry < projection.size; entry++) {
      const accesses = projection.accesses[entry]!;
      const work = projection.work[entry]!;
      const low = projection.hashes[2 * entry]!;
      const high = projection.hashes[2 * entry + 1]!;
      this.totalWork += work;
      if (listed[high >>> 16] !== 0) {
        this.#list(projection.codes, entry * arity, low, high, accesses, work);
        continue;
      }
      const residue = wordsModulo(low, high, modulus);
      this.residueAccesses[residue]! += accesses;
      this.residueWork[residue]! += work;
      this.bucketAccesses[high >>> 16]! += accesses;
      this.bucketWork[high >>> 16]! += work;
      this.unlistedAccesses += accesses;
      this.unlistedWork += work;
    }
    this.nullAccesses += projection.nullAccesses;
  }

  #list(codes: Float64Array, from: number, low: number, high: number, accesses: number, work: number): void {
    const arity = this.columns.length;
    const mask = this.#index.length - 1;
    const stored = this.codes;
    for (let at = mix32(low ^ high) & mask; ; at = (at + 1) & mask) {
      const entry = this.#index[at]! - 1;
      if (entry < 0) {
        this.#insert(at, codes, from, low, high, accesses, work);
        return;
      }
      let column = 0;
      while (column < arity && stored[entry * arity + column] === codes[from + column]) column++;
      if (column < arity) continue;
      this.accesses[entry]! += accesses;
      this.work[entry]! += work;
      return;
    }
  }

  #insert(at: number, codes: Float64Array, from: number, low: number, high: number, accesses: number, work: number): void {
    const arity = this.columns.length;
    const entry = this.size++;
    if (entry === this.accesses.length) {
      this.codes = doubled(this.codes);
      this.accesses = doubled(this.accesses);
      this.work = doubled(this.work);
      const larger = new Int32Array(this.hashes.length * 2);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    for (let column = 0; column < arity; column++) this.codes[entry * arity + column] = codes[from + column]!;
    this.accesses[entry] = accesses;
    this.work[entry] = work;
    this.hashes[2 * entry] = low;
    this.hashes[2 * entry + 1] = high;
    this.#index[at] = entry + 1;
    if (this.size * 2 > this.#index.length) this.#rebuildIndex();
  }

  #rebuildIndex(): void {
    this.#index = new Int32Array(this.#index.length * 4);
    const mask = this.#index.length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let at = mix32(this.hashes[2 * entry]! ^ this.hashes[2 * entry + 1]!) & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = entry + 1;
    }
  }
}

/** One shape's counter seen through the key: codes, hashes and amounts, tuple by tuple, not yet grouped. */
class Projection {
  readonly size: number;
  readonly codes: Float64Array;
  readonly hashes: Int32Array;
  readonly accesses: Float64Array;
  readonly work: Float64Array;
  readonly whole: boolean;
  readonly keptShare: number;
  totalAccesses = 0;
  nullAccesses = 0;
  unkeptAccesses = 0;
  unkeptWork = 0;

  constructor(columns: readonly ColumnValues[], { use }: ShapeLoad, positions: readonly number[], work: Work) {
    const { counter } = use;
    const arity = columns.length;
    const { size } = counter;
    this.size = size;
    this.keptShare = counter.keptShare;
    this.whole = arity === counter.columns.length;
    this.codes = new Float64Array(size * arity);
    this.accesses = new Float64Array(size);
    this.work = new Float64Array(size);
    for (const column of columns) column.addCounter(counter);
    const kept = keptSums(counter);
    const unitsEach = counter.total === 0 ? 0 : Math.round(((use.executions - use.unvalued) * unitsPerExecution) / counter.total);
    // A value that stands for several kept tuples has lost its share of the others; a whole tuple was counted in full.
    const scale = this.whole || kept.accesses === 0 ? 1 : counter.total / kept.accesses;
    const workScale = this.whole || kept.micros === 0 ? 1 : counter.totalMicros / kept.micros;
    const { records, stride } = counter.records();
    const countAt = stride - 2;
    for (let entry = 0; entry < size; entry++) {
      const record = entry * stride;
      let isNull = false;
      for (let column = 0; column < arity; column++) {
        const code = columns[column]!.codeOfRaw(records[record + positions[column]!]!, counter);
        this.codes[entry * arity + column] = code;
        if (isNullCode(code)) isNull = true;
      }
      const count = records[record + countAt]!;
      const micros = records[record + countAt + 1]!;
      const accesses = scale === 1 ? count : Math.round(count * scale);
      this.accesses[entry] = accesses;
      this.totalAccesses += accesses;
      if (isNull) this.nullAccesses += accesses;
      this.work[entry] = work === "executions" ? accesses * unitsEach : workScale === 1 ? micros : Math.round(micros * workScale);
    }
    this.hashes = hashesOfCodes(columns, this.codes, size);
    if (this.whole && this.keptShare < 1) {
      this.unkeptAccesses = counter.total - kept.accesses;
      this.unkeptWork = work === "time" ? counter.totalMicros - kept.micros : this.unkeptAccesses * unitsEach;
    }
  }
}

function keptSums(counter: ShapeLoad["use"]["counter"]): { readonly accesses: number; readonly micros: number } {
  if (counter.keptShare === 1) return { accesses: counter.total, micros: counter.totalMicros };
  let accesses = 0;
  let micros = 0;
  for (let entry = 0; entry < counter.size; entry++) {
    accesses += counter.countAt(entry);
    micros += counter.microsAt(entry);
  }
  return { accesses, micros };
}

/**
 * Linear counting: each key sets one bit of m, and the number of bits left unset tells how many keys there were,
 * -m ln(unset / m), with relative standard error sqrt((e^t - t - 1) / m) / t for t = n/m.
 * Source: Whang, Vander-Zanden, Taylor: A Linear-Time Probabilistic Counting Algorithm, ACM TODS 15(2), 1990.
 */
class DistinctBits {
  readonly #bits: Int32Array;
  readonly #shift: number;

  /** `most` is an upper bound of the number of keys. */
  constructor(most: number) {
    const log = Math.min(27, Math.max(20, Math.ceil(Math.log2(most * 2))));
    this.#bits = new Int32Array(2 ** (log - 5));
    this.#shift = 32 - log;
  }

  add(low: number, high: number): void {
    const bit = mix32(low ^ Math.imul(high, 0x9e3779b1)) >>> this.#shift;
    this.#bits[bit >>> 5]! |= 1 << (bit & 31);
  }

  estimate(): { count: number; relativeError: number } {
    const m = this.#bits.length * 32;
    let set = 0;
    for (const word of this.#bits) set += bitCount(word);
    assert(set < m, "the bits are more than twice the keys");
    const t = -Math.log((m - set) / m);
    return { count: Math.round(m * t), relativeError: Math.sqrt((Math.exp(t) - t - 1) / m) / t };
  }
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
