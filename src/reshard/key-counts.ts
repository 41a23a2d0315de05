import type { ColumnType, Schema } from "../sql/schema.ts";
import { keyTypeOf, type KeyValue, keyValueOf, nullKey, textOfKey } from "../workload/key-value.ts";
import { isNullCode, isTextCode } from "../workload/value-code.ts";
import { ValueCounter } from "../workload/value-counter.ts";
import type { Value } from "../workload/value.ts";
import type { Workload } from "../workload/workload.ts";

/** Distinct keys that are counted one by one: some 3 GB. Past it a share of them is kept, as `ValueCounter` says. */
const keyLimit = 2 ** 25;

/**
 * The keys of one table with two sums each, as they are gathered. From a log: accesses and inserted rows. From a file of
 * keys: rows and bytes. What is no value of the key's types can be in no row; it is counted and left out.
 */
export class KeyCounts {
  readonly types: readonly ColumnType[];
  /** Occurrences that were no key of these types, by reason. */
  readonly leftOut = new Map<string, number>();
  readonly #counter: ValueCounter;
  readonly #canonical: Map<string, KeyValue | undefined>[];

  constructor(columns: readonly string[], types: readonly ColumnType[]) {
    this.types = types;
    this.#counter = new ValueCounter(columns, keyLimit);
    this.#canonical = types.map(() => new Map());
  }

  /** Adds a key by the values that a log or file has for it. `count` is at least 1; both sums are whole numbers. */
  add(values: readonly Value[], count: number, second: number): void {
    for (let column = 0; column < values.length; column++) {
      if (this.#set(column, values[column]!)) continue;
      this.#counter.drop();
      this.leaveOut(`no value of type ${this.types[column]!}`, count);
      return;
    }
    this.#counter.add(count, second);
  }

  leaveOut(reason: string, count: number): void {
    this.leftOut.set(reason, (this.leftOut.get(reason) ?? 0) + count);
  }

  /** The keys so far, for placing. */
  finished(): ValueCounter {
    return this.#counter;
  }

  #set(column: number, value: Value): boolean {
    const type = this.types[column]!;
    const keyType = keyTypeOf[type];
    if (value === null) this.#counter.setNull(column);
    else if (typeof value === "number" && (keyType === "int" || keyType === "decimal"))
      this.#counter.setInteger(column, value);
    else if (keyType === "text") this.#setText(column, String(value));
    else return this.#setTyped(column, value, type);
    return true;
  }

  #setTyped(column: number, value: Value, type: ColumnType): boolean {
    const known = this.#canonical[column]!;
    const name = `${typeof value} ${value}`;
    let key = known.get(name);
    if (key === undefined && !known.has(name)) {
      const kind = typeof value === "number" ? "number" : "string";
      key = keyValueOf({ kind, text: String(value) }, type);
      if (known.size < cacheLimit) known.set(name, key);
    }
    if (key === undefined) return false;
    const text = textOfKey(key);
    const isNumber = keyTypeOf[type] === "int" || keyTypeOf[type] === "decimal";
    if (isNumber && wholeNumber.test(text) && Number.isSafeInteger(Number(text)))
      this.#counter.setInteger(column, Number(text));
    else this.#setText(column, text);
    return true;
  }

  #setText(column: number, text: string): void {
    const bytes = encoder.encode(text);
    this.#counter.setText(column, bytes, 0, bytes.length);
  }
}

const cacheLimit = 65_536;
const wholeNumber = /^(?:0|-?[1-9][0-9]{0,15})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The key value behind a code of a `KeyCounts` counter. */
export function keyValueOfCode(counter: ValueCounter, code: number, type: ColumnType): KeyValue {
  if (isNullCode(code)) return nullKey;
  if (!isTextCode(code)) return `${keyTypeOf[type]}:${code}`;
  const { bytes, start, end } = counter.textSpanOfCode(code)!;
  return `${keyTypeOf[type]}:${decoder.decode(bytes.subarray(start, end))}`;
}

/** What the second sum of keys out of a workload counts: rows of inserts, or all accesses that write. */
export type SecondSum = "inserts" | "writes";

/**
 * Counts a table's keys out of a workload: accesses of every shape that pins all columns of the key, and those of them
 * that insert or write. A shape that keeps only a share of its values is scaled up to all of them; `keptShare` is the
 * smallest such share, and 1 says that every key was counted.
 */
export function keysOfWorkload(
  workload: Workload,
  table: string,
  columns: readonly string[],
  types: readonly ColumnType[],
  secondSum: SecondSum,
): KeysOfWorkload {
  const keys = new KeyCounts(columns, types);
  let keptShare = 1;
  let unvalued = 0;
  let accesses = 0;
  let seconds = 0;
  for (const { shape, counter, unvalued: withoutValues } of workload.shapes) {
    if (shape.table.toLowerCase() !== table) continue;
    const positions = columns.map((column) => counter.columns.findIndex((name) => name.toLowerCase() === column));
    if (positions.includes(-1)) continue;
    unvalued += withoutValues;
    keptShare = Math.min(keptShare, counter.keptShare);
    const second = shape.use === "insert" || (secondSum === "writes" && shape.use !== "read");
    // A power of two: what is kept stands for as many times as much.
    const scale = Math.round(1 / counter.keptShare);
    for (let entry = 0; entry < counter.size; entry++) {
      const count = counter.countAt(entry) * scale;
      accesses += count;
      if (second) seconds += count;
      keys.add(
        positions.map((position) => counter.valueAt(entry, position)),
        count,
        second ? count : 0,
      );
    }
  }
  return { keys, keptShare, unvalued, accesses, seconds };
}

export interface KeysOfWorkload {
  readonly keys: KeyCounts;
  readonly keptShare: number;
  /** Executions that pin the key to values that were not logged. */
  readonly unvalued: number;
  readonly accesses: number;
  /** Sum of the second sums. */
  readonly seconds: number;
}

/** Whether a row of the table is told by the key alone, so that distinct keys are rows. */
export function keyIsUnique(schema: Schema, table: string, columns: readonly string[]): boolean {
  const declared = schema.tables.get(table);
  // An inferred key says that no value came twice, not that none can.
  if (declared?.provenance !== "declared") return false;
  const unique = [declared.primaryKey ?? [], ...declared.uniqueKeys];
  return unique.some((key) => key.length > 0 && key.every((column) => columns.includes(column)));
}
