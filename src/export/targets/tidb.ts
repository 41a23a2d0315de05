import { mysqlTypeNames } from "../column-types.ts";
import { columnLines, createTable, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { backQuoted as quoted, list } from "../identifiers.ts";
import { keyFirst } from "../keys-across-shards.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";
import { splitTuples, sqlValue } from "../sql-value.ts";
import { plainSqlTables } from "./plain-sql-tables.ts";

const system = { ...mysqlTypeNames, quoted };

/**
 * The shard key leads a clustered primary key, over which TiDB cuts its regions.
 * https://docs.pingcap.com/tidb/stable/sql-statement-split-region
 */
export function exportTidb(request: ExportRequest): Exported {
  requireDefinitions(request, "TiDB");
  const gaps: Gap[] = [];
  for (const { name } of request.reference)
    gaps.push({
      table: name,
      what: "TiDB copies no table to every node; CREATE PLACEMENT POLICY can add followers near the readers",
    });
  const plain = plainSqlTables([...request.reference, ...request.unsharded], request, system, gaps);
  const tables = request.sharded.flatMap((table) => sharded(table, request, gaps));
  const about = ["TiDB: regions are cut and moved further by size and load.", columnsAndKeysOnly];
  return { files: [sqlScript("tables.sql", about, gaps, [plain, tables])], gaps };
}

function sharded(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, shardKey, options, definition } = table;
  const columns = columnLines(table, request, system, shardKey);
  gaps.push(...columns.gaps);
  const own = definition!.primaryKey;
  const lacking = own !== undefined && shardKey.some((column) => !own.includes(column));
  if (own === undefined)
    gaps.push({ table: name, what: "it has no primary key in the schema: its shard key is taken for one" });
  const unique = [...(lacking ? [own] : []), ...definition!.uniqueKeys].map(
    (key) => `UNIQUE KEY (${list(key, quoted)})`,
  );
  const key = `PRIMARY KEY (${list(keyFirst(shardKey, definition), quoted)}) CLUSTERED`;
  const create = createTable(quoted(name), [...columns.lines, key, ...unique]);
  if (options.splits === undefined) return [create];
  const values = splitTuples(options.splits, keyTypesKnown(table), name).map(
    (split) => `(${split.map(sqlValue).join(", ")})`,
  );
  return [create, `SPLIT TABLE ${quoted(name)} BY ${values.join(", ")};`];
}
