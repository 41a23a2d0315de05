import { riakHash, riakHead, riakPartition, riakPartitionName } from "../hashes/riak.ts";
import { keyText, keyTextFastPaths, keyTextTypes } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { oneByOne, withTable } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import { slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Riak KV: SHA-1 of bucket and key falls on a ring of equal partitions (`slots`, the ring size, by default 64); the
 * table's name is the bucket. Partitions are claimed by the nodes in turn.
 */
export const riak: Target = {
  name: "riak",
  summary: "Riak KV: fixed partitions of a SHA-1 ring",
  placement: "model",
  caveat: "the first partition is exact; partitions are assumed to be claimed by the nodes in turn",
  defaultStrategy: "fixed-slots",
  strategies: ["fixed-slots"],
  options: () => ["type", "slots"],
  keyTypes: () => keyTextTypes,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: ringPartitions,
  slotLayout: (request) => {
    const count = request.options.slots ?? defaultRingSize;
    return slotLayout(request, { unit: "partition", count, grain: "slots", balancedBy: "count" }, (slot) => slot % request.shards.length, ringPartitions);
  },
};

const defaultRingSize = 64;

function ringPartitions(request: MapRequest): ShardMap {
  requireOneColumn(request, "Riak");
  const ringSize = request.options.slots ?? defaultRingSize;
  const bucket = request.table ?? "";
  const map = placedMap(request, `riak/${ringSize}/${bucket}`, ([value]) => {
    const hash = riakHash(bucket, keyText(request, value!));
    const partition = riakPartition(hash, ringSize);
    const steps = [
      { what: "partition", value: `${riakPartitionName(partition, ringSize)} (${partition} of ${ringSize})` },
    ];
    return { shard: partition % request.shards.length, steps };
  });
  return { ...map, ...fastPaths(request, ringSize, bucket) };
}

/** In a ring of a power of two, as Riak demands, the first bits of a hash say its partition. */
function fastPaths(request: MapRequest, ringSize: number, bucket: string): Partial<ShardMap> {
  const bits = Math.log2(ringSize);
  if (!Number.isInteger(bits) || bits > 30) return {};
  const head = riakHead(bucket);
  const nodes = request.shards.length;
  const shardOfText = (bytes: Uint8Array, start: number, end: number): number =>
    riakPartition(riakHash(bucket, Buffer.from(bytes.subarray(start, end)).toString("utf8")), ringSize) % nodes;
  return keyTextFastPaths(request, shardOfText, {
    hash: withTable([head, new Uint8Array(4)], ({ run }, count) => run.sha1Texts(count, head.length)),
    // A shift by 32 would be none.
    place: oneByOne((_, high) => (((bits === 0 ? 0 : high >>> (32 - bits)) + 1) & (ringSize - 1)) % nodes),
    texts: true,
  });
}
