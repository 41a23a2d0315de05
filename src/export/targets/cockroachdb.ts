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
 * The shard key leads the primary key, over which CockroachDB cuts its ranges; under strategy hash the primary key is
 * hash-sharded. https://www.cockroachlabs.com/docs/stable/hash-sharded-indexes
 */
export function exportCockroachdb(request: ExportRequest): Exported {
  requireDefinitions(request, "CockroachDB");
  const gaps: Gap[] = [];
  const plain = plainSqlTables([...request.reference, ...request.unsharded], request, system, gaps);
  const global = request.reference.map(({ name }) => `ALTER TABLE ${quoted(name)} SET LOCALITY GLOBAL;`);
  if (global.length > 0)
    gaps.push({ what: "SET LOCALITY GLOBAL needs a multi-region database; elsewhere leave those lines out" });
  const tables = request.sharded.flatMap((table) => sharded(table, request, gaps));
  const about = ["CockroachDB: ranges are cut further by size and load.", columnsAndKeysOnly];
  return { files: [sqlScript("tables.sql", about, gaps, [plain, global, tables])], gaps };
}

function sharded(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, shardKey, strategy, options, definition } = table;
  const columns = columnLines(table, request, system, shardKey);
  gaps.push(...columns.gaps);
  const own = definition!.primaryKey;
  const lacking = own !== undefined && shardKey.some((column) => !own.includes(column));
  if (own === undefined)
    gaps.push({ table: name, what: "it has no primary key in the schema: its shard key is taken for one" });
  const unique = [...(lacking ? [own] : []), ...definition!.uniqueKeys].map((key) => `UNIQUE (${list(key, quoted)})`);
  const hashed = strategy === "hash" ? ` USING HASH WITH (bucket_count = ${request.design.shards.length})` : "";
  const key = `PRIMARY KEY (${list(keyFirst(shardKey, definition), quoted)})${hashed}`;
  const create = createTable(quoted(name), [...columns.lines, key, ...unique]);
  if (strategy === "hash" || options.splits === undefined) return [create];
  const values = splitTuples(options.splits, keyTypesKnown(table), name).map(
    (split) => `(${split.map(sqlValue).join(", ")})`,
  );
  return [create, `ALTER TABLE ${quoted(name)} SPLIT AT VALUES ${values.join(", ")};`];
}
