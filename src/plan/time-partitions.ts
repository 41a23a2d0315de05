import { byName } from "../base/order.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";

/** A table that grows with time and is asked by time: partitions by that column keep the newest rows together. */
export interface TimePartition {
  readonly table: string;
  readonly column: string;
  /** Of the statements on the table. */
  readonly insertShare: number;
  /** Of its reads and deletes, those that bound the column or pin it. */
  readonly boundShare: number;
}

/** From this share of its statements on a table is written row by row rather than changed. */
const leastInserts = 0.3;
/** More changes of rows for each insert than this, and old partitions are not at rest. */
const mostChanges = 0.2;
/** Fewer of its reads by time than this gain nothing from partitions by time. */
const leastBound = 0.25;

/**
 * Tables that are mostly inserted into, with a time in every inserted row, and read by it. The one with the most inserts
 * first.
 */
export function timePartitions(workload: Workload, schema: Schema): readonly TimePartition[] {
  const found: (TimePartition & { readonly inserts: number })[] = [];
  for (const table of [...new Set(workload.shapes.map(({ shape }) => shape.table))].sort(byName)) {
    const shapes = workload.shapes.filter(({ shape }) => shape.table === table);
    const count = (wanted: (use: (typeof shapes)[number]) => boolean): number =>
      shapes.reduce((sum, use) => sum + (wanted(use) ? use.executions : 0), 0);
    const inserts = count(({ shape }) => shape.use === "insert");
    const updates = count(({ shape }) => shape.use === "update");
    const all = count(() => true);
    const asking = count(({ shape }) => shape.use === "read" || shape.use === "delete");
    if (all === 0 || inserts < leastInserts * all || updates > mostChanges * inserts || asking === 0) continue;
    for (const [column, { type }] of schema.tables.get(table)?.columns ?? []) {
      if (type !== "timestamp" && type !== "date") continue;
      const carried = count(({ shape }) => shape.use === "insert" && shape.equal.some((equal) => equal.column === column));
      const bound = count(
        ({ shape }) =>
          shape.use !== "insert" &&
          shape.use !== "update" &&
          (shape.ranges.some((range) => range.column === column) || shape.equal.some((equal) => equal.column === column)),
      );
      if (carried < inserts || bound < leastBound * asking) continue;
      found.push({ table, column, insertShare: inserts / all, boundShare: bound / asking, inserts });
    }
  }
  return found
    .sort((a, b) => b.inserts - a.inserts || b.boundShare - a.boundShare || byName(a.table, b.table) || byName(a.column, b.column))
    .filter(({ table }, at, sorted) => sorted.findIndex((one) => one.table === table) === at)
    .map(({ table, column, insertShare, boundShare }) => ({ table, column, insertShare, boundShare }));
}
