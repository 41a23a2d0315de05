import { assert } from "../base/assert.ts";
import { mix32 } from "../stats/mix.ts";
import { encodeCodes, mostBytesOfCode } from "./footprint-bytes.ts";
import { hashOfCode, type OpenTransaction } from "./open-transaction.ts";
import { StoredFootprints } from "./stored-footprints.ts";
import { transactionOutcomes, type Footprints, type TransactionOutcome } from "./transactions.ts";

/** Memory that footprints may take; about a million transactions of the TPC-C kind. */
const defaultLimitBytes = 96e6;
/** What a footprint takes beside its values, and a skeleton beside its numbers. */
const recordBytes = 40;

/**
 * Distinct footprints with their counts. What transactions of one kind have in common, which shapes they reach in which
 * order, is kept once (a skeleton); of each footprint only the values remain, as bytes: a value that it has already is
 * one byte that points at it, and most are.
 *
 * Past the limit only those footprints stay whose hash falls below a halving threshold (see `ValueCounter`). How much
 * memory a set of footprints takes follows from the set alone, so the share kept does not depend on any order or cut.
 */
export class FootprintStore {
  readonly limitBytes: number;
  #level = 0;
  /** As `skeletonOf` says. */
  #skeletons: Int32Array[] = [];
  /** By hash of the numbers. */
  #skeletonOf = new Map<number, number[]>();
  /** Hashes that follow from names, not from this part's numbers. */
  #skeletonHashes: number[] = [];
  #size = 0;
  #slots = new Int32Array(64);
  #hashes: Int32Array = new Int32Array(48);
  #skeletonNumbers: Int32Array = new Int32Array(48);
  /** Where a footprint's bytes end; they begin where those before it end. */
  #ends: Float64Array = new Float64Array(48);
  #counts: Float64Array = new Float64Array(48);
  #micros: Float64Array = new Float64Array(48);
  #bytes: Uint8Array = new Uint8Array(1024);
  #bytesEnd = 0;
  #cost = 0;
  #usedSkeletons = new Uint8Array(16);

  constructor(limitBytes = defaultLimitBytes) {
    this.limitBytes = limitBytes;
  }

  get size(): number {
    return this.#size;
  }

  get keptShare(): number {
    return 2 ** -this.#level;
  }

  /**
   * Counts a finished transaction. `type` is the hash of its templates; by a shape's number, `codeLengths` are the values
   * that it pins and `shapeHashes` the hashes of its name. `micros` is the time of all that it stands for.
   */
  add(
    open: OpenTransaction,
    type: { readonly high: number; readonly low: number },
    outcome: TransactionOutcome,
    weight: number,
    codeLengths: readonly number[],
    shapeHashes: readonly number[],
    micros = open.timeMicros * weight,
  ): void {
    const skeleton = this.#skeletonNumber(skeletonOf(open, type, outcome, codeLengths), shapeHashes);
    let hash = this.#skeletonHashes[skeleton]!;
    const codesEnd = open.starts[open.accessCount]!;
    for (let at = 0; at < codesEnd; at++) hash = (Math.imul(hash, 0x01000193) ^ hashOfCode(open.codes[at]!)) | 0;
    hash = mix32(hash) | 0;
    if (!this.#isKept(hash)) return;
    const start = this.#bytesEnd;
    this.#encode(open.codes, codesEnd);
    this.#addRecord(hash, skeleton, start, weight, micros);
  }

  #isKept(hash: number): boolean {
    return this.#level === 0 || hash >>> (32 - this.#level) === 0;
  }

  #skeletonNumber(numbers: Int32Array, shapeHashes: readonly number[]): number {
    const key = skeletonKey(numbers);
    const known = this.#skeletonOf.get(key) ?? [];
    const found = known.find((number) => areEqual(this.#skeletons[number]!, numbers));
    if (found !== undefined) return found;
    const number = this.#skeletons.push(numbers) - 1;
    this.#skeletonOf.set(key, [...known, number]);
    this.#skeletonHashes.push(skeletonHash(numbers, shapeHashes));
    if (number === this.#usedSkeletons.length) {
      const larger = new Uint8Array(number * 2);
      larger.set(this.#usedSkeletons);
      this.#usedSkeletons = larger;
    }
    return number;
  }

  /** Appends the codes to the bytes; `#addRecord` keeps or forgets them. */
  #encode(codes: Float64Array, count: number): void {
    while (this.#bytesEnd + count * mostBytesOfCode > this.#bytes.length) this.#growBytes();
    this.#bytesEnd = encodeCodes(codes, count, this.#bytes, this.#bytesEnd);
  }

  #growBytes(least = 0): void {
    const larger = new Uint8Array(Math.max(1024, least, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#bytesEnd));
    this.#bytes = larger;
  }

  /** Once, instead of each time that they double. */
  #makeRoom(records: number, bytes: number): void {
    if (bytes > this.#bytes.length) this.#growBytes(bytes);
    if (records > this.#hashes.length) this.#growRecords(records);
    let slots = this.#slots.length;
    while (records * 4 > slots * 3) slots *= 2;
    if (slots > this.#slots.length) this.#rehash(slots);
  }

  /** Adds the footprint whose bytes are the last ones, from `start` on. */
  #addRecord(hash: number, skeleton: number, start: number, count: number, micros: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let record; (record = this.#slots[slot]! - 1) >= 0; slot = (slot + 1) & mask) {
      if (this.#hashes[record] !== hash || !this.#isRecord(record, skeleton, start)) continue;
      this.#counts[record]! += count;
      this.#micros[record]! += micros;
      this.#bytesEnd = start;
      return;
    }
    const record = this.#size++;
    if (record === this.#hashes.length) this.#growRecords();
    this.#slots[slot] = record + 1;
    this.#hashes[record] = hash;
    this.#skeletonNumbers[record] = skeleton;
    this.#ends[record] = this.#bytesEnd;
    this.#counts[record] = count;
    this.#micros[record] = micros;
    this.#cost += recordBytes + this.#bytesEnd - start;
    this.#useSkeleton(skeleton);
    if (this.#cost > this.limitBytes) this.#raiseLevel(this.#level + 1);
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash(this.#slots.length * 2);
  }

  #startOf(record: number): number {
    return record === 0 ? 0 : this.#ends[record - 1]!;
  }

  #isRecord(record: number, skeleton: number, start: number): boolean {
    if (this.#skeletonNumbers[record] !== skeleton) return false;
    const from = this.#startOf(record);
    const length = this.#ends[record]! - from;
    if (length !== this.#bytesEnd - start) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[from + i] !== this.#bytes[start + i]) return false;
    return true;
  }

  #growRecords(least = 48): void {
    const length = Math.max(least, this.#hashes.length * 2);
    this.#hashes = grownInts(this.#hashes, length);
    this.#skeletonNumbers = grownInts(this.#skeletonNumbers, length);
    this.#ends = grownDoubles(this.#ends, length);
    this.#counts = grownDoubles(this.#counts, length);
    this.#micros = grownDoubles(this.#micros, length);
  }

  #rehash(slots: number): void {
    this.#slots = new Int32Array(slots);
    for (let record = 0; record < this.#size; record++) {
      let slot = this.#hashes[record]! & (slots - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (slots - 1);
      this.#slots[slot] = record + 1;
    }
  }

  /** Everything that follows from the records and skeletons. */
  #index(): void {
    this.#skeletons.forEach((numbers, number) => {
      const key = skeletonKey(numbers);
      this.#skeletonOf.set(key, [...(this.#skeletonOf.get(key) ?? []), number]);
    });
    this.#usedSkeletons = new Uint8Array(Math.max(16, this.#skeletons.length));
    this.#cost = this.#size * recordBytes + this.#bytesEnd;
    for (let record = 0; record < this.#size; record++) this.#useSkeleton(this.#skeletonNumbers[record]!);
    let slots = 64;
    while (this.#size * 4 > slots * 3) slots *= 2;
    this.#rehash(slots);
    if (this.#cost > this.limitBytes) this.#raiseLevel(this.#level + 1);
  }

  #useSkeleton(skeleton: number): void {
    if (this.#usedSkeletons[skeleton] === 1) return;
    this.#usedSkeletons[skeleton] = 1;
    this.#cost += recordBytes + 4 * this.#skeletons[skeleton]!.length;
  }

  /** Keeps the share that the level lets stay, and a smaller one while that is too much. */
  #raiseLevel(level: number): void {
    this.#level = level;
    const size = this.#size;
    this.#usedSkeletons.fill(0);
    this.#size = 0;
    this.#cost = 0;
    let to = 0;
    for (let record = 0, from = 0; record < size; record++) {
      const start = from;
      from = this.#ends[record]!;
      if (!this.#isKept(this.#hashes[record]!)) continue;
      this.#bytes.copyWithin(to, start, from);
      to += from - start;
      const kept = this.#size++;
      const skeleton = this.#skeletonNumbers[record]!;
      this.#hashes[kept] = this.#hashes[record]!;
      this.#skeletonNumbers[kept] = skeleton;
      this.#ends[kept] = to;
      this.#counts[kept] = this.#counts[record]!;
      this.#micros[kept] = this.#micros[record]!;
      this.#cost += recordBytes + from - start;
      this.#useSkeleton(skeleton);
    }
    this.#bytesEnd = to;
    this.#forgetUnusedSkeletons();
    if (this.#cost > this.limitBytes) this.#raiseLevel(level + 1);
    else this.#rehash(this.#slots.length);
  }

  #forgetUnusedSkeletons(): void {
    const numbers = new Map<number, number>();
    this.#skeletons.forEach((_, number) => {
      if (this.#usedSkeletons[number] === 1) numbers.set(number, numbers.size);
    });
    this.#skeletons = [...numbers.keys()].map((number) => this.#skeletons[number]!);
    this.#skeletonHashes = [...numbers.keys()].map((number) => this.#skeletonHashes[number]!);
    for (const [key, known] of this.#skeletonOf) {
      const kept = known.flatMap((number) => numbers.get(number) ?? []);
      if (kept.length > 0) this.#skeletonOf.set(key, kept);
      else this.#skeletonOf.delete(key);
    }
    for (let record = 0; record < this.#size; record++)
      this.#skeletonNumbers[record] = numbers.get(this.#skeletonNumbers[record]!)!;
    this.#usedSkeletons.fill(0).fill(1, 0, numbers.size);
  }

  /** Adds what `other` has; `shapes` are this part's numbers of its shapes. */
  merge(other: FootprintStore, shapes: readonly number[], shapeHashes: readonly number[]): void {
    assert(other.limitBytes === this.limitBytes, "stores of one limit merge");
    if (other.#level > this.#level) this.#raiseLevel(other.#level);
    this.#makeRoom(this.#size + other.#size, this.#bytesEnd + other.#bytesEnd);
    const skeletons = new Int32Array(other.#skeletons.length).fill(-1);
    for (let record = 0, from = 0, to; record < other.#size; record++, from = to) {
      to = other.#ends[record]!;
      const hash = other.#hashes[record]!;
      if (!this.#isKept(hash)) continue;
      const levelBefore = this.#level;
      const theirs = other.#skeletonNumbers[record]!;
      let skeleton = skeletons[theirs]!;
      if (skeleton < 0) {
        const numbers = other.#skeletons[theirs]!.map((number, i) =>
          i < 3 ? number : number < 0 ? ~shapes[~number]! : shapes[number]!,
        );
        skeletons[theirs] = skeleton = this.#skeletonNumber(numbers, shapeHashes);
      }
      const start = this.#bytesEnd;
      // They are few: less than it costs to call for them.
      for (let at = from; at < to; at++) this.#bytes[start + at - from] = other.#bytes[at]!;
      this.#bytesEnd = start + to - from;
      this.#addRecord(hash, skeleton, start, other.#counts[record]!, other.#micros[record]!);
      // Skeletons have other numbers when some were forgotten.
      if (this.#level !== levelBefore) skeletons.fill(-1);
    }
  }

  /** The footprints with the numbers that the summary gives to types and shapes. `codeLengths`: values of a shape by its number. `keptBefore`: share of the
   * transactions that came here. */
  footprints(
    typeIndex: (high: number, low: number) => number,
    shapes: readonly number[],
    codeLengths: readonly number[],
    keptBefore: number,
  ): Footprints {
    const names = { typeIndex, shapes, codeLengths };
    return new StoredFootprints(this.toState(), this.keptShare * keptBefore, names);
  }

  /** Plain data for another thread. The store is spent: its arrays move. */
  toState(): FootprintState {
    return {
      limitBytes: this.limitBytes,
      level: this.#level,
      skeletons: this.#skeletons,
      skeletonHashes: this.#skeletonHashes,
      size: this.#size,
      hashes: this.#hashes,
      skeletonNumbers: this.#skeletonNumbers,
      ends: this.#ends,
      counts: this.#counts,
      micros: this.#micros,
      bytes: this.#bytes,
    };
  }

  static fromState(state: FootprintState): FootprintStore {
    const store = new FootprintStore(state.limitBytes);
    store.#level = state.level;
    store.#skeletons = [...state.skeletons];
    store.#skeletonHashes = [...state.skeletonHashes];
    store.#size = state.size;
    store.#hashes = state.hashes;
    store.#skeletonNumbers = state.skeletonNumbers;
    store.#ends = state.ends;
    store.#counts = state.counts;
    store.#micros = state.micros;
    store.#bytes = state.bytes;
    store.#bytesEnd = state.size === 0 ? 0 : state.ends[state.size - 1]!;
    store.#index();
    return store;
  }
}

/** What footprints of one kind have in common: type (two numbers), flags, then the shapes; ~shape where the log has no values. */
export function skeletonOf(
  open: OpenTransaction,
  type: { readonly high: number; readonly low: number },
  outcome: TransactionOutcome,
  codeLengths: readonly number[],
): Int32Array {
  const numbers = new Int32Array(3 + open.accessCount);
  numbers[0] = type.high;
  numbers[1] = type.low;
  numbers[2] = transactionOutcomes.indexOf(outcome) * 4 + Number(open.writes) * 2 + Number(open.complete);
  for (let access = 0; access < open.accessCount; access++) {
    const shape = open.shapes[access]!;
    const unvalued = codeLengths[shape]! > 0 && open.starts[access] === open.starts[access + 1];
    numbers[3 + access] = unvalued ? ~shape : shape;
  }
  return numbers;
}

/** With the hashes of the shapes' names by their numbers: it does not depend on the part. */
export function skeletonHash(numbers: Int32Array, shapeHashes: readonly number[]): number {
  let hash = mix32(numbers[0]! ^ Math.imul(numbers[1]!, 0x9e3779b1) ^ numbers[2]!);
  for (let i = 3; i < numbers.length; i++) {
    const shape = numbers[i]!;
    const named = shape < 0 ? ~shapeHashes[~shape]! : shapeHashes[shape]!;
    hash = (Math.imul(hash, 0x01000193) ^ mix32(named)) | 0;
  }
  return hash;
}

export interface FootprintState {
  readonly limitBytes: number;
  readonly level: number;
  readonly skeletons: readonly Int32Array[];
  readonly skeletonHashes: readonly number[];
  readonly size: number;
  readonly hashes: Int32Array;
  readonly skeletonNumbers: Int32Array;
  readonly ends: Float64Array;
  readonly counts: Float64Array;
  readonly micros: Float64Array;
  readonly bytes: Uint8Array;
}

function skeletonKey(numbers: Int32Array): number {
  let key = 0;
  for (let i = 0; i < numbers.length; i++) key = (Math.imul(key, 31) + mix32(numbers[i]!)) | 0;
  return key;
}

function areEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

function grownInts(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

function grownDoubles(array: Float64Array, length: number): Float64Array {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}
