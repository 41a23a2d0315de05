import type { ColumnType } from "../../sql/schema.ts";
import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";

/**
 * The bytes that YugabyteDB's YSQL hashes for a key, one column after the other: integers big-endian in the width of
 * their type, text as UTF-8. Undefined when a value doesn't fit its column's type or is NULL.
 */
export function yugabyteKeyBytes(key: readonly KeyValue[], types: readonly ColumnType[]): Uint8Array | undefined {
  const columns = key.map((value, column) => encoded(value, types[column]!));
  return columns.every((bytes) => bytes !== undefined) ? Buffer.concat(columns) : undefined;
}

function encoded(value: KeyValue, type: ColumnType): Uint8Array | undefined {
  const text = textOfKey(value);
  if (typeOfKey(value) === "text") return Buffer.from(text, "utf8");
  if (typeOfKey(value) !== "int") return undefined;
  const bits = type === "int16" ? 16 : type === "int32" ? 32 : 64;
  const integer = BigInt(text);
  if (BigInt.asIntN(bits, integer) !== integer) return undefined;
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(integer);
  return bytes.subarray(8 - bits / 8);
}
