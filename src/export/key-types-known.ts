import { InputError } from "../base/input-error.ts";
import type { ColumnType } from "../sql/schema.ts";
import type { ShardedTable } from "./exported.ts";

/** The types of a table's key columns where they must be known. Throws InputError where they are not. */
export function keyTypesKnown({ name, shardKey, types }: ShardedTable): readonly ColumnType[] {
  if (types !== undefined) return types;
  throw new InputError(`table "${name}": the type of its shard key (${shardKey.join(", ")}) is not known`, {
    hint: 'pass the DDL with --schema, or say "type:" in the design',
  });
}
