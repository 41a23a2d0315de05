import type { Design, TableDesign } from "../placement/design.ts";
import type { Schema, TableDefinition } from "../sql/schema.ts";

/** Whether the DDL's spelling of names counts, and that of the design's file. */
export interface Trusted {
  readonly ddl: boolean;
  readonly file: boolean;
}

/**
 * A design and its schema with all names as the database has them. Elsewhere names are in lower case, as they are
 * compared; an export must write `"customerId"` where the column was made so. The DDL decides, and without it the design's
 * file.
 */
export function respelled(design: Design, schema: Schema, trusted: Trusted): { readonly design: Design; readonly schema: Schema } {
  const tableName = (name: string): string => {
    const definition = schema.tables.get(name);
    const spelled = definition === undefined ? trusted.file && design.tables.get(name)?.spelled?.table : trusted.ddl && definition.spelled;
    return spelled || name;
  };
  const columnName = (table: string, column: string): string =>
    (trusted.ddl && schema.tables.get(table)?.columns.get(column)?.spelled) || column;
  const designOf = (name: string, table: TableDesign): TableDesign => {
    if (table.kind !== "sharded") return table;
    const { shardKey, colocatedWith, spelled } = table;
    return {
      ...table,
      shardKey: shardKey.map((column, index) =>
        schema.tables.has(name) || !trusted.file ? columnName(name, column) : (spelled?.shardKey[index] ?? column),
      ),
      colocatedWith: colocatedWith === undefined ? undefined : tableName(colocatedWith),
    };
  };
  const definitionOf = (table: TableDefinition): TableDefinition => {
    const own = (columns: readonly string[]): readonly string[] => columns.map((column) => columnName(table.name, column));
    return {
      ...table,
      name: tableName(table.name),
      columns: new Map(
        [...table.columns.values()].map((column) => {
          const name = columnName(table.name, column.name);
          return [name, { ...column, name }];
        }),
      ),
      primaryKey: table.primaryKey && own(table.primaryKey),
      uniqueKeys: table.uniqueKeys.map(own),
      foreignKeys: table.foreignKeys.map((key) => ({
        columns: own(key.columns),
        table: tableName(key.table),
        references: key.references.map((column) => columnName(key.table, column)),
      })),
      ...(table.partitionOf !== undefined && { partitionOf: tableName(table.partitionOf) }),
    };
  };
  return {
    design: { ...design, tables: new Map([...design.tables].map(([name, table]) => [tableName(name), designOf(name, table)])) },
    schema: { tables: new Map([...schema.tables].map(([name, table]) => [tableName(name), definitionOf(table)])) },
  };
}
