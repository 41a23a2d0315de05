import { columnTypeOf } from "./ddl/column-type.ts";
import type { ForeignKey, Schema, TableDefinition } from "./schema.ts";
import type { Dialect } from "./template.ts";

/** A database's own account of its tables, as its catalogue gives it. Names are as they are stored there. */
export interface Catalogue {
  /** In the order of the tables and of their columns. */
  readonly columns: readonly CatalogueColumn[];
  /** Primary and unique keys, columns in the key's order. */
  readonly keys: readonly { readonly table: string; readonly primary: boolean; readonly columns: readonly string[] }[];
  readonly foreignKeys: readonly ({ readonly from: string } & ForeignKey)[];
  /** Partition -> the table that it is a partition of. */
  readonly partitions: ReadonlyMap<string, string>;
}

export interface CatalogueColumn {
  readonly table: string;
  readonly column: string;
  /** As DDL would say it, such as `numeric(12,2)`. */
  readonly type: string;
  readonly nullable: boolean;
}

/** The schema that a catalogue declares, the same as its DDL would come to. */
export function schemaOfCatalogue(catalogue: Catalogue, dialect: Dialect): Schema {
  const tables = new Map<string, TableDefinition>();
  for (const { table } of catalogue.columns) {
    const name = table.toLowerCase();
    if (!tables.has(name)) tables.set(name, tableOf(table, name, catalogue, dialect));
  }
  return { tables };
}

function tableOf(table: string, name: string, catalogue: Catalogue, dialect: Dialect): TableDefinition {
  const lower = (columns: readonly string[]): readonly string[] => columns.map((column) => column.toLowerCase());
  const keys = catalogue.keys.filter((key) => key.table === table);
  const columns = catalogue.columns
    .filter((column) => column.table === table)
    .map(({ column, type, nullable }) => {
      const name = column.toLowerCase();
      const definition = { name, ...(name !== column && { spelled: column }), type: columnTypeOf(type, dialect), declared: type, nullable };
      return [definition.name, definition] as const;
    });
  const partitionOf = catalogue.partitions.get(table)?.toLowerCase();
  return {
    name,
    ...(name !== table && { spelled: table }),
    columns: new Map(columns),
    primaryKey: keys.filter(({ primary }) => primary).map((key) => lower(key.columns))[0],
    uniqueKeys: keys.filter(({ primary }) => !primary).map((key) => lower(key.columns)),
    foreignKeys: catalogue.foreignKeys
      .filter(({ from }) => from === table)
      .map((key) => ({
        columns: lower(key.columns),
        table: key.table.toLowerCase(),
        references: lower(key.references),
      })),
    provenance: "declared",
    ...(partitionOf !== undefined && { partitionOf }),
  };
}
