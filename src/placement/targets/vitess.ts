import { InputError } from "../../base/input-error.ts";
import { keysAtATime } from "../../kernel/placing-kernel.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { type KeyType, type KeyValue, keyTypeOf, typeOfKey } from "../../workload/key-value.ts";
import { allShards } from "../hashed-map.ts";
import { ucaPrimaryKeys } from "../hashes/uca-primary-key.ts";
import { unicodeLooseMd5, unicodeLooseXxhash } from "../hashes/unicode-loose.ts";
import { md5, reverseInto, type Vindex, vindexes, vitessHashInto, xxhashBytes } from "../hashes/vitess.ts";
import { vitessIntegers } from "../hashes/des-null-key.ts";
import { ofDigits } from "../hashes/integer-digits.ts";
import { type Words, zeroWords } from "../hashes/words.ts";
import { xxhash64Into } from "../hashes/xxhash64.ts";
import {
  generateShardRanges,
  type KeyspaceRanges,
  keyspaceRanges,
  rangeOfId,
  rangeOfWords,
  rangesOfPrefix,
  wrongKeyspaceRanges,
} from "../keyspace-ranges.ts";
import type { MapRequest } from "../map-request.ts";
import { digitsThrough, integersThrough, type KernelStep, type PlaceMany, textsThrough, withTable } from "../place-all.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import type { TableOptions } from "../table-options.ts";
import type { Target } from "../target.ts";

/**
 * Vitess: a primary vindex turns the key into a keyspace id, the shard is the range that holds it. Options: `vindex`,
 * by default hash for integers, unicode_loose_md5 for text, binary_md5 for bytes and uuids, xxhash for dates;
 * `multicol` takes `columnVindex` (one per column, default hash) and `columnBytes` (one per column, at most 8
 * together, default as even as can be); `region_experimental` takes `regionBytes` (1 or 2) of its first column.
 */
export const vitess: Target = {
  name: "vitess",
  summary: "Vitess: ranges of keyspace ids under a functional vindex",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type", "vindex", "columnVindex", "columnBytes", "regionBytes"],
  keyTypes: () => [...new Set(Object.values(vindexTypes).flat())],
  hashes: (type) => {
    const fitting = oneColumnVindexes.filter((name) => vindexTypes[name].includes(type));
    return [...fitting].sort((a, b) => Number(b === defaultVindex(type)) - Number(a === defaultVindex(type)));
  },
  shardNames: generateShardRanges,
  wrongShardNames: wrongKeyspaceRanges,
  shardMap: (request) => {
    const name = primaryVindexName(request.shardKey, request.types, request.options);
    if (name === "multicol") return multicol(request);
    if (name === "region_experimental") return region(request);
    return oneColumn(request, name);
  },
};

const functional = {
  ...vindexes,
  unicode_loose_md5: unicodeLooseMd5,
  unicode_loose_xxhash: unicodeLooseXxhash,
} as const satisfies Record<string, Vindex>;

type OneColumnVindex = keyof typeof functional;

const oneColumnVindexes = Object.keys(functional) as readonly OneColumnVindex[];

const integers: readonly ColumnType[] = ["int16", "int32", "int64", "boolean"];
const texts: readonly ColumnType[] = ["text", "uuid"];

/**
 * Types whose bytes on the wire follow from the value; a decimal's or timestamp's depend on how the statement wrote
 * it.
 */
const vindexTypes: Record<OneColumnVindex, readonly ColumnType[]> = {
  hash: [...integers, "text"],
  numeric: [...integers, "text"],
  reverse_bits: [...integers, "text"],
  xxhash: [...integers, ...texts, "bytes", "date"],
  binary: [...integers, ...texts, "bytes", "date"],
  binary_md5: [...integers, ...texts, "bytes", "date"],
  unicode_loose_md5: [...texts, "bytes"],
  unicode_loose_xxhash: [...texts, "bytes"],
  null: [...integers, ...texts, "bytes", "date", "decimal", "float", "timestamp", "other"],
};

/** The vindex of a table's shard key: the one that its options name, else the usual one for the key's type. */
export function primaryVindexName(
  shardKey: readonly string[],
  types: readonly ColumnType[],
  { vindex }: TableOptions,
): string {
  if (vindex === null) return "null";
  return vindex ?? (shardKey.length > 1 ? "multicol" : defaultVindex(types[0]!));
}

function defaultVindex(type: ColumnType): OneColumnVindex {
  if (integers.includes(type)) return "hash";
  if (type === "text") return "unicode_loose_md5";
  return type === "bytes" || type === "uuid" ? "binary_md5" : "xxhash";
}

function oneColumn(request: MapRequest, name: string): ShardMap {
  const { where, shards, shardKey, types } = request;
  const vindex = vindexNamed(name, where);
  if (shardKey.length !== 1) {
    throw new InputError(`${where}: vindex ${name} takes one column, not ${shardKey.join(", ")}`, {
      hint: "name one column as the shardKey, or use multicol",
    });
  }
  checkType(where, name, types[0]!);
  const ranges = keyspaceRanges(shards);
  const idOf = (key: readonly KeyValue[]) => idOfColumn(where, name, vindex, key[0]!);
  return { ...keyspaceMap(request, ranges, name, idOf), ...fastPaths(name, ranges, keyTypeOf[types[0]!]) };
}

/** Fast paths of the vindexes whose keyspace ids have eight bytes or more. */
function fastPaths(name: string, ranges: KeyspaceRanges, keyType: KeyType): Partial<ShardMap> {
  if (name === "null") return everyRowIn(rangeOfId(ranges, functional.null()), keyType);
  const bounds = ranges.words;
  if (bounds === undefined) return {};
  const words = zeroWords();
  if (name === "xxhash") {
    const shardOfText = (bytes: Uint8Array, start: number, end: number): number => {
      xxhash64Into(bytes, start, end, 0, 0, words);
      // The keyspace id is the hash from its lowest byte up.
      return rangeOfWords(bounds, swapBytes(words.high), swapBytes(words.low));
    };
    const many = placeByBounds(bounds);
    if (keyType === "int") return { shardOfInteger: ofDigits(shardOfText), placeIntegers: digitsThrough(xxhashTexts, many) };
    return keyType === "text" ? { shardOfText, placeTexts: textsThrough(xxhashTexts, many, shardOfText) } : {};
  }
  if (keyType === "text" && name === "unicode_loose_xxhash") {
    const slowly = (bytes: Uint8Array, start: number, end: number) => rangeOfId(ranges, xxhashBytes(bytes.subarray(start, end)));
    return { placeTexts: ofPrimaryKeys(textsThrough(xxhashTexts, placeByBounds(bounds), slowly)) };
  }
  if (name === "binary" || name === "binary_md5" || name === "unicode_loose_md5") {
    const hash: KernelStep = ({ run }, count) => (name === "binary" ? run.leadingBytes(count) : run.md5Texts(count));
    const idOf = (bytes: Uint8Array) => (name === "binary" ? bytes : md5(bytes));
    const slowly = (bytes: Uint8Array, start: number, end: number) => rangeOfId(ranges, idOf(bytes.subarray(start, end)));
    const many = placeByBounds(bounds);
    if (keyType === "int") return { shardOfInteger: ofDigits(slowly), placeIntegers: digitsThrough(hash, many) };
    const placeTexts = textsThrough(hash, many, slowly);
    return keyType === "text" ? { placeTexts: name === "unicode_loose_md5" ? ofPrimaryKeys(placeTexts) : placeTexts } : {};
  }
  const vindex = keyType === "int" ? fastVindexes[name] : undefined;
  if (vindex === undefined) return {};
  return {
    shardOfInteger: (low, high) => {
      vindex(low, high, words);
      return rangeOfWords(bounds, words.low, words.high);
    },
    ...(name === "hash" && { placeIntegers: integersThrough(vitessIntegers, placeByBounds(bounds)) }),
  };
}

function everyRowIn(shard: number, keyType: KeyType): Partial<ShardMap> {
  if (keyType === "int") return { shardOfInteger: () => shard, placeIntegers: (_, owners) => void owners.fill(shard) };
  return keyType === "text" ? { shardOfText: () => shard, placeTexts: (_, __, owners) => void owners.fill(shard) } : {};
}

const xxhashTexts: KernelStep = ({ run }, count) => {
  run.hashTexts(count);
  run.swapHashes(count);
};

/** Places texts by their collation keys, some at a time. */
function ofPrimaryKeys(placeTexts: NonNullable<PlaceMany["placeTexts"]>): NonNullable<PlaceMany["placeTexts"]> {
  return (bytes, ends, owners) => {
    for (let from = 0; from < owners.length; from += keysAtATime) {
      const to = Math.min(owners.length, from + keysAtATime);
      const keys = ucaPrimaryKeys(bytes, ends.subarray(from, to + 1));
      placeTexts(keys.bytes, keys.ends, owners.subarray(from, to));
    }
  };
}

function placeByBounds({ highs, lows }: NonNullable<KeyspaceRanges["words"]>): KernelStep {
  const bounds = BigUint64Array.from(highs, (high, shard) => (BigInt(high) << 32n) | BigInt(lows[shard]!));
  return withTable([bounds], ({ run }, count) => run.placeByBounds(count, bounds.length));
}

function swapBytes(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

const fastVindexes: Readonly<Record<string, (low: number, high: number, into: Words) => void>> = {
  hash: vitessHashInto,
  reverse_bits: reverseInto,
  numeric: (low, high, into) => {
    into.low = low;
    into.high = high;
  },
};

/** Each column's vindex gives the next few bytes of the keyspace id, so leading columns alone narrow the shards. */
function multicol(request: MapRequest): ShardMap {
  const { where, options, shardKey, types } = request;
  const names = options.columnVindex ?? shardKey.map(() => "hash");
  const bytes = options.columnBytes ?? evenColumnBytes(shardKey.length);
  for (const [option, list] of [
    ["columnVindex", names],
    ["columnBytes", bytes],
  ] as const) {
    if (list.length === shardKey.length) continue;
    throw new InputError(`${where}: ${option} has ${list.length} entries for ${shardKey.length} key columns`, {
      hint: "give one per column of the shard key",
    });
  }
  if (bytes.reduce((sum, count) => sum + count, 0) > 8) {
    throw new InputError(`${where}: columnBytes ${bytes.join(", ")} are more than 8 bytes`, {
      hint: "a keyspace id has 8",
    });
  }
  names.forEach((name, column) => checkType(where, name, types[column]!));
  const columns = names.map((name) => vindexNamed(name, where));
  const idOf = (key: readonly KeyValue[]): Uint8Array => {
    const id: number[] = [];
    let filled = 0;
    key.forEach((value, column) => {
      // A short id of one column is padded, so that the next column's bytes stand where they belong.
      while (id.length < filled) id.push(0);
      id.push(...idOfColumn(where, names[column]!, columns[column]!, value).subarray(0, bytes[column]!));
      filled += bytes[column]!;
    });
    return Uint8Array.from(id);
  };
  const ranges = keyspaceRanges(request.shards);
  return {
    ...keyspaceMap(request, ranges, `multicol/${names.join(",")}/${bytes.join(",")}`, idOf),
    keeps: "prefix",
    shardsOfRange: ({ prefix }) =>
      prefix.length === 0 ? allShards(request.shards.length) : rangesOfPrefix(ranges, idOf(prefix)),
  };
}

/** Low bytes of the first column, then the hash of the second. */
function region(request: MapRequest): ShardMap {
  const { where, options, shardKey, types, shards } = request;
  if (shardKey.length !== 2) {
    throw new InputError(`${where}: region_experimental takes two columns, not ${shardKey.join(", ")}`, {
      hint: "name the region and the key, in this order, as the shardKey",
    });
  }
  types.forEach((type) => checkType(where, "hash", type));
  const regionBytes = options.regionBytes ?? 1;
  const idOf = ([first, second]: readonly KeyValue[]): Uint8Array => {
    const prefix = idOfColumn(where, "numeric", functional.numeric, first!).subarray(8 - regionBytes);
    return second === undefined ? prefix : Buffer.concat([prefix, idOfColumn(where, "hash", functional.hash, second)]);
  };
  const ranges = keyspaceRanges(shards);
  return {
    ...keyspaceMap(request, ranges, `region_experimental/${regionBytes}`, idOf),
    keeps: "prefix",
    shardsOfRange: ({ prefix }) =>
      prefix.length === 0 ? allShards(shards.length) : rangesOfPrefix(ranges, idOf(prefix)),
  };
}

function keyspaceMap(
  request: MapRequest,
  ranges: KeyspaceRanges,
  vindex: string,
  idOf: (key: readonly KeyValue[]) => Uint8Array,
): ShardMap {
  const { shards, types } = request;
  return {
    shardCount: shards.length,
    // Vindexes look at the wire form of a value, which does not depend on an integer's width.
    identity: `vitess/${vindex}/${shards.join(",")}/${types.map((type) => keyTypeOf[type]).join(",")}`,
    keeps: "hash",
    shardOf: (key) => rangeOfId(ranges, idOf(key)),
    shardsOfRange: () => allShards(shards.length),
    trace: (key) => [{ what: "keyspace id", value: Buffer.from(idOf(key)).toString("hex") }],
  };
}

function idOfColumn(where: string, name: string, vindex: Vindex, value: KeyValue): Uint8Array {
  const id = vindex(value);
  if (id !== undefined) return id;
  const reason =
    typeOfKey(value) === "null" ? `NULL has no keyspace id under ${name}` : `${name} takes 64-bit integers`;
  return refuseKey(where, value, reason, "check the value, or use another vindex such as xxhash");
}

function vindexNamed(name: string, where: string): Vindex {
  if (Object.hasOwn(functional, name)) return functional[name as OneColumnVindex];
  throw new InputError(`${where}: vindex "${name}" can't be computed from the key`, {
    hint: `it takes ${[...oneColumnVindexes, "multicol", "region_experimental"].join(", ")}`,
  });
}

function checkType(where: string, vindex: string, type: ColumnType): void {
  const types = Object.hasOwn(functional, vindex) ? vindexTypes[vindex as OneColumnVindex] : undefined;
  if (types === undefined || types.includes(type)) return;
  throw new InputError(`${where}: vindex ${vindex} can't place a column of type ${type}`, {
    hint: `it takes ${types.join(", ")}`,
  });
}

/** Eight bytes over the columns, the first ones taking the rest. */
export function evenColumnBytes(columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) => Math.ceil((8 - column) / columns));
}
