import type { FootprintState } from "../../workload/footprint-store.ts";
import type { IdStretches } from "../../workload/id-transactions.ts";
import { addAccess, newOpenTransaction, type OpenTransaction } from "../../workload/open-transaction.ts";
import type { StretchState } from "../../workload/session-transactions.ts";
import type { SumsState, TypeSums } from "../../workload/transaction-sums.ts";
import type { Cell, ParquetTables, TableShape } from "./parquet-tables.ts";

export const skeletonsTable = {
  name: "transaction_shapes",
  columns: { skeleton: "BIGINT", hash: "BIGINT", numbers: "VARCHAR" },
} as const satisfies TableShape;

export const footprintsTable = {
  name: "transactions",
  columns: { skeleton: "BIGINT", hash: "BIGINT", count: "BIGINT", micros: "BIGINT", values: "BLOB" },
} as const satisfies TableShape;

/** Transactions that may go on in another log. */
export const openTable = {
  name: "open_transactions",
  columns: { kind: "VARCHAR", key: "BIGINT", state: "VARCHAR" },
} as const satisfies TableShape;

export function writeFootprints(footprints: FootprintState, row: (cells: readonly Cell[]) => void): void {
  const { size, skeletonNumbers, hashes, counts, micros, ends, bytes } = footprints;
  for (let record = 0, start = 0; record < size; record++) {
    const end = ends[record]!;
    row([skeletonNumbers[record]!, hashes[record]!, counts[record]!, micros[record]!, bytes.slice(start, end)]);
    start = end;
  }
}

type FootprintRows = Omit<FootprintState, "limitBytes" | "level">;

export async function readFootprints(tables: ParquetTables): Promise<FootprintRows> {
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

export const withoutTail = (numbers: readonly number[]): readonly number[] => {
  let length = numbers.length;
  while (length > 0 && numbers[length - 1] === 0) length--;
  return numbers.slice(0, length);
};

/** Sums of transactions as JSON, with the footprints where they are not in a table. */
export interface SumsJson extends Omit<SumsState, "statements" | "types" | "footprints"> {
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

export function sumsJson(sums: SumsState, withFootprints: boolean): SumsJson {
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

export function sumsFromJson(json: SumsJson, read?: FootprintRows): SumsState {
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

export function openJson(open: OpenTransaction): OpenJson {
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

export function stretchJson(stretch: StretchState): StretchJson {
  const { prefix, open, spare: _, ifOff, ...rest } = stretch;
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

export async function readOpen(
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
