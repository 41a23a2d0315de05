import { assert } from "../base/assert.ts";
import { byName } from "../base/order.ts";
import type { StrategyName } from "../placement/design.ts";
import { allShards, type PlaceHash } from "../placement/hashed-map.ts";
import { wordsModulo } from "../placement/hashes/words.ts";
import type { MapRequest } from "../placement/map-request.ts";
import type { KeyRange, ShardMap } from "../placement/shard-map.ts";
import { balanceInOrder, directoryName } from "../placement/strategies/directory.ts";
import { splitsAtQuantiles } from "../placement/strategies/range.ts";
import { strategies } from "../placement/strategies.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../workload/key-value.ts";
import type { KeyTable } from "./key-table.ts";
import { OrderedKeys, orderedCode } from "./ordered-keys.ts";

/** A key with its generic hash, made once and placed under many strategies and shard counts. */
export interface HashedKey extends KeyToPlace {
  readonly codes: readonly number[];
}

/** What it takes to place a key. */
export interface KeyToPlace {
  /** Codes of the columns' `ColumnValues`. */
  readonly codes: ArrayLike<number>;
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
  shardOf(key: KeyToPlace): number;
  /** Adds the accesses and the work of all keys, shard by shard. */
  addLoads(accesses: Float64Array, work: Float64Array): void;
  /** All shards unless `keepsOrder`. */
  shardsOfRange(range: KeyRange): readonly number[];
}

/** A map that looks at the hash alone, the same for all keys. */
export interface HashMap {
  readonly shardOfHash: PlaceHash;
  /** The shards of many hashes at a time. */
  readonly placeHashes: NonNullable<ShardMap["placeHashes"]>;
  /** Each shard's share of all hashes. Measured when first asked for: only very many keys are added by shares. */
  readonly shares: () => Float64Array;
}

/** Keys with at least this share of the work are placed one by one in a directory; the others go by hash. */
const heavyShare = 1 / 1024;

/**
 * Sets a strategy up for the keys seen in the log, as well as it can be: split points at the quantiles of the work, a
 * directory that balances the heavy keys by weight, hashes as they are.
 */
export class Placers {
  readonly table: KeyTable;
  readonly #key: readonly string[];
  readonly #hashMaps: Map<string, HashMap>;
  #ordered: OrderedKeys | undefined;
  #quantiles: readonly (readonly KeyValue[])[] | undefined;
  #heavy: readonly number[] | undefined;

  /** `hashMaps` is shared by all keys: a map by hash is the same for all of them, and a ring takes time to build. */
  constructor(table: KeyTable, key: readonly string[], hashMaps: Map<string, HashMap>) {
    this.table = table;
    this.#key = key;
    this.#hashMaps = hashMaps;
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

  /** The keys in order: made once, when first asked for. */
  ordered(): OrderedKeys {
    return (this.#ordered ??= new OrderedKeys(this.table));
  }

  /** Where ranges are cut for so many shards: the first key of each but the first. */
  splits(shardCount: number): readonly (readonly KeyValue[])[] {
    return splitsAtQuantiles((this.#quantiles ??= this.ordered().quantiles()), shardCount);
  }

  /** The keys that a directory for so many shards places one by one, each with its shard. */
  directoryEntries(shardCount: number): readonly { readonly key: readonly KeyValue[]; readonly shard: number }[] {
    const heavy = (this.#heavy ??= heaviestFirst(this.table));
    const owners = balanceInOrder(
      heavy.map((entry) => this.table.work[entry]!),
      shardCount,
    );
    return heavy.map((entry, index) => ({ key: this.table.keyAt(entry), shard: owners[index]! }));
  }

  #request(strategy: StrategyName, shardCount: number, extra: MapRequest["extra"]): MapRequest {
    return {
      where: `key ${this.#key.join(", ")}`,
      shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
      strategy,
      shardKey: this.#key,
      types: this.table.columns.map(({ type }) => type),
      options: {},
      extra,
    };
  }

  #hashed(strategy: StrategyName, shardCount: number): Placer {
    const map = this.#hashMap(strategy, shardCount);
    const { shardOfHash } = map;
    const { hashes } = this.table;
    return {
      strategy,
      shardCount,
      keepsOrder: false,
      shardOfEntry: (entry) => shardOfHash(hashes[2 * entry]!, hashes[2 * entry + 1]!),
      shardOf: ({ low, high }) => shardOfHash(low, high),
      addLoads: (accesses, work) => {
        addOwned(this.table, ownersOf(this.table, map), accesses, work);
        addByShares(this.table, map.shares, accesses, work);
      },
      shardsOfRange: () => allShards(shardCount),
    };
  }

  #hashMap(strategy: StrategyName, shardCount: number): HashMap {
    const name = `${strategy} ${shardCount}`;
    let map = this.#hashMaps.get(name);
    if (map === undefined) {
      const { shardOfHash, placeHashes } = strategies[strategy].shardMap(this.#request(strategy, shardCount, {}));
      assert(shardOfHash !== undefined && placeHashes !== undefined, `strategy ${strategy} places by the hash alone`);
      let shares: Float64Array | undefined;
      map = { shardOfHash, placeHashes, shares: () => (shares ??= sharesOf(strategy, shardOfHash, shardCount)) };
      this.#hashMaps.set(name, map);
    }
    return map;
  }

  #directory(shardCount: number): Placer {
    const table = this.table;
    const { hashes } = table;
    const heavy = (this.#heavy ??= heaviestFirst(table));
    const balanced = balanceInOrder(
      heavy.map((entry) => table.work[entry]!),
      shardCount,
    );
    const owners = new Map(
      heavy.map((entry, index) => [hashNumber(hashes[2 * entry]!, hashes[2 * entry + 1]!), balanced[index]!]),
    );
    const shardOf = (low: number, high: number): number =>
      owners.get(hashNumber(low, high)) ?? wordsModulo(low, high, shardCount);
    const shardOfEntry = (entry: number): number => shardOf(hashes[2 * entry]!, hashes[2 * entry + 1]!);
    return {
      strategy: "directory",
      shardCount,
      keepsOrder: false,
      shardOfEntry,
      shardOf: ({ low, high }) => shardOf(low, high),
      addLoads: (accesses, work) => {
        const placed = ownersOf(table, this.#hashMap("hash", shardCount));
        heavy.forEach((entry, index) => (placed[entry] = balanced[index]!));
        addOwned(table, placed, accesses, work);
        addByShares(table, () => new Float64Array(shardCount).fill(1 / shardCount), accesses, work);
      },
      shardsOfRange: () => allShards(shardCount),
    };
  }

  #range(shardCount: number): Placer {
    const table = this.table;
    const ordered = this.ordered();
    const quantiles = (this.#quantiles ??= ordered.quantiles());
    const map = strategies.range.shardMap(this.#request("range", shardCount, { quantiles }));
    const splits = splitsAtQuantiles(quantiles, shardCount);
    const byCode = table.columns.every((column) => column.ordersByCode);
    const arity = table.columns.length;
    const search = codeSearch(arity, splits);
    const shardOfEntry = byCode
      ? (entry: number) => search(table.codes, entry * arity)
      : (entry: number) => map.shardOf(table.keyAt(entry));
    return {
      strategy: "range",
      shardCount,
      keepsOrder: true,
      shardOfEntry,
      addLoads: (accesses, work) => {
        // Keys without codes in order are slow to place; the ordered ones speak for them.
        if (!byCode) return ordered.addLoads(splits, accesses, work);
        addLikeSampled(table, shardOfEntry, accesses, work);
      },
      shardOf: ({ codes }) =>
        byCode ? search(codes, 0) : map.shardOf(table.columns.map((column, index) => column.keyOf(codes[index]!))),
      shardsOfRange: map.shardsOfRange,
    };
  }
}

/** In the order in which a directory is balanced: by weight, then by name. */
function heaviestFirst(table: KeyTable): readonly number[] {
  const least = table.size <= 1 / heavyShare ? 0 : table.totalWork * heavyShare;
  const heavy: { entry: number; weight: number; name: string }[] = [];
  for (let entry = 0; entry < table.size; entry++) {
    const weight = table.work[entry]!;
    if (weight >= least) heavy.push({ entry, weight, name: directoryName(table.keyAt(entry)) });
  }
  return heavy.sort((a, b) => b.weight - a.weight || byName(a.name, b.name)).map(({ entry }) => entry);
}

/** Starting the kernel is not worth it for fewer keys. */
const fewKeys = 256;

function ownersOf({ hashes, size }: KeyTable, { shardOfHash, placeHashes }: HashMap): Uint32Array {
  const owners = new Uint32Array(size);
  if (size > fewKeys) placeHashes(hashes, owners);
  else for (let entry = 0; entry < size; entry++) owners[entry] = shardOfHash(hashes[2 * entry]!, hashes[2 * entry + 1]!);
  return owners;
}

function addOwned(table: KeyTable, owners: Uint32Array, accesses: Float64Array, work: Float64Array): void {
  for (let entry = 0; entry < owners.length; entry++) {
    const shard = owners[entry]!;
    accesses[shard]! += table.accesses[entry]!;
    work[shard]! += table.work[entry]!;
  }
}

function addListed(
  table: KeyTable,
  shardOfEntry: (entry: number) => number,
  accesses: Float64Array,
  work: Float64Array,
): void {
  for (let entry = 0; entry < table.size; entry++) {
    const shard = shardOfEntry(entry);
    accesses[shard]! += table.accesses[entry]!;
    work[shard]! += table.work[entry]!;
  }
}

/** Very many light keys that are placed by hash lie on the shards as the hashes do. */
function addByShares(
  { unlistedAccesses, unlistedWork }: KeyTable,
  sharesOfHashes: () => Float64Array,
  accesses: Float64Array,
  work: Float64Array,
): void {
  if (unlistedAccesses === 0) return;
  const shares = sharesOfHashes();
  for (let shard = 0; shard < accesses.length; shard++) {
    accesses[shard]! += unlistedAccesses * shares[shard]!;
    work[shard]! += unlistedWork * shares[shard]!;
  }
}

/** Strategies whose shards own unequal shares of the hashes. */
const unequal: readonly StrategyName[] = ["consistent-hash", "bounded-load", "multi-probe"];

/** Each shard's share of all hashes: of a ring what 65,536 hashes say, high words evenly spread and low words mixed. */
function sharesOf(strategy: StrategyName, shardOfHash: PlaceHash, shardCount: number): Float64Array {
  if (!unequal.includes(strategy)) return new Float64Array(shardCount).fill(1 / shardCount);
  const shares = new Float64Array(shardCount);
  for (let arc = 0; arc < 65_536; arc++) shares[shardOfHash(Math.imul(arc, 0x9e3779b1), (arc << 16) | 0x8000)]! += 1 / 65_536;
  return shares;
}

/** Under ranges only listed keys can be placed: the sampled ones speak for the unlisted. */
function addLikeSampled(
  table: KeyTable,
  shardOfEntry: (entry: number) => number,
  accesses: Float64Array,
  work: Float64Array,
): void {
  if (table.unlistedAccesses === 0) return addListed(table, shardOfEntry, accesses, work);
  const sampledAccesses = new Float64Array(accesses.length);
  const sampledWork = new Float64Array(work.length);
  for (let entry = 0; entry < table.size; entry++) {
    const shard = shardOfEntry(entry);
    accesses[shard]! += table.accesses[entry]!;
    work[shard]! += table.work[entry]!;
    if (!table.isSampled(entry)) continue;
    sampledAccesses[shard]! += table.accesses[entry]!;
    sampledWork[shard]! += table.work[entry]!;
  }
  const allAccesses = sampledAccesses.reduce((sum, load) => sum + load, 0);
  const allWork = sampledWork.reduce((sum, load) => sum + load, 0);
  for (let shard = 0; shard < accesses.length; shard++) {
    if (allAccesses > 0) accesses[shard]! += (table.unlistedAccesses * sampledAccesses[shard]!) / allAccesses;
    if (allWork > 0) work[shard]! += (table.unlistedWork * sampledWork[shard]!) / allWork;
  }
}

/** The number of splits at or below the key whose codes begin at `from`. */
function codeSearch(
  arity: number,
  splits: readonly (readonly KeyValue[])[],
): (codes: ArrayLike<number>, from: number) => number {
  const bounds = Float64Array.from(splits.flat(), (value) =>
    typeOfKey(value) === "null" ? -Infinity : Number(textOfKey(value)),
  );
  const isBelow = (codes: ArrayLike<number>, from: number, split: number): boolean => {
    for (let column = 0; column < arity; column++) {
      const code = orderedCode(codes[from + column]!);
      const bound = bounds[split * arity + column]!;
      if (code !== bound) return code < bound;
    }
    return false;
  };
  return (codes, from) => {
    let shard = 0;
    for (let above = splits.length; shard < above; ) {
      const middle = (shard + above) >>> 1;
      if (isBelow(codes, from, middle)) above = middle;
      else shard = middle + 1;
    }
    return shard;
  };
}

/** 53 bits of a hash, to key a Map: two keys of a log share them with a chance of one in a billion. */
const hashNumber = (low: number, high: number): number => (high >>> 0) * 2_097_152 + (low >>> 11);
