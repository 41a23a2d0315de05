import { assert } from "../base/assert.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { allShards } from "./hashed-map.ts";
import type { MapRequest } from "./map-request.ts";
import type { ShardMap, TraceStep } from "./shard-map.ts";

/** Where a target's function puts a key, and what it computed on the way. */
export interface Placed {
  readonly shard: number;
  readonly steps: readonly TraceStep[];
}

/**
 * The shard map of a target that places whole keys by its own function. `identity` names function, sizes and
 * encodings.
 */
export function placedMap(
  request: MapRequest,
  identity: string,
  place: (key: readonly KeyValue[]) => Placed,
): ShardMap {
  const { shards, types } = request;
  const checked = (key: readonly KeyValue[]): Placed => {
    assert(key.length === types.length, `a key of ${types.length} columns was asked for with ${key.length}`);
    return place(key);
  };
  return {
    shardCount: shards.length,
    identity: `${identity}/${shards.join(",")}/${types.join(",")}`,
    keeps: "hash",
    shardOf: (key) => checked(key).shard,
    shardsOfRange: () => allShards(shards.length),
    trace: (key) => checked(key).steps,
  };
}
