import type { PlaceHash } from "../../placement/hashed-map.ts";
import { wordsModulo } from "../../placement/hashes/words.ts";

/** Where a key of this hash is under the strategy "hash": which rows are on one shard hangs on the values, not on it. */
export function hashPlacement(shardCount: number): PlaceHash {
  return (low, high) => wordsModulo(low, high, shardCount);
}
