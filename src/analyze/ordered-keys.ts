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
  readonly #entries: readonly number[];
  readonly #keys: readonly (readonly KeyValue[])[];
  /** How many keys each stands for. */
  readonly #multipliers: readonly number[];

  constructor(table: KeyTable) {
    const chosen = chosenEntries(table);
    this.#table = table;
    this.#entries = inOrder(table, chosen);
    this.#keys = this.#entries.map((entry) => table.keyAt(entry));
    const share = chosen.length / table.size;
    const least = table.totalWork * heavyShare;
    this.#multipliers = this.#entries.map((entry) => {
      const unlisted = table.isSampled(entry) ? table.lightWeight : 1;
      return share === 1 || table.work[entry]! >= least ? unlisted : unlisted / share;
    });
  }

  /** 1024 keys, evenly spaced by work: split points at their quantiles give every shard equal work, as far as keys allow. */
  quantiles(): readonly (readonly KeyValue[])[] {
    // Work of 0 (statements faster than the log's clock) must still give an order to split.
    const weights = this.#entries.map((entry, index) => (this.#table.work[entry]! + 1) * this.#multipliers[index]!);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const quantiles: (readonly KeyValue[])[] = [];
    let sum = 0;
    weights.forEach((weight, index) => {
      sum += weight;
      while (quantiles.length < quantileCount && (quantiles.length + 0.5) / quantileCount <= sum / total) {
        quantiles.push(this.#keys[index]!);
      }
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
    const found = { accesses: new Float64Array(accesses.length), work: new Float64Array(work.length) };
    let shard = 0;
    this.#entries.forEach((entry, index) => {
      while (shard < splits.length && compareKeys(splits[shard]!, this.#keys[index]!) <= 0) shard++;
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

function chosenEntries(table: KeyTable): readonly number[] {
  if (table.size <= sampleSize) return Array.from({ length: table.size }, (_, entry) => entry);
  const least = table.totalWork * heavyShare;
  const below = (sampleSize / table.size) * 2 ** 32;
  const entries: number[] = [];
  for (let entry = 0; entry < table.size; entry++) {
    if (table.work[entry]! >= least || mix32(table.hashes[2 * entry]!) < below) entries.push(entry);
  }
  return entries;
}

/**
 * Entries in the order of their keys. Each column's values are ranked, and the ranks of a key put together to one number:
 * numbers are sorted many times as fast as keys are compared.
 */
function inOrder(table: KeyTable, entries: readonly number[]): readonly number[] {
  const arity = table.columns.length;
  const places = new Float64Array(entries.length);
  table.columns.forEach((column, index) => {
    const codes = entries.map((entry) => table.codes[entry * arity + index]!);
    const ranks = ranksOf(column, new Set(codes));
    // The ranks so far are made small again before they grow out of a double's whole numbers.
    const dense = new Map(Array.from(Float64Array.from(new Set(places)).sort(), (place, rank) => [place, rank]));
    for (let at = 0; at < places.length; at++) places[at] = dense.get(places[at]!)! * ranks.size + ranks.get(codes[at]!)!;
  });
  const entryAt = new Map(entries.map((entry, at) => [places[at]!, entry]));
  return Array.from(places.sort(), (place) => entryAt.get(place)!);
}

/** The place of each code among all of them, in the order of the values. */
function ranksOf(column: ColumnValues, codes: ReadonlySet<number>): ReadonlyMap<number, number> {
  if (column.ordersByCode) {
    const codeOf = new Map([...codes].map((code) => [orderedCode(code), code]));
    const ordered = Float64Array.from(codeOf.keys()).sort();
    return new Map(Array.from(ordered, (code, rank) => [codeOf.get(code)!, rank]));
  }
  const codeOf = new Map([...codes].map((code) => [column.keyOf(code), code]));
  const keys = [...codeOf.keys()];
  // Texts of one kind come in the order of their characters, except that a surrogate pair comes behind all of these.
  const plain = keys.every((key) => plainText.test(key));
  const ordered = plain ? keys.sort() : keys.sort(compareKeyValues);
  return new Map(ordered.map((key, rank) => [codeOf.get(key)!, rank]));
}

const plainText = /^text:[^\ud800-\udfff]*$/;

/** NULL sorts before everything. */
export const orderedCode = (code: number): number => (isNullCode(code) ? -Infinity : code);
