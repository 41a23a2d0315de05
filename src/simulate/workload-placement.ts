import { InputError } from "../base/input-error.ts";
import type { KeyRange } from "../placement/shard-map.ts";
import type { RoutingContext } from "../routing/context.ts";
import { type KeyValue, keyValueOf, nullKey } from "../workload/key-value.ts";
import type { SampledEvent } from "../workload/event-sample.ts";
import type { Value } from "../workload/value.ts";
import type { AccessShape, ShapeUse } from "../workload/workload.ts";

/** Which values of a shape make up the shard key of its table; undefined unless all of its columns are pinned. */
export function keyPositions({ shape, counter }: ShapeUse, { design }: RoutingContext): readonly number[] | undefined {
  const table = design.tables.get(shape.table);
  if (table?.kind !== "sharded") return undefined;
  const positions = table.shardKey.map((column) => counter.columns.indexOf(column));
  return positions.every((position) => position >= 0) ? positions : undefined;
}

/** A key as the log has it, in the type of its columns; undefined where a value is none of that type. */
export function keyOf(table: string, values: readonly Value[], { keyTypes }: RoutingContext): readonly KeyValue[] | undefined {
  const types = keyTypes(table)!;
  const key = values.map((value, column) => keyValue(value, types[column]!));
  return key.every((value) => value !== undefined) ? (key as KeyValue[]) : undefined;
}

function keyValue(value: Value, type: Parameters<typeof keyValueOf>[1]): KeyValue | undefined {
  if (value === null) return nullKey;
  return keyValueOf({ kind: typeof value === "number" ? "number" : "string", text: String(value) }, type);
}

/** The shard of a key; undefined where the target places no such key. */
export function shardOfKey(table: string, key: readonly KeyValue[], { maps }: RoutingContext): number | undefined {
  return unlessRefused(() => maps(table)!.shardOf(key));
}

/**
 * The shards that one sampled access reaches by its list of keys, or by a range of its key; undefined where its values
 * are not logged or don't decide.
 */
export function shardsOfEvent(use: ShapeUse, event: SampledEvent, context: RoutingContext): ReadonlySet<number> | undefined {
  const positions = keyPositions(use, context);
  if (positions === undefined) return shardsOfRange(use.shape, event, context);
  const columns = positions.map((position) => event.values[position]);
  const length = Math.max(...columns.map((values) => values?.length ?? 0));
  const shards = new Set<number>();
  for (let at = 0; at < length; at++) {
    const values = columns.map((column) => (column?.length === 1 ? column[0] : column?.[at]));
    if (values.includes(undefined)) return undefined;
    const key = keyOf(use.shape.table, values as Value[], context);
    const shard = key && shardOfKey(use.shape.table, key, context);
    if (shard === undefined) return undefined;
    shards.add(shard);
  }
  return length === 0 ? undefined : shards;
}

/** Bounds are taken to be inclusive: one shard too many is the careful error. */
function shardsOfRange(shape: AccessShape, event: SampledEvent, context: RoutingContext): ReadonlySet<number> | undefined {
  const table = context.design.tables.get(shape.table);
  if (table?.kind !== "sharded" || table.shardKey.length > 1) return undefined;
  let at = shape.equal.length;
  for (const { column, from, to } of shape.ranges) {
    const bounds = { from: from ? event.values[at++]?.[0] : null, to: to ? event.values[at++]?.[0] : null };
    if (column !== table.shardKey[0]) continue;
    if (bounds.from === undefined || bounds.to === undefined) return undefined;
    const type = context.keyTypes(shape.table)![0]!;
    const bound = (value: Value): { value: KeyValue; inclusive: boolean } | undefined => {
      const key = value === null ? undefined : keyValue(value, type);
      return key && { value: key, inclusive: true };
    };
    const [lower, upper] = [bound(bounds.from), bound(bounds.to)];
    const range: KeyRange = { prefix: [], ...(lower && { from: lower }), ...(upper && { to: upper }) };
    const shards = unlessRefused(() => context.maps(shape.table)!.shardsOfRange(range));
    return shards && new Set(shards);
  }
  return undefined;
}

/** What the target does not place has no shard; anything else that goes wrong is ours. */
function unlessRefused<T>(place: () => T): T | undefined {
  try {
    return place();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
