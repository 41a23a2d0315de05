import type { Choices } from "./choices.ts";
import { isUnknown, type Known } from "./known.ts";
import { onShards } from "./rank.ts";
import { windowCount, type WindowedEvents } from "./worst-window.ts";

/** Work per window of the log's time and shard, under the recommended design. */
export interface ShardLoadOverTime {
  readonly shardCount: number;
  readonly fromMicros: number;
  readonly windowMicros: number;
  /** Tables whose work is in it, in the order of their names' place in the analysis. */
  readonly tables: readonly string[];
  /** Sharded tables of which it is not known how a window's work lies on the shards, with the reason. */
  readonly leftOut: readonly { readonly table: string; readonly reason: string }[];
  /** Share of the sampled work, window by window and shard by shard in it; they add up to 1. */
  readonly shares: readonly (readonly number[])[];
}

/**
 * Adds the tables' sampled work up. What follows no key of a table is on all shards in equal parts, as in
 * `worstWindowOf`. Copied and unsharded tables are left out: no shard stands out by them.
 */
export function shardLoadOverTime(
  { keys }: Choices,
  shardCount: number,
  windowed: (table: string) => WindowedEvents,
): Known<ShardLoadOverTime> {
  const loads = new Float64Array(windowCount * shardCount);
  const tables: string[] = [];
  const leftOut: { table: string; reason: string }[] = [];
  let first: WindowedEvents | undefined;
  for (const [table, { evaluation }] of keys) {
    const { placedByWindow, worstWindow } = onShards(evaluation, shardCount);
    if (placedByWindow === undefined) {
      leftOut.push({ table, reason: isUnknown(worstWindow) ? worstWindow.unknown : "no window was judged" });
      continue;
    }
    const events = windowed(table);
    first ??= events;
    tables.push(table);
    for (let window = 0; window < windowCount; window++) {
      const placed = placedByWindow.subarray(window * shardCount, (window + 1) * shardCount);
      const even = Math.max(0, events.sums[window]! - placed.reduce((sum, load) => sum + load, 0)) / shardCount;
      placed.forEach((load, shard) => (loads[window * shardCount + shard]! += load + even));
    }
  }
  const total = loads.reduce((sum, load) => sum + load, 0);
  if (first === undefined || total === 0)
    return { unknown: leftOut[0]?.reason ?? "no table is sharded under the recommended design" };
  return {
    shardCount,
    fromMicros: first.fromMicros,
    windowMicros: first.widthMicros,
    tables,
    leftOut,
    shares: Array.from({ length: windowCount }, (_, window) =>
      Array.from(loads.subarray(window * shardCount, (window + 1) * shardCount), (load) => load / total),
    ),
  };
}
