import { InputError } from "../../base/input-error.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { compareKeys, type KeyValue, keyTypeOf, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { allShards } from "../hashed-map.ts";
import { spqrBytesInto, spqrHash, type SpqrHashName, spqrHashes } from "../hashes/spqr.ts";
import { keyTupleOf } from "../key-tuple.ts";
import type { MapRequest } from "../map-request.ts";
import { piecesOfRange, showKey } from "../range-map.ts";
import { refuseKey } from "../refuse-key.ts";
import type { KeyRange, ShardMap } from "../shard-map.ts";
import { splitsAtQuantiles } from "../strategies/range.ts";
import { optionsWithout, sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";

/**
 * SPQR's key ranges: each has a lower bound and reaches to the next one. A column counts as it is (`hash: identity`,
 * the default under strategy range) or by its 32-bit hash (`murmur`, the default under strategy hash, or `city`);
 * bounds of a hashed column are numbers from 0 to 4294967295. Without `keyRanges` the hash space is cut evenly;
 * ranges of the values themselves are cut at `splits`. A key below the lowest bound goes to the shard `default` if
 * there is one.
 */
export const spqr: Target = {
  name: "spqr",
  summary: "SPQR: key ranges over the key itself or its murmur or city hash",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash", "range"],
  options: (strategy) => [
    "type",
    "hash",
    "keyRanges",
    "default",
    ...(strategy === "range" ? (["splits"] as const) : []),
  ],
  keyTypes: () => spqrTypes,
  hashes: (type) => (spqrTypes.includes(type) ? ["murmur", "city", "identity"] : []),
  shardNames: (count) => Array.from({ length: count }, (_, shard) => `sh${shard + 1}`),
  shardMap: keyRanges,
  slotLayout: (request) => {
    const hashes = hashNames(request);
    if (hashes[0] === "identity") return undefined;
    const { bounds, owners } = boundsOf(request, hashes)!;
    const count = sliceCount(request.shards.length);
    const ownerOf = (slice: number) => {
      const start: KeyValue = `int:${Math.floor((slice * 2 ** 32) / count)}`;
      const piece = bounds.findLastIndex((bound) => compareKeys(bound, [start]) <= 0);
      return piece < 0 ? shardIndex(request, request.options.default ?? request.shards[0]!) : owners[piece]!;
    };
    const mapOf = (slices: MapRequest) =>
      keyRanges({ ...slices, options: optionsWithout(slices.options, "keyRanges", "default") });
    return slotLayout(request, { unit: "key range", count, grain: "slices", balancedBy: "data" }, ownerOf, mapOf);
  },
};

const spqrTypes: readonly ColumnType[] = ["int16", "int32", "int64", "text", "uuid"];

/** Bounds in ascending order, each with the index of its shard. */
interface Bounds {
  readonly bounds: readonly (readonly KeyValue[])[];
  readonly owners: readonly number[];
}

function keyRanges(request: MapRequest): ShardMap {
  const { where, shards, options } = request;
  const hashes = hashNames(request);
  const shardCount = shards.length;
  const found = boundsOf(request, hashes);
  const fallback = options.default === undefined ? undefined : shardIndex(request, options.default);
  const translate = (values: readonly KeyValue[]) =>
    values.map((value, column) => translated(where, value, hashes[column]!));
  const pieceOf = (key: readonly KeyValue[]): number => {
    const place = translate(key);
    return known(found, where).bounds.findLastIndex((bound) => compareKeys(bound, place) <= 0);
  };
  const ownerOf = (piece: number): number | undefined => (piece < 0 ? fallback : found!.owners[piece]);
  return {
    shardCount,
    identity: ["spqr", hashes, found === undefined ? where : describe(found, shards), options.default ?? ""].join("/"),
    keeps: hashes.every((name) => name === "identity") ? "order" : hashes.length > 1 ? "prefix" : "hash",
    shardOf: (key) =>
      ownerOf(pieceOf(key)) ??
      refuseKey(where, key[0]!, "it lies below the lowest key range", 'add a key range or a "default" shard'),
    shardsOfRange: (range) => {
      if (range.prefix.length === 0 && !range.from && !range.to) return allShards(shardCount);
      const pieces = piecesOfRange(
        known(found, where).bounds,
        hashes.length,
        translatedRange(range, hashes, translate),
      );
      if (pieces === undefined) return [];
      const owners = new Set<number>();
      // Piece 0 of the ranges is what lies below the lowest bound.
      for (let piece = pieces.first; piece <= pieces.last; piece++) {
        const owner = ownerOf(piece - 1);
        if (owner !== undefined) owners.add(owner);
      }
      return [...owners].sort((a, b) => a - b);
    },
    trace: (key) => {
      const piece = pieceOf(key);
      const place = { what: hashes.join(", "), value: showKey(translate(key)) };
      return [place, { what: "key range", value: piece < 0 ? "none" : `from ${showKey(found!.bounds[piece]!)}` }];
    },
    ...(found !== undefined && hashes.length === 1 && hashes[0] !== "identity" && fastPaths(request, hashes[0] as SpqrHashName, found, fallback)),
  };
}

/** Of a key of one hashed column, whose bounds are numbers. */
function fastPaths(
  { types }: MapRequest,
  name: SpqrHashName,
  { bounds, owners }: Bounds,
  fallback = -1,
): Pick<ShardMap, "shardOfInteger" | "shardOfText"> {
  const hash = spqrHashes[name];
  const starts = Float64Array.from(bounds, ([bound]) => Number(textOfKey(bound!)));
  const ownerOf = (number: number): number => {
    let [from, to] = [0, starts.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (starts[middle]! <= number) from = middle + 1;
      else to = middle;
    }
    return from === 0 ? fallback : owners[from - 1]!;
  };
  const encoded = new Uint8Array(10);
  const keyType = keyTypeOf[types[0]!];
  return {
    ...(keyType === "int" && {
      shardOfInteger: (low: number, high: number) => ownerOf(hash(encoded, 0, spqrBytesInto(low, high, encoded))),
    }),
    ...(keyType === "text" && {
      shardOfText: (bytes: Uint8Array, start: number, end: number) => ownerOf(hash(bytes, start, end)),
    }),
  };
}

/** The bounds of a table's key ranges in ascending order, each with the index of its shard, and the hash of each column. */
export function spqrKeyRanges(request: MapRequest): Bounds & { readonly hashes: readonly string[] } {
  const hashes = hashNames(request);
  return { hashes, ...known(boundsOf(request, hashes), request.where) };
}

function hashNames({ where, options, types, strategy }: MapRequest): readonly string[] {
  const said = options.hash ?? (strategy === "hash" ? "murmur" : "identity");
  const names = (Array.isArray(said) ? said : types.map(() => said)).map((name) => name.toLowerCase());
  const wrong = names.find((name) => name !== "identity" && !Object.hasOwn(spqrHashes, name));
  if (wrong !== undefined) {
    throw new InputError(`${where}: SPQR has no hash function "${wrong}"`, { hint: "it has identity, murmur, city" });
  }
  return names;
}

function translated(where: string, value: KeyValue, hash: string): KeyValue {
  if (hash === "identity") return value;
  const number = spqrHash(hash as SpqrHashName, value);
  if (number === undefined) {
    const reason = typeOfKey(value) === "null" ? "SPQR routes no NULL" : "SPQR hashes integers, text and uuids";
    refuseKey(where, value, reason, "give a value of the key's type");
  }
  return `int:${number}`;
}

/** Bounds on a hashed column say nothing about its hash, which can be anything from 0 to 2^32 - 1. */
function translatedRange(
  range: KeyRange,
  hashes: readonly string[],
  translate: (values: readonly KeyValue[]) => readonly KeyValue[],
): KeyRange {
  const prefix = translate(range.prefix);
  if (hashes[prefix.length] === "identity") return { ...range, prefix };
  if (prefix.length === hashes.length) return { prefix };
  return { prefix, from: { value: "int:0", inclusive: true }, to: { value: "int:4294967295", inclusive: true } };
}

function boundsOf(request: MapRequest, hashes: readonly string[]): Bounds | undefined {
  const { where, shards, options, types, extra } = request;
  const boundTypes = types.map((type, column): ColumnType => (hashes[column] === "identity" ? type : "int64"));
  if (options.keyRanges !== undefined) {
    const ranges = options.keyRanges
      .map(({ from, shard }) => ({
        bound: keyTupleOf(from, boundTypes, `${where} keyRanges`),
        owner: shardIndex(request, shard),
      }))
      .sort((a, b) => compareKeys(a.bound, b.bound));
    return { bounds: ranges.map(({ bound }) => bound), owners: ranges.map(({ owner }) => owner) };
  }
  const owners = shards.map((_, shard) => shard);
  if (hashes[0] !== "identity") {
    return { bounds: shards.map((_, shard) => [`int:${Math.floor((shard * 2 ** 32) / shards.length)}`]), owners };
  }
  const splits =
    options.splits?.map((split) => keyTupleOf(split, boundTypes, `${where} splits`)) ??
    (shards.length === 1 ? [] : extra.quantiles && splitsAtQuantiles(extra.quantiles, shards.length));
  // The empty bound lies below every key.
  return splits === undefined ? undefined : { bounds: [[], ...splits], owners: owners.slice(0, splits.length + 1) };
}

function known(bounds: Bounds | undefined, where: string): Bounds {
  if (bounds !== undefined) return bounds;
  throw new InputError(`${where}: the key ranges have no bounds, so no key can be placed`, {
    hint: 'give them with "keyRanges:" or "splits:"',
  });
}

function shardIndex({ shards, where }: MapRequest, shard: string | number): number {
  const index = shards.indexOf(String(shard));
  if (index >= 0) return index;
  throw new InputError(`${where}: no shard "${shard}"`, { hint: `shards are ${shards.join(", ")}` });
}

function describe({ bounds, owners }: Bounds, shards: readonly string[]): string {
  return bounds.map((bound, index) => `${JSON.stringify(bound)}=${shards[owners[index]!]}`).join(" ");
}
