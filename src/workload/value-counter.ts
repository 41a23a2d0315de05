import { assert } from "../base/assert.ts";
import { mix32 } from "../stats/mix.ts";
import { addAccess, type OpenTransaction } from "./open-transaction.ts";
import { TextPool, type TextPoolState } from "./text-pool.ts";
import { isNullCode, isTextCode, nullCode, textCodeOf } from "./value-code.ts";
import type { Value } from "./value.ts";
import { writtenPages } from "./written-pages.ts";

/** Distinct tuples that are counted before the counter keeps only a share of them. */
const defaultLimit = 2 ** 21;
/** Accesses that are gathered before they are looked up together. */
const batchSize = 256;

/**
 * Exact counts of value tuples: how often, and for how many microseconds, each combination of values of some columns was
 * accessed. Open addressing over one typed array, because a Map of 1.3 million keys costs several times the time.
 *
 * Accesses are looked up a batch at a time: a first pass only touches their places in the table, so that the memory
 * answers them all at once and not one after the other. That is most of the cost of counting a million values.
 *
 * Past `limit` distinct tuples only those whose hash falls below a halving threshold stay (distinct sampling, Gibbons
 * 2001): `keptShare` says which share of the hash space that is. The kept ones were counted from the first to the last
 * access, so their counts are exact, and the result does not depend on any order or cut.
 */
export class ValueCounter {
  readonly columns: readonly string[];
  readonly limit: number;
  /** Accesses and microseconds added in all, kept or not. */
  total = 0;
  totalMicros = 0;
  #size = 0;
  #level = 0;
  /** While counting: a hash table of records. While read: the records one after the other, see `#seal`. */
  #records: Float64Array;
  #slots = 64;
  #sealed = false;
  /** A record is the tuple's value codes, its count and its microseconds, side by side: one cache line, one miss. */
  readonly #stride: number;
  readonly #arity: number;
  /** The texts behind text codes, one pool for all columns. */
  #texts = new TextPool();
  readonly #batch: Float64Array;
  readonly #batchHashes = new Int32Array(batchSize);
  #batched = 0;
  /** Texts of the batch: their bytes, and where each batched value's text ends (its start is the end before). */
  #batchBytes = new Uint8Array(1024);
  #batchBytesEnd = 0;
  /** Where the texts of the tuple that is being set begin. */
  #tupleBytesStart = 0;
  readonly #batchSpans: Int32Array;
  /** Sum over what the first pass touched: kept so that the pass is not optimised away. */
  touched = 0;

  constructor(columns: readonly string[], limit = defaultLimit) {
    this.columns = columns;
    this.limit = limit;
    this.#arity = columns.length;
    this.#stride = columns.length + 2;
    this.#records = new Float64Array(this.#slots * this.#stride);
    this.#batch = new Float64Array(batchSize * this.#stride);
    this.#batchSpans = new Int32Array(batchSize * columns.length * 2);
  }

  /** Tuples kept. */
  get size(): number {
    this.#flush();
    return this.#size;
  }

  /** Share of the tuples that is kept, by hash: 1 is all of them. */
  get keptShare(): number {
    this.#flush();
    return 2 ** -this.#level;
  }

  /** Distinct tuples seen: exact while `keptShare` is 1, else an estimate with its relative standard error. */
  get distinct(): { readonly count: number; readonly relativeError: number } {
    const { size, keptShare } = this;
    if (keptShare === 1) return { count: size, relativeError: 0 };
    return { count: size / keptShare, relativeError: Math.sqrt((1 - keptShare) / Math.max(1, size)) };
  }

  /** The next tuple's value in `column`: an integer of at most 53 bits. */
  setInteger(column: number, value: number): void {
    this.#batch[this.#batched * this.#stride + column] = value;
  }

  setNull(column: number): void {
    this.#batch[this.#batched * this.#stride + column] = nullCode;
  }

  /** The next tuple's value in `column`: text, as UTF-8 in `bytes[start, end)`. */
  setText(column: number, bytes: Uint8Array, start: number, end: number): void {
    this.#batch[this.#batched * this.#stride + column] = textCodeOf(bytes, start, end);
    const from = this.#batchBytesEnd;
    const to = from + end - start;
    if (to > this.#batchBytes.length) {
      const larger = new Uint8Array(to * 2);
      larger.set(this.#batchBytes);
      this.#batchBytes = larger;
    }
    const into = this.#batchBytes;
    for (let at = start, write = from; at < end; at++, write++) into[write] = bytes[at]!;
    this.#batchBytesEnd = to;
    const span = (this.#batched * this.#arity + column) * 2;
    this.#batchSpans[span] = from;
    this.#batchSpans[span + 1] = to;
  }

  /** Counts the tuple that was set, `count` times. */
  add(count: number, micros: number): void {
    this.total += count;
    this.totalMicros += micros;
    const base = this.#batched * this.#stride;
    this.#batch[base + this.#arity] = count;
    this.#batch[base + this.#arity + 1] = micros;
    this.#batchHashes[this.#batched] = hashOf(this.#batch, base, this.#arity);
    this.#tupleBytesStart = this.#batchBytesEnd;
    if (++this.#batched === batchSize) this.#flush();
  }

  /** Adds the tuple that was set, and is about to be counted, to a transaction, as an access of the given shape. */
  tellTuple(transaction: OpenTransaction, shape: number): void {
    addAccess(transaction, shape, this.#batch, this.#batched * this.#stride, this.#arity);
  }

  /** Forgets the tuple that was being set. */
  drop(): void {
    this.#batchBytesEnd = this.#tupleBytesStart;
  }

  #flush(): void {
    const count = this.#batched;
    if (count === 0) return;
    if (this.#sealed) this.#spread(this.#size);
    this.#touch(count);
    for (let i = 0; i < count; i++) {
      if (!this.#addRecord(this.#batchHashes[i]!, this.#batch, i * this.#stride)) continue;
      this.#keepTexts(i);
      this.#makeRoomIfFull();
    }
    this.#batched = 0;
    this.#batchBytesEnd = 0;
    this.#tupleBytesStart = 0;
  }

  /** Reads the places of a batch's tuples, for nothing but to have the memory bring them all at once. */
  #touch(count: number): void {
    const records = this.#records;
    const mask = this.#slots - 1;
    let touched = 0;
    for (let i = 0; i < count; i++) touched += records[(this.#batchHashes[i]! & mask) * this.#stride + this.#arity]!;
    this.touched = touched;
  }

  /** Adds the record at `tuples[from]` to the table; true when its tuple is new. */
  #addRecord(hash: number, tuples: Float64Array, from: number): boolean {
    if (this.#level > 0 && hash >>> (32 - this.#level) !== 0) return false;
    const stride = this.#stride;
    const arity = this.#arity;
    const records = this.#records;
    const to = findRecord(records, this.#slots, stride, arity, hash, tuples, from);
    if (records[to + arity] !== 0) {
      records[to + arity]! += tuples[from + arity]!;
      records[to + arity + 1]! += tuples[from + arity + 1]!;
      return false;
    }
    for (let field = 0; field < stride; field++) records[to + field] = tuples[from + field]!;
    this.#size++;
    return true;
  }

  #keepTexts(batched: number): void {
    for (let column = 0; column < this.#arity; column++) {
      const code = this.#batch[batched * this.#stride + column]!;
      if (!isTextCode(code)) continue;
      const span = (batched * this.#arity + column) * 2;
      this.#texts.add(code, this.#batchBytes, this.#batchSpans[span]!, this.#batchSpans[span + 1]!);
    }
  }

  /** Three quarters full is where probing starts to cost more than the memory is worth. */
  #makeRoomIfFull(): void {
    if (this.#size * 4 <= this.#slots * 3 && this.#size <= this.limit) return;
    if (this.#size > this.limit) {
      this.#closeGaps();
      while (this.#size > this.limit) this.#raiseLevel(this.#level + 1);
      this.#spread(this.#size + 1);
      return;
    }
    // While it is small it may as well grow fast: every growth looks each tuple up again.
    this.#rehash(this.#slots * (this.#slots < 2 ** 16 ? 4 : 2));
  }

  /** A hash table of so many slots, with the records that there are. */
  #rehash(slots: number): void {
    const old = this.#records;
    const stride = this.#stride;
    const arity = this.#arity;
    const records = writtenPages(new Float64Array(slots * stride));
    for (let from = 0; from < old.length; from += stride) {
      if (old[from + arity] === 0) continue;
      let to = (hashOf(old, from, arity) & (slots - 1)) * stride;
      // Tuples differ from each other, so the first free place is theirs.
      while (records[to + arity] !== 0) to = to + stride === records.length ? 0 : to + stride;
      for (let field = 0; field < stride; field++) records[to + field] = old[from + field]!;
    }
    this.#records = records;
    this.#slots = slots;
    this.#sealed = false;
  }

  /** Closes the gaps of the hash table: records stand one after the other, as entries 0 to size - 1. */
  #seal(): void {
    this.#flush();
    this.#closeGaps();
  }

  #closeGaps(): void {
    if (this.#sealed) return;
    const stride = this.#stride;
    const records = this.#records;
    let to = 0;
    for (let from = 0; from < records.length; from += stride) {
      if (records[from + stride - 2] === 0) continue;
      if (from !== to) for (let field = 0; field < stride; field++) records[to + field] = records[from + field]!;
      to += stride;
    }
    this.#records = records.slice(0, to);
    this.#sealed = true;
  }

  /** The reverse: a hash table with room for more than `size` tuples. */
  #spread(size: number): void {
    let slots = 64;
    while (slots * 3 <= size * 4 + 4) slots *= 2;
    this.#rehash(slots);
  }

  /** Keeps the share of the sealed tuples that the level lets stay. */
  #raiseLevel(level: number): void {
    if (level <= this.#level) return;
    assert(this.#sealed, "records are sifted one after the other");
    this.#level = level;
    const stride = this.#stride;
    const records = this.#records;
    const texts = this.#texts;
    this.#texts = new TextPool();
    let to = 0;
    for (let from = 0; from < this.#size * stride; from += stride) {
      if (hashOf(records, from, this.#arity) >>> (32 - level) !== 0) continue;
      for (let column = 0; column < this.#arity; column++) this.#texts.addFrom(texts, records[from + column]!);
      for (let field = 0; field < stride; field++) records[to + field] = records[from + field]!;
      to += stride;
    }
    this.#records = records.slice(0, to);
    this.#size = to / stride;
  }

  /** Adds everything that `other`, a counter of the same columns, has counted. */
  merge(other: ValueCounter): void {
    assert(other.#arity === this.#arity && other.limit === this.limit, "only counters of the same columns merge");
    other.#seal();
    this.#seal();
    if (this.total === 0) {
      this.total = other.total;
      this.totalMicros = other.totalMicros;
      this.#size = other.#size;
      this.#level = other.#level;
      this.#records = other.#records;
      this.#texts = other.#texts;
      return;
    }
    this.#raiseLevel(other.#level);
    this.#spread(Math.max(this.#size, other.#size));
    this.total += other.total;
    this.totalMicros += other.totalMicros;
    const stride = this.#stride;
    const arity = this.#arity;
    const theirs = other.#records;
    const hashes = this.#batchHashes;
    const step = strideThrough(other.#size);
    const order = new Int32Array(batchSize);
    for (let chunk = 0, entry = 0; chunk < other.#size; chunk += batchSize) {
      const count = Math.min(batchSize, other.#size - chunk);
      for (let i = 0; i < count; i++) {
        order[i] = entry;
        hashes[i] = hashOf(theirs, entry * stride, arity);
        entry = (entry + step) % other.#size;
      }
      this.#touch(count);
      for (let i = 0; i < count; i++) {
        const from = order[i]! * stride;
        if (!this.#addRecord(hashes[i]!, theirs, from)) continue;
        for (let column = 0; column < arity; column++) {
          const code = theirs[from + column]!;
          if (isTextCode(code)) this.#texts.addFrom(other.#texts, code);
        }
        this.#makeRoomIfFull();
      }
    }
  }

  #recordAt(entry: number): number {
    if (!this.#sealed || this.#batched > 0) this.#seal();
    return entry * this.#stride;
  }

  /**
   * The kept tuples one after the other, for loops over millions: `stride` numbers each, the codes of the columns, then the
   * count and the microseconds. Valid until the next `add`.
   */
  records(): { readonly records: Float64Array; readonly stride: number } {
    this.#recordAt(0);
    return { records: this.#records, stride: this.#stride };
  }

  /** Accesses of the kept tuple `entry`, one of 0 to `size` - 1; which stands where may change with the next `add`. */
  countAt(entry: number): number {
    return this.#records[this.#recordAt(entry) + this.#arity]!;
  }

  microsAt(entry: number): number {
    return this.#records[this.#recordAt(entry) + this.#arity + 1]!;
  }

  valueAt(entry: number, column: number): Value {
    const code = this.codeAt(entry, column);
    return isTextCode(code) ? this.#texts.textOf(code) : isNullCode(code) ? null : code;
  }

  /** A number that is equal for equal values, in every counter: for grouping without building strings. See `value-code.ts`. */
  codeAt(entry: number, column: number): number {
    return this.#records[this.#recordAt(entry) + column]!;
  }

  /** The text behind a code of `codeAt`; undefined for integers and NULL. */
  textOfCode(code: number): string | undefined {
    this.#flush();
    return isTextCode(code) ? this.#texts.textOf(code) : undefined;
  }

  /** The same as UTF-8 in place, for hashing without building strings; undefined when this counter has no such text. */
  textSpanOfCode(
    code: number,
  ): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } | undefined {
    this.#flush();
    return this.#texts.find(code);
  }

  /** Whether `column` has integers, and whether it has anything else, among the kept tuples. */
  kindsOf(column: number): { readonly integers: boolean; readonly others: boolean } {
    this.#seal();
    let integers = false;
    let others = false;
    for (let at = column; at < this.#records.length && !(integers && others); at += this.#stride) {
      const code = this.#records[at]!;
      if (isTextCode(code) || isNullCode(code)) others = true;
      else integers = true;
    }
    return { integers, others };
  }

  /** Plain data for another thread. The counter is spent: its records move. */
  toState(): CounterState {
    this.#seal();
    const { columns, limit, total, totalMicros } = this;
    return {
      columns,
      limit,
      size: this.#size,
      total,
      totalMicros,
      level: this.#level,
      records: this.#records,
      texts: this.#texts.toState(),
    };
  }

  /** The same, and the counter is empty again. */
  takeState(): CounterState {
    const state = this.toState();
    const empty = new ValueCounter(this.columns, this.limit);
    this.total = 0;
    this.totalMicros = 0;
    this.#size = 0;
    this.#level = 0;
    this.#records = empty.#records;
    this.#slots = empty.#slots;
    this.#sealed = false;
    this.#texts = empty.#texts;
    return state;
  }

  static fromState(state: CounterState): ValueCounter {
    const counter = new ValueCounter(state.columns, state.limit);
    counter.total = state.total;
    counter.totalMicros = state.totalMicros;
    counter.#size = state.size;
    counter.#level = state.level;
    counter.#records = state.records;
    counter.#sealed = true;
    counter.#texts = TextPool.fromState(state.texts);
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
  readonly records: Float64Array;
  readonly texts: TextPoolState;
}

/**
 * A step that visits all of `size` entries once, far from each other in turn. The entries of a table stand in the order of
 * their hashes: added in that order to another table they would crowd its beginning before it grows.
 */
function strideThrough(size: number): number {
  let step = Math.max(1, Math.floor(size * 0.618));
  while (greatestCommonDivisor(step, size) !== 1) step++;
  return step;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);

/** Of a tuple's codes: 32 bits, of which the top ones decide who is kept and the low ones where it stands. */
function hashOf(codes: Float64Array, from: number, arity: number): number {
  let hash = 0;
  for (let column = 0; column < arity; column++) {
    const code = codes[from + column]!;
    const low = code | 0;
    if (low === code) hash = mix32(hash ^ low);
    else {
      double[0] = code;
      hash = mix32(mix32(hash ^ words[0]!) ^ words[1]!);
    }
  }
  return hash | 0;
}

/** Base of the record of the tuple at `tuples[from]`, or of the free one (count 0) where it belongs. */
function findRecord(
  records: Float64Array,
  slots: number,
  stride: number,
  arity: number,
  hash: number,
  tuples: Float64Array,
  from: number,
): number {
  const mask = slots - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const base = slot * stride;
    if (records[base + arity] === 0) return base;
    let column = 0;
    while (column < arity && records[base + column] === tuples[from + column]) column++;
    if (column === arity) return base;
  }
}
