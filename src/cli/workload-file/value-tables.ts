import type { SampleState } from "../../workload/event-sample.ts";
import { TextPool, type TextPoolState } from "../../workload/text-pool.ts";
import { isNullCode, isTextCode, nullCode, textCodeOf } from "../../workload/value-code.ts";
import type { CounterState } from "../../workload/value-counter.ts";
import type { Cell, TableShape } from "./parquet-tables.ts";

export const samplesTable = {
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

/** Values of tuples: each column's in the one of three columns that its kind has; NULL in all three is NULL. */
export function valuesTable(arity: number): TableShape {
  const columns: Record<string, TableShape["columns"][string]> = { shape: "BIGINT", count: "BIGINT", micros: "BIGINT" };
  for (let column = 1; column <= arity; column++) {
    columns[`integer_${column}`] = "BIGINT";
    columns[`text_${column}`] = "VARCHAR";
    columns[`bytes_${column}`] = "BLOB";
  }
  return { name: "values", columns };
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

export function writeCounter(shape: number, counter: CounterState, arity: number, row: (cells: readonly Cell[]) => void): void {
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

export class CounterReader {
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

export function writeSample(shape: number, sample: SampleState, row: (cells: readonly Cell[]) => void): void {
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

export class SampleReader {
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
