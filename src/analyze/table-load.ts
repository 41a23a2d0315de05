import { byName } from "../base/order.ts";
import type { SampledEvent } from "../workload/event-sample.ts";
import type { ShapeUse, Workload } from "../workload/workload.ts";

/**
 * What load is measured in: "time" (microseconds spent in the database) where durations are logged, else
 * "executions", of which each counts as a million units, so that a listed value's part of one is still a whole
 * number.
 */
export type Work = "time" | "executions";

export const unitsPerExecution = 1_000_000;

/** Share of executions that must have a duration for time to be the measure. */
const timedShareNeeded = 0.9;

/** One table's shapes and their sums. */
export interface TableLoad {
  readonly table: string;
  readonly shapes: readonly ShapeLoad[];
  readonly executions: number;
  readonly timeMicros: number;
  readonly reads: number;
  readonly writes: number;
  /** In units of `Work`. */
  readonly work: number;
}

export interface ShapeLoad {
  /** Index into `Workload.shapes`. */
  readonly index: number;
  readonly use: ShapeUse;
  readonly work: number;
  /** Of the shape's event sample at most 1024, in the order of time. */
  readonly events: readonly SampledEvent[];
}

/**
 * Events that are placed one by one: about this many in all, divided by work, within limits for each shape. A share
 * over 1024 events has a standard error of at most 1.6 %, over 128 of 4.4 %.
 */
const eventBudget = 16_384;
const fewestEvents = 128;
const mostEvents = 1024;

export function workOf(workload: Workload): Work {
  let executions = 0;
  let timed = 0;
  for (const use of workload.templates) {
    if (use.shapes.length === 0) continue;
    executions += use.executions;
    timed += use.timed;
  }
  return executions > 0 && timed >= executions * timedShareNeeded && workload.shapes.some((use) => use.timeMicros > 0)
    ? "time"
    : "executions";
}

/** Every table of the workload, the one with the most work first. */
export function tableLoads(workload: Workload, work: Work): readonly TableLoad[] {
  const shapes = new Map<string, ShapeLoad[]>();
  const workOfShape = (use: ShapeUse): number =>
    work === "time" ? use.timeMicros : use.executions * unitsPerExecution;
  const allWork = sum(workload.shapes, workOfShape);
  workload.shapes.forEach((use, index) => {
    if (use.executions === 0) return;
    const wanted = allWork === 0 ? 0 : Math.round((eventBudget * workOfShape(use)) / allWork);
    const events = use.sample.events(Math.min(mostEvents, Math.max(fewestEvents, wanted)));
    const load = { index, use, work: workOfShape(use), events };
    const known = shapes.get(use.shape.table);
    if (known === undefined) shapes.set(use.shape.table, [load]);
    else known.push(load);
  });
  return [...shapes]
    .map(([table, loads]) => ({
      table,
      shapes: loads,
      executions: sum(loads, ({ use }) => use.executions),
      timeMicros: sum(loads, ({ use }) => use.timeMicros),
      reads: sum(loads, ({ use }) => (use.shape.use === "read" ? use.executions : 0)),
      writes: sum(loads, ({ use }) => (use.shape.use === "read" ? 0 : use.executions)),
      work: sum(loads, (load) => load.work),
    }))
    .sort((a, b) => b.work - a.work || byName(a.table, b.table));
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += amount(item);
  return total;
}
