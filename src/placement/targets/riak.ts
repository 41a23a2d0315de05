import { riakHash, riakPartition, riakPartitionName } from "../hashes/riak.ts";
import { keyText, keyTextTypes } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
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
  return placedMap(request, `riak/${ringSize}/${bucket}`, ([value]) => {
    const hash = riakHash(bucket, keyText(request, value!));
    const partition = riakPartition(hash, ringSize);
    const steps = [
      { what: "partition", value: `${riakPartitionName(partition, ringSize)} (${partition} of ${ringSize})` },
    ];
    return { shard: partition % request.shards.length, steps };
  });
}
