import { jumpBucket } from "../hashes/jump.ts";
import { hashedMap } from "../hashed-map.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Jump consistent hash of the generic hash. Perfectly even, no memory, and from N to N+1 exactly the keys of the new
 * shard move; but only the last shard can be taken away.
 */
export const jump: Strategy = {
  name: "jump",
  summary: "jump consistent hash: least movement, shards are added and removed at the end only",
  source: "Lamping, Veach: A Fast, Minimal Memory, Consistent Hash Algorithm, 2014 (arXiv:1406.2294)",
  options: [],
  shardMap: (request) => {
    const shardCount = request.shards.length;
    return hashedMap(
      request,
      "jump",
      (low, high) => jumpBucket(low, high, shardCount),
      undefined,
      ({ run }, count) => run.placeJump(count, shardCount),
    );
  },
};
