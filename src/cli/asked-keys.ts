import type { AskedKey } from "../analyze/candidates.ts";
import type { Pin } from "../analyze/designs/design-options.ts";
import type { Schema } from "../sql/schema.ts";

/**
 * The keys of `--key` under the names that tables and columns have in the log or schema: as they were typed where there
 * is such a name, else the one that differs in case only, for a log writes `"customerId"` where people type customerid.
 * Names that match nothing stay as typed; what is wrong with them is said when they are judged.
 */
export function resolveAskedKeys(asked: readonly AskedKey[], schema: Schema): AskedKey[] {
  return asked.map(({ table, key }) => {
    const found = resolve(table, [...schema.tables.keys()]);
    const columns = [...(schema.tables.get(found)?.columns.keys() ?? [])];
    return { table: found, key: key.map((column) => resolve(column, columns)) };
  });
}

/** The same for the tables and columns of `--pin` and `--reference`. */
export function resolvePins(pins: readonly Pin[], schema: Schema): Pin[] {
  return pins.map(({ table, to }) => {
    if (to.kind !== "sharded") return { table: resolve(table, [...schema.tables.keys()]), to };
    const [resolved] = resolveAskedKeys([{ table, key: to.key }], schema);
    return { table: resolved!.table, to: { kind: "sharded", key: resolved!.key } };
  });
}

function resolve(typed: string, names: readonly string[]): string {
  if (names.includes(typed)) return typed;
  const alike = names.filter((name) => name.toLowerCase() === typed.toLowerCase());
  return alike.length === 1 ? alike[0]! : typed.toLowerCase();
}
