import { InputError } from "../../base/input-error.ts";
import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { allShards } from "../hashed-map.ts";
import { wordsModulo } from "../hashes/words.ts";
import type { MapRequest } from "../map-request.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Apache ShardingSphere with the INLINE algorithm `t_${column % N}`: the value itself modulo the number of shards.
 * Java's remainder of a negative number is negative and names no table, so negative keys are refused unless N divides
 * them.
 */
export const shardingsphere: Target = {
  name: "shardingsphere",
  summary: "Apache ShardingSphere, INLINE algorithm: the integer modulo the number of shards",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: ["hash"],
  options: () => ["type"],
  keyTypes: () => ["int16", "int32", "int64"],
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: inlineModulo,
};

function inlineModulo(request: MapRequest): ShardMap {
  const { where, shards, shardKey } = request;
  if (shardKey.length !== 1) {
    throw new InputError(`${where}: the INLINE algorithm takes one column, not ${shardKey.join(", ")}`, {
      hint: "name one sharding column as the shardKey",
    });
  }
  const shardCount = shards.length;
  const shardOf = (key: readonly KeyValue[]): number => {
    const value = key[0]!;
    if (typeOfKey(value) !== "int") refuseKey(where, value, "only integers have a remainder", "give an integer");
    const remainder = Number(BigInt(textOfKey(value)) % BigInt(shardCount));
    if (remainder < 0) refuseKey(where, value, "its remainder is negative in Java", "use keys from 0 up");
    return remainder;
  };
  return {
    shardCount,
    identity: `shardingsphere/inline/${shards.join(",")}`,
    keeps: "hash",
    shardOf,
    shardOfInteger: (low, high) => (high < 0 ? -1 : wordsModulo(low, high, shardCount)),
    shardsOfRange: () => allShards(shardCount),
  };
}
