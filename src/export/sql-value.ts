import type { TupleOption } from "../placement/key-tuple.ts";
import { keyTupleOf } from "../placement/key-tuple.ts";
import type { ColumnType } from "../sql/schema.ts";
import { textOfKey, typeOfKey, type KeyValue } from "../workload/key-value.ts";
import { sqlString } from "./identifiers.ts";

/** Split points of a table, each the leading values of its key. Throws InputError where a value has the wrong type. */
export function splitTuples(
  splits: readonly TupleOption[] | undefined,
  types: readonly ColumnType[],
  table: string,
): readonly (readonly KeyValue[])[] {
  return (splits ?? []).map((split) => keyTupleOf(split, types, `table "${table}" splits`));
}

/** A key value as a literal of standard SQL. */
export function sqlValue(value: KeyValue): string {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "null":
      return "NULL";
    case "int":
    case "decimal":
    case "float":
      return text;
    case "boolean":
      return text.toUpperCase();
    case "bytes":
      return `X'${text}'`;
    default:
      return sqlString(text);
  }
}
