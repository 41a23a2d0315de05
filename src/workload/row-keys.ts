import { byName } from "../base/order.ts";
import type { Schema } from "../sql/schema.ts";
import type { WorkloadPart } from "./part.ts";

/** Pairs of columns beside the keys that the schema or the user names. */
export const pairLimit = 15;

/**
 * The keys of a data set that are judged: each column; the schema's keys and those that the user named; and pairs of the columns
 * that tell rows apart best, the one with fewer values first, as in (tenant, id). `look` has each column counted over the first
 * rows.
 */
export function rowKeysOf(
  table: string,
  columns: readonly string[],
  look: WorkloadPart,
  schema: Schema,
  named: readonly { readonly table: string; readonly columns: readonly string[] }[],
): readonly (readonly string[])[] {
  const names = [...new Set(columns.map((column) => column.toLowerCase()))];
  const declared = schema.tables.get(table);
  const told = [
    ...named
      .filter((key) => key.table.toLowerCase() === table)
      .map((key) => key.columns.map((name) => name.toLowerCase())),
    ...(declared?.primaryKey === undefined ? [] : [declared.primaryKey]),
    ...(declared?.uniqueKeys ?? []),
  ].filter((key) => key.length > 1 && key.every((column) => names.includes(column)));
  const keys = [...names.map((column) => [column]), ...told, ...pairsOf(names, look)];
  return [...new Map(keys.map((key) => [key.join("\0"), key])).values()];
}

/** A column without repeats tells rows apart by itself; one with a single value never does. */
function pairsOf(names: readonly string[], look: WorkloadPart): readonly (readonly string[])[] {
  const distinct = new Map<string, number>();
  for (const { shape, counter } of look.shapes.values()) distinct.set(shape.equal[0]!.column, counter.distinct.count);
  const useful = names
    .filter((name) => (distinct.get(name) ?? 0) > 1)
    .toSorted((a, b) => distinct.get(b)! - distinct.get(a)! || byName(a, b))
    .slice(0, 6)
    .toReversed();
  return useful.flatMap((first, index) => useful.slice(index + 1).map((second) => [first, second])).slice(0, pairLimit);
}
