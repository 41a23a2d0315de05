import { byName } from "../base/order.ts";
import { tableLoads, workOf } from "../analyze/table-load.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";

/** Tables that no statement, transaction or foreign key reaches together with any other. */
export interface TableGroup {
  /** By name. */
  readonly tables: readonly string[];
  /** Of the work on all tables. */
  readonly workShare: number;
}

/**
 * Groups of tables that could each live on a server of its own without a statement, a transaction or a foreign key across:
 * the one with the most work first. One group: nothing can be split out.
 */
export function tableGroups(workload: Workload, schema: Schema): readonly TableGroup[] {
  const loads = tableLoads(workload, workOf(workload));
  const leaders = new Map(loads.map(({ table }) => [table, table]));
  const leaderOf = (table: string): string => {
    const leader = leaders.get(table)!;
    return leader === table ? table : leaderOf(leader);
  };
  const join = (tables: Iterable<string>): void => {
    const known = [...new Set(tables)].filter((table) => leaders.has(table));
    for (const table of known) leaders.set(leaderOf(table), leaderOf(known[0]!));
  };
  const tablesOf = (template: number): readonly string[] =>
    workload.templates[template]!.shapes.map((shape) => workload.shapes[shape]!.shape.table);
  workload.templates.forEach((_, template) => join(tablesOf(template)));
  for (const { templates } of workload.transactions.types) join(templates.flatMap(tablesOf));
  for (const { name, foreignKeys } of schema.tables.values()) join([name, ...foreignKeys.map(({ table }) => table)]);
  const groups = new Map<string, { tables: string[]; work: number }>();
  let all = 0;
  for (const { table, work } of loads) {
    const leader = leaderOf(table);
    const group = groups.get(leader) ?? { tables: [], work: 0 };
    group.tables.push(table);
    group.work += work;
    all += work;
    groups.set(leader, group);
  }
  return [...groups.values()]
    .map(({ tables, work }) => ({ tables: tables.sort(byName), workShare: all === 0 ? 0 : work / all }))
    .sort((a, b) => b.workShare - a.workShare || byName(a.tables[0]!, b.tables[0]!));
}
