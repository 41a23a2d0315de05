import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { wordsModulo } from "../hashes/words.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { placedMap } from "../placed-map.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * ClickHouse's Distributed engine with the key itself as the sharding expression and equal weights: the value modulo
 * the number of shards. Expressions such as cityHash64(key) are not computed.
 */
export const clickhouse: Target = {
  name: "clickhouse",
  summary: "ClickHouse: Distributed engine with the integer key as its sharding expression, equal weights",
  placement: "exact",
  caveat: "only for tables whose sharding expression is the key column itself",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type"],
  keyTypes: () => ["int16", "int32", "int64"],
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: remainder,
};

function remainder(request: MapRequest): ShardMap {
  const { where, shards } = request;
  requireOneColumn(request, "the sharding expression");
  const integerOf = (value: KeyValue): bigint => {
    if (typeOfKey(value) === "int" && !textOfKey(value).startsWith("-")) return BigInt(textOfKey(value));
    return refuseKey(where, value, "the sharding expression must be an unsigned integer", "use keys from 0 up");
  };
  const map = placedMap(request, "clickhouse/key", ([value]) => {
    const shard = Number(integerOf(value!) % BigInt(shards.length));
    return { shard, steps: [] };
  });
  return { ...map, shardOfInteger: (low, high) => (high < 0 ? -1 : wordsModulo(low, high, shards.length)) };
}
