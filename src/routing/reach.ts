import { InputError } from "../base/input-error.ts";
import type { KeyRange, ShardMap } from "../placement/shard-map.ts";
import type { Bound, Pin } from "../sql/constraints/closure.ts";
import { nullKey, type KeyValue } from "../workload/key-value.ts";
import type { Because, Route } from "./route.ts";
import type { RoutingRules } from "./routing-rules.ts";

/** How far one request to one sharded table, or to several that live together, reaches. */
export interface Reach {
  readonly class: "none" | "single-shard" | "multi-shard" | "scatter-gather";
  readonly because: Because;
  readonly shards: Route["shards"];
  /** Two single-shard reaches with equal signatures go to the same shard. */
  readonly signature: string | undefined;
  readonly note?: string;
}

/** Keys of a list are placed one by one up to this many; past it the shards count as all. */
const keyLimit = 100_000;

/** Where a key that is restricted like this can be: one pin for each column of the shard key, in the key's order. */
export function reachOf(pins: readonly Pin[], map: ShardMap | undefined, rules: RoutingRules): Reach {
  if (pins.some((pin) => pin.to === "none"))
    return { class: "none", because: "contradiction", shards: [], signature: undefined };
  const values = pins.map((pin) => columnValues(pin, rules));
  if (values.some((value) => value === "nowhere"))
    return { class: "none", because: "null-key", shards: [], signature: undefined };
  const known = values as readonly Exclude<ColumnValues, "nowhere">[];
  const whole = known.every((value) => value !== undefined);
  if (whole && known.every((value) => value.one)) {
    const because = pins.some((pin) => pin.isNull) ? "null-key" : "equal";
    return { class: "single-shard", because, ...placed(known, map), signature: signatureOf(known, map) };
  }
  if (whole) {
    const because = pins.some((pin) => pin.given) ? "subquery" : "in-list";
    return { class: "multi-shard", because, ...placed(known, map), signature: undefined };
  }
  return (
    narrowed(pins, known, map, rules) ?? {
      class: "scatter-gather",
      because: reasonFor(pins),
      shards: allShards(map),
      signature: undefined,
    }
  );
}

/** Where inserted rows with these keys go. */
export function reachOfRows(
  rows: readonly (readonly KeyValue[])[],
  map: ShardMap | undefined,
): Pick<Reach, "shards" | "note"> {
  return placeKeys(rows, map);
}

interface KnownValues {
  readonly one: boolean;
  /** Undefined while the values are not known. */
  readonly values: readonly KeyValue[] | undefined;
  readonly id: string | undefined;
  readonly unfit?: string | undefined;
}

/** Undefined: not restricted to values. */
type ColumnValues = KnownValues | "nowhere" | undefined;

function columnValues(pin: Pin, rules: RoutingRules): ColumnValues {
  if (pin.to === "one" || pin.to === "many")
    return {
      one: pin.to === "one",
      values: pin.values as readonly KeyValue[] | undefined,
      id: pin.id,
      unfit: pin.unfit,
    };
  if (!pin.isNull || rules.nullKey === "unseen") return undefined;
  return rules.nullKey === "placed" ? { one: true, values: [nullKey], id: "null" } : "nowhere";
}

function signatureOf(values: readonly KnownValues[], map: ShardMap | undefined): string | undefined {
  const parts: string[] = [];
  for (const { values: known, id } of values) {
    const part = known?.length === 1 ? known[0] : id === undefined ? undefined : `=${id}`;
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return JSON.stringify([map?.identity, ...parts]);
}

function placed(
  values: readonly (KnownValues | undefined)[],
  map: ShardMap | undefined,
): Pick<Reach, "shards" | "note"> {
  let keys: readonly (readonly KeyValue[])[] = [[]];
  for (const value of values) {
    const column = value?.values;
    if (value?.unfit !== undefined)
      return { shards: "not-placeable", note: `${JSON.stringify(value.unfit)} is no value of the shard key's type` };
    if (column === undefined) return { shards: "not-logged" };
    if (keys.length * column.length > keyLimit)
      return { shards: allShards(map), note: `more than ${keyLimit} keys: not placed one by one` };
    keys = keys.flatMap((key) => column.map((next) => [...key, next]));
  }
  return placeKeys(keys, map);
}

function placeKeys(
  keys: readonly (readonly KeyValue[])[],
  map: ShardMap | undefined,
): Pick<Reach, "shards" | "note"> {
  if (map === undefined) return { shards: "not-placeable", note: "the type of the shard key is not known" };
  const shards = new Set<number>();
  try {
    for (const key of keys) shards.add(map.shardOf(key));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { shards: "not-placeable", note: error.message };
  }
  return { shards: [...shards].toSorted((a, b) => a - b) };
}

/** The leading columns are pinned, or bounded under a map that keeps order. */
function narrowed(
  pins: readonly Pin[],
  known: readonly (KnownValues | undefined)[],
  map: ShardMap | undefined,
  rules: RoutingRules,
): Reach | undefined {
  if (map === undefined || map.keeps === "hash") return undefined;
  const open = known.findIndex((value) => value === undefined);
  const prefix = known.slice(0, open) as readonly KnownValues[];
  const bounds = pins[open]!;
  const ranged =
    map.keeps === "order" &&
    (rules.ranges === "closed"
      ? bounds.from !== undefined && bounds.until !== undefined
      : bounds.from !== undefined || bounds.until !== undefined);
  if (open === 0 && !ranged) {
    const excluded = bounds.compared === "inequality" && map.keeps === "order" && rules.inequality === "ranges";
    return excluded
      ? { class: "multi-shard", because: "inequality", shards: allShards(map), signature: undefined }
      : undefined;
  }
  const because: Because = ranged ? "range" : "partial-key";
  const multi = (shards: Route["shards"]): Reach => ({ class: "multi-shard", because, shards, signature: undefined });
  const prefixes = keysOf(prefix);
  if (prefixes === undefined || (ranged && !knownBounds(bounds))) return multi("not-logged");
  const range: Omit<KeyRange, "prefix"> = ranged ? rangeOf(bounds) : {};
  const shards = new Set<number>();
  try {
    for (const key of prefixes) for (const shard of map.shardsOfRange({ prefix: key, ...range })) shards.add(shard);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...multi("not-placeable"), note: error.message };
  }
  return multi([...shards].toSorted((a, b) => a - b));
}

function keysOf(columns: readonly KnownValues[]): readonly (readonly KeyValue[])[] | undefined {
  let keys: readonly (readonly KeyValue[])[] = [[]];
  for (const { values } of columns) {
    if (values === undefined || keys.length * values.length > keyLimit) return undefined;
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  return keys;
}

const knownBounds = (pin: Pin): boolean =>
  (pin.from === undefined || pin.from.value !== undefined) &&
  (pin.until === undefined || pin.until.value !== undefined);

function rangeOf(pin: Pin): Omit<KeyRange, "prefix"> {
  const bound = ({ value, inclusive }: Bound) => ({ value: value as KeyValue, inclusive });
  return {
    ...(pin.from !== undefined && { from: bound(pin.from) }),
    ...(pin.until !== undefined && { to: bound(pin.until) }),
  };
}

function reasonFor(pins: readonly Pin[]): Because {
  if (pins.some((pin) => pin.compared === "function")) return "function-of-key";
  if (pins.some((pin) => pin.compared === "inequality" || pin.from !== undefined || pin.until !== undefined))
    return "inequality";
  return "no-key";
}

const allShards = (map: ShardMap | undefined): readonly number[] | "not-placeable" =>
  map === undefined ? "not-placeable" : Array.from({ length: map.shardCount }, (_, shard) => shard);
