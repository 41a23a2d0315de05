import type { TypeNames } from "../column-types.ts";
import { columnLines, createTable } from "../create-table.ts";
import type { ExportRequest, Gap, PlainTable } from "../exported.ts";
import { list } from "../identifiers.ts";

/** Tables that are not sharded, with their own keys. */
export function plainSqlTables(
  tables: readonly PlainTable[],
  request: ExportRequest,
  system: TypeNames & { readonly quoted: (name: string) => string },
  gaps: Gap[],
  tail = "",
): readonly string[] {
  return tables.map((table) => {
    const columns = columnLines(table, request, system);
    gaps.push(...columns.gaps);
    const { primaryKey, uniqueKeys } = table.definition!;
    const keys = [
      ...(primaryKey === undefined ? [] : [`PRIMARY KEY (${list(primaryKey, system.quoted)})`]),
      ...uniqueKeys.map((key) => `UNIQUE (${list(key, system.quoted)})`),
    ];
    return createTable(system.quoted(table.name), [...columns.lines, ...keys], tail);
  });
}
