import { leaderOf, keyTypesOf, shardMapOf } from "../placement/shard-map-of.ts";
import type { Design } from "../placement/design.ts";
import type { ShardMap } from "../placement/shard-map.ts";
import { targetNamed } from "../placement/targets.ts";
import type { ColumnDefinition, ColumnType, Schema, TableDefinition } from "../sql/schema.ts";

/** A design ready to be asked: its shard maps, made once per table. */
export interface RoutingContext {
  readonly design: Design;
  /** The schema, with the shard keys of tables that it does not know. */
  readonly schema: Schema;
  readonly maps: (table: string) => ShardMap | undefined;
  readonly keyTypes: (table: string) => readonly ColumnType[] | undefined;
  /** Sharded tables whose key has a type that neither design nor schema tells; `keyTypes` has the guess. */
  readonly guessed: ReadonlySet<string>;
}

/** Throws InputError when the target can't place a table's key. */
export function routingContext(design: Design, schema: Schema): RoutingContext {
  const types = new Map<string, readonly ColumnType[]>();
  const maps = new Map<string, ShardMap>();
  const guessed = new Set<string>();
  for (const [name, table] of design.tables) {
    if (table.kind !== "sharded") continue;
    const known = keyTypesOf(design, name, schema) ?? keyTypesOf(design, leaderOf(design, name), schema);
    const guess = guessedType(design, name);
    if (known === undefined) guessed.add(name);
    const keyTypes = known ?? table.shardKey.map(() => guess);
    types.set(name, keyTypes);
    maps.set(name, shardMapOf(design, name, keyTypes));
  }
  return {
    design,
    schema: withShardKeys(schema, design, types),
    guessed,
    maps: (table) => maps.get(table),
    keyTypes: (table) => types.get(table),
  };
}

/** Keys are integers more often than not; where the target takes none, the first type that it takes. */
function guessedType(design: Design, table: string): ColumnType {
  const leader = design.tables.get(leaderOf(design, table));
  const accepted = leader?.kind === "sharded" ? targetNamed(design.target, "design").keyTypes(leader.strategy) : [];
  return accepted.includes("int64") ? "int64" : (accepted[0] ?? "int64");
}

/**
 * A table that only the design speaks of has its shard key's columns at least: enough to tell whose column a bare
 * name is.
 */
function withShardKeys(schema: Schema, design: Design, types: ReadonlyMap<string, readonly ColumnType[]>): Schema {
  const tables = new Map(schema.tables);
  for (const [name, table] of design.tables) {
    if (tables.has(name) || table.kind !== "sharded") continue;
    const columns = table.shardKey.map((column, index): [string, ColumnDefinition] => {
      const type = types.get(name)![index]!;
      return [column, { name: column, type, declared: type, nullable: true }];
    });
    const definition: TableDefinition = {
      name,
      columns: new Map(columns),
      primaryKey: undefined,
      uniqueKeys: [],
      foreignKeys: [],
      provenance: "inferred",
    };
    tables.set(name, definition);
  }
  return { tables };
}
