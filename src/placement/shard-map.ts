import type { KeyValue } from "../workload/key-value.ts";

/** Which shard owns a key. Total: every key has exactly one owner. */
export interface ShardMap {
  readonly shardCount: number;
  /** Two tables whose maps have the same identity put equal keys on the same shard. */
  readonly identity: string;
  /** "order": a range of keys is a range of shards. "hash": only whole keys can be placed. */
  readonly keeps: "order" | "hash";
  /** Shard index of a whole key. Throws InputError when a value has a type that the target can't place. */
  shardOf(key: readonly KeyValue[]): number;
  /** Shards that may own keys with this prefix and, on the next column, within the bounds. Only where order is kept. */
  shardsOfRange(range: KeyRange): readonly number[];
}

export interface KeyRange {
  /** Leading columns that are pinned. */
  readonly prefix: readonly KeyValue[];
  /** Bounds on the column after the prefix; undefined is open. */
  readonly from?: { readonly value: KeyValue; readonly inclusive: boolean };
  readonly to?: { readonly value: KeyValue; readonly inclusive: boolean };
}
