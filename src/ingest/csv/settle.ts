import { InputError } from "../../base/input-error.ts";
import { columnFlag, columnNames, comparableName } from "../columns.ts";
import type { ColumnRole } from "../columns.ts";
import { durationUnitOf, millisPerUnit, withoutDurationUnit } from "../duration.ts";
import type { Head, ReaderOptions } from "../format.ts";
import { looksLikeSql } from "../sql-text.ts";
import { writingOfTime } from "../timestamp.ts";
import type { TimeWriting } from "../timestamp.ts";
import type { CsvSettings } from "./settings.ts";
import { isNumber, isTime } from "./shape.ts";
import type { CsvShape } from "./shape.ts";

/** Which column plays which role, and what was noticed on the way. */
export interface SettledColumns {
  readonly columns: Readonly<Record<ColumnRole, number>>;
  readonly notes: readonly string[];
}

/**
 * Gives each role its column: the one the user named, else the first of the known names that the header has and whose
 * values fit, else, for SQL and time, the first column whose values look like it.
 */
export function settleColumns(shape: CsvShape, head: Head, options: ReaderOptions): SettledColumns {
  const columns = Object.fromEntries(roles.map((role) => [role, -1])) as Record<ColumnRole, number>;
  const taken = new Set<number>();
  const notes: string[] = [];
  const give = (role: ColumnRole, index: number) => {
    columns[role] = index;
    taken.add(index);
  };
  for (const role of roles) {
    const choice = options.columns?.[role];
    if (choice !== undefined) give(role, chosenColumn(role, choice, shape, head));
  }
  for (const role of roles) {
    if (columns[role] !== -1) continue;
    // A statement needs no table and operation columns, and names such as `type` and `command` are left to what they
    // are.
    if ((role === "operation" || role === "table") && columns.sql !== -1) continue;
    const named = namedColumns(role, shape).filter((index) => !taken.has(index));
    const fitting = named.find((index) => fits(role, shape.header?.[index] ?? "", valuesOf(shape, index)));
    if (fitting !== undefined) give(role, fitting);
    else if (role === "time" && named[0] !== undefined && valuesOf(shape, named[0]).length > 0) {
      notes.push(
        `${columnTitle(shape, named[0])} holds no times that can be read; ` +
          `name the right column with ${columnFlag("time")}` +
          (valuesOf(shape, named[0]).every(isNumber) ? `, or use it with ${columnFlag("duration")}` : ""),
      );
    }
  }
  if (columns.sql === -1) {
    const found = findByContent(shape, taken, looksLikeSql);
    if (found !== -1) give("sql", found);
  }
  if (columns.time === -1) {
    const found = findByContent(
      shape,
      taken,
      shape.header === undefined ? isTime : (text) => isTime(text) && !isNumber(text),
    );
    if (found !== -1) give("time", found);
  }
  return { columns, notes };
}

/** What a reader needs to know, from the shape and the columns. */
export function csvSettings(
  shape: CsvShape,
  columns: Readonly<Record<ColumnRole, number>>,
  keyIndexes: readonly number[],
  options: ReaderOptions,
): CsvSettings {
  const durationName = shape.header?.[columns.duration] ?? "";
  return {
    delimiter: shape.delimiter,
    newline: shape.newline,
    backslash: shape.backslash,
    quote: shape.quote,
    fieldCount: shape.fieldCount,
    columns,
    keyIndexes,
    commandType: shape.header?.findIndex((name) => comparableName(name) === "command_type") ?? -1,
    timeWriting: timeWriting(shape, columns.time),
    millisPerDuration: millisPerUnit[options.durationUnit ?? durationUnitOf(durationName) ?? "ms"],
    repeatedHeader: shape.header,
  };
}

/** How a column is called in a message. */
export const columnTitle = (shape: CsvShape, index: number): string =>
  shape.header === undefined ? `column ${index}` : `column ${JSON.stringify(shape.header[index])}`;

/** What columns there are, for a message. */
export const columnsTitle = (shape: CsvShape): string =>
  shape.header === undefined
    ? `columns 0 to ${shape.fieldCount - 1}, without a header`
    : `columns ${shape.header.join(", ")}`;

/** Names of the roles' columns, for the report. */
export function roleTitles(
  shape: CsvShape,
  columns: Readonly<Record<ColumnRole, number>>,
): Partial<Record<ColumnRole, string>> {
  const titles: Partial<Record<ColumnRole, string>> = {};
  for (const role of roles)
    if (columns[role] !== -1) titles[role] = shape.header?.[columns[role]] ?? `${columns[role]}`;
  return titles;
}

function chosenColumn(role: ColumnRole, choice: string | number, shape: CsvShape, head: Head): number {
  const byName = shape.header?.findIndex((name) => comparableName(name) === comparableName(`${choice}`)) ?? -1;
  if (byName !== -1) return byName;
  const index = /^\d+$/.test(`${choice}`) ? Number(choice) : -1;
  if (index >= 0 && index < shape.fieldCount) return index;
  throw new InputError(`${head.name}: no column ${JSON.stringify(choice)} for ${columnFlag(role)}`, {
    hint: `it has ${columnsTitle(shape)}`,
  });
}

/** Columns whose name says that they play the role, the most telling name first. */
function namedColumns(role: ColumnRole, shape: CsvShape): number[] {
  if (shape.header === undefined) return [];
  const plain = shape.header.map(comparableName);
  const found: number[] = [];
  for (const name of columnNames[role]) {
    for (const [index, column] of plain.entries()) {
      if (column === name || (role === "duration" && withoutDurationUnit(shape.header[index]!) === name)) {
        if (!found.includes(index)) found.push(index);
      }
    }
  }
  return found;
}

function valuesOf(shape: CsvShape, index: number): string[] {
  return shape.samples.map((record) => record[index] ?? "").filter((text) => text !== "");
}

/** Do the first values of a column suit the role? A column without values suits any. */
function fits(role: ColumnRole, name: string, values: readonly string[]): boolean {
  if (values.length === 0) return true;
  if (role === "time") return mostly(values, isTime);
  if (role === "sql") return /sql/i.test(name) || values.some(looksLikeSql);
  if (role === "rows") return mostly(values, isNumber);
  if (role === "duration") return mostly(values, (text) => /^[\d.]/.test(text) && !isTime(text));
  return true;
}

const mostly = (values: readonly string[], test: (text: string) => boolean): boolean =>
  values.filter(test).length * 2 > values.length;

function findByContent(shape: CsvShape, taken: ReadonlySet<number>, test: (text: string) => boolean): number {
  for (let index = 0; index < shape.fieldCount; index++) {
    const values = taken.has(index) ? [] : valuesOf(shape, index);
    if (values.length > 0 && mostly(values, test)) return index;
  }
  return -1;
}

function timeWriting(shape: CsvShape, column: number): TimeWriting {
  const times = new Map<TimeWriting, number>();
  if (column !== -1) {
    for (const text of valuesOf(shape, column)) {
      const bytes = new TextEncoder().encode(text);
      const writing = writingOfTime(bytes, 0, bytes.length);
      if (writing !== undefined) times.set(writing, (times.get(writing) ?? 0) + 1);
    }
  }
  let best: TimeWriting = "date";
  for (const [writing, count] of times) if (count > (times.get(best) ?? 0)) best = writing;
  return best;
}

const roles = Object.keys(columnNames) as ColumnRole[];
