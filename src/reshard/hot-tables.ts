import { byName } from "../base/order.ts";
import type { ColumnType } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import { CountedKeys, refused } from "./counted-keys.ts";
import { keysOfWorkload } from "./key-counts.ts";
import type { ShardUnion } from "./movement.ts";
import type { PlannedTable } from "./reshard.ts";
import { type Companion, type HotTable, type Remedy, remediesFor } from "./remedies.ts";

/**
 * Remedies for the tables that have a hot key after the change: one that alone has more than half of an even share of a
 * shard's accesses. The tables with most accesses first.
 */
export function hotTableRemedies(
  workload: Workload,
  planned: readonly PlannedTable[],
  union: ShardUnion,
): readonly Remedy[] {
  const hot = planned
    .filter(({ plan }) => plan.source === "log")
    .map((table) => hotTable(workload, table, union))
    .filter(({ keys, shardCount }) => hasHotKey(keys, shardCount));
  const accesses = ({ keys }: HotTable): number => keys.first.reduce((sum, count) => sum + count, 0);
  return hot
    .toSorted((a, b) => accesses(b) - accesses(a) || byName(a.table, b.table))
    .flatMap((table) => remediesFor(table));
}

function hasHotKey(keys: CountedKeys, shardCount: number): boolean {
  const total = keys.first.reduce((sum, count) => sum + count, 0);
  return keys.first.some((count) => count > total / shardCount / 2);
}

function hotTable(workload: Workload, { plan, sideAfter, after }: PlannedTable, union: ShardUnion): HotTable {
  const columns = plan.key.after;
  const { keys } = keysOfWorkload(workload, plan.table, columns, sideAfter.types, "writes");
  const counted = CountedKeys.of(keys);
  const shardOf = new Map(union.after.map((shard, index) => [shard, index]));
  const owners = ownersByKey(sideAfter.keys, after, counted);
  return {
    table: plan.table,
    keys: counted,
    owners: owners.map((shard) => (shard === refused ? refused : (shardOf.get(shard) ?? refused))),
    shardCount: union.after.length,
    knowsWrites: true,
    companions: companionsOf(workload, plan.table, columns, sideAfter.types),
  };
}

/** The plan's owners, for keys that were counted in another order. A key that the plan does not have is on no shard. */
function ownersByKey(planned: CountedKeys, owners: Uint32Array, counted: CountedKeys): Uint32Array {
  const known = new Map<string, number>();
  for (let entry = 0; entry < planned.size; entry++) known.set(planned.keyAt(entry).join("\0"), owners[entry]!);
  return Uint32Array.from(
    { length: counted.size },
    (_, entry) => known.get(counted.keyAt(entry).join("\0")) ?? refused,
  );
}

/** Companions shown: those that most accesses pin together with the key. */
const companionLimit = 3;

function companionsOf(
  workload: Workload,
  table: string,
  key: readonly string[],
  types: readonly ColumnType[],
): readonly Companion[] {
  const together = new Map<string, number>();
  let all = 0;
  for (const { shape, counter } of workload.shapes) {
    const columns = counter.columns.map((column) => column.toLowerCase());
    if (shape.table.toLowerCase() !== table || !key.every((column) => columns.includes(column))) continue;
    all += counter.total;
    for (const column of columns)
      if (!key.includes(column)) together.set(column, (together.get(column) ?? 0) + counter.total);
  }
  return [...together]
    .sort(([a, x], [b, y]) => y - x || byName(a, b))
    .slice(0, companionLimit)
    .map(([column, accesses]) => ({
      column,
      // Its type is not looked up: what matters is which values are equal.
      keys: CountedKeys.of(keysOfWorkload(workload, table, [...key, column], [...types, "text"], "writes").keys),
      accessesWithout: all - accesses,
    }));
}
