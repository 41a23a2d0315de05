import type { ColumnType, Schema } from "../sql/schema.ts";
import { keyTypeOf, keyValueOf, nullKey, type KeyValue } from "../workload/key-value.ts";
import { isNullCode, isTextCode } from "../workload/value-code.ts";
import type { Value } from "../workload/value.ts";
import type { ValueCounter } from "../workload/value-counter.ts";
import type { ShapeUse } from "../workload/workload.ts";

/** NULL's code; integers are their own code, any other value number i has the code i + 0.5. */
export const nullCode = -0.5;

/**
 * The values of one column of one table, across all shapes, as numbers: equal key values have equal codes. The column's type
 * decides what is equal, so `'007'` on an integer column has the code of 7 and on a text column one of its own.
 */
export class ColumnValues {
  readonly type: ColumnType;
  /** The column's integers are themselves, whatever the type makes of them. */
  readonly #integersAreCodes: boolean;
  readonly #codes = new Map<string, number>();
  readonly #keys: KeyValue[] = [];
  /** Text codes are the same in every counter, see `value-code.ts`. */
  readonly #translated = new Map<number, number>();
  readonly #integers = new Map<number, number>();

  constructor(type: ColumnType) {
    this.type = type;
    this.#integersAreCodes = ["int", "text", "decimal"].includes(keyTypeOf[type]);
  }

  /** The code of what `counter` holds at `entry` in `position`. */
  codeAt(counter: ValueCounter, entry: number, position: number): number {
    const raw = counter.codeAt(entry, position);
    if (isNullCode(raw)) return nullCode;
    if (isTextCode(raw)) return this.#codeOfText(counter, raw);
    return this.#integersAreCodes ? raw : this.#codeOfInteger(raw);
  }

  codeOf(value: Value): number {
    if (value === null) return nullCode;
    if (typeof value === "number") return this.#integersAreCodes ? value : this.#codeOfInteger(value);
    return this.#codeOfKey(this.#keyOfText(value));
  }

  keyOf(code: number): KeyValue {
    if (code === nullCode) return nullKey;
    if (code % 1 !== 0) return this.#keys[code - 0.5]!;
    return `${keyTypeOf[this.type]}:${code}`;
  }

  /** All codes that are handed out are integers in the type's own order, so that codes compare like values. */
  get ordersByCode(): boolean {
    return this.#keys.length === 0 && keyTypeOf[this.type] !== "text";
  }

  #codeOfText(counter: ValueCounter, raw: number): number {
    const known = this.#translated.get(raw);
    if (known !== undefined) return known;
    const code = this.#codeOfKey(this.#keyOfText(counter.textOfCode(raw)!));
    this.#translated.set(raw, code);
    return code;
  }

  #codeOfInteger(value: number): number {
    const known = this.#integers.get(value);
    if (known !== undefined) return known;
    const code = this.#codeOfKey(keyValueOf({ kind: "number", text: String(value) }, this.type) ?? this.#keyOfText(String(value)));
    this.#integers.set(value, code);
    return code;
  }

  /** A text that is no value of the type can match no row, but it was asked for: it stays a text of its own. */
  #keyOfText(text: string): KeyValue {
    return keyValueOf({ kind: "string", text }, this.type) ?? `text:${text}`;
  }

  #codeOfKey(key: KeyValue): number {
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    const code = this.#integersAreCodes && integerKey.test(key) && Number.isSafeInteger(Number(key.slice(key.indexOf(":") + 1)))
      ? Number(key.slice(key.indexOf(":") + 1))
      : this.#keys.push(key) - 0.5;
    this.#codes.set(key, code);
    return code;
  }
}

const integerKey = /^(int|decimal|text):(0|-?[1-9][0-9]{0,15})$/;

/** The type that the schema gives a column, else the one that its values suggest: integers throughout, or text. */
export function columnTypeOf(table: string, column: string, schema: Schema, shapes: readonly { readonly use: ShapeUse }[]): ColumnType {
  const declared = schema.tables.get(table)?.columns.get(column)?.type;
  if (declared !== undefined) return declared;
  for (const { use } of shapes) {
    const position = use.counter.columns.indexOf(column);
    if (position < 0) continue;
    for (let entry = 0; entry < Math.min(use.counter.size, 1024); entry++) {
      const code = use.counter.codeAt(entry, position);
      if (isTextCode(code)) return "text";
    }
  }
  return "int64";
}
