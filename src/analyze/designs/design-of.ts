import type { Design, TableDesign } from "../../placement/design.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../../workload/key-value.ts";
import type { Placers } from "../placing.ts";
import type { DesignedTable, JudgedDesign } from "./judge-design.ts";

export interface KeysOfTables {
  /** Of a column of a table, by the table's index. */
  readonly typeOf: (table: number, column: string) => ColumnType;
  readonly placersOf: (table: number, key: readonly string[]) => Placers;
}

/**
 * The design as a file of its own: with the types of its keys, and with the split points or the directory of the strategies
 * that need them, as the log suggests them.
 */
export function designOf({ tables }: JudgedDesign, shardCount: number, keys: KeysOfTables): Design {
  const shards = Array.from({ length: shardCount }, (_, shard) => String(shard));
  return {
    version: 1,
    target: "generic",
    shards,
    tables: new Map(
      tables.map((table, index) => [table.table, tableDesign(table, index, tables, shards, keys)] as const),
    ),
  };
}

function tableDesign(
  { table, option, strategy, leader }: DesignedTable,
  index: number,
  tables: readonly DesignedTable[],
  shards: readonly string[],
  keys: KeysOfTables,
): TableDesign {
  if (option.kind !== "sharded") return option;
  const types = option.key.map((column) => keys.typeOf(index, column));
  const type = new Set(types).size === 1 ? types[0]! : types;
  if (leader !== table)
    return { kind: "sharded", shardKey: option.key, strategy: strategy!, colocatedWith: leader, options: { type } };
  const placement = placementOf(strategy!, index, tables, shards, keys);
  return {
    kind: "sharded",
    shardKey: option.key,
    strategy: placement === undefined ? "hash" : strategy!,
    colocatedWith: undefined,
    options: { type, ...placement },
  };
}

/** What the strategy needs beside its name; undefined when the log has too few keys to say. */
function placementOf(
  strategy: NonNullable<DesignedTable["strategy"]>,
  leader: number,
  tables: readonly DesignedTable[],
  shards: readonly string[],
  keys: KeysOfTables,
): Record<string, unknown> | undefined {
  if (strategy !== "range" && strategy !== "directory") return {};
  // The values of the family's table with the most work: tables are in that order.
  const busiest = tables.findIndex(
    (table) =>
      table.leader === tables[leader]!.table && table.option.kind === "sharded" && table.option.evaluation !== undefined,
  );
  const option = tables[busiest]?.option;
  if (option?.kind !== "sharded") return undefined;
  const placers = keys.placersOf(busiest, option.key);
  if (strategy === "range") {
    const splits = placers.splits(shards.length);
    return splits.length === shards.length - 1 ? { splits: splits.map((split) => plainKey(split)) } : undefined;
  }
  const entries = placers
    .directoryEntries(shards.length)
    .filter(({ key }) => key.every((value) => typeOfKey(value) !== "null"));
  return { directory: Object.fromEntries(entries.map(({ key, shard }) => [key.map(textOfKey).join(", "), shard])) };
}

function plainKey(key: readonly KeyValue[]): unknown {
  return key.length === 1 ? plainValue(key[0]!) : key.map(plainValue);
}

/** As YAML writes it, with every digit. */
function plainValue(value: KeyValue): string | number | null {
  if (typeOfKey(value) === "null") return null;
  const text = textOfKey(value);
  return typeOfKey(value) === "int" && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}
