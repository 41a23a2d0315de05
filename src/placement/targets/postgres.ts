import { InputError } from "../../base/input-error.ts";
import { type KeyValue, keyTypeOf, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { allShards } from "../hashed-map.ts";
import {
  postgresHash64Into,
  postgresIntegers,
  postgresIntegerRowHashInto,
  postgresRowHashInto,
  postgresTextRowHashInto,
} from "../hashes/postgres.ts";
import { wordsModulo, wordsToBigInt, zeroWords } from "../hashes/words.ts";
import type { MapRequest } from "../map-request.ts";
import { refuseKey } from "../refuse-key.ts";
import { integersThrough } from "../place-all.ts";
import type { ShardMap } from "../shard-map.ts";
import { rangesOf } from "../strategies/range.ts";
import { columnTypeNames } from "../table-options.ts";
import { slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * PostgreSQL's declarative partitioning, one partition per shard: `PARTITION BY HASH` with `MODULUS` the number of
 * shards and `REMAINDER` the shard, or `PARTITION BY RANGE`. With the option `modulus` there are that many
 * partitions, and partition r lives on shard r modulo the number of shards. A row whose key is NULL altogether is in
 * partition 0.
 */
export const postgres: Target = {
  name: "postgres",
  summary: "PostgreSQL declarative partitioning: hash partitions (modulus, remainder) or ranges",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash", "range"],
  options: (strategy) => (strategy === "hash" ? ["type", "modulus"] : ["type", "splits"]),
  keyTypes: () => postgresTypes,
  hashes: () => [],
  shardNames: numberedShards,
  slotLayout: (request) => {
    const { modulus } = request.options;
    if (request.strategy !== "hash" || modulus === undefined) return undefined;
    return slotLayout(
      request,
      { unit: "hash partition", count: modulus, grain: "slots", balancedBy: "count" },
      (partition) => partition % request.shards.length,
      hashPartitions,
    );
  },
  shardMap: (request) => (request.strategy === "hash" ? hashPartitions(request) : rangesOf(request, "postgres")),
};

/** Types whose hash function is known; enum, inet and the like are hashed by their internal form. */
export const postgresTypes = columnTypeNames.filter((type) => type !== "other");

/**
 * `real` and `double precision` are one column type to us, but round 0.1 to different numbers, which then hash apart.
 * Numbers that both hold exactly, such as 1.5, hash alike, and what is too large for a `real` is no such column's.
 */
export function refuseAmbiguousFloat(where: string, value: KeyValue): void {
  if (typeOfKey(value) !== "float") return;
  const number = Number(textOfKey(value));
  const single = Math.fround(number);
  if (Object.is(single, number) || !Number.isFinite(single)) return;
  refuseKey(where, value, "real and double precision round it differently", "use a key that is no fraction");
}

function hashPartitions(request: MapRequest): ShardMap {
  const { where, shards, types } = request;
  const shardCount = shards.length;
  const modulus = request.options.modulus ?? shardCount;
  if (modulus < shardCount) {
    throw new InputError(`${where}: ${modulus} hash partitions can't fill ${shardCount} shards`, {
      hint: "give a modulus of at least the number of shards, or leave it out",
    });
  }
  const words = zeroWords();
  const keyType = types.length === 1 ? keyTypeOf[types[0]!] : undefined;
  const place = () => wordsModulo(words.low, words.high, modulus) % shardCount;
  const shardOf: ShardMap["shardOf"] = (key) => {
    for (const value of key) refuseAmbiguousFloat(where, value);
    if (!postgresRowHashInto(key, words)) {
      const culprit = key.find((value) => value !== "null:" && !postgresHash64Into(value, 0, 0, zeroWords()))!;
      refuseKey(
        where,
        culprit,
        "PostgreSQL has no integer of more than 64 bits",
        "give a value within the column's type",
      );
    }
    return place();
  };
  return {
    shardCount,
    // Integers of any width hash alike, so widths are no part of the identity.
    identity: `postgres/hash/${modulus}/${shards.join(",")}/${types.map((type) => keyTypeOf[type]).join(",")}`,
    keeps: "hash",
    shardOf,
    shardsOfRange: () => allShards(shardCount),
    trace: (key) => {
      shardOf(key);
      const partition = wordsModulo(words.low, words.high, modulus);
      return [
        { what: "row hash", value: wordsToBigInt(words).toString() },
        { what: "partition", value: `modulus ${modulus}, remainder ${partition}` },
      ];
    },
    ...(keyType === "int" && {
      shardOfInteger: (low: number, high: number) => {
        postgresIntegerRowHashInto(low, high, words);
        return place();
      },
      // With more partitions than shards a partition's shard is its number modulo the shards'.
      ...(modulus === shardCount && {
        placeIntegers: integersThrough(postgresIntegers, ({ run }, count) => run.placeModulo(count, modulus)),
      }),
    }),
    ...(keyType === "text" && {
      shardOfText: (bytes: Uint8Array, start: number, end: number) => {
        postgresTextRowHashInto(bytes, start, end, words);
        return place();
      },
    }),
  };
}
