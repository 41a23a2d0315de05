import type { RequestStreams } from "./request-streams.ts";
import type { KeySpace } from "./key-space.ts";
import type { Operation } from "./scenario.ts";

/**
 * The shards that an operation of several keys or several shards goes to: distinct and ascending. The keys that were
 * drawn are added to `drawnKeys`.
 */
export function drawShards(
  operation: Operation,
  keys: KeySpace,
  shards: number,
  streams: Pick<RequestStreams, "keys" | "shards">,
  drawnKeys: number[] | undefined,
): readonly number[] {
  if (operation.touches === "all") return Array.from({ length: shards }, (_, shard) => shard);
  if (operation.touches !== "keys") return someOf(shards, operation.touches, streams);
  const touched = new Set<number>();
  const { from, to } = operation.keyCount;
  const drawn = from === to ? from : from + Math.floor(streams.keys.next() * (to - from + 1));
  const count = Math.max(1, drawn);
  const first = operation.consecutive ? keys.draw(streams.keys) : 0;
  for (let at = 0; at < count; at++) {
    // A scan that reaches the last key ends there.
    if (operation.consecutive && first + at >= keys.count) break;
    const key = operation.consecutive ? first + at : keys.draw(streams.keys);
    drawnKeys?.push(key);
    touched.add(keys.shardOf(key));
  }
  return [...touched].sort((a, b) => a - b);
}

/** Robert Floyd's sampling: any set of so many shards is as likely as any other. */
function someOf(shards: number, count: number, { shards: chance }: Pick<RequestStreams, "shards">): number[] {
  const chosen = new Set<number>();
  for (let last = shards - count; last < shards; last++) {
    const pick = Math.floor(chance.next() * (last + 1));
    chosen.add(chosen.has(pick) ? last : pick);
  }
  return [...chosen].sort((a, b) => a - b);
}
