import type { Movement } from "./movement.ts";

/**
 * How many shards' worth the cluster carries while `fraction` of every transfer is done: the whole over what the busiest
 * shard has then. For even loads from B to A shards that is 1 / (1/B - f (1/B - 1/A)). 0 where there is nothing.
 */
export function capacityAt({ before, after, total }: Movement, fraction: number): number {
  let busiest = 0;
  for (let shard = 0; shard < before.length; shard++)
    busiest = Math.max(busiest, before[shard]! + fraction * (after[shard]! - before[shard]!));
  return busiest === 0 ? 0 : total / busiest;
}
