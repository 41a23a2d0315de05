import type { PlaceMany } from "./place-all.ts";
import type { KeyValue } from "../workload/key-value.ts";

/** Which shard owns a key. Total: every key has exactly one owner. */
export interface ShardMap extends PlaceMany {
  readonly shardCount: number;
  /** Two tables whose maps have the same identity put equal keys on the same shard. */
  readonly identity: string;
  /**
   * "order": a range of keys is a range of shards. "hash": only whole keys can be placed. "prefix": the key has
   * several columns, and pinning the leading ones narrows the shards, but bounds on the last pinned one do not.
   */
  readonly keeps: "order" | "hash" | "prefix";
  /** Shard index of a whole key. Throws InputError when a value has a type that the target can't place. */
  shardOf(key: readonly KeyValue[]): number;
  /**
   * Shards that may own keys with this prefix and, on the next column, within the bounds, in ascending order. All
   * shards where only whole keys can be placed. Empty when no key can be within the bounds.
   */
  shardsOfRange(range: KeyRange): readonly number[];
  /** What the target computes on the way to the shard, in its own words: hash, token, slot, keyspace id, range. */
  trace?(key: readonly KeyValue[]): readonly TraceStep[];
  /**
   * Fast path for a key of one integer column: the low and high 32 bits of its 64-bit two's complement. The same
   * answer as `shardOf`, or -1 where that one is to be asked: it refuses the key, and says why. Absent where the map has no
   * fast path or the column is no integer.
   */
  readonly shardOfInteger?: (low: number, high: number) => number;
  /**
   * The shard of a key by its generic hash (`key-hash.ts`), where the map looks at nothing else: a key that was
   * hashed once is placed on many maps.
   */
  readonly shardOfHash?: (low: number, high: number) => number;
  /** Fast path for a key of one text column: UTF-8 in `bytes[start..end)`. Like `shardOfInteger`, -1 for a key to ask for. */
  readonly shardOfText?: (bytes: Uint8Array, start: number, end: number) => number;
}

export interface TraceStep {
  readonly what: string;
  readonly value: string;
}

export interface KeyRange {
  /** Leading columns that are pinned. */
  readonly prefix: readonly KeyValue[];
  /** Bounds on the column after the prefix; undefined is open. */
  readonly from?: { readonly value: KeyValue; readonly inclusive: boolean };
  readonly to?: { readonly value: KeyValue; readonly inclusive: boolean };
}
