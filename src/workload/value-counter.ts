import { assert } from "../base/assert.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
import { compareValues, type Value } from "./value.ts";

/** Distinct tuples that are counted before the counter keeps only a share of them. */
const defaultLimit = 2 ** 21;

/**
 * Exact counts of value tuples: how often, and for how many microseconds, each combination of values of some columns was
 * accessed. Open addressing over one typed array, because a Map of 1.3 million keys costs several times the time.
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
  /** While counting: a hash table of records. While read: the records one after the other, see `#seal`. */
  #records: Float64Array<ArrayBuffer>;
  #sealed = false;
  /** A record is the tuple's values, its count and its microseconds, side by side: one cache line, one miss. */
  readonly #stride: number;
  readonly #texts: TextPool[];
  readonly #tuple: Float64Array;
  readonly #hashes: Uint32Array;

  constructor(columns: readonly string[], limit = defaultLimit) {
    this.columns = columns;
    this.limit = limit;
    this.#stride = columns.length + 2;
    this.#records = new Float64Array(64 * this.#stride);
    this.#texts = columns.map(() => new TextPool());
    this.#tuple = new Float64Array(columns.length);
    this.#hashes = new Uint32Array(columns.length);
  }

  /** Share of the tuples that is kept, by hash: 1 is all of them. */
  get keptShare(): number {
    return 2 ** -this.#level;
  }

  /** Distinct tuples seen: exact while `keptShare` is 1, else an estimate with its relative standard error. */
  get distinct(): { readonly count: number; readonly relativeError: number } {
    if (this.#level === 0) return { count: this.size, relativeError: 0 };
    return { count: this.size * 2 ** this.#level, relativeError: Math.sqrt((1 - this.keptShare) / Math.max(1, this.size)) };
  }

  /** The next tuple's value in `column`: an integer of at most 53 bits. */
  setInteger(column: number, value: number): void {
    this.#tuple[column] = value;
    this.#hashes[column] = mixInteger(value, column);
  }

  setNull(column: number): void {
    this.#tuple[column] = nullCode;
    this.#hashes[column] = nullHash;
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
    if (this.#sealed) this.#spread(this.size);
    this.total += count;
    this.totalMicros += micros;
    const tuple = this.#tuple;
    const arity = tuple.length;
    let hash = this.#hashes[0]!;
    for (let column = 1; column < arity; column++) hash = mix32(hash ^ this.#hashes[column]!);
    if (this.#level > 0 && hash >>> (32 - this.#level) !== 0) return;
    const records = this.#records;
    const stride = this.#stride;
    const slots = records.length / stride;
    // The top bits decide who is kept, so the low bits find the place.
    for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const base = slot * stride;
      if (records[base + arity] === 0) {
        for (let column = 0; column < arity; column++) records[base + column] = tuple[column]!;
        records[base + arity] = count;
        records[base + arity + 1] = micros;
        this.size++;
        break;
      }
      let column = 0;
      while (column < arity && records[base + column] === tuple[column]) column++;
      if (column === arity) {
        records[base + arity]! += count;
        records[base + arity + 1]! += micros;
        return;
      }
    }
    if (this.size * 2 <= slots && this.size <= this.limit) return;
    this.#seal();
    while (this.size > this.limit) this.#raiseLevel(this.#level + 1);
    this.#spread(this.size * 2);
  }

  #hashOfEntry(entry: number): number {
    let hash = 0;
    for (let column = 0; column < this.#tuple.length; column++) {
      const code = this.#records[entry * this.#stride + column]!;
      const valueHash = isText(code) ? this.#texts[column]!.hashOf(code - 0.5) : code === nullCode ? nullHash : mixInteger(code, column);
      hash = column === 0 ? valueHash : mix32(hash ^ valueHash);
    }
    return hash;
  }

  /** Closes the gaps of the hash table: records stand one after the other, as entries 0 to size - 1. */
  #seal(): void {
    if (this.#sealed) return;
    const stride = this.#stride;
    const records = this.#records;
    let to = 0;
    for (let from = 0; from < records.length; from += stride) {
      if (records[from + stride - 2] === 0) continue;
      if (from !== to) records.copyWithin(to, from, from + stride);
      to += stride;
    }
    this.#records = records.slice(0, to);
    this.#sealed = true;
  }

  /** The reverse: a hash table with room for at least `size` tuples. */
  #spread(size: number): void {
    const stride = this.#stride;
    const old = this.#records;
    let slots = 64;
    while (slots < size * 2) slots *= 2;
    const records = new Float64Array(slots * stride);
    for (let entry = 0; entry < this.size; entry++) {
      let slot = this.#hashOfEntry(entry) & (slots - 1);
      while (records[slot * stride + stride - 2] !== 0) slot = (slot + 1) & (slots - 1);
      for (let i = 0; i < stride; i++) records[slot * stride + i] = old[entry * stride + i]!;
    }
    this.#records = records;
    this.#sealed = false;
  }

  /** Keeps the share of the tuples that the level lets stay. */
  #raiseLevel(level: number): void {
    if (level <= this.#level) return;
    this.#seal();
    this.#level = level;
    const old = this.#records;
    const stride = this.#stride;
    const kept: number[] = [];
    for (let entry = 0; entry < this.size; entry++) if (this.#hashOfEntry(entry) >>> (32 - level) === 0) kept.push(entry);
    const pools = this.#texts.map(() => new TextPool());
    this.#records = new Float64Array(kept.length * stride);
    kept.forEach((from, to) => {
      this.#records.set(old.subarray(from * stride, (from + 1) * stride), to * stride);
      for (let column = 0; column < pools.length; column++) {
        const code = old[from * stride + column]!;
        if (isText(code)) this.#records[to * stride + column] = pools[column]!.addFrom(this.#texts[column]!, code - 0.5) + 0.5;
      }
    });
    this.#texts.splice(0, this.#texts.length, ...pools);
    this.size = kept.length;
  }

  /** Adds everything that `other`, a counter of the same columns, has counted. */
  merge(other: ValueCounter): void {
    assert(other.columns.length === this.columns.length && other.limit === this.limit, "only counters of the same columns merge");
    const { total, totalMicros } = this;
    other.#seal();
    this.#raiseLevel(other.#level);
    for (let entry = 0; entry < other.size; entry++) {
      for (let column = 0; column < this.#tuple.length; column++) {
        const code = other.codeAt(entry, column);
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

  #recordAt(entry: number): number {
    if (!this.#sealed) this.#seal();
    return entry * this.#stride;
  }

  /** Accesses of the kept tuple `entry`. */
  countAt(entry: number): number {
    return this.#records[this.#recordAt(entry) + this.#stride - 2]!;
  }

  microsAt(entry: number): number {
    return this.#records[this.#recordAt(entry) + this.#stride - 1]!;
  }

  valueAt(entry: number, column: number): Value {
    const code = this.#records[this.#recordAt(entry) + column]!;
    return isText(code) ? this.#texts[column]!.textOf(code - 0.5) : code === nullCode ? null : code;
  }

  /** The value as an integer, or NaN when it is text or NULL: for loops over millions of tuples. */
  integerAt(entry: number, column: number): number {
    const code = this.#records[this.#recordAt(entry) + column]!;
    return isText(code) || code === nullCode ? NaN : code;
  }

  /**
   * A number that is equal for equal values of `column` within this counter and mixes well: for grouping without
   * building strings. Not stable from run to run for texts.
   */
  codeAt(entry: number, column: number): number {
    return this.#records[this.#recordAt(entry) + column]!;
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
    this.#seal();
    const { columns, limit, size, total, totalMicros } = this;
    const texts = this.#texts.map((pool) => pool.toState());
    return { columns, limit, size, total, totalMicros, level: this.#level, records: this.#records.slice(), texts };
  }

  static fromState(state: CounterState): ValueCounter {
    const counter = new ValueCounter(state.columns, state.limit);
    counter.size = state.size;
    counter.total = state.total;
    counter.totalMicros = state.totalMicros;
    counter.#level = state.level;
    counter.#records = state.records;
    counter.#sealed = true;
    counter.#texts.splice(0, counter.#texts.length, ...state.texts.map(TextPool.fromState));
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
const nullHash = 0x7fb5d329;
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
