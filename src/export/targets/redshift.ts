import { redshiftTypeNames } from "../column-types.ts";
import { columnLines, createTable } from "../create-table.ts";
import type { ExportRequest, Exported, Gap, PlainTable, ShardedTable } from "../exported.ts";
import { doubleQuoted as quoted, list } from "../identifiers.ts";
import { columnsAndKeysOnly, sqlScript } from "../sql-script.ts";

const system = { ...redshiftTypeNames, quoted };

/**
 * DISTKEY for sharded tables, DISTSTYLE ALL for reference tables. A table whose columns are not known is altered in place.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
 */
export function exportRedshift(request: ExportRequest): Exported {
  const gaps: Gap[] = [{ what: "Redshift does not check primary and unique keys; the planner believes them" }];
  const sharded = request.sharded.flatMap((table) => distributed(table, request, gaps));
  const copied = request.reference.map((table) => tableWith(table, "ALL", request, gaps));
  for (const { name } of request.unsharded)
    gaps.push({ table: name, what: "Redshift has no unsharded tables: DISTSTYLE AUTO leaves the choice to it" });
  const others = request.unsharded.map((table) => tableWith(table, "AUTO", request, gaps));
  const about = [
    `Redshift: how many slices there are follows from the nodes; the design has ${request.design.shards.length}.`,
    columnsAndKeysOnly,
  ];
  return { files: [sqlScript("tables.sql", about, gaps, [sharded, copied, others])], gaps };
}

function distributed(table: ShardedTable, request: ExportRequest, gaps: Gap[]): readonly string[] {
  const { name, shardKey } = table;
  if (shardKey.length > 1) {
    gaps.push({
      table: name,
      what: `Redshift distributes by one column, not by ${shardKey.join(", ")}: it is left out`,
    });
    return [];
  }
  return [tableWith(table, `KEY DISTKEY (${quoted(shardKey[0]!)})`, request, gaps)];
}

function tableWith(table: PlainTable, style: string, request: ExportRequest, gaps: Gap[]): string {
  if (table.definition === undefined) {
    const altered = style.replace(/\((.*)\)$/, "$1");
    return `ALTER TABLE ${quoted(table.name)} ALTER DISTSTYLE ${altered};`;
  }
  const columns = columnLines(table, request, system);
  gaps.push(...columns.gaps);
  const { primaryKey } = table.definition;
  const key = primaryKey === undefined ? [] : [`PRIMARY KEY (${list(primaryKey, quoted)})`];
  return createTable(quoted(table.name), [...columns.lines, ...key], `\nDISTSTYLE ${style}`);
}
