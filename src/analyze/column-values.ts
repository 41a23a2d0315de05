import { keyHashInto, textHashInto } from "../placement/key-hash.ts";
import type { Words } from "../placement/hashes/words.ts";
import type { ColumnType, Schema } from "../sql/schema.ts";
import { keyTypeOf, keyValueOf, nullKey, type KeyValue } from "../workload/key-value.ts";
import { isNullCode, isTextCode, nullCode, textCodeOf } from "../workload/value-code.ts";
import type { Value } from "../workload/value.ts";
import type { ValueCounter } from "../workload/value-counter.ts";
import type { ShapeUse } from "../workload/workload.ts";

/**
 * The values of one column of one table, across all shapes, as numbers: equal key values have equal codes. The
 * counters' own codes (`workload/value-code.ts`) serve where the column's type takes values as they were written;
 * where it does not, `'007'` on an integer column is given the code of 7, and two spellings of one uuid or date one
 * code.
 */
export class ColumnValues {
  readonly type: ColumnType;
  /** Text columns: every spelling is a value of its own. */
  readonly #verbatim: boolean;
  /** Whole numbers are their own key, in any type but those that read something else into them, such as dates. */
  readonly #wholeNumbers: boolean;
  /** A whole number in a counter is its own code. */
  get takesWholeNumbers(): boolean {
    return this.#wholeNumbers;
  }

  /** The counters' code -> the column's, where the type has a say. */
  readonly #translated = new Map<number, number>();
  /** Keys of codes that no counter has the text of. */
  readonly #keys = new Map<number, KeyValue>();
  readonly #counters = new Set<ValueCounter>();
  #allWhole = true;

  constructor(type: ColumnType) {
    this.type = type;
    const keyType = keyTypeOf[type];
    this.#verbatim = keyType === "text";
    this.#wholeNumbers = keyType === "int" || keyType === "decimal" || keyType === "text";
  }

  /** To be called with every counter before its codes are asked for: it has the texts. */
  addCounter(counter: ValueCounter): void {
    this.#counters.add(counter);
  }

  /** The column's code of a code in `counter`. */
  codeOfRaw(raw: number, counter: ValueCounter): number {
    if (this.#wholeNumbers && (raw === (raw | 0) || raw % 1 === 0)) return raw;
    if (isNullCode(raw)) return nullCode;
    this.#allWhole = false;
    if (this.#verbatim) return raw;
    const known = this.#translated.get(raw);
    if (known !== undefined) return known;
    const code = this.#codeOfKey(this.#keyOfValue(isTextCode(raw) ? counter.textOfCode(raw)! : raw));
    this.#translated.set(raw, code);
    return code;
  }

  codeOf(value: Value): number {
    if (value === null) return nullCode;
    if (typeof value === "number" && this.#wholeNumbers) return value;
    this.#allWhole = false;
    return this.#codeOfKey(this.#keyOfValue(value));
  }

  keyOf(code: number): KeyValue {
    if (isNullCode(code)) return nullKey;
    if (!isTextCode(code)) return `${keyTypeOf[this.type]}:${code}`;
    const known = this.#keys.get(code);
    if (known !== undefined) return known;
    const { bytes, start, end } = this.#textOf(code)!;
    return `text:${decoder.decode(bytes.subarray(start, end))}`;
  }

  /** Codes are whole numbers in the type's own order, so that they compare like the values. */
  get ordersByCode(): boolean {
    return this.#allWhole && this.type !== "other" && keyTypeOf[this.type] !== "text";
  }

  /** `keyHashInto` of a key of this one column; text is hashed where it lies. */
  hashInto(code: number, into: Words): void {
    const span = this.#verbatim && isTextCode(code) && !this.#keys.has(code) ? this.#textOf(code) : undefined;
    if (span !== undefined) textHashInto(span.bytes, span.start, span.end, into);
    else keyHashInto([this.keyOf(code)], into);
  }

  #textOf(code: number): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } | undefined {
    for (const counter of this.#counters) {
      const span = counter.textSpanOfCode(code);
      if (span !== undefined) return span;
    }
    return undefined;
  }

  /** A text that is no value of the type can match no row, but it was asked for: it stays a text of its own. */
  #keyOfValue(value: number | string): KeyValue {
    const text = String(value);
    return keyValueOf({ kind: typeof value === "number" ? "number" : "string", text }, this.type) ?? `text:${text}`;
  }

  #codeOfKey(key: KeyValue): number {
    const text = key.slice(key.indexOf(":") + 1);
    if (this.#wholeNumbers && wholeNumber.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    // The text alone is hashed, as the counters do, so that a sampled value has the code of a counted one.
    const bytes = encoder.encode(text);
    const code = textCodeOf(bytes, 0, bytes.length);
    if (!this.#keys.has(code)) this.#keys.set(code, key);
    return code;
  }
}

const wholeNumber = /^(0|-?[1-9][0-9]{0,15})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The type that the schema gives a column, else the one that its values suggest: integers throughout, or text. */
export function columnTypeOf(
  table: string,
  column: string,
  schema: Schema,
  shapes: readonly { readonly use: ShapeUse }[],
): ColumnType {
  const declared = schema.tables.get(table)?.columns.get(column)?.type;
  if (declared !== undefined) return declared;
  for (const { use } of shapes) {
    const position = use.counter.columns.indexOf(column);
    if (position < 0) continue;
    for (let entry = 0; entry < use.counter.size; entry++) {
      if (isTextCode(use.counter.codeAt(entry, position))) return "text";
    }
  }
  return "int64";
}
