import { LinearCounting } from "../stats/linear-counting.ts";
import type { KeyValue } from "../workload/key-value.ts";
import type { ColumnValues } from "./column-values.ts";
import { hashAllCodes } from "./key-hashes.ts";
import { KeyProjection } from "./key-projection.ts";
import type { ShapeLoad, Work } from "./table-load.ts";

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
  readonly hashes: Int32Array;
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
  /** Per listed key: the hash that its bucket and its place in the index follow from. */
  #bucketHashes = new Int32Array(1024);
  #index = new Int32Array(2048);

  constructor(
    columns: readonly ColumnValues[],
    shapes: readonly { shape: ShapeLoad; positions: readonly number[] }[],
    work: Work,
  ) {
    this.columns = columns;
    this.codes = new Float64Array(1024 * columns.length);
    const projections = shapes.map(({ shape, positions }) => new KeyProjection(columns, shape, positions, work));
    const tuples = projections.reduce((sum, { size }) => sum + size, 0);
    const buckets = tuples <= listedInFull ? undefined : new Float64Array(bucketCount);
    for (const projection of projections) {
      projection.read(buckets);
      this.unkeptWork += projection.unkeptWork;
      this.unkeptAccesses += projection.unkeptAccesses;
      this.totalAccesses += projection.totalAccesses;
      this.totalWork += projection.totalWork;
      this.nullAccesses += projection.nullAccesses();
    }
    if (buckets === undefined) this.#bucketListed.fill(1);
    else this.#chooseBuckets(buckets, projections, tuples);
    for (const projection of projections) this.#add(projection);
    if (buckets === undefined) this.distinct = { count: this.size, relativeError: 0 };
    this.#scaleDistinct(projections);
    this.#trim();
    this.hashes = hashAllCodes(columns, this.codes, this.size);
  }

  /** Tables are kept: without room for more keys. */
  #trim(): void {
    this.#index = new Int32Array(0);
    this.codes = this.codes.slice(0, this.size * this.columns.length);
    this.accesses = this.accesses.slice(0, this.size);
    this.work = this.work.slice(0, this.size);
    this.#bucketHashes = this.#bucketHashes.slice(0, this.size);
  }

  /** Whether a listed key stands for `lightWeight` keys instead of itself alone. */
  isSampled(entry: number): boolean {
    return this.unlistedAccesses > 0 && this.#bucketListed[this.#bucketHashes[entry]! >>> 16] === 2;
  }

  keyAt(entry: number): readonly KeyValue[] {
    return this.columns.map((column, index) => column.keyOf(this.codes[entry * this.columns.length + index]!));
  }

  /**
   * Buckets that may hold a heavy key, going by their sum, and a share of the others. Counts distinct keys on the
   * way.
   */
  #chooseBuckets(sums: Float64Array, projections: readonly KeyProjection[], tuples: number): void {
    const bits = new LinearCounting(tuples);
    for (const { hashes } of projections) bits.add(hashes);
    const least = this.totalAccesses * heavyShare;
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

  #scaleDistinct(projections: readonly KeyProjection[]): void {
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

  #add(projection: KeyProjection): void {
    const listed = this.#bucketListed;
    const { hashes, size } = projection;
    let listedAccesses = 0;
    let listedWork = 0;
    for (let entry = 0; entry < size; entry++) {
      const hash = hashes[entry]!;
      if (listed[hash >>> 16] === 0) continue;
      const accesses = projection.accessesAt(entry);
      const work = projection.workAt(entry, accesses);
      listedAccesses += accesses;
      listedWork += work;
      this.#list(projection.codesAt(entry), hash, accesses, work);
    }
    this.unlistedAccesses += projection.totalAccesses - listedAccesses;
    this.unlistedWork += projection.totalWork - listedWork;
  }

  #list(codes: Float64Array, hash: number, accesses: number, work: number): void {
    const arity = codes.length;
    const mask = this.#index.length - 1;
    const stored = this.codes;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = this.#index[at]! - 1;
      if (entry < 0) {
        this.#insert(at, codes, hash, accesses, work);
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

  #insert(at: number, codes: Float64Array, hash: number, accesses: number, work: number): void {
    const entry = this.size++;
    if (entry === this.accesses.length) {
      this.codes = grown(this.codes);
      this.accesses = grown(this.accesses);
      this.work = grown(this.work);
      const larger = new Int32Array(this.#bucketHashes.length * 2);
      larger.set(this.#bucketHashes);
      this.#bucketHashes = larger;
    }
    for (let column = 0; column < codes.length; column++) this.codes[entry * codes.length + column] = codes[column]!;
    this.accesses[entry] = accesses;
    this.work[entry] = work;
    this.#bucketHashes[entry] = hash;
    this.#index[at] = entry + 1;
    if (this.size * 2 > this.#index.length) this.#rebuildIndex();
  }

  #rebuildIndex(): void {
    this.#index = new Int32Array(this.#index.length * 4);
    const mask = this.#index.length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let at = this.#bucketHashes[entry]! & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = entry + 1;
    }
  }
}

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
