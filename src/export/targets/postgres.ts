import { keyTypesKnown } from "../key-types-known.ts";
import { columnLines, createTable } from "../create-table.ts";
import { postgresTypeNames } from "../column-types.ts";
import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { foreignKeys } from "../foreign-keys.ts";
import { doubleQuoted as quoted, list } from "../identifiers.ts";
import { keyGaps, primaryKeyOn, uniqueKeysOn } from "../keys-across-shards.ts";
import { sqlScript } from "../sql-script.ts";
import { splitTuples, sqlValue } from "../sql-value.ts";

const system = { ...postgresTypeNames, quoted };

/**
 * Declarative partitioning, a partition for each shard (or for each of `modulus`). A table whose columns the schema
 * knows is created whole; any other is remade out of the table that is there.
 * https://www.postgresql.org/docs/18/ddl-partitioning.html
 */
export function exportPostgres(request: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const keys = foreignKeys(request);
  const plain = [...request.reference, ...request.unsharded].map((table) => plainTable(table, request, gaps));
  const sharded = request.sharded.map((table) => [
    ...partitioned(table, request, gaps),
    ...partitions(table, request, gaps),
  ]);
  gaps.push(...keys.gaps);
  const about = [
    `PostgreSQL: ${request.design.shards.length} shards as partitions. Defaults, checks, indexes and triggers are in your own DDL.`,
  ];
  return { files: [sqlScript("partitions.sql", about, gaps, [...plain, ...sharded, keys.statements])], gaps };
}

function plainTable(table: PlainTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, definition } = table;
  // Nothing to do: it stays as it is.
  if (definition === undefined) return [];
  const columns = columnLines(table, request, system);
  gaps.push(...columns.gaps);
  const keys = [
    ...(definition.primaryKey === undefined ? [] : [`PRIMARY KEY (${list(definition.primaryKey, quoted)})`]),
    ...definition.uniqueKeys.map((unique) => `UNIQUE (${list(unique, quoted)})`),
  ];
  return [createTable(quoted(name), [...columns.lines, ...keys])];
}

function partitioned(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, definition, shardKey, strategy } = table;
  const by = ` PARTITION BY ${strategy === "range" ? "RANGE" : "HASH"} (${list(shardKey, quoted)})`;
  if (definition === undefined) return remade(name, by, gaps);
  gaps.push(...keyGaps(table));
  const columns = columnLines(table, request, system);
  gaps.push(...columns.gaps);
  const primary = primaryKeyOn(table);
  const keys = [
    ...(primary === undefined ? [] : [`PRIMARY KEY (${list(primary, quoted)})`]),
    ...uniqueKeysOn(table).map((unique) => `UNIQUE (${list(unique, quoted)})`),
  ];
  return [createTable(quoted(name), [...columns.lines, ...keys], by)];
}

/** Out of the table that is there, whose columns only the server knows. */
function remade(name: string, by: string, gaps: Gap[]): readonly string[] {
  const before = `${name}_before`;
  gaps.push({
    table: name,
    what: `its columns are not known here, so it is remade out of ${before}, which then holds the old rows; its keys and indexes are to be made again, each with the shard key in it`,
  });
  return [
    `ALTER TABLE ${quoted(name)} RENAME TO ${quoted(before)};`,
    `CREATE TABLE ${quoted(name)} (LIKE ${quoted(before)} INCLUDING ALL EXCLUDING INDEXES)${by};`,
  ];
}

function partitions(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, definition, strategy, options } = table;
  const fill =
    definition === undefined ? [`INSERT INTO ${quoted(name)} SELECT * FROM ${quoted(`${name}_before`)};`] : [];
  const bounds =
    strategy === "range" ? ranges(table, gaps) : remainders(options.modulus ?? request.design.shards.length);
  const create = bounds.map(
    (bound, index) =>
      `CREATE TABLE ${quoted(partitionName(name, index))} PARTITION OF ${quoted(name)} FOR VALUES ${bound};`,
  );
  return [...create, ...fill];
}

const remainders = (modulus: number): readonly string[] =>
  Array.from({ length: modulus }, (_, remainder) => `WITH (MODULUS ${modulus}, REMAINDER ${remainder})`);

function ranges(table: ShardedTable, gaps: Gap[]): readonly string[] {
  const { name, shardKey, options } = table;
  if (options.splits === undefined) {
    gaps.push({
      table: name,
      what: "the design gives no splits, so only one partition is made; name the first key of each further shard with splits:",
    });
  }
  gaps.push({ table: name, what: "rows with a NULL in the key fit no range and are refused" });
  const tuple = (values: readonly string[], filler: string) =>
    `(${shardKey.map((_, column) => values[column] ?? filler).join(", ")})`;
  const splits = splitTuples(options.splits, keyTypesKnown(table), name).map((split) =>
    tuple(split.map(sqlValue), "MINVALUE"),
  );
  const bounds = [tuple([], "MINVALUE"), ...splits, tuple([], "MAXVALUE")];
  return bounds.slice(1).map((to, index) => `FROM ${bounds[index]!} TO ${to}`);
}

/** PostgreSQL cuts names at 63 bytes, which would make one name of all partitions of a table with a long name. */
function partitionName(table: string, partition: number): string {
  const suffix = `_p${partition}`;
  const room = 63 - suffix.length;
  let kept = table;
  while (new TextEncoder().encode(kept).length > room) kept = [...kept].slice(0, -1).join("");
  return `${kept}${suffix}`;
}
