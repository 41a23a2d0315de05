import { type KeyValue, textOfKey, typeOfKey } from "../workload/key-value.ts";
import { bigIntToWords, type Words } from "./hashes/words.ts";
import { xxhash64IntegerInto, xxhash64Into } from "./hashes/xxhash64.ts";

/**
 * Our own hash of a key, for strategies that no target prescribes: XXH64, seed 0, over a canonical encoding.
 * - An integer is its eight little-endian bytes (two's complement; from 2^63 on as unsigned; wider ones as their
 *   digits).
 * - A uuid is its 16 bytes, bytes are themselves, NULL is no bytes, everything else is the UTF-8 of its canonical
 *   text.
 * - A further column is hashed with the hash of the columns before it as the seed, so that (1, 12) differs from (11,
 *   2).
 *
 * Anyone can recompute it with a stock XXH64, which is why there is no type tag: one column has one type.
 */
export function keyHashInto(key: readonly KeyValue[], into: Words): void {
  into.low = 0;
  into.high = 0;
  for (const value of key) valueHashInto(value, into.low, into.high, into);
}

/** `keyHashInto` of one integer column. */
export function integerHashInto(low: number, high: number, into: Words): void {
  xxhash64IntegerInto(low, high, 0, 0, into);
}

/** `keyHashInto` of one text column. */
export function textHashInto(bytes: Uint8Array, start: number, end: number, into: Words): void {
  xxhash64Into(bytes, start, end, 0, 0, into);
}

function valueHashInto(value: KeyValue, seedLow: number, seedHigh: number, into: Words): void {
  if (typeOfKey(value) === "int" && fitsWord(textOfKey(value))) {
    const words = bigIntToWords(BigInt(textOfKey(value)));
    xxhash64IntegerInto(words.low, words.high, seedLow, seedHigh, into);
    return;
  }
  const bytes = bytesOfKey(value);
  xxhash64Into(bytes, 0, bytes.length, seedLow, seedHigh, into);
}

function fitsWord(digits: string): boolean {
  const value = BigInt(digits);
  return value >= -(1n << 63n) && value < 1n << 64n;
}

function bytesOfKey(value: KeyValue): Uint8Array {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "uuid":
      return Buffer.from(text.replaceAll("-", ""), "hex");
    case "bytes":
      return Buffer.from(text, "hex");
    default:
      return Buffer.from(text, "utf8");
  }
}
