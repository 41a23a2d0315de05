import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { doubleQuoted as quoted, list, sqlString } from "../identifiers.ts";
import { holds, keyGaps, primaryKeyOn } from "../keys-across-shards.ts";
import { sqlScript } from "../sql-script.ts";

/**
 * Calls that distribute tables which are there already. Reference tables come first, because distributed tables may point
 * at them; a table that others follow comes before them.
 * https://docs.citusdata.com/en/stable/develop/api_udf.html
 */
export function exportCitus(request: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const single = request.sharded.filter((table) => isSingle(table, gaps));
  const leadersFirst = [
    ...single.filter(({ name, leader }) => name === leader),
    ...single.filter(({ name, leader }) => name !== leader),
  ];
  const keys = single.flatMap((table) => keyStatements(table, gaps));
  gaps.push(...foreignKeyGaps(request));
  const groups = [
    request.reference.map(({ name }) => `SELECT create_reference_table(${relation(name)});`),
    keys,
    leadersFirst.map((table) => distribute(table, request.design.shards.length)),
  ];
  if (request.unsharded.length > 0) {
    const names = request.unsharded.map(({ name }) => name).join(", ");
    gaps.push({ what: `${names}: unsharded, so nothing is done; it stays a local table of the coordinator` });
  }
  const about = ["Citus: run it on the coordinator, in a database that has the tables and the extension."];
  return { files: [sqlScript("distribute.sql", about, gaps, groups)], gaps };
}

function isSingle({ name, shardKey }: ShardedTable, gaps: Gap[]): boolean {
  if (shardKey.length === 1) return true;
  gaps.push({ table: name, what: `Citus distributes by one column, not by ${shardKey.join(", ")}: it is left out` });
  return false;
}

function keyStatements(table: ShardedTable, gaps: Gap[]): readonly string[] {
  gaps.push(...keyGaps(table));
  const primary = primaryKeyOn(table);
  if (primary === undefined || holds(table.definition!.primaryKey!, table.shardKey)) return [];
  const name = quoted(table.name);
  return [
    `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${quoted(`${table.name}_pkey`)}, ADD PRIMARY KEY (${list(primary, quoted)});`,
  ];
}

function distribute({ name, leader, shardKey, options }: ShardedTable, shards: number): string {
  const how =
    name === leader
      ? `shard_count => ${options.slots ?? shards}, colocate_with => 'none'`
      : `colocate_with => ${relation(leader)}`;
  return `SELECT create_distributed_table(${relation(name)}, ${sqlString(shardKey[0]!)}, ${how});`;
}

/** A table's name inside a string: first as an identifier, then as the string. */
const relation = (name: string): string => sqlString(quoted(name));

function foreignKeyGaps({ sharded, reference }: ExportRequest): readonly Gap[] {
  const byName = new Map(sharded.map((table) => [table.name, table]));
  const copied = new Set(reference.map(({ name }) => name));
  return sharded.flatMap((table) =>
    (table.definition?.foreignKeys ?? []).flatMap(({ columns, table: other, references }) => {
      if (copied.has(other)) return [];
      const to = byName.get(other);
      const at = columns.indexOf(table.shardKey[0]!);
      if (to !== undefined && to.leader === table.leader && at >= 0 && references[at] === to.shardKey[0]) return [];
      const what = `drop its foreign key (${columns.join(", ")}) to ${other} first: Citus keeps those between colocated tables that hold both distribution columns, and those to reference tables`;
      return [{ table: table.name, what }];
    }),
  );
}
