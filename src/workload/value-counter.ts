import { assert } from "../base/assert.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
import { compareValues, type Value } from "./value.ts";

/** Distinct tuples that are counted before the counter keeps only a share of them. */
const defaultLimit = 2 ** 21;
const tupleSeed = 0x2545f491;

/**
 * Exact counts of value tuples: how often, and for how many microseconds, each combination of values of some columns was
 * accessed. Open addressing over typed arrays, because a Map of 1.3 million keys costs four times the time.
 *
 * Past `limit` distinct tuples only those whose hash falls below a halving threshold stay (distinct sampling, Gibbons
 * 2001): `keptShare` says which share of the hash space that is. The kept ones were counted from the first to the last
 * access, so their counts are exact, and the result does not depend on any order or cut.
 */
export class ValueCounter {
  readonly columns: readonly string[];
  readonly limit: number;
  /** Tuples kept. */
  size = 0;
  /** Accesses and microseconds added in all, kept or not. */
  total = 0;
  totalMicros = 0;
  #level = 0;
  #index: Int32Array;
  /** Per tuple its values, its count and its microseconds side by side: one cache line, one miss. */
  #records: Float64Array<ArrayBuffer>;
  readonly #stride: number;
  readonly #texts: TextPool[];
  readonly #tuple: Float64Array;
  readonly #hashes: Uint32Array;

  constructor(columns: readonly string[], limit = defaultLimit) {
    this.columns = columns;
    this.limit = limit;
    this.#index = new Int32Array(64);
    this.#stride = columns.length + 2;
    this.#records = new Float64Array(32 * this.#stride);
    this.#texts = columns.map(() => new TextPool());
    this.#tuple = new Float64Array(columns.length);
    this.#hashes = new Uint32Array(columns.length);
  }

  /** Share of the tuples that is kept, by hash: 1 is all of them. */
  get keptShare(): number {
    return 2 ** -this.#level;
  }

  /** Distinct tuples seen: exact while `keptShare` is 1, else an estimate with relative standard error `1/sqrt(size)`. */
  get distinct(): { readonly count: number; readonly relativeError: number } {
    if (this.#level === 0) return { count: this.size, relativeError: 0 };
    return { count: this.size * 2 ** this.#level, relativeError: Math.sqrt((1 - this.keptShare) / Math.max(1, this.size)) };
  }

  /** The next tuple's value in `column`: an integer of at most 53 bits. */
  setInteger(column: number, value: number): void {
    this.#tuple[column] = value;
    this.#hashes[column] = mixInteger(value, column + 1);
  }

  setNull(column: number): void {
    this.#tuple[column] = nullCode;
    this.#hashes[column] = 0x7fb5d329;
  }

  /** The next tuple's value in `column`: text, as UTF-8 in `bytes[start, end)`. */
  setText(column: number, bytes: Uint8Array, start: number, end: number): void {
    const pool = this.#texts[column]!;
    const id = pool.add(bytes, start, end);
    this.#tuple[column] = id + 0.5;
    this.#hashes[column] = pool.hashOf(id);
  }

  /** Counts the tuple that was set, `count` times. */
  add(count: number, micros: number): void {
    this.total += count;
    this.totalMicros += micros;
    const tuple = this.#tuple;
    const arity = tuple.length;
    let hash = tupleSeed;
    for (let column = 0; column < arity; column++) hash = mix32(hash ^ this.#hashes[column]!);
    if (this.#level > 0 && hash >>> (32 - this.#level) !== 0) return;
    const mask = this.#index.length - 1;
    const records = this.#records;
    const stride = this.#stride;
    // The top bits decide who is kept, so the low bits find the place.
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = this.#index[at]! - 1;
      if (entry < 0) {
        this.#insert(at, count, micros);
        return;
      }
      let column = 0;
      const base = entry * stride;
      while (column < arity && records[base + column] === tuple[column]) column++;
      if (column === arity) {
        records[base + arity]! += count;
        records[base + arity + 1]! += micros;
        return;
      }
    }
  }

  #insert(at: number, count: number, micros: number): void {
    const entry = this.size++;
    const base = entry * this.#stride;
    if (base === this.#records.length) this.#records = grown(this.#records, Math.max(32 * this.#stride, base * 2));
    this.#records.set(this.#tuple, base);
    this.#records[base + this.#stride - 2] = count;
    this.#records[base + this.#stride - 1] = micros;
    this.#index[at] = entry + 1;
    if (this.size > this.limit) this.#halve();
    else if (this.size * 2 > this.#index.length) this.#rebuildIndex(this.#index.length * 2);
  }

  #hashOfEntry(entry: number): number {
    const arity = this.#tuple.length;
    let hash = tupleSeed;
    for (let column = 0; column < arity; column++) {
      const code = this.#records[entry * this.#stride + column]!;
      const valueHash = isText(code) ? this.#texts[column]!.hashOf(code - 0.5) : code === nullCode ? 0x7fb5d329 : mixInteger(code, column + 1);
      hash = mix32(hash ^ valueHash);
    }
    return hash;
  }

  #rebuildIndex(length: number): void {
    const index = new Int32Array(length);
    const mask = length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      let at = this.#hashOfEntry(entry) & mask;
      while (index[at] !== 0) at = (at + 1) & mask;
      index[at] = entry + 1;
    }
    this.#index = index;
  }

  /** Keeps the half (or less) of the tuples that the next threshold lets stay. */
  #halve(): void {
    while (this.size > this.limit) this.#raiseLevel(this.#level + 1);
  }

  #raiseLevel(level: number): void {
    if (level <= this.#level) return;
    this.#level = level;
    const old = this.#records;
    const stride = this.#stride;
    const kept: number[] = [];
    for (let entry = 0; entry < this.size; entry++) if (this.#hashOfEntry(entry) >>> (32 - level) === 0) kept.push(entry);
    const arity = this.#tuple.length;
    const pools = this.#texts.map(() => new TextPool());
    this.#records = new Float64Array(Math.max(32, kept.length * 2) * stride);
    kept.forEach((from, to) => {
      this.#records.set(old.subarray(from * stride, (from + 1) * stride), to * stride);
      for (let column = 0; column < arity; column++) {
        const code = old[from * stride + column]!;
        if (isText(code)) this.#records[to * stride + column] = pools[column]!.addFrom(this.#texts[column]!, code - 0.5) + 0.5;
      }
    });
    this.#texts.splice(0, this.#texts.length, ...pools);
    this.size = kept.length;
    let length = 64;
    while (length < this.size * 2) length *= 2;
    this.#rebuildIndex(length);
  }

  /** Adds everything that `other`, a counter of the same columns, has counted. */
  merge(other: ValueCounter): void {
    assert(other.columns.length === this.columns.length && other.limit === this.limit, "only counters of the same columns merge");
    const { total, totalMicros } = this;
    this.#raiseLevel(other.#level);
    const arity = this.#tuple.length;
    for (let entry = 0; entry < other.size; entry++) {
      for (let column = 0; column < arity; column++) {
        const code = other.#records[entry * this.#stride + column]!;
        if (isText(code)) {
          const pool = this.#texts[column]!;
          const id = pool.addFrom(other.#texts[column]!, code - 0.5);
          this.#tuple[column] = id + 0.5;
          this.#hashes[column] = pool.hashOf(id);
        } else if (code === nullCode) this.setNull(column);
        else this.setInteger(column, code);
      }
      this.add(other.countAt(entry), other.microsAt(entry));
    }
    this.total = total + other.total;
    this.totalMicros = totalMicros + other.totalMicros;
  }

  /** Accesses of the kept tuple `entry`. */
  countAt(entry: number): number {
    return this.#records[entry * this.#stride + this.#stride - 2]!;
  }

  microsAt(entry: number): number {
    return this.#records[entry * this.#stride + this.#stride - 1]!;
  }

  valueAt(entry: number, column: number): Value {
    const code = this.#records[entry * this.#stride + column]!;
    return isText(code) ? this.#texts[column]!.textOf(code - 0.5) : code === nullCode ? null : code;
  }

  /** The value as an integer, or NaN when it is text or NULL: for loops over millions of tuples. */
  integerAt(entry: number, column: number): number {
    const code = this.#records[entry * this.#stride + column]!;
    return isText(code) || code === nullCode ? NaN : code;
  }

  /**
   * A number that is equal for equal values of `column` within this counter and mixes well: for grouping without
   * building strings. Not stable from run to run for texts.
   */
  codeAt(entry: number, column: number): number {
    return this.#records[entry * this.#stride + column]!;
  }

  /** The texts behind codes, see `codeAt`: undefined for integers and NULL. */
  textOfCode(column: number, code: number): string | undefined {
    return isText(code) ? this.#texts[column]!.textOf(code - 0.5) : undefined;
  }

  /** Kept entries in the order of their values. */
  sortedEntries(): Uint32Array {
    const order = Uint32Array.from({ length: this.size }, (_, entry) => entry);
    return order.sort((a, b) => {
      for (let column = 0; column < this.columns.length; column++) {
        const difference = compareValues(this.valueAt(a, column), this.valueAt(b, column));
        if (difference !== 0) return difference;
      }
      return 0;
    });
  }

  /** Plain data for another thread; `transfer` lists the buffers that may move instead of being copied. */
  toState(): CounterState {
    const { size, total, totalMicros } = this;
    return {
      columns: this.columns,
      limit: this.limit,
      size,
      total,
      totalMicros,
      level: this.#level,
      records: this.#records.slice(0, size * this.#stride),
      texts: this.#texts.map((pool) => pool.toState()),
    };
  }

  static fromState(state: CounterState): ValueCounter {
    const counter = new ValueCounter(state.columns, state.limit);
    counter.size = state.size;
    counter.total = state.total;
    counter.totalMicros = state.totalMicros;
    counter.#level = state.level;
    counter.#records = state.records;
    counter.#texts.splice(0, counter.#texts.length, ...state.texts.map(TextPool.fromState));
    let length = 64;
    while (length < state.size * 2) length *= 2;
    counter.#rebuildIndex(length);
    return counter;
  }
}

export interface CounterState {
  readonly columns: readonly string[];
  readonly limit: number;
  readonly size: number;
  readonly total: number;
  readonly totalMicros: number;
  readonly level: number;
  readonly records: Float64Array<ArrayBuffer>;
  readonly texts: readonly TextPoolState[];
}

/** Integers are stored as themselves, the text number i as i + 0.5, NULL as -0.5. */
const nullCode = -0.5;
const isText = (code: number): boolean => code > 0 && code % 1 !== 0;

function grown<T extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(array: T, length: number): T {
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array as never);
  return larger;
}

export interface TextPoolState {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly hashes: Uint32Array<ArrayBuffer>;
}

/** Distinct texts, as UTF-8 one after the other, numbered in the order of first sight. */
class TextPool {
  size = 0;
  #bytes = new Uint8Array(256);
  #ends = new Uint32Array(16);
  #hashes = new Uint32Array(16);
  #index = new Int32Array(32);

  add(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash = mix32(hash ^ (end - start));
    const mask = this.#index.length - 1;
    const length = end - start;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const id = this.#index[at]! - 1;
      if (id < 0) return this.#insert(at, hash, bytes, start, end);
      if (this.#hashes[id] !== hash) continue;
      const from = id === 0 ? 0 : this.#ends[id - 1]!;
      if (this.#ends[id]! - from !== length) continue;
      let offset = 0;
      while (offset < length && this.#bytes[from + offset] === bytes[start + offset]) offset++;
      if (offset === length) return id;
    }
  }

  #insert(at: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.size++;
    const from = id === 0 ? 0 : this.#ends[id - 1]!;
    const to = from + end - start;
    if (to > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(to, this.#bytes.length * 2));
    if (id === this.#ends.length) {
      this.#ends = grown(this.#ends, id * 2);
      this.#hashes = grown(this.#hashes, id * 2);
    }
    this.#bytes.set(bytes.subarray(start, end), from);
    this.#ends[id] = to;
    this.#hashes[id] = hash;
    this.#index[at] = id + 1;
    if (this.size * 2 > this.#index.length) this.#rebuildIndex();
    return id;
  }

  #rebuildIndex(): void {
    let length = this.#index.length;
    while (length < this.size * 2 + 1) length *= 2;
    this.#index = new Int32Array(length * 2);
    const mask = this.#index.length - 1;
    for (let id = 0; id < this.size; id++) {
      let at = this.#hashes[id]! & mask;
      while (this.#index[at] !== 0) at = (at + 1) & mask;
      this.#index[at] = id + 1;
    }
  }

  addFrom(other: TextPool, id: number): number {
    return this.add(other.#bytes, id === 0 ? 0 : other.#ends[id - 1]!, other.#ends[id]!);
  }

  hashOf(id: number): number {
    return this.#hashes[id]!;
  }

  textOf(id: number): string {
    return new TextDecoder().decode(this.#bytes.subarray(id === 0 ? 0 : this.#ends[id - 1]!, this.#ends[id]!));
  }

  toState(): TextPoolState {
    return {
      bytes: this.#bytes.slice(0, this.size === 0 ? 0 : this.#ends[this.size - 1]!),
      ends: this.#ends.slice(0, this.size),
      hashes: this.#hashes.slice(0, this.size),
    };
  }

  static fromState(state: TextPoolState): TextPool {
    const pool = new TextPool();
    pool.size = state.ends.length;
    pool.#bytes = state.bytes.length > 0 ? state.bytes : new Uint8Array(256);
    pool.#ends = state.ends.length > 0 ? state.ends : new Uint32Array(16);
    pool.#hashes = state.hashes.length > 0 ? state.hashes : new Uint32Array(16);
    pool.#rebuildIndex();
    return pool;
  }
}
