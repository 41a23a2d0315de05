import { couchbaseVBucket } from "../hashes/crc32.ts";
import { keyText, keyTextFastPaths, keyTextTypes } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import { slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Couchbase: CRC-32 of the document key names one of the vBuckets (`slots`, by default 1024), which the nodes share.
 */
export const couchbase: Target = {
  name: "couchbase",
  summary: "Couchbase: vBuckets by CRC-32 of the document key",
  placement: "model",
  caveat: "the vBucket is exact; vBuckets are assumed to be dealt to the nodes evenly and in order",
  defaultStrategy: "fixed-slots",
  strategies: ["fixed-slots"],
  options: () => ["type", "slots"],
  keyTypes: () => keyTextTypes,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: vBuckets,
  slotLayout: (request) => {
    const count = request.options.slots ?? defaultVBuckets;
    const ownerOf = (vBucket: number) => Math.floor((vBucket * request.shards.length) / count);
    return slotLayout(request, { unit: "vBucket", count, grain: "slots", balancedBy: "count" }, ownerOf, vBuckets);
  },
};

const defaultVBuckets = 1024;

function vBuckets(request: MapRequest): ShardMap {
  requireOneColumn(request, "Couchbase");
  const nodes = request.shards.length;
  const count = request.options.slots ?? defaultVBuckets;
  const map = placedMap(request, `couchbase/${count}`, ([value]) => {
    const bytes = Buffer.from(keyText(request, value!), "utf8");
    const vBucket = couchbaseVBucket(bytes, 0, bytes.length, count);
    return {
      shard: Math.floor((vBucket * nodes) / count),
      steps: [{ what: "vBucket", value: `${vBucket} of ${count}` }],
    };
  });
  const shardOfText = (bytes: Uint8Array, start: number, end: number) =>
    Math.floor((couchbaseVBucket(bytes, start, end, count) * nodes) / count);
  return { ...map, ...keyTextFastPaths(request, shardOfText) };
}
