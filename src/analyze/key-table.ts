import { assert } from "../base/assert.ts";
import { mix32 } from "../stats/mix.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { ColumnValues } from "./column-values.ts";
import { hashCodes } from "./key-hashes.ts";
import { unitsPerExecution, type ShapeLoad, type Work } from "./table-load.ts";

const bucketCount = 65_536;
/** A key with this share of the accesses is always listed. The even share of a bucket is a sixteenth of it. */
const heavyShare = 1 / 4096;
/** Counted tuples up to which every key is listed. */
const listedInFull = 65_536;
/** About as many counted tuples are sampled of more. */
const sampledTuples = 32_768;

/**
 * How much each value of a key was accessed: the counters of all shapes that pin the whole key, projected onto it and
 * added up. Of up to 65,536 counted tuples every key is listed. Of more, the heavy keys are listed, and a sample of
 * the light ones, chosen by hash and counted in full; the others are only added up, because where each of a hundred
 * thousand light keys lies changes no balance. Sums are whole numbers, so no order changes them.
 */
export class KeyTable {
  readonly columns: readonly ColumnValues[];
  /** Keys that are listed. */
  size = 0;
  /** One per column and listed key, key by key. */
  codes: Float64Array;
  /** How often each was asked for; a list asks for each of its values. */
  accesses = new Float64Array(1024);
  /** Units of work; a list's is divided among its values. */
  work = new Float64Array(1024);
  /** Low and high word of each listed key's generic hash (`placement/key-hash.ts`). */
  hashes = new Int32Array(2048);
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
  /** How many light keys a sampled light key stands for. */
  lightWeight = 1;
  /** 1: listed because it may hold heavy keys, or because all are. 2: because it is in the sample. */
  readonly #bucketListed = new Uint8Array(bucketCount);
  #index = new Int32Array(2048);

  constructor(
    columns: readonly ColumnValues[],
    shapes: readonly { shape: ShapeLoad; positions: readonly number[] }[],
    work: Work,
  ) {
    this.columns = columns;
    this.codes = new Float64Array(1024 * columns.length);
    const projections = shapes.map(({ shape, positions }) => new Projection(columns, shape, positions, work));
    for (const projection of projections) {
      this.unkeptWork += projection.unkeptWork;
      this.unkeptAccesses += projection.unkeptAccesses;
    }
    const tuples = projections.reduce((sum, { size }) => sum + size, 0);
    const allListed = tuples <= listedInFull;
    if (allListed) this.#bucketListed.fill(1);
    else this.#chooseBuckets(projections, tuples);
    for (const projection of projections) this.#add(projection);
    if (allListed) this.distinct = { count: this.size, relativeError: 0 };
    this.#scaleDistinct(projections);
  }

  /** Whether a listed key stands for `lightWeight` keys instead of itself alone. */
  isSampled(entry: number): boolean {
    if (this.unlistedAccesses === 0) return false;
    const arity = this.columns.length;
    let hash = 0;
    for (let column = 0; column < arity; column++) hash = hashOfCode(hash, this.codes[entry * arity + column]!);
    return this.#bucketListed[hash >>> 16] === 2;
  }

  keyAt(entry: number): readonly KeyValue[] {
    return this.columns.map((column, index) => column.keyOf(this.codes[entry * this.columns.length + index]!));
  }

  /**
   * Buckets that may hold a heavy key, going by their sum, and a share of the others. Counts distinct keys on the
   * way.
   */
  #chooseBuckets(projections: readonly Projection[], tuples: number): void {
    const sums = new Float64Array(bucketCount);
    const bits = new DistinctBits(tuples);
    let total = 0;
    for (const projection of projections) {
      total += projection.addAccesses(sums);
      bits.add(projection.hashes);
    }
    const least = total * heavyShare;
    const sampledBuckets = Math.ceil((bucketCount * sampledTuples) / tuples);
    let light = 0;
    let sampled = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      if (sums[bucket]! >= least) {
        this.#bucketListed[bucket] = 1;
        continue;
      }
      light++;
      if (bucket >= sampledBuckets) continue;
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
    this.distinct = {
      count: Math.round(whole ? count / keptShare : count),
      relativeError: Math.hypot(relativeError, Math.sqrt((1 - keptShare) / Math.max(1, count))),
    };
  }

  #add(projection: Projection): void {
    const listed = this.#bucketListed;
    const { hashes, size } = projection;
    let totalAccesses = 0;
    let totalWork = 0;
    let listedAccesses = 0;
    let listedWork = 0;
    for (let entry = 0; entry < size; entry++) {
      const hash = hashes[entry]!;
      const accesses = projection.accessesAt(entry);
      const work = projection.workAt(entry, accesses);
      totalAccesses += accesses;
      totalWork += work;
      if (listed[hash >>> 16] === 0) continue;
      listedAccesses += accesses;
      listedWork += work;
      this.#list(projection.codesAt(entry), hash, accesses, work);
    }
    this.totalAccesses += totalAccesses;
    this.totalWork += totalWork;
    this.unlistedAccesses += totalAccesses - listedAccesses;
    this.unlistedWork += totalWork - listedWork;
    this.nullAccesses += projection.nullAccesses();
  }

  #list(codes: Float64Array, hash: number, accesses: number, work: number): void {
    const arity = codes.length;
    const mask = this.#index.length - 1;
    const stored = this.codes;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = this.#index[at]! - 1;
      if (entry < 0) {
        this.#insert(at, codes, accesses, work);
        return;
      }
      let column = 0;
      while (column < arity && stored[entry * arity + column] === codes[column]) column++;
      if (column < arity) continue;
      this.accesses[entry]! += accesses;
      this.work[entry]! += work;
      return;
    }
  }

  #insert(at: number, codes: Float64Array, accesses: number, work: number): void {
    const entry = this.size++;
    if (entry === this.accesses.length) {
      this.codes = grown(this.codes);
      this.accesses = grown(this.accesses);
      this.work = grown(this.work);
      const larger = new Int32Array(this.hashes.length * 2);
      larger.set(this.hashes);
      this.hashes = larger;
    }
    this.codes.set(codes, entry * codes.length);
    this.accesses[entry] = accesses;
    this.work[entry] = work;
    const { low, high } = hashCodes(this.columns, codes);
    this.hashes[2 * entry] = low;
    this.hashes[2 * entry + 1] = high;
    this.#index[at] = entry + 1;
    if (this.size * 2 > this.#index.length) this.#rebuildIndex();
  }

  #rebuildIndex(): void {
    const arity = this.columns.length;
    this.#index = new Int32Array(this.#index.length * 4);
    const mask = this.#index.length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let hash = 0;
      for (let column = 0; column < arity; column++) hash = hashOfCode(hash, this.codes[entry * arity + column]!);
      let at = hash & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = entry + 1;
    }
  }
}

/** One shape's counter seen through the key, a tuple at a time. */
class Projection {
  readonly size: number;
  /** Of the key's codes, per tuple. */
  readonly hashes: Int32Array;
  readonly whole: boolean;
  readonly keptShare: number;
  readonly unkeptAccesses: number;
  readonly unkeptWork: number;
  readonly #codes: Float64Array;
  /** Tuples of which a column is NULL. */
  readonly #nulls: number[] = [];
  readonly #columns: readonly ColumnValues[];
  readonly #positions: readonly number[];
  readonly #counter: ShapeLoad["use"]["counter"];
  readonly #records: Float64Array;
  readonly #stride: number;
  readonly #scale: number;
  readonly #workScale: number;
  /** Units of work per access, where executions are the measure. */
  readonly #unitsEach: number | undefined;

  constructor(columns: readonly ColumnValues[], { use }: ShapeLoad, positions: readonly number[], work: Work) {
    const { counter } = use;
    const { records, stride } = counter.records();
    for (const column of columns) column.addCounter(counter);
    const kept = keptSums(counter);
    const whole = columns.length === counter.columns.length;
    const unitsEach =
      counter.total === 0 ? 0 : Math.round(((use.executions - use.unvalued) * unitsPerExecution) / counter.total);
    this.size = counter.size;
    this.whole = whole;
    this.keptShare = counter.keptShare;
    this.#codes = new Float64Array(columns.length);
    this.#columns = columns;
    this.#positions = positions;
    this.#counter = counter;
    this.#records = records;
    this.#stride = stride;
    // A value that stands for several kept tuples has lost its share of the others; a whole tuple was counted in full.
    this.#scale = whole || kept.accesses === 0 ? 1 : counter.total / kept.accesses;
    this.#workScale = whole || kept.micros === 0 ? 1 : counter.totalMicros / kept.micros;
    this.#unitsEach = work === "executions" ? unitsEach : undefined;
    this.unkeptAccesses = whole ? counter.total - kept.accesses : 0;
    this.unkeptWork = !whole
      ? 0
      : work === "time"
        ? counter.totalMicros - kept.micros
        : this.unkeptAccesses * unitsEach;
    this.hashes = this.#hash();
  }

  /** Column by column, so that each pass is a short loop over numbers. */
  #hash(): Int32Array {
    const records = this.#records;
    const stride = this.#stride;
    const counter = this.#counter;
    const hashes = new Int32Array(this.size);
    this.#columns.forEach((column, index) => {
      const { takesWholeNumbers } = column;
      for (let entry = 0, at = this.#positions[index]!; entry < hashes.length; entry++, at += stride) {
        const raw = records[at]!;
        const whole = raw | 0;
        if (takesWholeNumbers && whole === raw) {
          hashes[entry] = mix32(Math.imul(hashes[entry]!, 0x9e3779b1) ^ whole);
          continue;
        }
        const code = column.codeOfRaw(raw, counter);
        if (isNullCode(code) && this.#nulls.at(-1) !== entry) this.#nulls.push(entry);
        hashes[entry] = hashOfCode(hashes[entry]!, code);
      }
    });
    return hashes;
  }

  accessesAt(entry: number): number {
    const count = this.#records[entry * this.#stride + this.#stride - 2]!;
    return this.#scale === 1 ? count : Math.round(count * this.#scale);
  }

  /** Units of work of a tuple with so many accesses. */
  workAt(entry: number, accesses: number): number {
    if (this.#unitsEach !== undefined) return accesses * this.#unitsEach;
    const micros = this.#records[entry * this.#stride + this.#stride - 1]!;
    return this.#workScale === 1 ? micros : Math.round(micros * this.#workScale);
  }

  /** The key's codes; the array is filled anew with every call. */
  codesAt(entry: number): Float64Array {
    const record = entry * this.#stride;
    for (let column = 0; column < this.#codes.length; column++) {
      const raw = this.#records[record + this.#positions[column]!]!;
      this.#codes[column] = this.#columns[column]!.codeOfRaw(raw, this.#counter);
    }
    return this.#codes;
  }

  /** Adds each tuple's accesses to the bucket of its hash; returns their sum. */
  addAccesses(buckets: Float64Array): number {
    const { hashes } = this;
    let total = 0;
    for (let entry = 0; entry < hashes.length; entry++) {
      const accesses = this.accessesAt(entry);
      buckets[hashes[entry]! >>> 16]! += accesses;
      total += accesses;
    }
    return total;
  }

  nullAccesses(): number {
    return [...new Set(this.#nulls)].reduce((sum, entry) => sum + this.accessesAt(entry), 0);
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

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Whole numbers of 32 bits by themselves, all other codes by the 64 bits of the double. */
function hashOfCode(seed: number, code: number): number {
  const whole = code | 0;
  if (whole === code) return mix32(Math.imul(seed, 0x9e3779b1) ^ whole);
  double[0] = code;
  return mix32(Math.imul(seed, 0x9e3779b1) ^ words[0]! ^ Math.imul(words[1]!, 0x85ebca6b));
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

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
