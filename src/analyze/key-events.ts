import type { KeyRange } from "../placement/shard-map.ts";
import type { SampledEvent } from "../workload/event-sample.ts";
import type { KeyValue } from "../workload/key-value.ts";
import type { Value } from "../workload/value.ts";
import type { ColumnValues } from "./column-values.ts";
import { hashedKeyOf } from "./key-hashes.ts";
import type { HashedKey } from "./placing.ts";
import { pinnedPrefix } from "./routing-class.ts";
import type { ShapeLoad } from "./table-load.ts";

/** Values of an access are combined up to this many keys. */
const keyLimit = 256;

/**
 * The keys that a sampled access asks for; undefined when the log does not have the values. Lists of equal length
 * belong together value by value (the rows of an insert), others meet in every combination.
 */
export function keysOfEvent(
  event: SampledEvent,
  positions: readonly number[],
  columns: readonly ColumnValues[],
): readonly HashedKey[] | undefined {
  let single = true;
  for (const position of positions) {
    const list = event.values[position];
    if (list === undefined || list.length === 0) return undefined;
    if (list.length > 1) single = false;
  }
  if (single)
    return [
      hashedKey(
        positions.map((position) => event.values[position]![0]!),
        columns,
      ),
    ];
  const lists = positions.map((position) => event.values[position]!);
  const lengths = new Set(lists.map(({ length }) => length).filter((length) => length > 1));
  const tuples = lengths.size <= 1 ? paired(lists) : combined(lists);
  return tuples.map((tuple) => hashedKey(tuple, columns));
}

function hashedKey(values: readonly Value[], columns: readonly ColumnValues[]): HashedKey {
  return hashedKeyOf(columns, values.map((value, column) => columns[column]!.codeOf(value)));
}

function paired(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: Math.min(length, keyLimit) }, (_, row) =>
    lists.map((list) => list[list.length === 1 ? 0 : row]!),
  );
}

function combined(lists: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  let tuples: (readonly Value[])[] = [[]];
  for (const list of lists)
    tuples = tuples.flatMap((tuple) => list.map((value) => [...tuple, value])).slice(0, keyLimit);
  return tuples;
}

/**
 * The ranges of the key that a sampled access covers: its pinned leading columns, then its bounds on the next one.
 * Bounds are taken as inclusive, which never claims fewer shards than there are. Undefined when the log does not have
 * the values.
 */
export function rangesOfEvent(
  event: SampledEvent,
  { use }: ShapeLoad,
  key: readonly string[],
  columns: readonly ColumnValues[],
): readonly KeyRange[] | undefined {
  const { shape } = use;
  const prefixLength = pinnedPrefix(shape, key);
  const keyOf = (column: number, code: number): KeyValue => columns[column]!.keyOf(code);
  let prefixes: readonly (readonly KeyValue[])[] = [[]];
  if (prefixLength > 0) {
    const positions = key
      .slice(0, prefixLength)
      .map((column) => shape.equal.findIndex((equal) => equal.column === column));
    const found = keysOfEvent(event, positions, columns.slice(0, prefixLength));
    if (found === undefined) return undefined;
    prefixes = found.map(({ codes }) => codes.map((code, column) => keyOf(column, code)));
  }
  const bounds = boundsOf(event, shape, key[prefixLength]);
  if (bounds === undefined) return undefined;
  const bound = (value: Value) => ({
    value: keyOf(prefixLength, columns[prefixLength]!.codeOf(value)),
    inclusive: true,
  });
  return prefixes.map((prefix) => ({
    prefix,
    ...(bounds.from !== undefined && { from: bound(bounds.from) }),
    ...(bounds.to !== undefined && { to: bound(bounds.to) }),
  }));
}

function boundsOf(
  event: SampledEvent,
  shape: ShapeLoad["use"]["shape"],
  column: string | undefined,
): { readonly from?: Value; readonly to?: Value } | undefined {
  let position = shape.equal.length;
  for (const range of shape.ranges) {
    const from = range.from ? event.values[position++]?.[0] : undefined;
    const to = range.to ? event.values[position++]?.[0] : undefined;
    if (range.column !== column) continue;
    if ((range.from && from === undefined) || (range.to && to === undefined)) return undefined;
    return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  }
  return {};
}
