import { InputError } from "../../base/input-error.ts";
import { plainText } from "../../report/plain-text.ts";
import { jsonText } from "../../report/json-text.ts";
import { clipped } from "../../report/display-width.ts";
import type { ColumnType } from "../../sql/schema.ts";
import type { Literal } from "../../sql/template.ts";
import { type KeyValue, keyValueOf, textOfKey, typeOfKey } from "../../workload/key-value.ts";

/**
 * The key that a word or a line stands for: the text itself for a key of one column, or a JSON array with one value per
 * column. Digits are never turned into a double. Throws InputError when it is no value of the types.
 */
export function readKey(text: string, types: readonly ColumnType[], where: string): readonly KeyValue[] {
  const parts = keyArray(text);
  if (parts === undefined && types.length === 1) return [valueOf({ kind: "string", text }, types[0]!, where)];
  if (parts?.length === types.length) return parts.map((part, column) => valueOf(part, types[column]!, where));
  throw new InputError(
    `${where}${shownText(text)} is no key of ${types.length === 1 ? "one column" : `${types.length} columns`}`,
    {
      hint: `give a JSON array of ${types.length === 1 ? "one value" : `${types.length} values, of types ${types.join(", ")}`}`,
    },
  );
}

/** Types that fit all of some keys, as far as a target takes them: integers where all are such, else text. */
export function guessTypes(texts: readonly string[], takes: readonly ColumnType[]): readonly ColumnType[] {
  const keys = texts.map((text) => keyArray(text) ?? [{ kind: "string", text } as const]);
  const columns = Math.max(1, ...keys.map((key) => key.length));
  return Array.from({ length: columns }, (_, column) => {
    const values = keys.flatMap((key) =>
      key[column] === undefined || key[column].kind === "null" ? [] : [key[column].text],
    );
    return values.length > 0 && values.every(isCanonicalInteger) && takes.includes("int64") ? "int64" : "text";
  });
}

/** Digits without a leading zero or plus, within 64 bits: nobody means a text by them. */
function isCanonicalInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d{0,19})$/.test(text) && withinWidth(BigInt(text), "int64");
}

function valueOf(literal: Literal, type: ColumnType, where: string): KeyValue {
  const value = keyValueOf(type === "bytes" ? hexOf(literal) : literal, type);
  if (value === undefined || (typeOfKey(value) === "int" && !withinWidth(BigInt(textOfKey(value)), type))) {
    throw new InputError(
      `${where}${shownText(literal.kind === "null" ? "null" : literal.text)} is no value of type ${type}`,
      {
        hint: literal.kind !== "null" && /^null$/i.test(literal.text) ? "NULL is written [null]" : "check the key, or pass another --type",
      },
    );
  }
  return value;
}

/** Bytes in hex as databases write them: `0x00ff` and `x'00ff'` beside `\\x00ff`. */
function hexOf(literal: Literal): Literal {
  if (literal.kind !== "string") return literal;
  const hex = /^(?:0x([0-9a-f]+)|x'((?:[0-9a-f]{2})*)')$/i.exec(literal.text);
  if (hex === null) return literal;
  return hex[1] === undefined ? { kind: "string", text: `\\x${hex[2]!}` } : { kind: "number", text: literal.text };
}

/** 64 bits may be unsigned, as MySQL has them. */
function withinWidth(value: bigint, type: ColumnType): boolean {
  if (type === "int16") return BigInt.asIntN(16, value) === value;
  if (type === "int32") return BigInt.asIntN(32, value) === value;
  return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value;
}

/** Foreign text in a sentence: quoted, short, and nothing that a terminal acts on. */
function shownText(text: string): string {
  return clipped(plainText(jsonText(text)), 80);
}

const token =
  /\s*(?:("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false)|(null))\s*([,\]])/y;

/**
 * The values of a JSON array of scalars; undefined for any other text. JSON.parse is not used on numbers: beyond 2^53 it
 * would give somebody else's key.
 */
export function keyArray(text: string): readonly Literal[] | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) return undefined;
  const values: Literal[] = [];
  token.lastIndex = 1;
  for (;;) {
    const match = token.exec(trimmed);
    if (match === null) return undefined;
    const [, string, number, word, , end] = match;
    const unquoted = string === undefined ? undefined : unquote(string);
    if (string !== undefined && unquoted === undefined) return undefined;
    if (unquoted !== undefined) values.push({ kind: "string", text: unquoted });
    else if (number !== undefined) values.push({ kind: "number", text: number });
    else if (word !== undefined) values.push({ kind: "string", text: word });
    else values.push({ kind: "null" });
    const at = token.lastIndex === 0 ? trimmed.length : token.lastIndex;
    if (end === "]") return at === trimmed.length ? values : undefined;
    token.lastIndex = at;
  }
}

function unquote(string: string): string | undefined {
  try {
    return JSON.parse(string) as string;
  } catch {
    return undefined; // an escape that JSON has not
  }
}
