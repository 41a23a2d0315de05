import type { Known } from "../analyze/known.ts";
import type { StoredRows } from "../workload/stored-rows.ts";
import type { ShapeUse, Workload } from "../workload/workload.ts";
import { daysPerMonth, type Growth } from "./growth.ts";

/** What is stored, with indexes, as far as it is known. */
export interface Storage {
  readonly bytes: number;
  /** Tables in the sum, by name. */
  readonly tables: readonly string[];
  /** Tables of the log whose size is not known: the sum is at least this. */
  readonly unknownTables: readonly string[];
}

const dayMicros = 86_400_000_000;

/** Sums up what a database or data set says of its tables. */
export function storageOf({ shapes }: Workload, stored: StoredRows): Known<Storage> {
  const sized = [...stored.values()].filter(({ bytes }) => bytes !== undefined);
  if (sized.length === 0) return { unknown: "the log says nothing of what is stored: name a live database or data sets" };
  const tables = sized.map(({ table }) => table);
  const asked = new Set(shapes.map(({ shape }) => shape.table));
  return {
    bytes: sized.reduce((sum, { bytes }) => sum + bytes!, 0),
    tables,
    unknownTables: [...asked].filter((table) => !tables.includes(table)).sort(),
  };
}

/** Growth of what is stored as the log shows it: rows inserted, at what a row of the table takes. */
export interface StoredGrowth {
  readonly growth: Growth;
  /** Tables that rows are inserted into and whose bytes a row are not known: they are not in it. */
  readonly unknownTables: readonly string[];
  /** Tables that rows are deleted from as well; how many is not logged, so that they may not grow at all. */
  readonly deletedFrom: readonly string[];
}

/** Unknown with less than a day of log, because an hour of inserts is no twenty-fourth of a day's. */
export function storedGrowth({ shapes, span, sample }: Workload, stored: StoredRows): Known<StoredGrowth> {
  if (stored.size === 0) return { unknown: "the log does not say how large rows are: name a live database or data sets" };
  if (span === undefined) return { unknown: "times are not logged" };
  const days = (span.toMicros - span.fromMicros) / dayMicros;
  if (days < 1) return { unknown: `rows a month are told from a day of log at least: it lacks ${Math.ceil(24 - days * 24)} h` };
  const months = (days / daysPerMonth) * (sample?.rate ?? 1);
  const inserted = new Map<string, number>();
  const deletes = new Set<string>();
  for (const use of shapes) {
    const { table } = use.shape;
    if (use.shape.use === "delete" && use.executions > 0) deletes.add(table);
    if (use.shape.use === "insert") inserted.set(table, (inserted.get(table) ?? 0) + rowsInserted(use));
  }
  let bytes = 0;
  let undeletedBytes = 0;
  const unknownTables: string[] = [];
  for (const [table, rows] of [...inserted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = stored.get(table);
    if (found?.rows === undefined || found.bytes === undefined || found.rows === 0) {
      unknownTables.push(table);
      continue;
    }
    const added = (rows * found.bytes) / found.rows / months;
    bytes += added;
    if (!deletes.has(table)) undeletedBytes += added;
  }
  if (inserted.size > 0 && unknownTables.length === inserted.size)
    return { unknown: `how large rows are is not known of any table that rows are inserted into (${unknownTables.join(", ")})` };
  const deletedFrom = [...inserted.keys()].filter((table) => deletes.has(table)).sort();
  return { growth: { kind: "absolute", perMonth: { value: bytes, low: undeletedBytes, high: bytes } }, unknownTables, deletedFrom };
}

/** Executions without a list insert one row; those whose list is not logged as many as the others. */
function rowsInserted({ executions, listLengths }: ShapeUse): number {
  let known = 0;
  let rows = 0;
  for (const [length, count] of listLengths) {
    known += count;
    rows += length * count;
  }
  return known === 0 ? executions : rows + (executions - known) * (rows / known);
}
