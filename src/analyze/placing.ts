import { assert } from "../base/assert.ts";
import type { StrategyName } from "../placement/design.ts";
import { wordsModulo } from "../placement/hashes/words.ts";
import type { MapRequest } from "../placement/map-request.ts";
import type { KeyRange } from "../placement/shard-map.ts";
import { balanceByWeight } from "../placement/strategies/directory.ts";
import { splitsAtQuantiles } from "../placement/strategies/range.ts";
import { strategies } from "../placement/strategies.ts";
import { compareKeys, textOfKey, typeOfKey, type KeyValue } from "../workload/key-value.ts";
import { isNullCode } from "../workload/value-code.ts";
import type { KeyTable } from "./key-table.ts";

/** A key with its generic hash, made once and placed under many strategies and shard counts. */
export interface HashedKey {
  readonly key: readonly KeyValue[];
  readonly low: number;
  readonly high: number;
}

/** A strategy on a number of shards, as it would be set up for the keys of one table. */
export interface Placer {
  readonly strategy: StrategyName;
  readonly shardCount: number;
  /** A range of the key is a range of shards. */
  readonly keepsOrder: boolean;
  shardOfEntry(entry: number): number;
  shardOf(key: HashedKey): number;
  /** All shards unless `keepsOrder`. */
  shardsOfRange(range: KeyRange): readonly number[];
}

/** Keys with at least this share of the work are placed one by one in a directory; the others go by hash. */
const heavyShare = 1 / 2048;
/** Keys that split points are chosen from when there are more. */
const splitSampleSize = 8192;

/**
 * Sets a strategy up for the keys seen in the log, as well as it can be: split points at the quantiles of the work, a
 * directory that balances the heavy keys by weight, hashes as they are.
 */
export class Placers {
  readonly #table: KeyTable;
  readonly #key: readonly string[];
  #quantiles: readonly (readonly KeyValue[])[] | undefined;
  #heavy: Uint32Array | undefined;

  constructor(table: KeyTable, key: readonly string[]) {
    this.#table = table;
    this.#key = key;
  }

  placer(strategy: StrategyName, shardCount: number): Placer {
    switch (strategy) {
      case "range":
        return this.#range(shardCount);
      case "directory":
        return this.#directory(shardCount);
      default:
        return this.#hashed(strategy, shardCount);
    }
  }

  #request(strategy: StrategyName, shardCount: number, extra: MapRequest["extra"]): MapRequest {
    return {
      where: `key ${this.#key.join(", ")}`,
      shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
      strategy,
      shardKey: this.#key,
      types: this.#table.columns.map(({ type }) => type),
      options: {},
      extra,
    };
  }

  #hashed(strategy: StrategyName, shardCount: number): Placer {
    const map = strategies[strategy].shardMap(this.#request(strategy, shardCount, {}));
    const { shardOfHash } = map;
    assert(shardOfHash !== undefined, `strategy ${strategy} places by the hash alone`);
    const hashes = this.#table.hashes();
    return {
      strategy,
      shardCount,
      keepsOrder: false,
      shardOfEntry: (entry) => shardOfHash(hashes[2 * entry]!, hashes[2 * entry + 1]!),
      shardOf: ({ low, high }) => shardOfHash(low, high),
      shardsOfRange: map.shardsOfRange,
    };
  }

  #directory(shardCount: number): Placer {
    const table = this.#table;
    const hashes = table.hashes();
    const heavy = (this.#heavy ??= heavyEntries(table));
    const weights = Array.from(heavy, (entry) => ({ key: table.keyAt(entry), weight: table.work[entry]! }));
    const owners = balanceByWeight(weights, shardCount);
    const ownerOf = (key: readonly KeyValue[]): number | undefined => owners.get(key.length === 1 ? key[0]! : JSON.stringify(key));
    const ownerOfEntry = new Map<number, number>();
    heavy.forEach((entry, index) => ownerOfEntry.set(entry, ownerOf(weights[index]!.key)!));
    return {
      strategy: "directory",
      shardCount,
      keepsOrder: false,
      shardOfEntry: (entry) => ownerOfEntry.get(entry) ?? wordsModulo(hashes[2 * entry]!, hashes[2 * entry + 1]!, shardCount),
      shardOf: ({ key, low, high }) => ownerOf(key) ?? wordsModulo(low, high, shardCount),
      shardsOfRange: () => Array.from({ length: shardCount }, (_, shard) => shard),
    };
  }

  #range(shardCount: number): Placer {
    const table = this.#table;
    const quantiles = (this.#quantiles ??= workQuantiles(table));
    const map = strategies.range.shardMap(this.#request("range", shardCount, { quantiles }));
    const splits = splitsAtQuantiles(quantiles, shardCount);
    const byCode = table.columns.every((column) => column.ordersByCode);
    return {
      strategy: "range",
      shardCount,
      keepsOrder: true,
      shardOfEntry: byCode ? codeSearch(table, splits) : (entry) => map.shardOf(table.keyAt(entry)),
      shardOf: ({ key }) => map.shardOf(key),
      shardsOfRange: map.shardsOfRange,
    };
  }
}

function heavyEntries(table: KeyTable): Uint32Array {
  const least = table.size <= 1 / heavyShare ? 0 : table.totalWork * heavyShare;
  const entries: number[] = [];
  for (let entry = 0; entry < table.size; entry++) if (table.work[entry]! >= least) entries.push(entry);
  return Uint32Array.from(entries);
}

/**
 * 1024 keys in ascending order, evenly spaced by work: split points at their quantiles give every shard equal work as far
 * as single keys allow. Of very many keys a sample is taken by hash, to which the heavy ones are added.
 */
function workQuantiles(table: KeyTable): readonly (readonly KeyValue[])[] {
  const chosen = splitCandidates(table);
  const arity = table.columns.length;
  const byCode = table.columns.every((column) => column.ordersByCode);
  let order: number[];
  if (byCode) {
    order = Array.from(chosen.entries).sort((a, b) => {
      for (let column = 0; column < arity; column++) {
        const difference = orderedCode(table.codes[a * arity + column]!) - orderedCode(table.codes[b * arity + column]!);
        if (difference !== 0 && !Number.isNaN(difference)) return difference;
      }
      return 0;
    });
  } else {
    const keys = new Map(Array.from(chosen.entries, (entry) => [entry, table.keyAt(entry)] as const));
    order = Array.from(chosen.entries).sort((a, b) => compareKeys(keys.get(a)!, keys.get(b)!));
  }
  let total = 0;
  for (const entry of order) total += chosen.weight(entry);
  const quantiles: (readonly KeyValue[])[] = [];
  let sum = 0;
  let next = 0;
  for (const entry of order) {
    sum += chosen.weight(entry);
    let key: readonly KeyValue[] | undefined;
    for (; next < 1024 && (next + 0.5) / 1024 <= sum / total; next++) quantiles.push((key ??= table.keyAt(entry)));
  }
  return quantiles;
}

function splitCandidates(table: KeyTable): { entries: Uint32Array; weight: (entry: number) => number } {
  // Work of 0 (statements faster than the log's clock) must still give an order to split.
  const own = (entry: number): number => table.work[entry]! + 1;
  if (table.size <= splitSampleSize) return { entries: Uint32Array.from({ length: table.size }, (_, entry) => entry), weight: own };
  const hashes = table.hashes();
  const threshold = (splitSampleSize / table.size) * 2 ** 32;
  const least = table.totalWork * heavyShare;
  const entries: number[] = [];
  for (let entry = 0; entry < table.size; entry++) {
    if (table.work[entry]! >= least || hashes[2 * entry + 1]! >>> 0 < threshold) entries.push(entry);
  }
  const scale = table.size / splitSampleSize;
  return { entries: Uint32Array.from(entries), weight: (entry) => (table.work[entry]! >= least ? own(entry) : own(entry) * scale) };
}

/** NULL sorts before everything. */
const orderedCode = (code: number): number => (isNullCode(code) ? -Infinity : code);

function codeSearch(table: KeyTable, splits: readonly (readonly KeyValue[])[]): (entry: number) => number {
  const arity = table.columns.length;
  const bounds = Float64Array.from(splits.flat(), (value) => (typeOfKey(value) === "null" ? -Infinity : Number(textOfKey(value))));
  const count = splits.length;
  return (entry) => {
    let shard = 0;
    for (; shard < count; shard++) {
      let column = 0;
      let above = true;
      for (; column < arity; column++) {
        const code = orderedCode(table.codes[entry * arity + column]!);
        const bound = bounds[shard * arity + column]!;
        if (code === bound) continue;
        above = code > bound;
        break;
      }
      if (!above) break;
    }
    return shard;
  };
}
