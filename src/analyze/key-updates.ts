import { accessesOf } from "../sql/constraints.ts";
import type { Workload } from "../workload/workload.ts";
import type { KeyUpdates } from "./evaluation.ts";
import { unitsPerExecution, type TableLoad, type Work } from "./table-load.ts";

/** Columns that statements set, per table, with the executions and the work of those statements. */
export type ColumnUpdates = ReadonlyMap<
  string,
  readonly { readonly columns: readonly string[]; readonly executions: number; readonly work: number }[]
>;

export function columnUpdatesOf(workload: Workload, work: Work): ColumnUpdates {
  const updates = new Map<string, { columns: readonly string[]; executions: number; work: number }[]>();
  for (const { pattern, executions, timeMicros } of workload.templates) {
    if (pattern.kind !== "rows" || executions === 0) continue;
    for (const { table, setColumns } of accessesOf(pattern)) {
      if (setColumns.length === 0) continue;
      const update = {
        columns: setColumns,
        executions,
        work: work === "time" ? timeMicros : executions * unitsPerExecution,
      };
      updates.set(table, [...(updates.get(table) ?? []), update]);
    }
  }
  return updates;
}

/** Statements that set a column of the key: the row may belong to another shard afterwards. */
export function keyUpdatesOf(load: TableLoad, key: readonly string[], updates: ColumnUpdates): KeyUpdates {
  let executions = 0;
  let work = 0;
  for (const update of updates.get(load.table) ?? []) {
    if (!update.columns.some((column) => key.includes(column))) continue;
    executions += update.executions;
    work += update.work;
  }
  return { executions, share: load.writes === 0 ? 0 : Math.min(1, executions / load.writes), work };
}
