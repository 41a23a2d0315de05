import { spqrKeyRanges } from "../../placement/targets/spqr.ts";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { doubleQuoted as quoted, sqlString } from "../identifiers.ts";
import { keyTypesKnown } from "../key-types-known.ts";
import { sqlScript } from "../sql-script.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../../workload/key-value.ts";

/**
 * Commands for SPQR's console: a distribution for each group of colocated tables, its key ranges from the highest down
 * (a range reaches to the next one that is there), and its relations. https://docs.pg-sharding.tech/
 */
export function exportSpqr(request: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const leaders = request.sharded.filter(({ name, leader }) => name === leader);
  const groups = leaders.map((table, index) =>
    distribution(
      `ds${index + 1}`,
      table,
      request.sharded.filter(({ leader }) => leader === table.name),
      request,
    ),
  );
  if (request.unsharded.length > 0) {
    const names = request.unsharded.map(({ name }) => name).join(", ");
    gaps.push({
      what: `${names}: SPQR has no unsharded tables; keep them on one shard and name it with an execute_on hint`,
    });
  }
  const reference = request.reference.map(({ name }) => `CREATE REFERENCE TABLE ${quoted(name)};`);
  const about = [`SPQR: run it in the console of the coordinator; its shards are ${request.design.shards.join(", ")}.`];
  return { files: [sqlScript("distributions.sql", about, gaps, [...groups, reference])], gaps };
}

function distribution(
  id: string,
  table: ShardedTable,
  members: readonly ShardedTable[],
  { design }: ExportRequest,
): readonly string[] {
  const types = keyTypesKnown(table);
  const { hashes, bounds, owners } = spqrKeyRanges({
    table: table.name,
    where: `table "${table.name}"`,
    shards: design.shards,
    strategy: table.strategy,
    shardKey: table.shardKey,
    types,
    options: table.options,
    extra: {},
  });
  const columnTypes = types.map((type, column) => {
    const name = type === "text" || type === "uuid" ? (type === "uuid" ? "uuid" : "varchar") : "integer";
    return hashes[column] === "identity" ? name : `${name} hash`;
  });
  const ranges = bounds
    .map((bound, index) => ({ bound, shard: design.shards[owners[index]!]!, index }))
    .reverse()
    .map(
      ({ bound, shard, index }) =>
        `CREATE KEY RANGE ${id}_kr${index + 1} FROM ${bound.length === 0 ? lowest(types) : bound.map(boundText).join(", ")} ` +
        `ROUTE TO ${quoted(shard)} FOR DISTRIBUTION ${id};`,
    );
  const relations = members.map((member) => {
    const columns = member.shardKey.map((column, index) =>
      hashes[index] === "identity" ? quoted(column) : `${quoted(column)} HASH FUNCTION ${hashes[index]!.toUpperCase()}`,
    );
    return `ALTER DISTRIBUTION ${id} ATTACH RELATION ${quoted(member.name)} DISTRIBUTION KEY ${columns.join(", ")};`;
  });
  return [`CREATE DISTRIBUTION ${id} (${columnTypes.join(", ")});`, ...ranges, ...relations];
}

const boundText = (value: KeyValue): string =>
  typeOfKey(value) === "int" ? textOfKey(value) : sqlString(textOfKey(value));

/** Below every key: the least 64-bit integer, the empty text, the nil uuid. */
const lowest = (types: readonly string[]): string =>
  types
    .map((type) =>
      type === "text" ? "''" : type === "uuid" ? "'00000000-0000-0000-0000-000000000000'" : "-9223372036854775808",
    )
    .join(", ");
