import { clickhouseTypeNames } from "../column-types.ts";
import { columnLines, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { backQuoted as quoted, list } from "../identifiers.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";

const system = { ...clickhouseTypeNames, quoted, wrapNull: (type: string) => `Nullable(${type})` };

/** The macro that ClickHouse puts the server's own cluster name in for. */
const cluster = "'{cluster}'";

/**
 * A local table on each shard and a Distributed one over them, whose sharding expression is the key column itself.
 * https://clickhouse.com/docs/engines/table-engines/special/distributed
 */
export function exportClickhouse(request: ExportRequest): Exported {
  requireDefinitions(request, "ClickHouse");
  const gaps: Gap[] = [{ what: "ClickHouse checks no primary, unique or foreign keys" }];
  const sharded = request.sharded.flatMap((table) => distributed(table, request, gaps));
  const copied = request.reference.map((table) => local(table, table.name, request, gaps));
  if (request.reference.length > 0) {
    const names = request.reference.map(({ name }) => name).join(", ");
    gaps.push({ what: `${names}: there on every shard, but each write is to be sent to every shard` });
  }
  const single = request.unsharded.map((table) => local(table, table.name, request, gaps, ""));
  if (request.unsharded.length > 0) {
    const names = request.unsharded.map(({ name }) => name).join(", ");
    gaps.push({ what: `${names}: made only on the server that runs this` });
  }
  const about = [
    "ClickHouse: the macro {cluster} must name a cluster of as many shards as the design has, all of weight 1.",
    columnsAndKeysOnly,
  ];
  return { files: [sqlScript("tables.sql", about, gaps, [sharded, copied, single])], gaps };
}

function distributed(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, shardKey } = table;
  if (shardKey.length > 1) {
    gaps.push({
      table: name,
      what: `the sharding expression is one column, not ${shardKey.join(", ")}: it is left out`,
    });
    return [];
  }
  const localName = `${name}_local`;
  return [
    local(table, localName, request, gaps),
    `CREATE TABLE ${quoted(name)} ON CLUSTER ${cluster} AS ${quoted(localName)} ` +
      `ENGINE = Distributed(${cluster}, currentDatabase(), ${sqlName(localName)}, ${quoted(shardKey[0]!)});`,
  ];
}

const sqlName = (name: string): string => `'${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function local(
  table: PlainTable,
  name: string,
  request: ExportRequest,
  gaps: Gap[],
  on = ` ON CLUSTER ${cluster}`,
): string {
  const order = table.definition!.primaryKey ?? [];
  const columns = columnLines(table, request, system, order);
  gaps.push(...columns.gaps);
  const sorted = order.length === 0 ? "tuple()" : `(${list(order, quoted)})`;
  const body = columns.lines.map((line) => `  ${line}`).join(",\n");
  return `CREATE TABLE ${quoted(name)}${on} (\n${body}\n) ENGINE = MergeTree ORDER BY ${sorted};`;
}
