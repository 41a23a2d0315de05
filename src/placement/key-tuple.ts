import { InputError } from "../base/input-error.ts";
import type { ColumnType } from "../sql/schema.ts";
import { type KeyValue, keyValueOf } from "../workload/key-value.ts";

/** A value of a design file that stands for a key or the beginning of one: a scalar, or one scalar per column. */
export type TupleOption = string | number | boolean | null | readonly (string | number | boolean | null)[];

/**
 * The key values of a split point, a range's lower bound or a directory entry. For a compound key the text form is
 * `0, 100`, as SPQR writes it. Throws InputError when there are more values than key columns, or one has the wrong
 * type.
 */
export function keyTupleOf(option: TupleOption, types: readonly ColumnType[], where: string): readonly KeyValue[] {
  const parts = partsOf(option, types.length);
  if (parts.length > types.length) {
    throw new InputError(
      `${where}: ${show(option)} has ${parts.length} values, the shard key ${types.length} columns`,
      {
        hint: "give at most one value per column of the shard key",
      },
    );
  }
  return parts.map((part, column) => {
    const literal =
      part === null
        ? ({ kind: "null" } as const)
        : { kind: typeof part === "number" ? ("number" as const) : ("string" as const), text: String(part) };
    const value = keyValueOf(literal, types[column]!);
    if (value !== undefined) return value;
    throw new InputError(`${where}: ${show(part)} is no value of type ${types[column]!}`, {
      hint: `give a value of the column's type, or name the type with "type:"`,
    });
  });
}

function partsOf(option: TupleOption, columns: number): readonly (string | number | boolean | null)[] {
  if (Array.isArray(option)) return option;
  if (typeof option !== "string" || columns === 1) return [unquoted(option as string | number | boolean | null)];
  return option.split(",").map((part) => unquoted(part.trim()));
}

/** SPQR prints text bounds in SQL quotes. */
function unquoted<T>(part: T): T | string {
  const match = typeof part === "string" ? /^'((?:[^']|'')*)'$/.exec(part) : null;
  return match === null ? part : match[1]!.replaceAll("''", "'");
}

function show(option: unknown): string {
  return JSON.stringify(option) ?? "nothing";
}
