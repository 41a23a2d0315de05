import { postgresTypeNames } from "../column-types.ts";
import { columnLines, createTable, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { doubleQuoted as quoted, list } from "../identifiers.ts";
import { keyFirst } from "../keys-across-shards.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";
import { splitTuples, sqlValue } from "../sql-value.ts";
import { plainSqlTables } from "./plain-sql-tables.ts";

const system = { ...postgresTypeNames, quoted };

/**
 * YSQL: the shard key leads the primary key, hashed or in order, and the table starts with a tablet for each shard.
 * https://docs.yugabyte.com/stable/api/ysql/the-sql-language/statements/ddl_create_table/
 */
export function exportYugabytedb(request: ExportRequest): Exported {
  requireDefinitions(request, "YugabyteDB");
  const gaps: Gap[] = [];
  for (const { name } of request.reference)
    gaps.push({ table: name, what: "YugabyteDB copies no table to every node; it has one tablet" });
  const plain = plainSqlTables(
    [...request.reference, ...request.unsharded],
    request,
    system,
    gaps,
    "\nSPLIT INTO 1 TABLETS",
  );
  const tables = request.sharded.map((table) => sharded(table, request, gaps));
  const about = [
    `YugabyteDB: run it with ysqlsh. ${request.design.shards.length} shards are as many tablets at the start.`,
    columnsAndKeysOnly,
  ];
  return { files: [sqlScript("tables.sql", about, gaps, [plain, tables])], gaps };
}

function sharded(table: ShardedTable, request: ExportRequest, gaps: Gap[]): string {
  const { name, shardKey, strategy, options, definition } = table;
  const columns = columnLines(table, request, system, shardKey);
  gaps.push(...columns.gaps);
  const rest = keyFirst(shardKey, definition).slice(shardKey.length);
  const own = definition!.primaryKey;
  if (own !== undefined && shardKey.some((column) => !own.includes(column)))
    gaps.push({ table: name, what: `that ${own.join(", ")} alone is unique is no longer checked` });
  if (own === undefined)
    gaps.push({ table: name, what: "it has no primary key in the schema: its shard key is taken for one" });
  const ascending = rest.map((column) => `, ${quoted(column)} ASC`).join("");
  const unique = definition!.uniqueKeys.map((key) => `UNIQUE (${list(key, quoted)})`);
  const key =
    strategy === "range"
      ? `PRIMARY KEY (${shardKey.map((column) => `${quoted(column)} ASC`).join(", ")}${ascending})`
      : `PRIMARY KEY ((${list(shardKey, quoted)}) HASH${ascending})`;
  return createTable(
    quoted(name),
    [...columns.lines, key, ...unique],
    split(table, request.design.shards.length, gaps, options.slots),
  );
}

function split(table: ShardedTable, shards: number, gaps: Gap[], tablets = shards): string {
  const { name, strategy, options } = table;
  if (strategy !== "range") return `\nSPLIT INTO ${tablets} TABLETS`;
  if (options.splits === undefined) {
    gaps.push({ table: name, what: "the design gives no splits: it starts as one tablet, which is split as it grows" });
    return "";
  }
  const values = splitTuples(options.splits, keyTypesKnown(table), name).map(
    (key) => `(${key.map(sqlValue).join(", ")})`,
  );
  return values.length === 0 ? "" : `\nSPLIT AT VALUES (${values.join(", ")})`;
}
