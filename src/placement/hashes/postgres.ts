import type { KernelStep } from "../place-all.ts";
import { daysFromCivil, type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { microsOfTimestamp } from "../micros-of-timestamp.ts";
import { lookup3, lookup3ExtendedInto, lookup3Word, lookup3WordExtendedInto } from "./lookup3.ts";
import { bigIntToWords, type Words } from "./words.ts";

/** HASH_PARTITION_SEED of src/backend/partitioning/partbounds.c. */
const PARTITION_SEED_LOW = 0x7996dcfd;
const PARTITION_SEED_HIGH = 0x7a5b2236;

/**
 * PostgreSQL's hash functions (support functions 1 and 2 of the hash operator classes; checked against PostgreSQL
 * 15): int2, int4, int8 (folded, so that equal integers of any width hash alike), text (UTF-8, deterministic
 * collations), uuid, numeric, float4 and float8, date, timestamp and timestamptz, bool, bytea.
 *
 * `postgresHash32` is the 32-bit function (hashint8, hashtext, ...), which Citus takes. Undefined for what PostgreSQL
 * can't hold, such as an integer above 64 bits. NULL has no hash: undefined too.
 */
export function postgresHash32(value: KeyValue): number | undefined {
  const input = hashInput(value);
  if (input === undefined) return undefined;
  switch (input.kind) {
    case "word":
      return lookup3Word(input.word);
    case "bytes":
      return lookup3(input.bytes, 0, input.bytes.length) ^ input.weight;
    case "seed":
      return input.plus;
  }
}

/**
 * The 64-bit "extended" function of a value with a seed; false, and nothing written, where `postgresHash32` is
 * undefined.
 */
export function postgresHash64Into(value: KeyValue, seedLow: number, seedHigh: number, into: Words): boolean {
  const input = hashInput(value);
  if (input === undefined) return false;
  switch (input.kind) {
    case "word":
      lookup3WordExtendedInto(input.word, seedLow, seedHigh, into);
      break;
    case "bytes":
      lookup3ExtendedInto(input.bytes, 0, input.bytes.length, seedLow, seedHigh, into);
      into.low ^= input.weight;
      // The weight is a signed int that PostgreSQL widens to 64 bits.
      into.high ^= input.weight >> 31;
      break;
    case "seed":
      into.low = (seedLow + input.plus) | 0;
      into.high = (seedHigh + (input.plus < 0 && seedLow === 0 ? -1 : 0)) | 0;
      break;
  }
  return true;
}

/**
 * The row hash of declarative hash partitioning (compute_partition_hash_value): NULL columns are left out, the others
 * combined; the partition is this number, unsigned, modulo the modulus. False when a value can't be hashed.
 */
export function postgresRowHashInto(key: readonly KeyValue[], into: Words): boolean {
  let low = 0;
  let high = 0;
  for (const value of key) {
    if (typeOfKey(value) === "null") continue;
    if (!postgresHash64Into(value, PARTITION_SEED_LOW, PARTITION_SEED_HIGH, into)) return false;
    combineInto(low, high, into);
    low = into.low;
    high = into.high;
  }
  into.low = low;
  into.high = high;
  return true;
}

/** `postgresRowHashInto` of one integer column, given as two words. */
export function postgresIntegerRowHashInto(low: number, high: number, into: Words): void {
  lookup3WordExtendedInto(foldInteger(low, high), PARTITION_SEED_LOW, PARTITION_SEED_HIGH, into);
  combineInto(0, 0, into);
}

/** `postgresIntegerRowHashInto` of many keys. */
export const postgresIntegers: KernelStep = ({ run }, count) =>
  run.postgresIntegers(count, PARTITION_SEED_LOW, PARTITION_SEED_HIGH);

/** `postgresRowHashInto` of one text column, given as UTF-8. */
export function postgresTextRowHashInto(bytes: Uint8Array, start: number, end: number, into: Words): void {
  lookup3ExtendedInto(bytes, start, end, PARTITION_SEED_LOW, PARTITION_SEED_HIGH, into);
  combineInto(0, 0, into);
}

/** hashint8 folds the upper half into the lower so that it agrees with hashint4 where the value fits an int4. */
export function foldInteger(low: number, high: number): number {
  return low ^ (high >= 0 ? high : ~high);
}

/** hash_combine64(row, hash of the next column), the latter in `into`, which takes the result. */
function combineInto(rowLow: number, rowHigh: number, into: Words): void {
  // hash + 0x49a0f4dd15e5a8e3 + (row << 54) + (row >> 7)
  addInto(into, 0x15e5a8e3, 0x49a0f4dd);
  addInto(into, 0, rowLow << 22);
  addInto(into, (rowLow >>> 7) | (rowHigh << 25), rowHigh >>> 7);
  into.low ^= rowLow;
  into.high ^= rowHigh;
}

function addInto(into: Words, low: number, high: number): void {
  const sum = (into.low + low) | 0;
  into.high = (into.high + high + (sum >>> 0 < low >>> 0 ? 1 : 0)) | 0;
  into.low = sum;
}

/** What PostgreSQL feeds to lookup3; `seed` is a hash that does not look at the value: the seed plus a constant. */
type HashInput =
  | { readonly kind: "word"; readonly word: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly weight: number }
  | { readonly kind: "seed"; readonly plus: number };

function hashInput(value: KeyValue): HashInput | undefined {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "int":
      return integerInput(BigInt(text));
    case "text":
      return bytesInput(Buffer.from(text, "utf8"));
    case "uuid":
      return bytesInput(Buffer.from(text.replaceAll("-", ""), "hex"));
    case "bytes":
      return bytesInput(Buffer.from(text, "hex"));
    case "boolean":
      return { kind: "word", word: text === "true" ? 1 : 0 };
    case "float":
      return floatInput(Number(text));
    case "decimal":
      return numericInput(text);
    case "date":
      return { kind: "word", word: daysSince2000(text) };
    case "timestamp":
      return integerInput(microsSince2000(text));
    case "null":
      return undefined;
  }
}

function bytesInput(bytes: Uint8Array): HashInput {
  return { kind: "bytes", bytes, weight: 0 };
}

function integerInput(value: bigint): HashInput | undefined {
  if (BigInt.asIntN(64, value) !== value) return undefined;
  const { low, high } = bigIntToWords(value);
  return { kind: "word", word: foldInteger(low, high) };
}

/** float4 is widened first, so that both widths hash alike. Both zeros hash to the seed. */
function floatInput(value: number): HashInput {
  if (value === 0) return { kind: "seed", plus: 0 };
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytesInput(bytes);
}

/** Base-10000 digits without leading and trailing zeros, and the weight of the first; the sign is left out. */
function numericInput(text: string): HashInput {
  if (/NaN|Infinity/.test(text)) return { kind: "seed", plus: 0 };
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const padded =
    whole.padStart(Math.ceil(whole.length / 4) * 4, "0") + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  const digits = (padded.match(/.{4}/g) ?? []).map(Number);
  const first = digits.findIndex((digit) => digit !== 0);
  if (first < 0) return { kind: "seed", plus: -1 };
  const last = digits.findLastIndex((digit) => digit !== 0);
  const bytes = new Uint8Array(2 * (last - first + 1));
  const view = new DataView(bytes.buffer);
  for (let index = first; index <= last; index++) view.setInt16(2 * (index - first), digits[index]!, true);
  return { kind: "bytes", bytes, weight: Math.ceil(whole.length / 4) - 1 - first };
}

/** Days from 2000-01-01, PostgreSQL's epoch. */
function daysSince2000(text: string): number {
  if (text.endsWith("infinity")) return text.startsWith("-") ? -2_147_483_648 : 2_147_483_647;
  const [, year, month, day] = /^(-?\d+)-(\d+)-(\d+)/.exec(text)!;
  return daysFromCivil(Number(year), Number(month), Number(day)) - 10_957;
}

function microsSince2000(text: string): bigint {
  const micros = microsOfTimestamp(text);
  return text.endsWith("infinity") ? micros : micros - 946_684_800_000_000n;
}
