import { DistinctSketch } from "../../src/stats/distinct-sketch.ts";
import { EventSample, placeHash } from "../../src/workload/event-sample.ts";
import { LoadWindows } from "../../src/workload/load-windows.ts";
import type { Value } from "../../src/workload/value.ts";
import { noTransactions } from "../workload/no-transactions.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";
import type { AccessPattern, Expr } from "../../src/sql/access.ts";
import type { Slot } from "../../src/sql/template.ts";
import type { AccessShape, ShapeUse, TemplateUse, Workload } from "../../src/workload/workload.ts";

/**
 * Statements of one template that reach one table, for tests: `"read orders customer_id="`, `"insert orders id=
 * customer_id="`.
 */
export interface Statements {
  /**
   * Use and table, then columns: `c=` pinned, `c=*` pinned to a list, `c>` bounded from below, `c<` from above, `c<>`
   * both.
   */
  readonly shape: string;
  readonly count: number;
  /** Values of the nth statement: of the pinned columns, then the bounds; an array is a list. Undefined: not logged. */
  readonly values?: (nth: number) => readonly (Value | readonly Value[])[];
  readonly ms?: number;
  readonly text?: string;
  readonly sets?: readonly string[];
}

/** A workload of such statements, taking turns over `seconds` of time from 2024-01-01. */
export function handMadeWorkload(groups: readonly Statements[], { seconds = 600, timed = true } = {}): Workload {
  const load = new LoadWindows();
  const fromMicros = Date.UTC(2024, 0, 1) * 1000;
  let entries = 0;
  const shapes: ShapeUse[] = [];
  const templates: TemplateUse[] = [];
  groups.forEach((group, number) => {
    const shape = shapeOf(group.shape);
    const counter = new ValueCounter(shape.equal.map(({ column }) => column));
    const sample = new EventSample();
    const listLengths = new Map<number, number>();
    const micros = timed ? Math.round((group.ms ?? 1) * 1000) : 0;
    for (let nth = 0; nth < group.count; nth++) {
      const timeMicros = fromMicros + Math.floor((nth * seconds * 1e6) / group.count);
      const offset = nth * groups.length + number;
      load.add(timeMicros, shape.use !== "read", micros);
      const values = group
        .values?.(nth)
        .map((value) => (Array.isArray(value) ? (value as readonly Value[]) : [value as Value]));
      sample.seen++;
      if (placeHash(0, offset) <= sample.threshold) {
        const bounds = shape.ranges.reduce((sum, { from, to }) => sum + Number(from) + Number(to), 0);
        sample.add(timeMicros, micros, 0, offset);
        for (let column = 0; column < (values?.length ?? shape.equal.length + bounds); column++) {
          sample.addColumn(values?.[column]?.length ?? NaN);
          for (const value of values?.[column] ?? []) addValue(sample, value);
        }
      }
      if (values === undefined) continue;
      const rows = Math.max(1, ...values.slice(0, shape.equal.length).map((list) => list.length));
      if (shape.equal.some(({ list }) => list)) listLengths.set(rows, (listLengths.get(rows) ?? 0) + 1);
      for (let row = 0; row < rows && shape.equal.length > 0; row++) {
        shape.equal.forEach((_, column) =>
          set(counter, column, values[column]![values[column]!.length === 1 ? 0 : row]!),
        );
        counter.add(1, Math.floor((micros * (row + 1)) / rows) - Math.floor((micros * row) / rows));
      }
    }
    entries += group.count;
    shapes.push({
      name: group.shape,
      shape,
      executions: group.count,
      timeMicros: micros * group.count,
      unvalued: group.values === undefined ? group.count : 0,
      counter,
      listLengths,
      sample,
    });
    templates.push({
      template: {
        text: group.text ?? group.shape,
        dialect: "postgres",
        parts: [group.text ?? group.shape],
        slots: slotsOf(shape),
      },
      pattern: patternOf(shape, group.sets ?? []),
      executions: group.count,
      timed: timed ? group.count : 0,
      timeMicros: micros * group.count,
      maxMicros: micros,
      rows: group.count,
      first: { input: 0, offset: number },
      shapes: [number],
    });
  });
  return {
    inputs: [
      {
        name: "hand-made.csv",
        format: "csv",
        dialect: "postgres",
        bytes: 1000,
        digest: "sha256:0",
        records: entries,
        entries,
        executions: entries,
        warnings: [],
      },
    ],
    records: entries,
    entries,
    executions: entries,
    skipped: [],
    leftOut: [],
    sample: undefined,
    span: { fromMicros, toMicros: fromMicros + seconds * 1e6 },
    sessions: new DistinctSketch(),
    templates,
    shapes,
    load,
    transactions: noTransactions("hand-made statements have no sessions", templates.length),
  };
}

function shapeOf(text: string): AccessShape {
  const [use, table, ...columns] = text.split(" ");
  const column = (part: string): string => part.replace(/[=<>*]+$/, "");
  return {
    table: table!,
    use: use as AccessShape["use"],
    equal: columns
      .filter((part) => part.includes("="))
      .map((part) => ({ column: column(part), list: part.endsWith("*") })),
    ranges: columns
      .filter((part) => /[<>]/.test(part))
      .map((part) => ({ column: column(part), from: part.includes(">"), to: part.includes("<") })),
  };
}

/** One for each pinned column, then one for each bound. */
function slotsOf({ use, equal, ranges }: AccessShape): readonly Slot[] {
  const one: Slot = { kind: "number", repeat: "one" };
  return [
    ...equal.map(({ list }): Slot => (list ? { kind: "number", repeat: use === "insert" ? "rows" : "list" } : one)),
    ...ranges.flatMap(({ from, to }) => [...(from ? [one] : []), ...(to ? [one] : [])]),
  ];
}

/** The statement that reaches a table like this. */
function patternOf(shape: AccessShape, sets: readonly string[]): AccessPattern {
  const { table, use, equal } = shape;
  const relations = [{ kind: "table" as const, table, schema: undefined, alias: table, use }];
  const from = [{ kind: "relation" as const, relation: 0 }];
  const none = { outputs: [], with: [] };
  const where = conditionOf(shape);
  if (use === "update") {
    const set = sets.map((column) => ({ relation: 0, column, value: { kind: "constant" as const, value: null } }));
    return { kind: "rows", relations, statement: { kind: "update", targets: [0], from, set, where, limit: false, ...none } };
  }
  if (use === "delete")
    return { kind: "rows", relations, statement: { kind: "delete", targets: [0], from, where, limit: false, ...none } };
  if (use === "insert") {
    const columns = equal.map(({ column }) => column);
    const source = { kind: "values" as const, rows: [equal.map((_, slot): Expr => ({ kind: "slot", slot }))] };
    const insert = { kind: "insert" as const, target: 0, replace: false, columns, source, onConflict: undefined };
    return { kind: "rows", relations, statement: { ...insert, ...none } };
  }
  return {
    kind: "rows",
    relations,
    statement: {
      kind: "select",
      from,
      where,
      groupBy: [],
      having: undefined,
      distinct: false,
      aggregate: false,
      windows: [],
      orderBy: [],
      limit: false,
      locking: false,
      ...none,
    },
  };
}

function conditionOf({ equal, ranges }: AccessShape): Expr {
  const column = (name: string): Expr => ({ kind: "column", relation: 0, column: name });
  let slot = 0;
  const next = (): Expr => ({ kind: "slot", slot: slot++ });
  const args = [
    ...equal.map(({ column: name, list }): Expr =>
      list
        ? { kind: "in", left: column(name), list: [next()], negated: false }
        : { kind: "compare", op: "=", left: column(name), right: next() },
    ),
    ...ranges.flatMap(({ column: name, from, to }): Expr[] => [
      ...(from ? [{ kind: "compare" as const, op: ">=" as const, left: column(name), right: next() }] : []),
      ...(to ? [{ kind: "compare" as const, op: "<=" as const, left: column(name), right: next() }] : []),
    ]),
  ];
  return { kind: "and", args };
}

function set(counter: ValueCounter, column: number, value: Value): void {
  if (value === null) counter.setNull(column);
  else if (typeof value === "number") counter.setInteger(column, value);
  else {
    const bytes = new TextEncoder().encode(value);
    counter.setText(column, bytes, 0, bytes.length);
  }
}

function addValue(sample: EventSample, value: Value): void {
  if (value === null) sample.addNull();
  else if (typeof value === "number") sample.addInteger(value);
  else {
    const bytes = new TextEncoder().encode(value);
    sample.addText(bytes, 0, bytes.length);
  }
}
