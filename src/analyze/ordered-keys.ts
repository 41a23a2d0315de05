import { mix32 } from "../stats/mix.ts";
import { compareKeys, compareKeyValues, type KeyValue } from "../workload/key-value.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { ColumnValues } from "./column-values.ts";
import type { KeyTable } from "./key-table.ts";

/** Keys that are put in order when there are more. */
const sampleSize = 8192;
/** A key with this share of the work is always among them. */
const heavyShare = 1 / 1024;
const quantileCount = 1024;

/**
 * The listed keys of a table in ascending order; of very many the heavy ones and a sample by hash, because ordering a
 * hundred thousand texts would take longer than all the rest.
 */
export class OrderedKeys {
  readonly #table: KeyTable;
  readonly #entries: Int32Array;
  #keys: readonly (readonly KeyValue[])[] | undefined;
  /** How many keys each stands for. */
  readonly #multipliers: Float64Array;

  constructor(table: KeyTable) {
    this.#table = table;
    this.#entries = inOrder(table, chosenEntries(table));
    const share = this.#entries.length / table.size;
    const least = table.totalWork * heavyShare;
    this.#multipliers = new Float64Array(this.#entries.length);
    for (let index = 0; index < this.#entries.length; index++) {
      const entry = this.#entries[index]!;
      const unlisted = table.isSampled(entry) ? table.lightWeight : 1;
      this.#multipliers[index] = share === 1 || table.work[entry]! >= least ? unlisted : unlisted / share;
    }
  }

  /** 1024 keys, evenly spaced by work: split points at their quantiles give every shard equal work, as far as keys allow. */
  quantiles(): readonly (readonly KeyValue[])[] {
    // Work of 0 (statements faster than the log's clock) must still give an order to split.
    const weights = new Float64Array(this.#entries.length);
    let total = 0;
    for (let index = 0; index < weights.length; index++)
      total += weights[index] = (this.#table.work[this.#entries[index]!]! + 1) * this.#multipliers[index]!;
    const quantiles: (readonly KeyValue[])[] = [];
    let sum = 0;
    weights.forEach((weight, index) => {
      sum += weight;
      let key: readonly KeyValue[] | undefined;
      while (quantiles.length < quantileCount && (quantiles.length + 0.5) / quantileCount <= sum / total)
        quantiles.push((key ??= this.#table.keyAt(this.#entries[index]!)));
    });
    return quantiles;
  }

  /**
   * The listed keys at which ranges of equally many keys begin, the first range (which begins before everything) left
   * out; fewer than `count` ranges if there are fewer keys.
   */
  rangeStarts(count: number): readonly number[] {
    const total = this.#multipliers.reduce((sum, multiplier) => sum + multiplier, 0);
    const ranges = Math.min(count, this.#entries.length);
    const starts: number[] = [];
    let before = 0;
    this.#entries.forEach((entry, index) => {
      // A key that stands for many may be where several ranges would begin; it begins one.
      if (index > 0 && before >= (total * (starts.length + 1)) / ranges - 1e-9 * total) starts.push(entry);
      before += this.#multipliers[index]!;
    });
    return starts;
  }

  /** Adds the loads between split points, scaled to the table's totals where the keys are a sample. */
  addLoads(splits: readonly (readonly KeyValue[])[], accesses: Float64Array, work: Float64Array): void {
    const table = this.#table;
    const keys = (this.#keys ??= Array.from(this.#entries, (entry) => table.keyAt(entry)));
    const found = { accesses: new Float64Array(accesses.length), work: new Float64Array(work.length) };
    let shard = 0;
    this.#entries.forEach((entry, index) => {
      while (shard < splits.length && compareKeys(splits[shard]!, keys[index]!) <= 0) shard++;
      found.accesses[shard]! += table.accesses[entry]! * this.#multipliers[index]!;
      found.work[shard]! += table.work[entry]! * this.#multipliers[index]!;
    });
    addScaled(found.accesses, table.totalAccesses, accesses);
    addScaled(found.work, table.totalWork, work);
  }
}

function addScaled(loads: Float64Array, total: number, into: Float64Array): void {
  const sum = loads.reduce((all, load) => all + load, 0);
  if (sum > 0) loads.forEach((load, shard) => (into[shard]! += (load * total) / sum));
}

function chosenEntries(table: KeyTable): Int32Array {
  const chosen = new Int32Array(table.size);
  const least = table.size <= sampleSize ? 0 : table.totalWork * heavyShare;
  const below = (sampleSize / table.size) * 2 ** 32;
  let count = 0;
  for (let entry = 0; entry < table.size; entry++)
    if (table.work[entry]! >= least || mix32(table.hashes[2 * entry]!) < below) chosen[count++] = entry;
  return chosen.slice(0, count);
}

/**
 * Entries in the order of their keys. Each column's values are ranked, and the ranks of a key put together to one number:
 * numbers are sorted many times as fast as keys are compared.
 */
function inOrder(table: KeyTable, entries: Int32Array): Int32Array {
  const arity = table.columns.length;
  let places: Uint32Array = new Uint32Array(entries.length);
  table.columns.forEach((column, index) => {
    const codes = new Float64Array(entries.length);
    for (let at = 0; at < codes.length; at++) codes[at] = table.codes[entries[at]! * arity + index]!;
    const own = ranksOf(column, codes);
    // The ranks so far and this column's, put together and made small again.
    places = index === 0 ? own : denseRanks(Float64Array.from(places, (place, at) => place * 2 ** 32 + own[at]!));
  });
  // Two entries of one key would be one after the other, in the order in which they were given.
  const starts = new Uint32Array(entries.length + 1);
  for (let at = 0; at < places.length; at++) starts[places[at]! + 1]!++;
  for (let place = 0; place < entries.length; place++) starts[place + 1]! += starts[place]!;
  const ordered = new Int32Array(entries.length);
  for (let at = 0; at < places.length; at++) ordered[starts[places[at]!]!++] = entries[at]!;
  return ordered;
}

/** The rank of each code among the different ones, in the order of the values. */
function ranksOf(column: ColumnValues, codes: Float64Array): Uint32Array {
  if (column.ordersByCode) return denseRanks(codes.map(orderedCode));
  const keys = Array.from(codes, (code) => column.keyOf(code));
  const distinct = [...new Set(keys)];
  // Texts of one kind come in the order of their characters, except that a surrogate pair comes behind all of these.
  const plain = distinct.every((key) => plainText.test(key));
  const ordered = plain ? distinct.sort() : distinct.sort(compareKeyValues);
  const rankOf = new Map(ordered.map((key, rank) => [key, rank]));
  return Uint32Array.from(keys, (key) => rankOf.get(key)!);
}

/** The rank of each number among the different ones. */
function denseRanks(numbers: Float64Array): Uint32Array {
  const sorted = numbers.toSorted();
  let count = 0;
  for (let at = 0; at < sorted.length; at++)
    if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[count++] = sorted[at]!;
  const ranks = new Uint32Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!;
    let low = 0;
    for (let high = count - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! < number) low = middle + 1;
      else high = middle;
    }
    ranks[at] = low;
  }
  return ranks;
}

const plainText = /^text:[^\ud800-\udfff]*$/;

/** NULL sorts before everything. */
export const orderedCode = (code: number): number => (isNullCode(code) ? -Infinity : code);
