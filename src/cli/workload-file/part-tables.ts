import { fromSharedJson, sharedJson } from "../../base/shared-json.ts";
import type { AccessPattern } from "../../sql/access.ts";
import type { Language, Slot } from "../../sql/template.ts";
import type { SampleState } from "../../workload/event-sample.ts";
import type { PartState, ShapeSums, TemplateSums } from "../../workload/part.ts";
import type { CounterState } from "../../workload/value-counter.ts";
import type { Cell, ParquetTables, TableShape } from "./parquet-tables.ts";
import {
  footprintsTable,
  openJson,
  openTable,
  readFootprints,
  readOpen,
  skeletonsTable,
  stretchJson,
  sumsFromJson,
  sumsJson,
  withoutTail,
  writeFootprints,
  type SumsJson,
} from "./transaction-tables.ts";
import { CounterReader, SampleReader, samplesTable, valuesTable, writeCounter, writeSample } from "./value-tables.ts";

/** The tables of a workload file, as README.md states them for other programs. */
const templatesTable = {
  name: "templates",
  columns: {
    dialect: "VARCHAR",
    text: "VARCHAR",
    executions: "BIGINT",
    timed: "BIGINT",
    micros: "BIGINT",
    max_micros: "BIGINT",
    rows: "BIGINT",
    first_input: "BIGINT",
    first_offset: "BIGINT",
    shapes: "VARCHAR",
    parts: "VARCHAR",
    slots: "VARCHAR",
    pattern: "VARCHAR",
  },
} as const satisfies TableShape;

const shapesTable = {
  name: "shapes",
  columns: {
    shape: "BIGINT",
    name: "VARCHAR",
    table: "VARCHAR",
    use: "VARCHAR",
    equal: "VARCHAR",
    ranges: "VARCHAR",
    executions: "BIGINT",
    micros: "BIGINT",
    unvalued: "BIGINT",
    list_lengths: "VARCHAR",
    counted: "BIGINT",
    counted_micros: "BIGINT",
    kept_share: "DOUBLE",
    value_limit: "BIGINT",
    sample_limit: "BIGINT",
  },
} as const satisfies TableShape;

const windowsTable = {
  name: "windows",
  columns: { window: "BIGINT", reads: "BIGINT", read_micros: "BIGINT", writes: "BIGINT", write_micros: "BIGINT" },
} as const satisfies TableShape;

const sessionsTable = { name: "sessions", columns: { hash: "BIGINT" } } as const satisfies TableShape;

/** What of a part's state is in the manifest: all that is no table. */
export interface PartFacts {
  readonly records: number;
  readonly entries: number;
  readonly executions: number;
  readonly fromMicros: number | null;
  readonly toMicros: number | null;
  readonly skipped: readonly (readonly [string, { readonly count: number; readonly first: readonly { input: number; offset: number }[] }])[];
  readonly leftOut: readonly (readonly [string, number])[];
  readonly sample: { readonly rate: number; readonly seed: number; readonly executions: readonly number[] } | null;
  readonly windowSeconds: number;
  readonly windowLimit: number;
  /** Value columns of the table `values`. */
  readonly valueColumns: number;
  readonly transactions: {
    readonly withId: number;
    readonly inSession: number;
    readonly ungrouped: readonly number[];
    readonly idLimit: number;
    readonly idLevel: number;
    readonly sums: SumsJson;
  };
}

/** Writes the tables of a canonical state (`canonicalState`); returns their paths and the rest. */
export async function writePartTables(
  tables: ParquetTables,
  state: PartState,
): Promise<{ readonly facts: PartFacts; readonly paths: readonly { readonly name: string; readonly path: string }[] }> {
  const paths: { name: string; path: string }[] = [];
  const write = async (shape: TableShape, fill: (row: (cells: readonly Cell[]) => void) => void): Promise<void> => {
    paths.push({ name: `${shape.name}.parquet`, path: await tables.write(shape, fill) });
  };
  const shapeNumber = new Map(state.shapes.map(([name], number) => [name, number]));
  const arity = state.shapes.reduce((most, [, , { columns }]) => Math.max(most, columns.length), 0);
  await write(templatesTable, (row) => state.templates.forEach((sums) => row(templateCells(sums, shapeNumber))));
  await write(shapesTable, (row) =>
    state.shapes.forEach(([name, sums, counter, sample], number) => row(shapeCells(number, name, sums, counter, sample))),
  );
  await write(valuesTable(arity), (row) =>
    state.shapes.forEach(([, , counter], number) => writeCounter(number, counter, arity, row)),
  );
  await write(samplesTable, (row) => state.shapes.forEach(([, , , sample], number) => writeSample(number, sample, row)));
  await write(windowsTable, (row) => state.load.cells.forEach((cell, window) => row([window, ...cell])));
  await write(sessionsTable, (row) => state.sessions.forEach((hash) => row([hash])));
  const { transactions } = state;
  const { footprints } = transactions.sums;
  await write(skeletonsTable, (row) =>
    footprints.skeletons.forEach((numbers, skeleton) =>
      row([skeleton, footprints.skeletonHashes[skeleton]!, JSON.stringify([...numbers])]),
    ),
  );
  await write(footprintsTable, (row) => writeFootprints(footprints, row));
  await write(openTable, (row) => {
    for (const [session, stretches] of transactions.sessions)
      row(["session", session, JSON.stringify(stretches.map(stretchJson))]);
    for (const [id, { stretches, rolledBack }] of transactions.ids.byId)
      row(["id", id, JSON.stringify({ stretches: stretches.map(openJson), rolledBack })]);
  });
  return { facts: factsOf(state, arity), paths };
}

function factsOf(state: PartState, arity: number): PartFacts {
  const { transactions, sample } = state;
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    records: state.records,
    entries: state.entries,
    executions: state.executions,
    fromMicros: finite(state.fromMicros),
    toMicros: finite(state.toMicros),
    skipped: [...state.skipped],
    leftOut: [...state.leftOut],
    sample: sample === undefined ? null : { ...sample, executions: [...sample.executions] },
    windowSeconds: state.load.widthSeconds,
    windowLimit: state.load.limit,
    valueColumns: arity,
    transactions: {
      withId: transactions.withId,
      inSession: transactions.inSession,
      ungrouped: withoutTail(transactions.ungrouped),
      idLimit: transactions.ids.limit,
      idLevel: transactions.ids.level,
      sums: sumsJson(transactions.sums, false),
    },
  };
}

/** Reads what `writePartTables` wrote. `firstInput` is the number that the first of the part's inputs has from now on. */
export async function readPartTables(tables: ParquetTables, facts: PartFacts, firstInput: number): Promise<PartState> {
  const templates: [string, TemplateSums][] = [];
  const shapes: [string, Omit<ShapeSums, "counter" | "sample">, CounterReader, SampleReader][] = [];
  await tables.read(shapesTable, (cells) => shapes.push(readShape(cells)));
  const shapeNames = shapes.map(([name]) => name);
  await tables.read(templatesTable, (cells) => templates.push(readTemplate(cells, shapeNames, firstInput)));
  await tables.read(valuesTable(facts.valueColumns), (cells) => shapes[cells[0] as number]![2].add(cells));
  await tables.read(samplesTable, (cells) => shapes[cells[0] as number]![3].add(cells, firstInput));
  const windows = new Map<number, Float64Array>();
  await tables.read(windowsTable, ([window, ...cell]) => windows.set(window as number, Float64Array.from(cell as number[])));
  const sessions: number[] = [];
  await tables.read(sessionsTable, ([hash]) => sessions.push(hash as number));
  const footprints = await readFootprints(tables);
  const open = await readOpen(tables, firstInput);
  return {
    records: facts.records,
    entries: facts.entries,
    executions: facts.executions,
    fromMicros: facts.fromMicros ?? Infinity,
    toMicros: facts.toMicros ?? -Infinity,
    skipped: new Map(
      facts.skipped.map(([reason, { count, first }]) => [
        reason,
        { count, first: first.map(({ input, offset }) => ({ input: input + firstInput, offset })) },
      ]),
    ),
    leftOut: new Map(facts.leftOut),
    sample: facts.sample === null ? undefined : { ...facts.sample, executions: Float64Array.from(facts.sample.executions) },
    sessions: Float64Array.from(sessions),
    templates: new Map(templates),
    shapes: shapes.map(([name, sums, counter, sample]) => [name, sums, counter.state(), sample.state()]),
    load: { limit: facts.windowLimit, widthSeconds: facts.windowSeconds, cells: windows },
    transactions: {
      templates: templates.map(([key]) => key),
      shapes: shapes.map(([name]) => name),
      codeLengths: shapes.map(([, { shape }]) => shape.equal.length),
      sums: sumsFromJson(facts.transactions.sums, footprints),
      sessions: open.sessions,
      ids: { limit: facts.transactions.idLimit, level: facts.transactions.idLevel, byId: open.ids },
      withId: facts.transactions.withId,
      inSession: facts.transactions.inSession,
      ungrouped: facts.transactions.ungrouped,
    },
  };
}

function templateCells(sums: TemplateSums, shapeNumber: ReadonlyMap<string, number>): Cell[] {
  const { template, pattern, shapeNames, first } = sums;
  return [
    template.dialect,
    template.text,
    sums.executions,
    sums.timed,
    sums.timeMicros,
    sums.maxMicros,
    sums.rows,
    first.input,
    first.offset,
    JSON.stringify(shapeNames.map((name) => shapeNumber.get(name)!)),
    JSON.stringify(template.parts),
    JSON.stringify(template.slots),
    sharedJson(pattern),
  ];
}

function readTemplate(cells: readonly Cell[], shapeNames: readonly string[], firstInput: number): [string, TemplateSums] {
  const [dialect, text, executions, timed, timeMicros, maxMicros, rows, input, offset, shapes, parts, slots, pattern] =
    cells as [Language, string, number, number, number, number, number, number, number, string, string, string, string];
  const template = { text, dialect, parts: JSON.parse(parts) as string[], slots: JSON.parse(slots) as Slot[] };
  const sums: TemplateSums = {
    template,
    pattern: fromSharedJson(pattern) as AccessPattern,
    shapeNames: (JSON.parse(shapes) as number[]).map((number) => shapeNames[number]!),
    executions,
    timed,
    timeMicros,
    maxMicros,
    rows,
    first: { input: input + firstInput, offset },
  };
  return [`${dialect}\0${text}`, sums];
}

function shapeCells(
  number: number,
  name: string,
  { shape, executions, timeMicros, unvalued, listLengths }: Omit<ShapeSums, "counter" | "sample">,
  counter: CounterState,
  sample: SampleState,
): Cell[] {
  return [
    number,
    name,
    shape.table,
    shape.use,
    JSON.stringify(shape.equal),
    JSON.stringify(shape.ranges),
    executions,
    timeMicros,
    unvalued,
    JSON.stringify([...listLengths]),
    counter.total,
    counter.totalMicros,
    2 ** -counter.level,
    counter.limit,
    sample.limit,
  ];
}

function readShape(cells: readonly Cell[]): [string, Omit<ShapeSums, "counter" | "sample">, CounterReader, SampleReader] {
  const [, name, table, use, equal, ranges, executions, timeMicros, unvalued, lengths, total, totalMicros, keptShare, limit, samples] =
    cells as [number, string, string, ShapeSums["shape"]["use"], string, string, ...number[]] as unknown as [
      number, string, string, ShapeSums["shape"]["use"], string, string, number, number, number, string, number, number, number, number, number,
    ];
  const shape: ShapeSums["shape"] = {
    table,
    use,
    equal: JSON.parse(equal) as ShapeSums["shape"]["equal"],
    ranges: JSON.parse(ranges) as ShapeSums["shape"]["ranges"],
  };
  const sums = { shape, executions, timeMicros, unvalued, listLengths: new Map(JSON.parse(lengths) as [number, number][]) };
  const columns = shape.equal.map(({ column }) => column);
  const counter = new CounterReader({ columns, limit, total, totalMicros, level: Math.round(-Math.log2(keptShare)) });
  return [name, sums, counter, new SampleReader(samples, executions)];
}
