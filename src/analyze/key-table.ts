import { keyHashInto } from "../placement/key-hash.ts";
import { zeroWords } from "../placement/hashes/words.ts";
import { xxhash64IntegerInto } from "../placement/hashes/xxhash64.ts";
import { mix32 } from "../stats/mix.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { keyTypeOf } from "../workload/key-value.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { ColumnValues } from "./column-values.ts";
import { unitsPerExecution, type ShapeLoad, type Work } from "./table-load.ts";

/**
 * The distinct values of a key in the log, and how much each was accessed: the counters of all shapes that pin the whole
 * key, projected onto it and added up. Sums are whole numbers, so the order of the entries does not matter.
 */
export class KeyTable {
  readonly columns: readonly ColumnValues[];
  size = 0;
  /** One per column and entry, entry by entry. */
  codes: Float64Array;
  /** How often each was asked for; a list asks for each of its values. */
  accesses: Float64Array;
  /** Units of work; a list's is divided among its values. */
  work: Float64Array;
  /** Sums over all entries. */
  totalAccesses = 0;
  totalWork = 0;
  /** Accesses of which a column is NULL. */
  nullAccesses = 0;
  /** Work of values that the counters did not keep (see `ValueCounter.keptShare`); it is taken as evenly spread. */
  unkeptWork = 0;
  unkeptAccesses = 0;
  /** Smallest share of the values that a counter kept: 1 is all of them. */
  keptShare = 1;
  #index = new Int32Array(2048);
  #hashes: Int32Array | undefined;

  constructor(columns: readonly ColumnValues[]) {
    this.columns = columns;
    this.codes = new Float64Array(1024 * columns.length);
    this.accesses = new Float64Array(1024);
    this.work = new Float64Array(1024);
  }

  /** Adds the counter of a shape; `positions` are the key's columns in it. */
  addShape({ use }: ShapeLoad, positions: readonly number[], work: Work): void {
    const { counter } = use;
    const columns = this.columns;
    const arity = columns.length;
    const whole = arity === counter.columns.length;
    const kept = keptSums(counter);
    this.keptShare = Math.min(this.keptShare, counter.keptShare);
    // A value that stands for several kept tuples has lost its share of the others; a whole tuple was counted in full.
    const scale = whole || kept.accesses === 0 ? 1 : counter.total / kept.accesses;
    const unitsEach = counter.total === 0 ? 0 : Math.round(((use.executions - use.unvalued) * unitsPerExecution) / counter.total);
    const codes = new Float64Array(arity);
    for (const column of columns) column.addCounter(counter);
    for (let entry = 0; entry < counter.size; entry++) {
      let hash = 0;
      for (let column = 0; column < arity; column++) {
        const code = columns[column]!.codeAt(counter, entry, positions[column]!);
        codes[column] = code;
        hash = hashOfCode(hash, code);
      }
      const count = counter.countAt(entry);
      const accesses = scale === 1 ? count : Math.round(count * scale);
      const amount = work === "executions" ? accesses * unitsEach : scale === 1 ? counter.microsAt(entry) : Math.round(counter.microsAt(entry) * scale);
      this.#add(codes, hash, accesses, amount);
    }
    if (whole && counter.keptShare < 1) {
      this.unkeptAccesses += counter.total - kept.accesses;
      this.unkeptWork += work === "time" ? counter.totalMicros - kept.micros : (counter.total - kept.accesses) * unitsEach;
    }
  }

  #add(codes: Float64Array, hash: number, accesses: number, work: number): void {
    const arity = codes.length;
    this.totalAccesses += accesses;
    this.totalWork += work;
    let isNull = false;
    for (let column = 0; column < arity; column++) if (isNullCode(codes[column]!)) isNull = true;
    if (isNull) this.nullAccesses += accesses;
    const mask = this.#index.length - 1;
    const stored = this.codes;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = this.#index[at]! - 1;
      if (entry < 0) {
        this.#insert(at, codes, accesses, work);
        return;
      }
      let column = 0;
      const base = entry * arity;
      while (column < arity && stored[base + column] === codes[column]) column++;
      if (column === arity) {
        this.accesses[entry]! += accesses;
        this.work[entry]! += work;
        return;
      }
    }
  }

  #insert(at: number, codes: Float64Array, accesses: number, work: number): void {
    const entry = this.size++;
    if (entry === this.accesses.length) {
      this.codes = doubled(this.codes);
      this.accesses = doubled(this.accesses);
      this.work = doubled(this.work);
    }
    this.codes.set(codes, entry * codes.length);
    this.accesses[entry] = accesses;
    this.work[entry] = work;
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

  keyAt(entry: number): readonly KeyValue[] {
    return this.columns.map((column, index) => column.keyOf(this.codes[entry * this.columns.length + index]!));
  }

  /** The generic 64-bit hash of each key (`placement/key-hash.ts`) as low and high word, entry by entry. Made once. */
  hashes(): Int32Array {
    return (this.#hashes ??= hashesOf(this));
  }
}

/** Codes are doubles: whole numbers and texts alike are spread by their 64 bits. */
function hashOfCode(seed: number, code: number): number {
  double[0] = code;
  return mix32(seed ^ words[0]! ^ Math.imul(words[1]!, 0x9e3779b1));
}

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);

function hashesOf(table: KeyTable): Int32Array {
  const { columns, codes, size } = table;
  const arity = columns.length;
  const hashes = new Int32Array(size * 2);
  const hash = zeroWords();
  const integers = columns.every((column) => keyTypeOf[column.type] === "int");
  for (let entry = 0; entry < size; entry++) {
    hash.low = 0;
    hash.high = 0;
    let column = 0;
    if (integers) {
      for (; column < arity; column++) {
        const code = codes[entry * arity + column]!;
        if (code % 1 !== 0) break;
        xxhash64IntegerInto(code | 0, Math.floor(code / 4294967296) | 0, hash.low, hash.high, hash);
      }
    }
    if (column < arity) {
      if (arity === 1) columns[0]!.hashInto(codes[entry]!, hash);
      else keyHashInto(table.keyAt(entry), hash);
    }
    hashes[2 * entry] = hash.low;
    hashes[2 * entry + 1] = hash.high;
  }
  return hashes;
}

function keptSums(counter: ShapeLoad["use"]["counter"]): { accesses: number; micros: number } {
  if (counter.keptShare === 1) return { accesses: counter.total, micros: counter.totalMicros };
  let accesses = 0;
  let micros = 0;
  for (let entry = 0; entry < counter.size; entry++) {
    accesses += counter.countAt(entry);
    micros += counter.microsAt(entry);
  }
  return { accesses, micros };
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
