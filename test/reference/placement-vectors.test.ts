import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { cassandraKeyBytes, cassandraTokenInto, scyllaCpuShard } from "../../src/placement/hashes/cassandra.ts";
import { cosmosEncode, cosmosEpk, cosmosEpkHex } from "../../src/placement/hashes/cosmosdb.ts";
import {
  defaultRoutingShards,
  elasticsearchHash,
  elasticsearchShard,
} from "../../src/placement/hashes/elasticsearch.ts";
import { yugabyteHashCode } from "../../src/placement/hashes/jenkins64.ts";
import { type BsonValue, mongodbHash, mongodbNumber, mongodbSplitPoints } from "../../src/placement/hashes/mongodb.ts";
import { riakHash, riakPartition, riakPartitionName } from "../../src/placement/hashes/riak.ts";
import { yugabyteKeyBytes } from "../../src/placement/hashes/yugabytedb.ts";
import { citusShardIndex } from "../../src/placement/targets/citus.ts";
import { couchbaseVBucket } from "../../src/placement/hashes/crc32.ts";
import { crc16, redisSlot } from "../../src/placement/hashes/crc16.ts";
import { fnv1_32 } from "../../src/placement/hashes/fnv1.ts";
import { jumpBucket } from "../../src/placement/hashes/jump.ts";
import { murmur2 } from "../../src/placement/hashes/murmur2.ts";
import { postgresHash32, postgresHash64Into, postgresRowHashInto } from "../../src/placement/hashes/postgres.ts";
import { spqrBytes, spqrHash } from "../../src/placement/hashes/spqr.ts";
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
 * Every vector in reference/placement, by group; `groups` holds us to having looked at all of target-vectors.json.
 * What is not reproduced stands in `notReproduced` with its reason.
 */
const notReproduced: Readonly<Record<string, string>> = {};

// oxlint-disable-next-line typescript/no-explicit-any -- every group of vectors has its own shape
type Json = any;
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
        expect([type, value, modulus, partition([keyOf(type, value)], Number(modulus))]).toEqual([
          type,
          value,
          modulus,
          remainder,
        ]);
      }
    }
    for (const { types, values, remainder_by_modulus } of hash_partition_multi) {
      const key = types.map((type: string, column: number) => keyOf(type, values[column]));
      for (const [modulus, remainder] of Object.entries(remainder_by_modulus))
        expect(partition(key, Number(modulus))).toBe(remainder);
    }
    for (const [modulus, remainder] of Object.entries(hash_partition_null_int4)) {
      expect(partition([nullKey], Number(modulus))).toBe(remainder);
    }
  });
  it("Citus' golden hashes and shards", () => {
    const { worker_hash, shard_index } = load("postgres_hash.json").citus_golden;
    for (const vector of worker_hash)
      expect(postgresHash32(keyOf(vector.type, vector.value))).toBe(vector.worker_hash);
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
  group("citus-shard-index", ({ hash, shard_count, shard_index }) =>
    expect(citusShardIndex(hash, shard_count)).toBe(shard_index),
  );
});

describeReference("Vitess", () => {
  const hexOf = (id: Uint8Array | undefined): string | null =>
    id === undefined ? null : Buffer.from(id).toString("hex");
  const inputOf = ({ type, value, hex }: Json): KeyValue => {
    if (type === "null") return nullKey;
    return hex === undefined ? keyOf(type, value) : keyOf("text", Buffer.from(hex, "hex").toString("utf8"));
  };
  const functions = { ...vindexes, unicode_loose_md5: unicodeLooseMd5, unicode_loose_xxhash: unicodeLooseXxhash };
  for (const name of [
    "hash",
    "numeric",
    "reverse_bits",
    "xxhash",
    "binary",
    "binary_md5",
    "unicode_loose_md5",
    "unicode_loose_xxhash",
  ] as const) {
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
      const map = shardMapOf({ version: 1, target: "vitess", shards: ["-80", "80-"], tables }, "t", [
        "int64",
        "int64",
      ]);
      for (const { in: values, ksid } of load("vitess_vindexes.json").vindexes[`region_experimental_${regionBytes}`]) {
        const key = values.map(inputOf);
        if (ksid === null) expect(() => map.shardOf(key)).toThrow("can't be placed");
        else expect(map.trace!(key)).toEqual([{ what: "keyspace id", value: ksid }]);
      }
    });
  }
  group("vitess-hash", ({ value, keyspace_id }) =>
    expect(hexOf(vindexes.hash(keyOf("int64", value)))).toBe(keyspace_id),
  );
  group("vitess-xxhash", ({ value, type, keyspace_id }) => {
    const key = type === "NULL" ? nullKey : keyOf(type, value);
    expect(hexOf(vindexes.xxhash(key))).toBe(keyspace_id);
  });
  group("vitess-shard-ranges", ({ shards, ranges }) => expect(generateShardRanges(shards)).toEqual(ranges));
});

describeReference("SPQR", () => {
  group("spqr-murmur", ({ value, hash }) => expect(spqrHash("murmur", keyOf("int8", value))).toBe(hash));
  group("spqr-city", ({ value, hash }) => expect(spqrHash("city", keyOf("int8", value))).toBe(hash));
  group("spqr-routing", ({ value, shard, hash }) => {
    const map = shardMapOf(designOf("spqr", ["sh1", "sh2"]), "t", ["int64"]);
    expect(spqrHash("murmur", keyOf("int8", value))).toBe(hash);
    expect(`sh${map.shardOf([keyOf("int8", value)]) + 1}`).toBe(shard);
  });
  group("spqr-encoding", ({ value, bytes_hex }) => {
    expect(Buffer.from(spqrBytes(keyOf("int8", value))!).toString("hex")).toBe(bytes_hex);
  });
});

describeReference("Redis, Kafka, Couchbase, jump, FNV", () => {
  const slot = (key: string): number => redisSlot(utf8(key), 0, utf8(key).length);
  it("CLUSTER KEYSLOT of redis-server", () => {
    for (const vector of load("redis_keyslot.json").vectors)
      expect([vector.key, slot(vector.key)]).toEqual([vector.key, vector.slot]);
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

describeReference("MongoDB", () => {
  const oid = (hex: string): Uint8Array => Buffer.from(hex, "hex");
  /** Canonical Extended JSON. */
  const bsonOf = (value: Json): BsonValue => {
    if (value === null) return { bson: "null" };
    if (typeof value === "string") return { bson: "string", text: value };
    if (typeof value === "boolean") return { bson: "bool", value };
    if (Array.isArray(value))
      return { bson: "array", fields: value.map((item, index) => [String(index), bsonOf(item)]) };
    if ("$numberInt" in value) return { bson: "number", value: BigInt(value.$numberInt) };
    if ("$numberLong" in value) return { bson: "number", value: BigInt(value.$numberLong) };
    if ("$numberDouble" in value) return { bson: "number", value: mongodbNumber(Number(value.$numberDouble)) };
    if ("$minKey" in value) return { bson: "minKey" };
    if ("$maxKey" in value) return { bson: "maxKey" };
    if ("$undefined" in value) return { bson: "undefined" };
    if ("$oid" in value) return { bson: "objectId", bytes: oid(value.$oid) };
    if ("$date" in value) return { bson: "date", millis: BigInt(value.$date.$numberLong) };
    if ("$timestamp" in value)
      return { bson: "date", millis: (BigInt(value.$timestamp.t) << 32n) | BigInt(value.$timestamp.i) };
    if ("$symbol" in value) return { bson: "string", text: value.$symbol };
    if ("$regularExpression" in value) return { bson: "regex", ...value.$regularExpression };
    if ("$scope" in value) return { bson: "codeWithScope", text: value.$code, scope: fieldsOf(value.$scope) };
    if ("$code" in value) return { bson: "code", text: value.$code };
    if ("$dbPointer" in value)
      return { bson: "dbPointer", namespace: value.$dbPointer.$ref, id: oid(value.$dbPointer.$id.$oid) };
    if ("$binary" in value) {
      const { base64, subType } = value.$binary;
      return { bson: "binData", subtype: Number.parseInt(subType, 16), bytes: Buffer.from(base64, "base64") };
    }
    return { bson: "object", fields: fieldsOf(value) };
  };
  const fieldsOf = (object: Json): [string, BsonValue][] =>
    Object.entries(object).map(([name, item]) => [name, bsonOf(item)]);
  it("hashes of all types", () => {
    for (const { what, value, hash } of load("mongodb_hashed.json").vectors) {
      expect([what, String(mongodbHash(bsonOf(value)))]).toEqual([what, hash]);
    }
  });
  group("mongo-hash64", ({ value, canonical_type, value_bytes_hex, hash }) => {
    // The bytes are given, so the formula is checked without our encoding; our encoding stands in the test above.
    const head = Buffer.alloc(8);
    head.writeInt32LE(canonical_type, 4);
    const digest = createHash("md5").update(head).update(Buffer.from(value_bytes_hex, "hex")).digest();
    expect([value, String(digest.readBigInt64LE(0))]).toEqual([value, hash]);
    const ours = mongoDescriptions[value];
    expect([value, String(ours === undefined ? undefined : mongodbHash(ours))]).toEqual([value, hash]);
  });
  group("mongo-hash64-composite", ({ value, hash }) => {
    const described = mongoDescriptions[value];
    expect([value, String(described === undefined ? undefined : mongodbHash(described))]).toEqual([value, hash]);
  });
  group("mongo-split-points", ({ num_initial_chunks, split_points }) => {
    expect(mongodbSplitPoints(num_initial_chunks).map(String)).toEqual(split_points);
  });
  const text = (value: string): BsonValue => ({ bson: "string", text: value });
  const number = (value: bigint): BsonValue => ({ bson: "number", value });
  /** What the descriptions of target-vectors.json stand for. */
  const mongoDescriptions: Readonly<Record<string, BsonValue>> = {
    "int/long/double 42 (42.123 equal)": number(mongodbNumber(42.123)),
    "1 / 1.987": number(mongodbNumber(1.987)),
    INT32_MIN: number(-(1n << 31n)),
    "INT64_MAX / DBL_MAX": number(mongodbNumber(Number.MAX_VALUE)),
    MinKey: { bson: "minKey" },
    Undefined: { bson: "undefined" },
    'string "abc"': text("abc"),
    "BinData generic 000102030406": { bson: "binData", subtype: 0, bytes: oid("000102030406") },
    "UUID subtype 4 00..0f": { bson: "binData", subtype: 4, bytes: oid("000102030405060708090a0b0c0d0e0f") },
    "ObjectId 0*24": { bson: "objectId", bytes: oid("0".repeat(24)) },
    false: { bson: "bool", value: false },
    "Date 0x5566778811223344": { bson: "date", millis: 0x5566778811223344n },
    'object {a:"abc",b:123L}': {
      bson: "object",
      fields: [
        ["a", text("abc")],
        ["b", number(123n)],
      ],
    },
    'array ["bar","baz","qux"]': {
      bson: "array",
      fields: [
        ["0", text("bar")],
        ["1", text("baz")],
        ["2", text("qux")],
      ],
    },
    "regex /mongodb/": { bson: "regex", pattern: "mongodb", options: "" },
    'DBRef("c", OID 010203040506070809101112)': {
      bson: "dbPointer",
      namespace: "c",
      id: oid("010203040506070809101112"),
    },
    'Code "func f() { return 1; }"': { bson: "code", text: "func f() { return 1; }" },
  };
});

describeReference("Cassandra and ScyllaDB", () => {
  const token = (bytes: Uint8Array): string => {
    const words = zeroWords();
    cassandraTokenInto(bytes, 0, bytes.length, words);
    return signed(wordsToBigInt(words));
  };
  it("tokens of bytes, composites and typed values", () => {
    const { golden_bytes, golden_composite, peer_run } = load("cassandra_murmur3.json");
    for (const vector of golden_bytes)
      expect([vector.key_hex, token(Buffer.from(vector.key_hex, "hex"))]).toEqual([vector.key_hex, vector.token]);
    for (const vector of golden_composite) {
      const bytes = cassandraKeyBytes(
        vector.composite_int.map((value: number) => `int:${value}`),
        vector.composite_int.map(() => "int32"),
      )!;
      expect(Buffer.from(bytes).toString("hex")).toBe(vector.key_hex);
      expect(token(bytes)).toBe(vector.token);
    }
    for (const vector of peer_run) {
      const compound = vector.type === "(int,text)";
      const types = compound ? ["int", "text"] : [vector.type];
      const values = compound ? JSON.parse(vector.value) : [vector.value];
      const key = values.map((value: unknown, column: number) => keyOf(types[column]!, value));
      const bytes = cassandraKeyBytes(
        key,
        types.map((type) => typeNames[type]!),
      )!;
      expect([vector.value, Buffer.from(bytes).toString("hex")]).toEqual([vector.value, vector.key_hex]);
      expect([vector.value, token(bytes)]).toEqual([vector.value, vector.token]);
    }
  });
  group("cassandra-murmur3", ({ key_hex, token: expected }) =>
    expect(token(Buffer.from(key_hex, "hex"))).toBe(expected),
  );
  group("cassandra-composite", ({ key_hex, columns, types, token: expected }) => {
    const key = columns.map((value: string, column: number) => keyOf(types[column], value));
    const bytes = cassandraKeyBytes(
      key,
      types.map((type: string) => typeNames[type]!),
    )!;
    expect(Buffer.from(bytes).toString("hex")).toBe(key_hex);
    expect(token(bytes)).toBe(expected);
  });
  group("scylla-shard", ({ token: value, shards, ignore_msb, shard }) => {
    expect(scyllaCpuShard(BigInt(value), shards, ignore_msb)).toBe(shard);
  });
});

describeReference("YugabyteDB", () => {
  // Floats are no key type of this target (one column type stands for both widths), so their bytes are made here.
  const bytesOf = (type: string, value: unknown): Uint8Array => {
    if (!type.startsWith("float")) return yugabyteKeyBytes([keyOf(type, value)], [typeNames[type]!])!;
    const bytes = Buffer.alloc(type === "float4" ? 4 : 8);
    if (type === "float4") bytes.writeFloatBE(Number(value));
    else bytes.writeDoubleBE(Number(value));
    return bytes;
  };
  const codeOf = (types: readonly string[], values: readonly unknown[]): number =>
    yugabyteHashCode(Buffer.concat(types.map((type, column) => bytesOf(type, values[column]))));
  it("yb_hash_code of one and several columns", () => {
    const { vectors, multi_column } = load("yugabyte_hash_code.json");
    for (const { type, value, hash } of vectors)
      expect([type, value, codeOf([type], [value])]).toEqual([type, value, hash]);
    for (const { types, values, hash } of multi_column) expect(codeOf(types, values)).toBe(hash);
  });
  group("yb-hash-code", ({ type, value, hash }) =>
    expect([type, value, codeOf([type], [value])]).toEqual([type, value, hash]),
  );
  group("yb-hash-code-multi", ({ types, values, hash }) => expect(codeOf(types, values)).toBe(hash));
});

describeReference("Elasticsearch, Cosmos DB, Riak", () => {
  it("Elasticsearch's golden hashes", () => {
    for (const { routing, hash_i32 } of load("elasticsearch_murmur3.json").vectors)
      expect(elasticsearchHash(routing)).toBe(hash_i32);
  });
  group("es-murmur3", ({ routing, hash_signed }) => expect(elasticsearchHash(routing)).toBe(hash_signed));
  group("es-shard", ({ routing, primaries, routing_shards, shard }) => {
    expect(defaultRoutingShards(primaries)).toBe(routing_shards);
    expect(elasticsearchShard(elasticsearchHash(routing), primaries, routing_shards)).toBe(shard);
  });
  group("cosmos-epk-v2", ({ key, epk }) => {
    const components = key.map((component: Json) =>
      typeof component === "object" && component !== null ? undefined : component,
    );
    expect([key, cosmosEpkHex(cosmosEpk(cosmosEncode(components)))]).toEqual([key, epk]);
  });
  group("riak-chash", ({ bucket, key, sha1, docidx, ring_size, preflist }) => {
    const hash = riakHash(bucket, key);
    expect(hash.toString(16).padStart(40, "0")).toBe(sha1);
    expect(String(hash)).toBe(docidx);
    const first = riakPartition(hash, ring_size);
    const names = preflist.map((_: unknown, index: number) =>
      riakPartitionName((first + index) % ring_size, ring_size),
    );
    expect(names).toEqual(preflist);
  });
  group("riak-partitions", ({ bucket, key, ring_size, partition: expected }) => {
    expect(riakPartitionName(riakPartition(riakHash(bucket, key), ring_size), ring_size)).toBe(expected);
  });
});

describeReference("The list of groups", () => {
  it("has every group checked or its reason stated", () => {
    const all = load("target-vectors.json").groups.map(({ id }: Json) => id);
    expect(all.filter((id: string) => !groups.has(id) && !(id in notReproduced))).toEqual([]);
  });
});

const generateNames = (count: number): readonly string[] => Array.from({ length: count }, (_, shard) => String(shard));
