import type { TableDefinition } from "../sql/schema.ts";
import type { Gap, ShardedTable } from "./exported.ts";

/**
 * Where uniqueness is checked within one shard or partition, a unique key must hold the shard key. The primary key with
 * the columns that it lacks, in their order; undefined without a primary key.
 */
export function primaryKeyOn(table: ShardedTable): readonly string[] | undefined {
  return table.definition?.primaryKey && withColumns(table.definition.primaryKey, table.shardKey);
}

/** Unique keys that hold the shard key anyway: the others can't be kept. */
export function uniqueKeysOn(table: ShardedTable): readonly (readonly string[])[] {
  return (table.definition?.uniqueKeys ?? []).filter((columns) => holds(columns, table.shardKey));
}

/** What becomes of the primary and unique keys that don't hold the shard key. */
export function keyGaps(table: ShardedTable): readonly Gap[] {
  const { name, shardKey, definition } = table;
  const primary = definition?.primaryKey;
  const lost = (definition?.uniqueKeys ?? []).filter((columns) => !holds(columns, shardKey));
  return [
    ...(primary !== undefined && !holds(primary, shardKey)
      ? [
          {
            table: name,
            what:
              `the primary key (${primary.join(", ")}) does not hold the shard key, so it becomes ` +
              `(${withColumns(primary, shardKey).join(", ")}): that ${primary.join(", ")} alone is unique is no longer checked`,
          },
        ]
      : []),
    ...lost.map((columns) => ({
      table: name,
      what: `the unique key (${columns.join(", ")}) does not hold the shard key (${shardKey.join(", ")}), and is left out`,
    })),
  ];
}

/** Primary and unique keys that don't hold the shard key, where the shards' own databases go on checking them. */
export function keysWithinShards({ name, shardKey, definition }: ShardedTable): readonly Gap[] {
  const primary = definition?.primaryKey;
  return [...(primary === undefined ? [] : [primary]), ...(definition?.uniqueKeys ?? [])]
    .filter((columns) => !holds(columns, shardKey))
    .map((columns) => ({
      table: name,
      what: `the key (${columns.join(", ")}) does not hold the shard key (${shardKey.join(", ")}): each shard checks it for itself only`,
    }));
}

export const holds = (columns: readonly string[], key: readonly string[]): boolean =>
  key.every((column) => columns.includes(column));

export const withColumns = (columns: readonly string[], more: readonly string[]): readonly string[] => [
  ...columns,
  ...more.filter((column) => !columns.includes(column)),
];

/** The columns of the key first, in its order: what a system that sorts by its primary key needs. */
export const keyFirst = (shardKey: readonly string[], definition: TableDefinition | undefined): readonly string[] =>
  withColumns(shardKey, definition?.primaryKey ?? []);
