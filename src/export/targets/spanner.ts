import { spannerTypeNames } from "../column-types.ts";
import { columnLines, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { backslashQuoted as quoted, list } from "../identifiers.ts";
import { holds, keyFirst } from "../keys-across-shards.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";

const system = { ...spannerTypeNames, quoted };

/**
 * GoogleSQL: the shard key leads the primary key; a table that follows another is interleaved in it where its key has the
 * parent's columns. https://cloud.google.com/spanner/docs/reference/standard-sql/data-definition-language
 */
export function exportSpanner(request: ExportRequest): Exported {
  requireDefinitions(request, "Spanner");
  const gaps: Gap[] = [];
  const byName = new Map(request.sharded.map((table) => [table.name, table]));
  const leadersFirst = [
    ...request.sharded.filter(({ name, leader }) => name === leader),
    ...request.sharded.filter(({ name, leader }) => name !== leader),
  ];
  const tables = [
    ...leadersFirst.flatMap((table) => sharded(table, byName.get(table.leader)!, request, gaps)),
    ...[...request.reference, ...request.unsharded].flatMap((table) =>
      create(table, table.definition!.primaryKey ?? [], "", request, gaps),
    ),
  ];
  for (const { name } of request.reference)
    gaps.push({
      table: name,
      what: "Spanner copies no table to every split; stale reads of small tables are served nearby",
    });
  if (request.sharded.some(({ options }) => options.splits !== undefined))
    gaps.push({ what: "Spanner cuts its splits itself by size and load; the design's are not written" });
  const about = [
    "Spanner (GoogleSQL). A key that grows with time makes one hot split: use a UUID or a bit-reversed sequence.",
    columnsAndKeysOnly,
  ];
  return { files: [sqlScript("tables.sql", about, gaps, [tables])], gaps };
}

function sharded(table: ShardedTable, leader: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const key = keyFirst(table.shardKey, table.definition);
  if (table.definition!.primaryKey === undefined)
    gaps.push({ table: table.name, what: "it has no primary key in the schema: its shard key is taken for one" });
  return create(table, key, interleaving(table, leader, key, gaps), request, gaps);
}

function interleaving(table: ShardedTable, leader: ShardedTable, key: readonly string[], gaps: Gap[]): string {
  if (table.name === leader.name) return "";
  const parent = keyFirst(leader.shardKey, leader.definition);
  if (parent.every((column, index) => key[index] === column) && key.length > parent.length)
    return `,\n  INTERLEAVE IN PARENT ${quoted(leader.name)} ON DELETE NO ACTION`;
  gaps.push({
    table: table.name,
    what: `it can't be interleaved in ${leader.name}, whose primary key (${parent.join(", ")}) is not the beginning of (${key.join(", ")}): rows of one key may lie in different splits`,
  });
  return "";
}

function create(
  table: PlainTable,
  key: readonly string[],
  interleave: string,
  request: ExportRequest,
  gaps: Gap[],
): readonly string[] {
  const columns = columnLines(table, request, system);
  gaps.push(...columns.gaps);
  const name = quoted(table.name);
  const body = columns.lines.map((line) => `  ${line}`).join(",\n");
  const unique = (table.definition!.uniqueKeys ?? [])
    .filter((columns) => !holds(columns, key) || columns.length !== key.length)
    .map((columns) => {
      const index = quoted(`${table.name}_by_${columns.join("_")}`);
      return `CREATE UNIQUE INDEX ${index} ON ${name} (${list(columns, quoted)});`;
    });
  return [`CREATE TABLE ${name} (\n${body}\n) PRIMARY KEY (${list(key, quoted)})${interleave};`, ...unique];
}
