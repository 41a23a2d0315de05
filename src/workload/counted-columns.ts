import { byName } from "../base/order.ts";
import { accessesOf } from "../sql/constraints.ts";
import type { Schema } from "../sql/schema.ts";
import type { TemplateSums } from "./part.ts";

/** Table -> the columns whose values are worth counting. A table that is not in it has all its pinned columns counted. */
export type CountedColumns = ReadonlyMap<string, ReadonlySet<string>>;

/** Names that key and time columns go by. */
const keyName = /(^|_)(id|uuid|guid|key|code|ts|time|timestamp|at|date|day)$/;

/** Columns per table, beside those that a key of the schema or the user names. */
const columnLimit = 6;

/**
 * Which columns' values the main scan counts, from a first look at the input. Counting whole inserted rows would keep the
 * log in memory; counting what statements look rows up by, join on and bound keeps what a shard key could be made of. The
 * look is at fixed places of the input, so the choice does not depend on how many workers follow it.
 */
export function countedColumnsOf(
  templates: Iterable<TemplateSums>,
  schema: Schema,
  named: readonly { readonly table: string; readonly columns: readonly string[] }[],
): CountedColumns {
  const weights = new Map<string, Map<string, number>>();
  const inserted = new Map<string, string[]>();
  for (const { template, pattern, executions } of templates) {
    for (const { table, use, equal, ranges, joins } of accessesOf(pattern, template.slots)) {
      const columns = weights.get(table) ?? new Map<string, number>();
      weights.set(table, columns);
      if (use === "insert") {
        if (!inserted.has(table))
          inserted.set(
            table,
            equal.map(({ column }) => column),
          );
        continue;
      }
      for (const { column } of [...equal, ...ranges, ...joins])
        columns.set(column, (columns.get(column) ?? 0) + executions);
    }
  }
  const counted = new Map<string, Set<string>>();
  for (const [table, columns] of weights) {
    const ranked = [...columns].sort(([a, x], [b, y]) => y - x || byName(a, b)).map(([column]) => column);
    const declared = schema.tables.get(table);
    const keys = [
      declared?.primaryKey ?? [],
      ...(declared?.uniqueKeys ?? []),
      ...(declared?.foreignKeys ?? []).map((key) => key.columns),
    ].flat();
    // Columns are in lower case here, tables as the log writes them.
    const own = named
      .filter((key) => key.table.toLowerCase() === table.toLowerCase())
      .flatMap((key) => key.columns.map((column) => column.toLowerCase()));
    const chosen = new Set([...ranked.slice(0, columnLimit), ...keys, ...own]);
    counted.set(table, chosen);
  }
  // Columns that are only ever inserted count where they are named like a key, of this table or of another.
  const names = new Set([...counted.values()].flatMap((columns) => [...columns]));
  for (const [table, columns] of inserted) {
    const chosen = counted.get(table)!;
    const likely = columns.filter((column) => names.has(column) || keyName.test(column));
    for (const column of chosen.size > 0 ? likely.filter((name) => names.has(name)) : likely) {
      if (chosen.size < columnLimit) chosen.add(column);
    }
    if (chosen.size === 0) for (const column of columns.slice(0, 2)) chosen.add(column);
  }
  // Of a table whose columns the first look did not show (inserts logged without their rows) nothing is left out later.
  for (const [table, chosen] of counted) if (chosen.size === 0) counted.delete(table);
  return counted;
}
