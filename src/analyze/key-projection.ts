import { mix32 } from "../stats/mix.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { ColumnValues } from "./column-values.ts";
import { unitsPerExecution, type ShapeLoad, type Work } from "./table-load.ts";

/** One shape's counter seen through a key, a tuple at a time. */
export class KeyProjection {
  readonly size: number;
  /** Of the key's codes, per tuple. */
  readonly hashes: Int32Array;
  totalAccesses = 0;
  totalWork = 0;
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
    this.hashes = new Int32Array(this.size);
  }

  /**
   * Reads all tuples, once: their hashes, their sums, and for each of 65,536 buckets (by the first bits of the hashes) its
   * accesses. Column by column, so that each pass is a short loop over numbers.
   */
  read(buckets: Float64Array | undefined): void {
    const records = this.#records;
    const stride = this.#stride;
    const { hashes } = this;
    this.#columns.forEach((column, index) => {
      const { takesWholeNumbers } = column;
      for (let entry = 0, at = this.#positions[index]!; entry < hashes.length; entry++, at += stride) {
        const raw = records[at]!;
        const whole = raw | 0;
        hashes[entry] =
          takesWholeNumbers && whole === raw
            ? mix32(Math.imul(hashes[entry]!, 0x9e3779b1) ^ whole)
            : this.#hashOfRaw(raw, entry, column);
      }
    });
    this.#sum(buckets);
  }

  /** `accessesAt` and `workAt` of all tuples, without a call for each. */
  #sum(buckets: Float64Array | undefined): void {
    const { hashes } = this;
    const records = this.#records;
    const stride = this.#stride;
    const scale = this.#scale;
    const workScale = this.#workScale;
    let accesses = 0;
    let micros = 0;
    for (let entry = 0, at = stride - 2; entry < hashes.length; entry++, at += stride) {
      const own = scale === 1 ? records[at]! : Math.round(records[at]! * scale);
      accesses += own;
      micros += workScale === 1 ? records[at + 1]! : Math.round(records[at + 1]! * workScale);
      if (buckets !== undefined) buckets[hashes[entry]! >>> 16]! += own;
    }
    this.totalAccesses = accesses;
    this.totalWork = this.#unitsEach === undefined ? micros : accesses * this.#unitsEach;
  }

  #hashOfRaw(raw: number, entry: number, column: ColumnValues): number {
    const code = column.codeOfRaw(raw, this.#counter);
    if (isNullCode(code) && this.#nulls.at(-1) !== entry) this.#nulls.push(entry);
    return hashOfCode(this.hashes[entry]!, code);
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
