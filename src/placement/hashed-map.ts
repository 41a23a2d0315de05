import { assert } from "../base/assert.ts";
import { keyTypeOf } from "../workload/key-value.ts";
import { wordsToHex, zeroWords } from "./hashes/words.ts";
import { integerHashInto, keyHashInto, textHashInto } from "./key-hash.ts";
import type { MapRequest } from "./map-request.ts";
import { hashesThrough, integersThrough, type KernelStep, oneByOne, textsThrough } from "./place-all.ts";
import type { ShardMap, TraceStep } from "./shard-map.ts";

/** From the 64-bit hash of a key, as two signed words, to its shard. */
export type PlaceHash = (low: number, high: number) => number;

/**
 * The shard map of a strategy that looks at the generic hash of a key and at nothing else. `detail` tells apart two
 * maps of one strategy and size; `steps` adds what the strategy computes between hash and shard, for `trace`; `many` places
 * hashes in the kernel.
 */
export function hashedMap(
  request: MapRequest,
  detail: string,
  place: PlaceHash,
  steps: (low: number, high: number) => readonly TraceStep[] = () => [],
  many: KernelStep = oneByOne(place),
): ShardMap {
  const shardCount = request.shards.length;
  const words = zeroWords();
  const keyType = request.types.length === 1 ? keyTypeOf[request.types[0]!] : undefined;
  const columns = request.types.length;
  return {
    shardCount,
    // The hash of 5 is not that of '5'.
    identity: `generic/${detail}/${request.shards.join(",")}/${request.types.map((type) => keyTypeOf[type]).join(",")}`,
    keeps: "hash",
    shardOf: (key) => {
      assert(key.length === columns, `a key of ${columns} columns was asked for with ${key.length}`);
      keyHashInto(key, words);
      return place(words.low, words.high);
    },
    shardsOfRange: () => allShards(shardCount),
    shardOfHash: place,
    placeHashes: hashesThrough(many),
    trace: (key) => {
      keyHashInto(key, words);
      const { low, high } = words;
      return [{ what: "hash", value: wordsToHex(words) }, ...steps(low, high)];
    },
    ...(keyType === "int" && {
      shardOfInteger: (low: number, high: number) => {
        integerHashInto(low, high, words);
        return place(words.low, words.high);
      },
      placeIntegers: integersThrough(({ run }, count) => run.hashIntegers(count), many),
    }),
    ...(keyType === "text" && {
      placeTexts: textsThrough(({ run }, count) => run.hashTexts(count), many, (bytes, start, end) => {
        textHashInto(bytes, start, end, words);
        return place(words.low, words.high);
      }),
      shardOfText: (bytes: Uint8Array, start: number, end: number) => {
        textHashInto(bytes, start, end, words);
        return place(words.low, words.high);
      },
    }),
  };
}

export function allShards(shardCount: number): readonly number[] {
  return Array.from({ length: shardCount }, (_, shard) => shard);
}
