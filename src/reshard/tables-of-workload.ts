import { InputError } from "../base/input-error.ts";
import type { Design } from "../placement/design.ts";
import { keyTypesOf } from "../placement/shard-map-of.ts";
import type { ColumnType, Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import { keyIsUnique, keysOfWorkload } from "./key-counts.ts";
import type { TableInput, TableKeys } from "./reshard.ts";

/** A table with the columns of its key before and after the change. */
export interface AskedTable {
  readonly table: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly columns: readonly string[];
}

/** What a log says of all tables that both designs shard. */
export function tablesOfWorkload(workload: Workload, before: Design, after: Design, schema: Schema): ReadonlyMap<string, TableInput> {
  return new Map(
    askedTables(before, after).map((asked) => [asked.table, tableOfWorkload(workload, asked, typesOf(asked, before, after, schema), schema)]),
  );
}

/** The tables that both designs shard. Throws InputError when there is none. */
export function askedTables(before: Design, after: Design): readonly AskedTable[] {
  const asked: AskedTable[] = [];
  for (const [table, one] of before.tables) {
    const other = after.tables.get(table);
    if (one.kind !== "sharded" || other?.kind !== "sharded") continue;
    const columns = [...new Set([...one.shardKey, ...other.shardKey])];
    asked.push({ table, before: one.shardKey, after: other.shardKey, columns });
  }
  if (asked.length > 0) return asked;
  throw new InputError("the design shards no table, so nothing moves", {
    hint: "give a table a shardKey in the design file",
  });
}

export const positionsOf = ({ before, after, columns }: AskedTable): Pick<TableKeys, "before" | "after"> => ({
  before: before.map((column) => columns.indexOf(column)),
  after: after.map((column) => columns.indexOf(column)),
});

/** Types of all columns of both keys; undefined where one is not known. */
export function typesOf(
  { table, before, after, columns }: AskedTable,
  one: Design,
  other: Design,
  schema: Schema,
): readonly ColumnType[] | undefined {
  const known = new Map<string, ColumnType>();
  keyTypesOf(other, table, schema)?.forEach((type, at) => known.set(after[at]!, type));
  keyTypesOf(one, table, schema)?.forEach((type, at) => known.set(before[at]!, type));
  const types = columns.map((column) => known.get(column));
  return types.every((type) => type !== undefined) ? (types as ColumnType[]) : undefined;
}

/** What a log says of one table; why it says nothing, where it does not. */
export function tableOfWorkload(
  workload: Workload,
  asked: AskedTable,
  types: readonly ColumnType[] | undefined,
  schema: Schema,
): TableInput {
  const { table, columns } = asked;
  const pinned = columns.join(", ");
  if (!workload.shapes.some(({ shape }) => shape.table.toLowerCase() === table))
    return { unknown: `the log does not touch ${table}` };
  if (types === undefined)
    return { unknown: `the types of ${table}.${pinned} are not known: pass --schema, or "type:" in the design` };
  const { keys, keptShare, accesses, unvalued, seconds } = keysOfWorkload(workload, table, columns, types, "inserts");
  if (accesses === 0) {
    const reason = unvalued > 0 ? "their values were not logged" : `no statement pins ${pinned} together`;
    return { unknown: `${reason}, so its keys are not known` };
  }
  if (keys.finished().size === 0) return { unknown: `no value of ${pinned} in the log is of type ${types.join(", ")}` };
  return {
    ...positionsOf(asked),
    counts: keys,
    source: "log",
    keptShare,
    unique: keyIsUnique(schema, table, columns),
    inserts: seconds,
    hasBytes: false,
  };
}
