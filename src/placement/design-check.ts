import { byName } from "../base/order.ts";
import type { Design, TableDesign } from "./design.ts";
import type { DesignSource, SourcePath } from "./design-source.ts";
import type { OptionName, TableOptions } from "./table-options.ts";
import type { Target } from "./target.ts";

/**
 * Whatever must fit together in a design that was read from a file. `name` is the table's name as the file writes it.
 */
export interface DesignCheck {
  readonly source: DesignSource;
  readonly design: Design;
  readonly target: Target;
}

/** Strategy and options against the target and the shards. Throws InputError at what doesn't fit. */
export function checkTable({ source, design, target }: DesignCheck, table: TableDesign, name: string): void {
  if (table.kind !== "sharded" || table.colocatedWith !== undefined) return;
  const at = ["tables", name];
  if (!target.strategies.includes(table.strategy)) {
    const path = [[...at, "strategy"], ["strategy"]].find(source.has) ?? at;
    source.fail(
      path,
      `target ${target.name} has no strategy "${table.strategy}"`,
      `it takes ${target.strategies.join(", ")}`,
    );
  }
  const accepted = target.options(table.strategy);
  for (const option of Object.keys(table.options) as OptionName[]) {
    if (accepted.includes(option)) continue;
    const what = `target ${target.name} has no option "${option}" under strategy ${table.strategy}`;
    source.fail([...at, option], what, `it takes ${accepted.join(", ")}`, "key");
  }
  const options: TableOptions = table.options;
  checkLengths(source, at, options, table.shardKey.length, design.shards.length);
  for (const [path, shard] of namedShards(at, options)) {
    if (design.shards.includes(String(shard))) continue;
    source.fail(path, `no shard "${shard}"`, `shards are ${design.shards.join(", ")}`);
  }
}

/**
 * The table that a colocated table follows in the end. Throws InputError where there is none, or the keys don't
 * match.
 */
export function checkLeader({ source, design }: DesignCheck, table: ShardedTable, name: string): ShardedTable {
  const at = ["tables", name];
  const leader = followLeader(source, design, table, name);
  if (leader.shardKey.length !== table.shardKey.length) {
    source.fail(
      [...at, "shardKey"],
      `the shard key has ${count(table.shardKey, "column")}, ` +
        `that of "${table.colocatedWith!}" ${leader.shardKey.length}`,
      "colocated tables have equally many key columns, in the same order",
    );
  }
  for (const key of ["strategy", ...Object.keys(table.options)]) {
    if (key === "type" || !source.has([...at, key])) continue;
    const [own, leads] =
      key === "strategy" ? [table.strategy, leader.strategy] : [table.options[key], leader.options[key]];
    if (JSON.stringify(own) === JSON.stringify(leads)) continue;
    const what = `"${key}" differs from that of "${table.colocatedWith!}", which the table follows`;
    source.fail([...at, key], what, "leave it out", "key");
  }
  return leader;
}

export type ShardedTable = Extract<TableDesign, { kind: "sharded" }>;

function checkLengths(
  source: DesignSource,
  at: SourcePath,
  options: TableOptions,
  columns: number,
  shards: number,
): void {
  for (const option of ["type", "hash", "columnVindex", "columnBytes"] as const) {
    const list = options[option];
    if (!Array.isArray(list) || list.length === columns) continue;
    const hint = "give one per column of the shard key";
    source.fail([...at, option], `${count(list, "entry", "entries")} for ${columns} key columns`, hint);
  }
  if (options.splits !== undefined && options.splits.length !== shards - 1) {
    const what = `${shards} shards need ${shards - 1} splits, not ${options.splits.length}`;
    source.fail([...at, "splits"], what, "a split is the first key of the next shard");
  }
}

function namedShards(at: SourcePath, options: TableOptions): readonly (readonly [SourcePath, string | number])[] {
  const ranges = (options.keyRanges ?? []).map(
    ({ shard }, index) => [[...at, "keyRanges", index, "shard"], shard] as const,
  );
  const entries = Object.entries(options.directory ?? {}).map(
    ([key, shard]) => [[...at, "directory", key], shard] as const,
  );
  const nodes = Object.keys(options.tokens ?? {}).map((shard) => [[...at, "tokens", shard], shard] as const);
  const fallback = options.default;
  return [
    ...ranges,
    ...entries,
    ...nodes,
    ...(fallback === undefined || fallback === "hash" ? [] : [[[...at, "default"], fallback] as const]),
  ];
}

function followLeader(source: DesignSource, design: Design, follower: ShardedTable, name: string): ShardedTable {
  const path = ["tables", name, "colocatedWith"];
  const seen = [name.toLowerCase()];
  let table = follower;
  while (table.colocatedWith !== undefined) {
    const next = design.tables.get(table.colocatedWith);
    if (next === undefined) {
      const sharded = [...design.tables].filter(([, other]) => other.kind === "sharded").map(([other]) => other);
      const hint = `sharded tables are ${sharded.sort(byName).join(", ")}`;
      return source.fail(path, `no table "${table.colocatedWith}"`, hint);
    }
    if (next.kind !== "sharded") {
      const what = `table "${table.colocatedWith}" is ${next.kind}`;
      return source.fail(path, what, "a table can follow a sharded table only");
    }
    if (seen.includes(table.colocatedWith)) {
      const circle = [...seen, table.colocatedWith].join(" -> ");
      return source.fail(
        path,
        `colocatedWith goes in a circle: ${circle}`,
        "one table of the group must follow no other",
      );
    }
    seen.push(table.colocatedWith);
    table = next;
  }
  return table;
}

function count(list: readonly unknown[], one: string, many = `${one}s`): string {
  return `${list.length} ${list.length === 1 ? one : many}`;
}
