import type { Design, StrategyName } from "../placement/design.ts";
import type { TableOptions } from "../placement/table-options.ts";
import type { ColumnType, Schema, TableDefinition } from "../sql/schema.ts";
import type { Dialect } from "../sql/template.ts";

/** What makes a design so on its target: files to apply, and what they can't say. */
export interface Exported {
  readonly files: readonly ExportedFile[];
  readonly gaps: readonly Gap[];
}

export interface ExportedFile {
  /** A plain name, such as `vschema.json`. */
  readonly name: string;
  /** Ends with a line break. */
  readonly text: string;
}

/** Something of the design or the schema that the target has no words for, or that must be done by hand. */
export interface Gap {
  readonly table?: string;
  readonly what: string;
}

/** A design made ready for one target. Tables are in the order of the design. */
export interface ExportRequest {
  readonly design: Design;
  readonly schema: Schema;
  /** In whose words the schema's types are written; undefined without a schema. */
  readonly schemaDialect: Dialect | undefined;
  readonly sharded: readonly ShardedTable[];
  readonly reference: readonly PlainTable[];
  readonly unsharded: readonly PlainTable[];
}

export interface PlainTable {
  readonly name: string;
  /** Undefined when the schema does not have the table. */
  readonly definition: TableDefinition | undefined;
}

export interface ShardedTable extends PlainTable {
  readonly shardKey: readonly string[];
  /** The table that it follows in the end; itself when it follows none. */
  readonly leader: string;
  /** Strategy and options of the leader. */
  readonly strategy: StrategyName;
  readonly options: TableOptions;
  /** One per column of the shard key; undefined when neither the design nor the schema knows all of them. */
  readonly types: readonly ColumnType[] | undefined;
}

/** Writes a design in the words of one target. Throws InputError when nothing of it can be said. */
export type Exporter = (request: ExportRequest) => Exported;
