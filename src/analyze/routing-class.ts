import type { Because } from "../routing/route.ts";
import type { AccessShape } from "../workload/workload.ts";

/** How an access fares under a key, before any value is looked at. */
export interface RoutingClass {
  readonly class: "single-shard" | "multi-shard" | "scatter-gather" | "unknown";
  readonly because: Because;
}

/**
 * The class that a key gives to a way of reaching its table. `keepsOrder` says that ranges of the key are ranges of
 * shards. An insert without the key is "unknown": the row goes to one shard, but who routes it must first learn the
 * key.
 */
export function routingClassOf(shape: AccessShape, key: readonly string[], keepsOrder: boolean): RoutingClass {
  const pinned = key.map((column) => shape.equal.find((equal) => equal.column === column));
  if (pinned.every((equal) => equal !== undefined)) {
    if (!pinned.some(({ list }) => list)) return { class: "single-shard", because: "equal" };
    return { class: "multi-shard", because: shape.use === "insert" ? "rows" : "in-list" };
  }
  if (shape.use === "insert") return { class: "unknown", because: "missing-key" };
  if (!keepsOrder) {
    return {
      class: "scatter-gather",
      because: shape.ranges.some(({ column }) => key.includes(column)) ? "inequality" : "no-key",
    };
  }
  const prefix = pinnedPrefix(shape, key);
  if (prefix > 0) return { class: "multi-shard", because: "partial-key" };
  if (shape.ranges.some(({ column }) => column === key[0])) return { class: "multi-shard", because: "range" };
  return { class: "scatter-gather", because: "no-key" };
}

/** How many leading columns of the key are pinned. */
export function pinnedPrefix(shape: AccessShape, key: readonly string[]): number {
  let prefix = 0;
  while (prefix < key.length && shape.equal.some(({ column }) => column === key[prefix])) prefix++;
  return prefix;
}
