import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { type KeyValue, keyTypeOf, typeOfKey } from "../../workload/key-value.ts";
import { allShards } from "../hashed-map.ts";
import { lookup3, lookup3Word } from "../hashes/lookup3.ts";
import { foldInteger, postgresHash32 } from "../hashes/postgres.ts";
import type { MapRequest } from "../map-request.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import { slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";
import { postgresTypes, refuseAmbiguousFloat } from "./postgres.ts";

/**
 * Citus' hash-distributed tables: the 32-bit hash of the distribution column (`worker_hash`) falls into one of equal
 * ranges of the int32 space, one per Citus shard. Each shard of the design is one Citus shard; with the option
 * `slots` there are that many Citus shards, dealt to the design's shards (the workers) in turn, as
 * `create_distributed_table` does.
 */
export const citus: Target = {
  name: "citus",
  summary: "Citus hash-distributed tables: equal ranges of PostgreSQL's 32-bit hash",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type", "slots"],
  keyTypes: () => postgresTypes,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: hashRanges,
  slotLayout: (request) => {
    const count = request.options.slots ?? request.shards.length;
    const mapOf = (slots: MapRequest) => hashRanges({ ...slots, options: { ...slots.options, slots: count } });
    return slotLayout(request, { unit: "Citus shard", count, grain: "slots", balancedBy: "data" }, (slot) => slot % request.shards.length, mapOf);
  },
};

/**
 * Index of the Citus shard that owns a signed 32-bit hash (CalculateUniformHashRangeIndex). Where the shard count
 * does not divide 2^32, the last shard takes the rest.
 */
export function citusShardIndex(hash: number, shardCount: number): number {
  const width = Math.floor(2 ** 32 / shardCount);
  return Math.min(Math.floor((hash + 2 ** 31) / width), shardCount - 1);
}

function hashRanges(request: MapRequest): ShardMap {
  const { where, shards, types, shardKey } = request;
  if (types.length !== 1) {
    throw new InputError(`${where}: Citus distributes by one column, not by ${shardKey.join(", ")}`, {
      hint: "name one distribution column as the shardKey",
    });
  }
  const shardCount = shards.length;
  const citusShards = request.options.slots ?? shardCount;
  const place = (hash: number) => citusShardIndex(hash, citusShards) % shardCount;
  const keyType = keyTypeOf[types[0]!];
  const hashOf = (key: readonly KeyValue[]): number => {
    assert(key.length === 1, `Citus has one distribution column, a key of ${key.length} came`);
    const value = key[0]!;
    if (typeOfKey(value) === "null")
      refuseKey(where, value, "the distribution column can't be NULL", "give it a value");
    refuseAmbiguousFloat(where, value);
    return (
      postgresHash32(value) ?? refuseKey(where, value, "PostgreSQL has no integer of more than 64 bits", "check it")
    );
  };
  return {
    shardCount,
    // Citus colocates tables only when their distribution columns have one type, although integers of any width hash alike.
    identity: `citus/${citusShards}/${shards.join(",")}/${types[0]!}`,
    keeps: "hash",
    shardOf: (key) => place(hashOf(key)),
    shardsOfRange: () => allShards(shardCount),
    trace: (key) => [
      { what: "hash", value: String(hashOf(key)) },
      { what: "Citus shard", value: `${citusShardIndex(hashOf(key), citusShards)} of ${citusShards}` },
    ],
    ...(keyType === "int" && {
      shardOfInteger: (low: number, high: number) => place(lookup3Word(foldInteger(low, high))),
    }),
    ...(keyType === "text" && {
      shardOfText: (bytes: Uint8Array, start: number, end: number) => place(lookup3(bytes, start, end)),
    }),
  };
}
