import { byName } from "../base/order.ts";
import { accessesOf, type TableAccess } from "../sql/constraints.ts";
import type { ColumnDefinition, ColumnType, ForeignKey, Schema, TableDefinition } from "../sql/schema.ts";
import { spelledColumns } from "./spelled-columns.ts";
import type { Value } from "./value.ts";
import type { ShapeUse, TemplateUse, Workload } from "./workload.ts";

/** Inserted rows from which on a column that never repeated is called unique. */
const leastRowsForUnique = 20;
/** Above this many rows only columns that are named like a primary key are checked for repeats. */
const rowsForEveryColumn = 50_000;

/**
 * The declared schema, completed by what the statements show of tables that it lacks: columns from predicates, inserts and
 * joins; types from the values; a primary key where inserts never repeated a value; foreign keys from joins to one. Such
 * tables carry `provenance: "inferred"`, and the report says so: a log can show that two values differ, never that they must.
 */
export function inferSchema(workload: Pick<Workload, "templates" | "shapes">, declared: Schema): Schema {
  const accesses = workload.templates.flatMap((use) => {
    const found = accessesOf(use.pattern, use.template.slots);
    return found.map((access) => ({ access, others: found, use }));
  });
  const tables = new Map(declared.tables);
  const names = [...new Set(accesses.map(({ access }) => access.table))]
    .filter((name) => !declared.tables.has(name))
    .sort(byName);
  for (const name of names) {
    const own = accesses.filter(({ access }) => access.table === name);
    tables.set(
      name,
      inferTable(
        name,
        own.map(({ access }) => access),
        [...new Set(own.map(({ use }) => use))],
        workload.shapes.filter(({ shape }) => shape.table === name),
      ),
    );
  }
  for (const name of names) {
    const table = tables.get(name)!;
    tables.set(name, { ...table, foreignKeys: inferForeignKeys(table, accesses, tables) });
  }
  return { tables };
}

function inferTable(
  name: string,
  accesses: readonly TableAccess[],
  uses: readonly TemplateUse[],
  shapes: readonly ShapeUse[],
): TableDefinition {
  const columnNames = new Set(
    accesses.flatMap((access) => [
      ...access.equal.map(({ column }) => column),
      ...access.ranges.map(({ column }) => column),
      ...access.joins.map(({ column }) => column),
      ...access.setColumns,
      ...access.functionColumns,
    ]),
  );
  const columns = new Map<string, ColumnDefinition>();
  const spelled = spelledColumns(uses);
  for (const column of [...columnNames].sort(byName)) {
    const values = valuesOf(column, shapes);
    const written = spelled(column);
    columns.set(column, {
      name: column,
      ...(written !== column && { spelled: written }),
      type: typeOf(values),
      declared: "inferred",
      nullable: values.nulls,
    });
  }
  const likely = ["id", `${name}_id`, `${name.replace(/s$/, "")}_id`];
  const uniqueColumns = [...columnNames].filter((column) => neverRepeats(column, shapes, likely)).sort(byName);
  const primary =
    likely.find((column) => uniqueColumns.includes(column)) ??
    likely.find((column) => columnNames.has(column) && !insertsHave(column, shapes));
  return {
    name,
    columns,
    primaryKey: primary === undefined ? undefined : [primary],
    uniqueKeys: uniqueColumns.filter((column) => column !== primary).map((column) => [column]),
    foreignKeys: [],
    provenance: "inferred",
  };
}

/** What the summary shows of a column: whether integers, NULLs and texts occur at all, and a sample of the texts. */
interface ColumnValues {
  readonly integers: boolean;
  readonly nulls: boolean;
  readonly othersThanIntegers: boolean;
  readonly texts: readonly string[];
}

function valuesOf(column: string, shapes: readonly ShapeUse[]): ColumnValues {
  let integers = false;
  let othersThanIntegers = false;
  const sampled = new Set<Value>();
  for (const { counter, sample } of shapes) {
    const position = counter.columns.indexOf(column);
    if (position < 0) continue;
    const kinds = counter.kindsOf(position);
    integers ||= kinds.integers;
    othersThanIntegers ||= kinds.others;
    // Only what is no integer is worth looking at.
    if (kinds.others)
      for (const { values } of sample.events()) for (const value of values[position] ?? []) sampled.add(value);
  }
  return {
    integers,
    othersThanIntegers,
    nulls: sampled.has(null),
    texts: [...sampled].filter((value) => typeof value === "string"),
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const timestamp = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/;
const date = /^\d{4}-\d\d-\d\d$/;

function typeOf({ integers, nulls, othersThanIntegers, texts }: ColumnValues): ColumnType {
  if (texts.length === 0)
    return integers && (nulls || !othersThanIntegers) ? "int64" : othersThanIntegers && !nulls ? "text" : "other";
  const all = (pattern: RegExp): boolean => texts.every((text) => pattern.test(text));
  if (all(/^-?\d{16,19}$/)) return "int64";
  // '007' is a code more often than a quantity when it is compared for equality: only a decimal point tells.
  if (all(/^[-+]?\d*\.\d+(e[-+]?\d+)?$/i)) return "decimal";
  if (integers) return "text";
  if (all(uuid)) return "uuid";
  if (all(timestamp)) return "timestamp";
  return all(date) ? "date" : "text";
}

const insertShapes = (column: string, shapes: readonly ShapeUse[]): readonly ShapeUse[] =>
  shapes.filter(({ shape }) => shape.use === "insert" && shape.equal.some((pinned) => pinned.column === column));

const insertsHave = (column: string, shapes: readonly ShapeUse[]): boolean => insertShapes(column, shapes).length > 0;

function neverRepeats(column: string, shapes: readonly ShapeUse[], likely: readonly string[]): boolean {
  const inserts = insertShapes(column, shapes);
  const rows = inserts.reduce((sum, { counter }) => sum + counter.total, 0);
  // As many different rows as rows at all: cheap to see, and most columns fail it.
  if (rows > rowsForEveryColumn && !likely.includes(column)) return false;
  if (rows < leastRowsForUnique || inserts.some(({ counter }) => counter.keptShare < 1 || counter.size < counter.total))
    return false;
  const seen = new Set<Value>();
  for (const { counter } of inserts) {
    const position = counter.columns.indexOf(column);
    for (let entry = 0; entry < counter.size; entry++) {
      const value = counter.valueAt(entry, position);
      if (value === null || seen.has(value)) return false;
      seen.add(value);
    }
  }
  return true;
}

function inferForeignKeys(
  table: TableDefinition,
  accesses: readonly { readonly access: TableAccess; readonly others: readonly TableAccess[] }[],
  tables: ReadonlyMap<string, TableDefinition>,
): readonly ForeignKey[] {
  const found = new Map<string, ForeignKey>();
  for (const { access, others } of accesses) {
    if (access.table !== table.name) continue;
    for (const { column, otherRelation, otherColumn } of access.joins) {
      const other = others.find(({ relation }) => relation === otherRelation)?.table;
      if (other === undefined || other === table.name) continue;
      const target = tables.get(other)?.primaryKey;
      if (target?.length !== 1 || target[0] !== otherColumn || table.primaryKey?.[0] === column) continue;
      found.set(`${column}\0${other}`, { columns: [column], table: other, references: [otherColumn] });
    }
  }
  return [...found].sort(([a], [b]) => byName(a, b)).map(([, key]) => key);
}
