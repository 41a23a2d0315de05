import { expect, it } from "vitest";
import { citusShardIndex } from "../../src/placement/targets/citus.ts";
import { couchbaseVBucket } from "../../src/placement/hashes/crc32.ts";
import { crc16, redisSlot } from "../../src/placement/hashes/crc16.ts";
import { fnv1_32 } from "../../src/placement/hashes/fnv1.ts";
import { jumpBucket } from "../../src/placement/hashes/jump.ts";
import { murmur2 } from "../../src/placement/hashes/murmur2.ts";
import { postgresHash32, postgresHash64Into, postgresRowHashInto } from "../../src/placement/hashes/postgres.ts";
import { spqrBytes, spqrHashes } from "../../src/placement/hashes/spqr.ts";
import { unicodeLooseMd5, unicodeLooseXxhash } from "../../src/placement/hashes/unicode-loose.ts";
import { vindexes } from "../../src/placement/hashes/vitess.ts";
import { bigIntToWords, wordsModulo, wordsToBigInt, zeroWords } from "../../src/placement/hashes/words.ts";
import { generateShardRanges } from "../../src/placement/keyspace-ranges.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import type { Design } from "../../src/placement/design.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import { type KeyValue, keyValueOf, nullKey } from "../../src/workload/key-value.ts";
import { describeReference, readReference } from "./reference.ts";

/**
 * Every vector in reference/placement, by group; `groups` holds us to having looked at all of target-vectors.json. What is
 * not reproduced stands in `notReproduced` with its reason.
 */
const notReproduced: Readonly<Record<string, string>> = {};

type Json = any; // eslint-disable-line
const load = (file: string): Json => JSON.parse(readReference(`placement/${file}`));
const groups = new Map<string, Json>();

function group(id: string, check: (vector: Json) => void): void {
  it(`${id}: every vector`, () => {
    groups.set(id, true);
    const { vectors } = load("target-vectors.json").groups.find((candidate: Json) => candidate.id === id);
    expect(vectors.length).toBeGreaterThan(0);
    for (const vector of vectors) check(vector);
  });
}

const typeNames: Readonly<Record<string, ColumnType>> = {
  int2: "int16",
  int4: "int32",
  int8: "int64",
  int: "int32",
  bigint: "int64",
  int64: "int64",
  uint64: "int64",
  text: "text",
  varchar: "text",
  bpchar: "text",
  uuid: "uuid",
  numeric: "decimal",
  date: "date",
  timestamp: "timestamp",
  timestamptz: "timestamp",
  bool: "boolean",
  bytea: "bytes",
  varbinary: "bytes",
  float4: "float",
  float8: "float",
};

function keyOf(type: string, value: unknown): KeyValue {
  if (value === null) return nullKey;
  // PostgreSQL's char(n) is hashed without its padding.
  const text = type === "bpchar" ? String(value).trimEnd() : String(value);
  const key = keyValueOf({ kind: "string", text }, typeNames[type]!);
  if (key === undefined) throw new Error(`${text} is no ${type}`);
  return key;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const signed = (value: bigint): string => BigInt.asIntN(64, value).toString();

function hash64(value: KeyValue, seed: bigint): string {
  const words = zeroWords();
  const { low, high } = bigIntToWords(seed);
  expect(postgresHash64Into(value, low, high, words)).toBe(true);
  return signed(wordsToBigInt(words));
}

function partition(key: readonly KeyValue[], modulus: number): number {
  const words = zeroWords();
  expect(postgresRowHashInto(key, words)).toBe(true);
  return wordsModulo(words.low, words.high, modulus);
}

function designOf(target: string, shards: readonly string[], options: Record<string, unknown> = {}): Design {
  const table = { kind: "sharded", shardKey: ["k"], strategy: "hash", colocatedWith: undefined, options } as const;
  return { version: 1, target, shards, tables: new Map([["t", table]]) };
}

describeReference("PostgreSQL and Citus", () => {
  it("hash functions of every type, 32 and 64 bits", () => {
    const vectors = load("postgres_hash.json").hash_functions;
    for (const vector of vectors) {
      const key = keyOf(vector.type, vector.value);
      expect([vector.value, postgresHash32(key)]).toEqual([vector.value, vector.hash32]);
      expect([vector.value, hash64(key, 0n)]).toEqual([vector.value, vector.hash64_seed0]);
      expect([vector.value, hash64(key, 0x7a5b22367996dcfdn)]).toEqual([vector.value, vector.hash64_partition_seed]);
      for (const [count, index] of Object.entries(vector.citus_shard_index ?? {})) {
        expect(citusShardIndex(vector.hash32, Number(count))).toBe(index);
      }
    }
  });
  it("hash partitions of one column, several columns and NULL", () => {
    const { hash_partition, hash_partition_multi, hash_partition_null_int4 } = load("postgres_hash.json");
    for (const { type, value, remainder_by_modulus } of hash_partition) {
      for (const [modulus, remainder] of Object.entries(remainder_by_modulus)) {
        expect([type, value, modulus, partition([keyOf(type, value)], Number(modulus))]).toEqual([type, value, modulus, remainder]);
      }
    }
    for (const { types, values, remainder_by_modulus } of hash_partition_multi) {
      const key = types.map((type: string, column: number) => keyOf(type, values[column]));
      for (const [modulus, remainder] of Object.entries(remainder_by_modulus)) expect(partition(key, Number(modulus))).toBe(remainder);
    }
    for (const [modulus, remainder] of Object.entries(hash_partition_null_int4)) {
      expect(partition([nullKey], Number(modulus))).toBe(remainder);
    }
  });
  it("Citus' golden hashes and shards", () => {
    const { worker_hash, shard_index } = load("postgres_hash.json").citus_golden;
    for (const vector of worker_hash) expect(postgresHash32(keyOf(vector.type, vector.value))).toBe(vector.worker_hash);
    for (const { shard_count, value, shard_index: shard } of shard_index) {
      const map = shardMapOf(designOf("citus", generateNames(shard_count)), "t", ["int32"]);
      expect(map.shardOf([keyOf("int4", value)])).toBe(shard);
    }
  });
  group("pg-type-hashes", ({ type, value, ...hashes }) => {
    const key = keyOf(type, value);
    expect(String(postgresHash32(key))).toBe(hashes.hash32);
    expect(hash64(key, 0n)).toBe(hashes.hash64_seed0);
    expect(hash64(key, 0x7a5b22367996dcfdn)).toBe(hashes.hash64_partition_seed);
  });
  group("pg-partition-placement", ({ types, values, modulus, remainder }) => {
    const key = types.map((type: string, column: number) => keyOf(type, values[column]));
    expect(partition(key, modulus)).toBe(remainder);
  });
  group("citus-int4", ({ value, hash, shard_count, shard_index }) => {
    expect(postgresHash32(keyOf("int4", value))).toBe(hash);
    expect(citusShardIndex(hash, shard_count)).toBe(shard_index);
  });
  group("citus-int8-boundary", ({ value, hash, shard_count, shard_index }) => {
    expect(postgresHash32(keyOf("int8", value))).toBe(hash);
    expect(citusShardIndex(hash, shard_count)).toBe(shard_index);
  });
  group("citus-date", ({ value, hash }) => expect(postgresHash32(keyOf("date", value))).toBe(hash));
  group("citus-shard-index", ({ hash, shard_count, shard_index }) => expect(citusShardIndex(hash, shard_count)).toBe(shard_index));
});

describeReference("Vitess", () => {
  const hexOf = (id: Uint8Array | undefined): string | null => (id === undefined ? null : Buffer.from(id).toString("hex"));
  const inputOf = ({ type, value, hex }: Json): KeyValue => {
    if (type === "null") return nullKey;
    return hex === undefined ? keyOf(type, value) : keyOf("text", Buffer.from(hex, "hex").toString("utf8"));
  };
  const functions = { ...vindexes, unicode_loose_md5: unicodeLooseMd5, unicode_loose_xxhash: unicodeLooseXxhash };
  for (const name of ["hash", "numeric", "reverse_bits", "xxhash", "binary", "binary_md5", "unicode_loose_md5", "unicode_loose_xxhash"] as const) {
    it(`vindex ${name}`, () => {
      for (const vector of load("vitess_vindexes.json").vindexes[name]) {
        expect([vector.in, hexOf(functions[name](inputOf(vector.in)))]).toEqual([vector.in, vector.ksid]);
      }
    });
  }
  it("unicode vindexes on texts in fourteen languages", () => {
    for (const { input_utf8_b64, md5_hex, xxhash_hex } of load("vitess_vindexes.json").vindexes.unicode_golden) {
      const key: KeyValue = `text:${Buffer.from(input_utf8_b64, "base64").toString("utf8")}`;
      expect([hexOf(unicodeLooseMd5(key)), hexOf(unicodeLooseXxhash(key))]).toEqual([md5_hex, xxhash_hex]);
    }
  });
  for (const regionBytes of [1, 2]) {
    it(`vindex region_experimental with ${regionBytes} bytes`, () => {
      const table = { kind: "sharded", shardKey: ["r", "k"], strategy: "hash", colocatedWith: undefined } as const;
      const options = { vindex: "region_experimental", regionBytes };
      const tables = new Map([["t", { ...table, options }]]);
      const map = shardMapOf({ version: 1, target: "vitess", shards: ["-80", "80-"], tables }, "t", ["int64", "int64"]);
      for (const { in: values, ksid } of load("vitess_vindexes.json").vindexes[`region_experimental_${regionBytes}`]) {
        const key = values.map(inputOf);
        if (ksid === null) expect(() => map.shardOf(key)).toThrow("can't be placed");
        else expect(map.trace!(key)).toEqual([{ what: "keyspace id", value: ksid }]);
      }
    });
  }
  group("vitess-hash", ({ value, keyspace_id }) => expect(hexOf(vindexes.hash(keyOf("int64", value)))).toBe(keyspace_id));
  group("vitess-xxhash", ({ value, type, keyspace_id }) => {
    const key = type === "NULL" ? nullKey : keyOf(type, value);
    expect(hexOf(vindexes.xxhash(key))).toBe(keyspace_id);
  });
  group("vitess-shard-ranges", ({ shards, ranges }) => expect(generateShardRanges(shards)).toEqual(ranges));
});

describeReference("SPQR", () => {
  group("spqr-murmur", ({ value, hash }) => expect(spqrHashes.murmur(keyOf("int8", value))).toBe(hash));
  group("spqr-city", ({ value, hash }) => expect(spqrHashes.city(keyOf("int8", value))).toBe(hash));
  group("spqr-routing", ({ value, shard, hash }) => {
    const map = shardMapOf(designOf("spqr", ["sh1", "sh2"]), "t", ["int64"]);
    expect(spqrHashes.murmur(keyOf("int8", value))).toBe(hash);
    expect(`sh${map.shardOf([keyOf("int8", value)]) + 1}`).toBe(shard);
  });
  group("spqr-encoding", ({ value, bytes_hex }) => {
    expect(Buffer.from(spqrBytes(keyOf("int8", value))!).toString("hex")).toBe(bytes_hex);
  });
});

describeReference("Redis, Kafka, Couchbase, jump, FNV", () => {
  const slot = (key: string): number => redisSlot(utf8(key), 0, utf8(key).length);
  it("CLUSTER KEYSLOT of redis-server", () => {
    for (const vector of load("redis_keyslot.json").vectors) expect([vector.key, slot(vector.key)]).toEqual([vector.key, vector.slot]);
  });
  for (const id of ["redis-slottable", "redis-keyslot-doc", "redis-moduleapi", "redis-hashtag-rules"]) {
    group(id, (vector) => expect(slot(vector.key)).toBe(vector.slot));
  }
  group("redis-crc16", ({ key, crc16_hex }) => expect(crc16(utf8(key), 0, key.length).toString(16)).toBe(crc16_hex));
  it("Kafka's murmur2 and partitions", () => {
    const { vectors, partition_mod_12 } = load("kafka_murmur2.json");
    for (const vector of vectors) expect(murmur2(utf8(vector.key), 0, utf8(vector.key).length)).toBe(vector.murmur2);
    for (const vector of partition_mod_12) {
      expect((murmur2(utf8(vector.key), 0, utf8(vector.key).length) & 0x7fffffff) % 12).toBe(vector.partition);
    }
  });
  group("couchbase-vbucket", ({ key, num_vbuckets, vbucket }) => {
    expect(couchbaseVBucket(utf8(key), 0, utf8(key).length, num_vbuckets)).toBe(vbucket);
  });
  it("jump consistent hash", () => {
    for (const { key, buckets, bucket } of load("jump_hash.json").vectors) {
      const { low, high } = bigIntToWords(BigInt(key));
      expect([key, buckets, jumpBucket(low, high, buckets)]).toEqual([key, buckets, bucket]);
    }
  });
  group("fnv1-32", ({ input, hash }) => expect(fnv1_32(utf8(input), 0, input.length)).toBe(hash));
});

describeReference("The list of groups", () => {
  it("has every group checked or its reason stated", () => {
    const all = load("target-vectors.json").groups.map(({ id }: Json) => id);
    expect(all.filter((id: string) => !groups.has(id) && !(id in notReproduced))).toEqual([]);
  });
});

const generateNames = (count: number): readonly string[] => Array.from({ length: count }, (_, shard) => String(shard));
