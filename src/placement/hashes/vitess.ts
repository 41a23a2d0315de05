import { hash } from "node:crypto";
import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { desNullKeyInto } from "./des-null-key.ts";
import { bigIntToWords, type Words, zeroWords } from "./words.ts";
import { xxhash64Into } from "./xxhash64.ts";

/**
 * Vitess' functional vindexes of one column (go/vt/vtgate/vindexes): from a value to its keyspace id. Undefined where
 * Vitess finds no destination: NULL under most of them, text that is no integer under the numeric ones.
 */
export type Vindex = (value: KeyValue) => Uint8Array | undefined;

export const vindexes = {
  /** 3DES with a null key of the integer; needs 64 bits. */
  hash: (value) => integerVindex(value, desNullKeyInto),
  /** XXH64 of the value's text, little-endian; NULL is the empty text. */
  xxhash: (value) => xxhashBytes(textBytes(value)),
  numeric: (value) => integerVindex(value, copyInto),
  reverse_bits: (value) => integerVindex(value, reverseInto),
  binary: (value) => (typeOfKey(value) === "null" ? undefined : textBytes(value)),
  binary_md5: (value) => md5(textBytes(value)),
  /** Every row in the first shard. */
  null: () => Uint8Array.of(0),
} as const satisfies Record<string, Vindex>;

/** The vindex `hash` for the fast path: the keyspace id as big-endian words. */
export const vitessHashInto = desNullKeyInto;

/** The vindex `reverse_bits`: the 64 bits from last to first. */
export function reverseInto(low: number, high: number, into: Words): void {
  into.low = reverse32(high);
  into.high = reverse32(low);
}

export function md5(bytes: Uint8Array): Uint8Array {
  return hash("md5", bytes, "buffer");
}

/** XXH64 as the xxhash vindexes store it, little-endian. */
export function xxhashBytes(bytes: Uint8Array): Uint8Array {
  const words = zeroWords();
  xxhash64Into(bytes, 0, bytes.length, 0, 0, words);
  const id = new Uint8Array(8);
  const view = new DataView(id.buffer);
  view.setInt32(0, words.low, true);
  view.setInt32(4, words.high, true);
  return id;
}

/** The bytes that MySQL sends for a value: text as UTF-8, integers as digits. */
export function textBytes(value: KeyValue): Uint8Array {
  switch (typeOfKey(value)) {
    case "null":
      return new Uint8Array(0);
    case "bytes":
      return Buffer.from(textOfKey(value), "hex");
    case "timestamp":
      return Buffer.from(textOfKey(value).replace("T", " "), "utf8");
    case "boolean":
      return Buffer.from(textOfKey(value) === "true" ? "1" : "0", "utf8");
    default:
      return Buffer.from(textOfKey(value), "utf8");
  }
}

function integerVindex(
  value: KeyValue,
  vindex: (low: number, high: number, into: Words) => void,
): Uint8Array | undefined {
  const integer = integerOf(value);
  if (integer === undefined) return undefined;
  const words = zeroWords();
  const { low, high } = bigIntToWords(integer);
  vindex(low, high, words);
  const id = new Uint8Array(8);
  const view = new DataView(id.buffer);
  view.setInt32(0, words.high);
  view.setInt32(4, words.low);
  return id;
}

/** Text of digits counts as a number; signed and unsigned 64-bit integers both fit. */
function integerOf(value: KeyValue): bigint | undefined {
  const type = typeOfKey(value);
  if (type !== "int" && type !== "text" && type !== "boolean") return undefined;
  const text = type === "boolean" ? (textOfKey(value) === "true" ? "1" : "0") : textOfKey(value);
  if (!/^-?\d+$/.test(text)) return undefined;
  const integer = BigInt(text);
  return integer >= -(1n << 63n) && integer < 1n << 64n ? integer : undefined;
}

function copyInto(low: number, high: number, into: Words): void {
  into.low = low;
  into.high = high;
}

function reverse32(word: number): number {
  let bits = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return (bits >>> 16) | (bits << 16);
}
