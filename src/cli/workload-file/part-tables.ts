import { fromSharedJson, sharedJson } from "../../base/shared-json.ts";
import type { AccessPattern } from "../../sql/access.ts";
import type { Language, Slot } from "../../sql/template.ts";
import type { SampleState } from "../../workload/event-sample.ts";
import type { FootprintState } from "../../workload/footprint-store.ts";
import { addAccess, newOpenTransaction, type OpenTransaction } from "../../workload/open-transaction.ts";
import type { PartState, ShapeSums, TemplateSums } from "../../workload/part.ts";
import type { StretchState } from "../../workload/session-transactions.ts";
import { TextPool, type TextPoolState } from "../../workload/text-pool.ts";
import type { IdStretches } from "../../workload/id-transactions.ts";
import type { SumsState, TypeSums } from "../../workload/transaction-sums.ts";
import { isNullCode, isTextCode, nullCode, textCodeOf } from "../../workload/value-code.ts";
import type { CounterState } from "../../workload/value-counter.ts";
import type { Cell, ParquetTables, TableShape } from "./parquet-tables.ts";

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

const samplesTable = {
  name: "samples",
  columns: {
    shape: "BIGINT",
    place_hash: "BIGINT",
    time_micros: "DOUBLE",
    micros: "BIGINT",
    input: "BIGINT",
    offset: "BIGINT",
    values: "VARCHAR",
  },
} as const satisfies TableShape;

const windowsTable = {
  name: "windows",
  columns: { window: "BIGINT", reads: "BIGINT", read_micros: "BIGINT", writes: "BIGINT", write_micros: "BIGINT" },
} as const satisfies TableShape;

const sessionsTable = { name: "sessions", columns: { hash: "BIGINT" } } as const satisfies TableShape;

const skeletonsTable = {
  name: "transaction_shapes",
  columns: { skeleton: "BIGINT", hash: "BIGINT", numbers: "VARCHAR" },
} as const satisfies TableShape;

const footprintsTable = {
  name: "transactions",
  columns: { skeleton: "BIGINT", hash: "BIGINT", count: "BIGINT", micros: "BIGINT", values: "BLOB" },
} as const satisfies TableShape;

/** Transactions that may go on in another log. */
const openTable = {
  name: "open_transactions",
  columns: { kind: "VARCHAR", key: "BIGINT", state: "VARCHAR" },
} as const satisfies TableShape;

/** Values of tuples: each column's in the one of three columns that its kind has; NULL in all three is NULL. */
function valuesTable(arity: number): TableShape {
  const columns: Record<string, TableShape["columns"][string]> = { shape: "BIGINT", count: "BIGINT", micros: "BIGINT" };
  for (let column = 1; column <= arity; column++) {
    columns[`integer_${column}`] = "BIGINT";
    columns[`text_${column}`] = "VARCHAR";
    columns[`bytes_${column}`] = "BLOB";
  }
  return { name: "values", columns };
}

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

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text, or the bytes where they are no UTF-8. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return Uint8Array.from(bytes);
    throw error;
  }
}

function textIn(texts: TextPool, code: number): string | Uint8Array {
  const { bytes, start, end } = texts.spanOf(code);
  return textOrBytes(bytes.subarray(start, end));
}

function writeCounter(shape: number, counter: CounterState, arity: number, row: (cells: readonly Cell[]) => void): void {
  const texts = TextPool.fromState(counter.texts);
  const columns = counter.columns.length;
  for (let base = 0; base < counter.records.length; base += columns + 2) {
    const cells: Cell[] = [shape, counter.records[base + columns]!, counter.records[base + columns + 1]!];
    for (let column = 0; column < arity; column++) {
      const code = column < columns ? counter.records[base + column]! : nullCode;
      if (isNullCode(code)) cells.push(null, null, null);
      else if (!isTextCode(code)) cells.push(code, null, null);
      else {
        const text = textIn(texts, code);
        cells.push(null, ...(typeof text === "string" ? [text, null] : [null, text]));
      }
    }
    row(cells);
  }
}

/** A pool that is filled with texts or bytes, and gives their codes. */
class PoolFiller {
  readonly #pool = new TextPool();

  codeOf(text: string | Uint8Array): number {
    const bytes = typeof text === "string" ? encoder.encode(text) : text;
    const code = textCodeOf(bytes, 0, bytes.length);
    this.#pool.add(code, bytes, 0, bytes.length);
    return code;
  }

  state(): TextPoolState {
    return this.#pool.toState();
  }
}

class CounterReader {
  readonly #facts: Omit<CounterState, "size" | "records" | "texts">;
  readonly #texts = new PoolFiller();
  #records = new Float64Array(64);
  #end = 0;

  constructor(facts: Omit<CounterState, "size" | "records" | "texts">) {
    this.#facts = facts;
  }

  add([, count, micros, ...values]: readonly Cell[]): void {
    const { length } = this.#facts.columns;
    if (this.#end + length + 2 > this.#records.length) {
      const larger = new Float64Array(Math.max(this.#end + length + 2, this.#records.length * 2));
      larger.set(this.#records);
      this.#records = larger;
    }
    for (let column = 0; column < length; column++) {
      const [integer, text, bytes] = [values[3 * column], values[3 * column + 1], values[3 * column + 2]];
      const named = text ?? bytes ?? null;
      this.#records[this.#end++] =
        typeof integer === "number" ? integer : named === null ? nullCode : this.#texts.codeOf(named as string | Uint8Array);
    }
    this.#records[this.#end++] = count as number;
    this.#records[this.#end++] = micros as number;
  }

  state(): CounterState {
    const size = this.#end / (this.#facts.columns.length + 2);
    return { ...this.#facts, size, records: this.#records.slice(0, this.#end), texts: this.#texts.state() };
  }
}

const eventFields = 6;

/** A value in JSON: what is no UTF-8 in base64. */
type JsonValue = number | string | null | { readonly base64: string };

function writeSample(shape: number, sample: SampleState, row: (cells: readonly Cell[]) => void): void {
  const texts = TextPool.fromState(sample.texts);
  const { events, codes, size, codesEnd } = sample;
  for (let event = 0; event < size; event++) {
    const [hash, time, micros, input, offset, start] = events.subarray(event * eventFields, (event + 1) * eventFields);
    const end = event + 1 < size ? events[(event + 1) * eventFields + 5]! : codesEnd;
    const values: (JsonValue[] | null)[] = [];
    for (let at = start!; at < end; ) {
      const count = codes[at++]!;
      if (Number.isNaN(count)) values.push(null);
      else values.push(Array.from(codes.subarray(at, (at += count)), (code) => jsonValue(texts, code)));
    }
    row([shape, hash!, Number.isNaN(time!) ? null : time!, micros!, input!, offset!, JSON.stringify(values)]);
  }
}

function jsonValue(texts: TextPool, code: number): JsonValue {
  if (isNullCode(code)) return null;
  if (!isTextCode(code)) return code;
  const text = textIn(texts, code);
  return typeof text === "string" ? text : { base64: Buffer.from(text).toString("base64") };
}

class SampleReader {
  readonly #limit: number;
  readonly #seen: number;
  readonly #events: number[] = [];
  readonly #codes: number[] = [];
  readonly #texts = new PoolFiller();

  constructor(limit: number, seen: number) {
    this.#limit = limit;
    this.#seen = seen;
  }

  add([, hash, time, micros, input, offset, values]: readonly Cell[], firstInput: number): void {
    this.#events.push(hash as number, (time as number | null) ?? NaN, micros as number, (input as number) + firstInput, offset as number);
    this.#events.push(this.#codes.length);
    for (const column of JSON.parse(values as string) as (JsonValue[] | null)[]) {
      this.#codes.push(column === null ? NaN : column.length);
      for (const value of column ?? []) this.#codes.push(this.#codeOf(value));
    }
  }

  #codeOf(value: JsonValue): number {
    if (value === null) return nullCode;
    if (typeof value === "number") return value;
    return this.#texts.codeOf(typeof value === "string" ? value : new Uint8Array(Buffer.from(value.base64, "base64")));
  }

  state(): SampleState {
    return {
      limit: this.#limit,
      seen: this.#seen,
      size: this.#events.length / eventFields,
      events: Float64Array.from(this.#events),
      codes: Float64Array.from(this.#codes),
      codesEnd: this.#codes.length,
      texts: this.#texts.state(),
    };
  }
}

function writeFootprints(footprints: FootprintState, row: (cells: readonly Cell[]) => void): void {
  const { size, skeletonNumbers, hashes, counts, micros, ends, bytes } = footprints;
  for (let record = 0, start = 0; record < size; record++) {
    const end = ends[record]!;
    row([skeletonNumbers[record]!, hashes[record]!, counts[record]!, micros[record]!, bytes.slice(start, end)]);
    start = end;
  }
}

type FootprintRows = Omit<FootprintState, "limitBytes" | "level">;

async function readFootprints(tables: ParquetTables): Promise<FootprintRows> {
  const skeletons: Int32Array<ArrayBuffer>[] = [];
  const skeletonHashes: number[] = [];
  await tables.read(skeletonsTable, ([, hash, numbers]) => {
    skeletons.push(Int32Array.from(JSON.parse(numbers as string) as number[]));
    skeletonHashes.push(hash as number);
  });
  const columns: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const pieces: Uint8Array[] = [];
  let end = 0;
  await tables.read(footprintsTable, ([skeleton, hash, count, micros, values]) => {
    const bytes = values as Uint8Array;
    pieces.push(Uint8Array.from(bytes));
    end += bytes.length;
    [skeleton, hash, count, micros, end].forEach((cell, column) => columns[column]!.push(cell as number));
  });
  const [numbers, hashes, counts, micros, ends] = columns;
  return {
    skeletons,
    skeletonHashes,
    size: numbers.length,
    hashes: Int32Array.from(hashes),
    skeletonNumbers: Int32Array.from(numbers),
    ends: Float64Array.from(ends),
    counts: Float64Array.from(counts),
    micros: Float64Array.from(micros),
    bytes: Uint8Array.from(Buffer.concat(pieces)),
  };
}

const withoutTail = (numbers: readonly number[]): readonly number[] => {
  let length = numbers.length;
  while (length > 0 && numbers[length - 1] === 0) length--;
  return numbers.slice(0, length);
};

/** Sums of transactions as JSON, with the footprints where they are not in a table. */
interface SumsJson extends Omit<SumsState, "statements" | "types" | "footprints"> {
  readonly statements: readonly [number, number][];
  readonly types: readonly [number, TypeSums][];
  readonly footprints: FootprintsJson;
}

interface FootprintsJson {
  readonly limitBytes: number;
  readonly level: number;
  readonly rows?: {
    readonly skeletons: readonly (readonly number[])[];
    readonly skeletonHashes: readonly number[];
    readonly hashes: readonly number[];
    readonly skeletonNumbers: readonly number[];
    readonly ends: readonly number[];
    readonly counts: readonly number[];
    readonly micros: readonly number[];
    readonly base64: string;
  };
}

function sumsJson(sums: SumsState, withFootprints: boolean): SumsJson {
  const { limitBytes, level, size, ...rest } = sums.footprints;
  const end = size === 0 ? 0 : rest.ends[size - 1]!;
  const rows = {
    skeletons: rest.skeletons.map((numbers) => [...numbers]),
    skeletonHashes: rest.skeletonHashes,
    hashes: [...rest.hashes.subarray(0, size)],
    skeletonNumbers: [...rest.skeletonNumbers.subarray(0, size)],
    ends: [...rest.ends.subarray(0, size)],
    counts: [...rest.counts.subarray(0, size)],
    micros: [...rest.micros.subarray(0, size)],
    base64: Buffer.from(rest.bytes.subarray(0, end)).toString("base64"),
  };
  return {
    ...sums,
    within: withoutTail(sums.within) as number[],
    aloneIn: withoutTail(sums.aloneIn) as number[],
    undone: withoutTail(sums.undone) as number[],
    statements: [...sums.statements],
    types: [...sums.types].map(([key, type]) => [key, { ...type, templates: type.templates.toSorted((a, b) => a - b) }]),
    footprints: withFootprints ? { limitBytes, level, rows } : { limitBytes, level },
  };
}

function sumsFromJson(json: SumsJson, read?: FootprintRows): SumsState {
  const { limitBytes, level, rows } = json.footprints;
  return {
    ...json,
    statements: new Map(json.statements),
    types: new Map(json.types),
    footprints: { limitBytes, level, ...(read ?? footprintRows(rows!)) },
  };
}

const footprintRows = (rows: NonNullable<FootprintsJson["rows"]>): FootprintRows => ({
  skeletons: rows.skeletons.map((numbers) => Int32Array.from(numbers)),
  skeletonHashes: rows.skeletonHashes,
  size: rows.hashes.length,
  hashes: Int32Array.from(rows.hashes),
  skeletonNumbers: Int32Array.from(rows.skeletonNumbers),
  ends: Float64Array.from(rows.ends),
  counts: Float64Array.from(rows.counts),
  micros: Float64Array.from(rows.micros),
  bytes: Uint8Array.from(Buffer.from(rows.base64, "base64")),
});

interface OpenJson extends Omit<OpenTransaction, "shapes" | "hashes" | "starts" | "codes" | "accessCount"> {
  /** Shape, then the value codes. */
  readonly accesses: readonly (readonly number[])[];
}

function openJson(open: OpenTransaction): OpenJson {
  const { shapes, hashes: _, starts, codes, accessCount, ...rest } = open;
  const accesses = Array.from({ length: accessCount }, (__, access) => [
    shapes[access]!,
    ...codes.subarray(starts[access], starts[access + 1]),
  ]);
  return { ...rest, accesses };
}

function openFromJson({ accesses, ...rest }: OpenJson, firstInput: number): OpenTransaction {
  const open = newOpenTransaction(rest.input + firstInput, rest.offset, rest.id);
  for (const [shape, ...codes] of accesses) addAccess(open, shape!, Float64Array.from(codes), 0, codes.length);
  return Object.assign(open, { ...rest, input: rest.input + firstInput });
}

interface StretchJson extends Omit<StretchState, "prefix" | "open" | "spare" | "ifOff"> {
  readonly prefix?: readonly OpenJson[];
  readonly open?: OpenJson;
  readonly ifOff?: SumsJson;
}

function stretchJson({ prefix, open, spare: _, ifOff, ...rest }: StretchState): StretchJson {
  return {
    ...rest,
    // Of a transaction that is over it says nothing.
    opening: open === undefined ? "begin" : rest.opening,
    ...(prefix === undefined ? {} : { prefix: prefix.map(openJson) }),
    ...(open === undefined ? {} : { open: openJson(open) }),
    ...(ifOff === undefined ? {} : { ifOff: sumsJson(ifOff, true) }),
  };
}

function stretchFromJson({ prefix, open, ifOff, ...rest }: StretchJson, firstInput: number): StretchState {
  return {
    ...rest,
    input: rest.input + firstInput,
    prefix: prefix?.map((run) => openFromJson(run, firstInput)),
    open: open === undefined ? undefined : openFromJson(open, firstInput),
    spare: undefined,
    ifOff: ifOff === undefined ? undefined : sumsFromJson(ifOff),
  };
}

async function readOpen(
  tables: ParquetTables,
  firstInput: number,
): Promise<{ readonly sessions: [number, StretchState[]][]; readonly ids: Map<number, IdStretches> }> {
  const sessions: [number, StretchState[]][] = [];
  const ids = new Map<number, IdStretches>();
  await tables.read(openTable, ([kind, key, state]) => {
    const json: unknown = JSON.parse(state as string);
    if (kind === "session")
      sessions.push([key as number, (json as StretchJson[]).map((stretch) => stretchFromJson(stretch, firstInput))]);
    else {
      const { stretches, rolledBack } = json as { stretches: OpenJson[]; rolledBack: boolean };
      ids.set(key as number, { stretches: stretches.map((open) => openFromJson(open, firstInput)), rolledBack });
    }
  });
  return { sessions, ids };
}
