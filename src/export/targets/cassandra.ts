import { cassandraTypeNames } from "../column-types.ts";
import { columnLines, createTable, requireDefinitions } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, PlainTable } from "../exported.ts";
import { doubleQuoted as quoted, list } from "../identifiers.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";

const system = { ...cassandraTypeNames, quoted, wrapNull: (type: string) => type };

/** https://cassandra.apache.org/doc/stable/cassandra/developing/cql/ddl.html */
export const exportCassandra = (request: ExportRequest): Exported => exportCql(request, "Cassandra");

export const exportScylladb = (request: ExportRequest): Exported => exportCql(request, "ScyllaDB");

/**
 * CQL: the shard key is the partition key, the rest of the primary key the clustering columns. Every table is partitioned:
 * one that is not sharded goes by its own primary key.
 */
function exportCql(request: ExportRequest, system: string): Exported {
  requireDefinitions(request, system);
  const gaps: Gap[] = [];
  const tables = [
    ...request.sharded.map((table) => cqlTable(table, table.shardKey, request, gaps)),
    ...[...request.reference, ...request.unsharded].map((table) => {
      gaps.push({
        table: table.name,
        what: `${system} partitions every table and copies none to every node; it goes by its primary key`,
      });
      return cqlTable(table, table.definition?.primaryKey ?? [], request, gaps);
    }),
  ].flat();
  const about = [
    `${system}: run it in the keyspace of your choice (USE ...), whose replication is yours to set.`,
    `Which node owns which token is the cluster's business: the design has ${request.design.shards.length}.`,
    columnsAndKeysOnly,
  ];
  return { files: [sqlScript("tables.cql", about, gaps, [tables])], gaps };
}

function cqlTable(
  table: PlainTable,
  partition: readonly string[],
  request: ExportRequest,
  gaps: Gap[],
): readonly string[] {
  const { name, definition } = table;
  const primary = definition!.primaryKey ?? [];
  if (partition.length === 0) {
    gaps.push({ table: name, what: "it has no primary key, which CQL needs: it is left out" });
    return [];
  }
  const clustering = primary.filter((column) => !partition.includes(column));
  if (primary.length === 0) {
    gaps.push({
      table: name,
      what: "it has no primary key in the schema: rows with the same key overwrite each other",
    });
  } else if (!primary.some((column) => partition.includes(column))) {
    gaps.push({ table: name, what: `that ${primary.join(", ")} alone is unique is no longer checked` });
  }
  for (const unique of definition!.uniqueKeys)
    gaps.push({ table: name, what: `no unique key on (${unique.join(", ")})` });
  const columns = columnLines(table, request, system);
  gaps.push(...columns.gaps);
  const key = [`(${list(partition, quoted)})`, ...clustering.map(quoted)].join(", ");
  return [createTable(quoted(name), [...columns.lines, `PRIMARY KEY (${key})`])];
}
