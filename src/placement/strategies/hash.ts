import { wordsModulo } from "../hashes/words.ts";
import { hashedMap } from "../hashed-map.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Hash modulo: the generic hash (`key-hash.ts`) modulo the number of shards. Even and fast, and the worst to reshard:
 * from N to M shards only min(N, M) / lcm(N, M) of the keys stay where they are, 1/(N+1) from N to N+1.
 */
export const hash: Strategy = {
  name: "hash",
  summary: "hash of the key modulo the number of shards",
  source: "textbook; what stays put follows from the Chinese remainder theorem",
  options: [],
  shardMap: (request) => {
    const shardCount = request.shards.length;
    return hashedMap(
      request,
      "hash",
      (low, high) => wordsModulo(low, high, shardCount),
      undefined,
      ({ run }, count) => run.placeModulo(count, shardCount),
    );
  },
};
