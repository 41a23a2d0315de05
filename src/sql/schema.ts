/** Tables as declared by DDL, or as inferred from statements. Names are lower case, without the schema. */
export interface Schema {
  readonly tables: ReadonlyMap<string, TableDefinition>;
}

export interface TableDefinition {
  readonly name: string;
  /** The name as the database has it, where that is not in lower case. */
  readonly spelled?: string;
  readonly columns: ReadonlyMap<string, ColumnDefinition>;
  readonly primaryKey: readonly string[] | undefined;
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly provenance: "declared" | "inferred";
  /** The table that this one is a partition of, in the database it lives in now. */
  readonly partitionOf?: string;
}

export interface ColumnDefinition {
  readonly name: string;
  /** The name as the database has it, where that is not in lower case. */
  readonly spelled?: string;
  readonly type: ColumnType;
  /** The type as written, such as `numeric(12,2)`. */
  readonly declared: string;
  readonly nullable: boolean;
}

/** What a key's equality and order depend on; widths matter to targets that hash them differently. */
export type ColumnType =
  | "int16"
  | "int32"
  | "int64"
  | "decimal"
  | "float"
  | "text"
  | "uuid"
  | "bytes"
  | "boolean"
  | "date"
  | "timestamp"
  | "other";

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
}

export const emptySchema: Schema = { tables: new Map() };
