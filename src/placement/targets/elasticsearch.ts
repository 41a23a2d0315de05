import { InputError } from "../../base/input-error.ts";
import { defaultRoutingShards, elasticsearchHash, elasticsearchHashOfUtf8, elasticsearchShard } from "../hashes/elasticsearch.ts";
import { keyText, keyTextFastPaths, keyTextTypes } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { oneByOne } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Elasticsearch: Murmur3 of the routing string (`_routing`, else `_id`) over the routing shards, of which each
 * primary shard has equally many. `slots` is `number_of_routing_shards` where the index sets it.
 */
export const elasticsearch: Target = {
  name: "elasticsearch",
  summary: "Elasticsearch: Murmur3 of the routing value over the primary shards",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type", "slots"],
  keyTypes: () => keyTextTypes,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: routed,
};

function routed(request: MapRequest): ShardMap {
  requireOneColumn(request, "Elasticsearch");
  const primaries = request.shards.length;
  const routingShards = request.options.slots ?? defaultRoutingShards(primaries);
  if (routingShards % primaries !== 0) {
    throw new InputError(
      `${request.where}: ${routingShards} routing shards are no multiple of ${primaries} primaries`,
      {
        hint: `leave "slots" out for ${defaultRoutingShards(primaries)}`,
      },
    );
  }
  const map = placedMap(request, `elasticsearch/${routingShards}`, ([value]) => {
    const hash = elasticsearchHash(keyText(request, value!));
    return {
      shard: elasticsearchShard(hash, primaries, routingShards),
      steps: [{ what: "hash", value: String(hash) }],
    };
  });
  const shardOfText = (bytes: Uint8Array, start: number, end: number) =>
    elasticsearchShard(elasticsearchHashOfUtf8(bytes, start, end), primaries, routingShards);
  return {
    ...map,
    ...keyTextFastPaths(request, shardOfText, {
      hash: ({ run }, count) => run.elasticsearchAscii(count),
      place: oneByOne((low) => elasticsearchShard(low, primaries, routingShards)),
      texts: false,
    }),
  };
}
