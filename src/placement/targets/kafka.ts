import { murmur2 } from "../hashes/murmur2.ts";
import { keyText } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Kafka's default partitioner for records with a key: murmur2 of the serialized key, as text, modulo the partitions.
 */
export const kafka: Target = {
  name: "kafka",
  summary: "Kafka's default partitioner: murmur2 of the key's text modulo the partitions",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type"],
  keyTypes: () => ["text", "uuid"],
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: partitions,
};

function partitions(request: MapRequest): ShardMap {
  requireOneColumn(request, "Kafka");
  const count = request.shards.length;
  const place = (bytes: Uint8Array, start: number, end: number) => (murmur2(bytes, start, end) & 0x7fffffff) % count;
  return {
    ...placedMap(request, "kafka/murmur2", ([value]) => {
      const bytes = Buffer.from(keyText(request, value!), "utf8");
      return {
        shard: place(bytes, 0, bytes.length),
        steps: [{ what: "hash", value: String(murmur2(bytes, 0, bytes.length)) }],
      };
    }),
    ...(request.types[0] === "text" && { shardOfText: place }),
  };
}
