import { assert } from "../base/assert.ts";
import { InputError } from "../base/input-error.ts";
import type { ColumnType, Schema } from "../sql/schema.ts";
import type { Design, TableDesign } from "./design.ts";
import type { MapRequest, PlacementExtra } from "./map-request.ts";
import type { ShardMap } from "./shard-map.ts";
import { tableOptions } from "./table-options.ts";
import { targetNamed } from "./targets.ts";

/**
 * The shard map of a sharded table. A colocated table gets the map of the table that it follows, so that both have one
 * identity where their key columns have like types. `typesOfKeyColumns` has one type per column of the shard key; see
 * `keyTypesOf`. Throws InputError when the target doesn't take a type, an option or the strategy.
 *
 * @example
 * const types = keyTypesOf(design, "orders", schema) ?? ["int64"];
 * shardMapOf(design, "orders", types).shardOf(["int:42"]); // => 3
 */
export function shardMapOf(
  design: Design,
  table: string,
  typesOfKeyColumns: readonly ColumnType[],
  extra: PlacementExtra = {},
): ShardMap {
  return targetNamed(design.target, "design").shardMap(mapRequestOf(design, table, typesOfKeyColumns, extra));
}

/** What the target is asked for the shard map of a sharded table. Throws as `shardMapOf` does. */
export function mapRequestOf(
  design: Design,
  table: string,
  typesOfKeyColumns: readonly ColumnType[],
  extra: PlacementExtra = {},
): MapRequest {
  const own = shardedTable(design, table);
  const leader = leaderOf(design, table);
  const { strategy, options } = shardedTable(design, leader);
  const target = targetNamed(design.target, "design");
  const where = `table "${table}"`;
  assert(
    typesOfKeyColumns.length === own.shardKey.length,
    `${where} has ${own.shardKey.length} key columns and ${typesOfKeyColumns.length} types`,
  );
  if (!target.strategies.includes(strategy)) {
    throw new InputError(`${where}: target ${target.name} has no strategy "${strategy}"`, {
      hint: `it takes ${target.strategies.join(", ")}`,
    });
  }
  const accepted = target.keyTypes(strategy);
  typesOfKeyColumns.forEach((type, column) => {
    if (accepted.includes(type)) return;
    const key = `${own.shardKey[column]!} of type ${type}`;
    throw new InputError(`${where}: target ${target.name} can't place a key on ${key} by ${strategy}`, {
      hint: `it takes ${accepted.join(", ")}`,
    });
  });
  return {
    table,
    where,
    shards: design.shards,
    strategy,
    shardKey: own.shardKey,
    types: typesOfKeyColumns,
    options: tableOptions(options, where),
    extra,
  };
}

/**
 * Types of a table's key columns: what its option `type:` says (of the table, else of the table that it follows),
 * else the schema; undefined when neither knows all of them.
 */
export function keyTypesOf(
  design: Design,
  table: string,
  schema: Schema | undefined,
): readonly ColumnType[] | undefined {
  const own = shardedTable(design, table);
  const columns = schema?.tables.get(table)?.columns;
  const fromSchema = own.shardKey.map((column) => columns?.get(column)?.type);
  const said = saidTypes(own, table) ?? saidTypes(shardedTable(design, leaderOf(design, table)), table);
  if (said !== undefined) return said;
  return fromSchema.every((type) => type !== undefined) ? (fromSchema as ColumnType[]) : undefined;
}

/** The table at the end of the chain of `colocatedWith`, often the table itself. */
export function leaderOf(design: Design, table: string): string {
  const seen = new Set<string>();
  let leader = table;
  for (;;) {
    const next = shardedTable(design, leader).colocatedWith;
    if (next === undefined) return leader;
    if (seen.has(leader)) {
      throw new InputError(`table "${table}": colocatedWith goes in a circle through "${leader}"`, {
        hint: "one table of a colocated group must follow no other",
      });
    }
    seen.add(leader);
    leader = next;
  }
}

type ShardedTable = Extract<TableDesign, { kind: "sharded" }>;

function shardedTable(design: Design, table: string): ShardedTable {
  const found = design.tables.get(table);
  if (found?.kind === "sharded") return found;
  throw new InputError(
    `table "${table}" is ${found === undefined ? "not in the design" : `${found.kind}, so it has no shard map`}`,
    {
      hint: "give it a shardKey in the design file",
    },
  );
}

function saidTypes(table: ShardedTable, name: string): readonly ColumnType[] | undefined {
  const { type } = tableOptions(table.options, `table "${name}"`);
  if (type === undefined) return undefined;
  return typeof type === "string" ? table.shardKey.map(() => type) : type;
}
