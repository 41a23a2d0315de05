import { keyTypeOf } from "../../workload/key-value.ts";
import { cosmosComponent, cosmosEncode, cosmosEpk, cosmosEpkHex, cosmosEpkOfInteger, cosmosEpkOfText } from "../hashes/cosmosdb.ts";
import type { MapRequest } from "../map-request.ts";
import { integersThrough, oneByOne, textsThrough } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import { sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Azure Cosmos DB (NoSQL API, partition key version 2): the effective partition key is a 126-bit number, each physical
 * partition has an equal share of its space. Several columns are a hierarchical key.
 */
export const cosmosdb: Target = {
  name: "cosmosdb",
  summary: "Azure Cosmos DB: even ranges of the effective partition key (version 2)",
  placement: "model",
  caveat: "the effective partition key is exact; where physical partitions are cut is assumed to be even",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type"],
  keyTypes: () => ["int16", "int32", "int64", "decimal", "float", "text", "uuid", "boolean"],
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: evenRanges,
  slotLayout: (request) => {
    const count = sliceCount(request.shards.length);
    const ownerOf = (slice: number) => Math.floor((slice * request.shards.length) / count);
    return slotLayout(request, { unit: "range", count, grain: "slices", balancedBy: "count" }, ownerOf, evenRanges);
  },
};

function evenRanges(request: MapRequest): ShardMap {
  const count = request.shards.length;
  const place = (words: ReturnType<typeof cosmosEpk>): number => {
    // The top word has 30 bits; 53 bits of the space decide between any sensible number of partitions.
    const share = (words[0] * 2 ** 23 + (words[1] >>> 9)) / 2 ** 53;
    return Math.min(count - 1, Math.floor(share * count));
  };
  const placeMany = oneByOne((low, high) => place([high & 0x3fffffff, low, 0, 0]));
  const map = placedMap(request, "cosmosdb/epk-v2", (key) => {
    const words = cosmosEpk(cosmosEncode(key.map(cosmosComponent)));
    return { shard: place(words), steps: [{ what: "effective partition key", value: cosmosEpkHex(words) }] };
  });
  const shardOfText = (bytes: Uint8Array, start: number, end: number) => place(cosmosEpkOfText(bytes, start, end));
  const only = request.types.length === 1 ? keyTypeOf[request.types[0]!] : undefined;
  return {
    ...map,
    ...(only === "int" && {
      shardOfInteger: (low: number, high: number) => place(cosmosEpkOfInteger(low, high)),
      placeIntegers: integersThrough(({ run }, keys) => run.cosmosIntegers(keys), placeMany),
    }),
    ...(only === "text" && { shardOfText, placeTexts: textsThrough(({ run }, keys) => run.cosmosTexts(keys), placeMany, shardOfText) }),
  };
}
