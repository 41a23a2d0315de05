import { clickhouse } from "../../placement/targets/clickhouse.ts";
import { clickhouseTypeNames } from "../column-types.ts";
import { columnLines, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { backslashQuoted as quoted, list } from "../identifiers.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";

const system = { ...clickhouseTypeNames, quoted, wrapNull: (type: string) => `Nullable(${type})` };

/** The macro that ClickHouse puts the server's own cluster name in for. */
const cluster = "'{cluster}'";

/**
 * A local table on each shard and a Distributed one over them, whose sharding expression is the key column where that is a whole number.
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
  const single = request.unsharded.map((table) => local(table, table.name, request, gaps, { on: "" }));
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
  const { name, shardKey, definition } = table;
  const nullable = shardKey.filter((column) => definition?.columns.get(column)?.nullable === true);
  if (nullable.length > 0) gaps.push({ table: name, what: `${nullable.join(", ")} may hold no NULL: a sharding expression has none` });
  const localName = `${name}_local`;
  return [
    local(table, localName, request, gaps, { notNull: shardKey }),
    `CREATE TABLE ${quoted(name)} ON CLUSTER ${cluster} AS ${quoted(localName)} ` +
      `ENGINE = Distributed(${cluster}, currentDatabase(), ${sqlName(localName)}, ${shardingExpression(table, gaps)});`,
  ];
}

/** The key column itself, where it is a whole number: its remainder by the shards is what `place` computes. */
function shardingExpression({ name, shardKey, types }: ShardedTable, gaps: Gap[]): string {
  const [only] = types ?? [];
  if (shardKey.length === 1 && (only === undefined || clickhouse.keyTypes("hash").includes(only))) return quoted(shardKey[0]!);
  gaps.push({ table: name, what: "a sharding expression is a whole number: sipHash64 of the key is, which shardplan place doesn't compute" });
  return `sipHash64(${list(shardKey, quoted)})`;
}

const sqlName = (name: string): string => `'${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function local(
  table: PlainTable,
  name: string,
  request: ExportRequest,
  gaps: Gap[],
  { on = ` ON CLUSTER ${cluster}`, notNull = [] }: { readonly on?: string; readonly notNull?: readonly string[] } = {},
): string {
  const order = table.definition!.primaryKey ?? [];
  const columns = columnLines(table, request, system, [...order, ...notNull]);
  gaps.push(...columns.gaps);
  const sorted = order.length === 0 ? "tuple()" : `(${list(order, quoted)})`;
  const body = columns.lines.map((line) => `  ${line}`).join(",\n");
  return `CREATE TABLE ${quoted(name)}${on} (\n${body}\n) ENGINE = MergeTree ORDER BY ${sorted};`;
}
