import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { cityHash32 } from "./cityhash32.ts";
import { murmur3_32 } from "./murmur3.ts";

/**
 * The hash functions that SPQR's key ranges are laid over (pkg/models/hashfunction): a number from 0 to 2^32 - 1 of
 * the encoded value. Undefined for NULL, for types that SPQR has no key of, and for integers above 64 bits.
 */
export function spqrHash(name: SpqrHashName, value: KeyValue): number | undefined {
  const bytes = spqrBytes(value);
  return bytes === undefined ? undefined : spqrHashes[name](bytes, 0, bytes.length);
}

/** The same of encoded bytes, `bytes[start, end)`. */
export const spqrHashes = {
  murmur: (bytes, start, end) => murmur3_32(bytes, start, end) >>> 0,
  city: cityHash32,
} as const satisfies Record<string, (bytes: Uint8Array, start: number, end: number) => number>;

export type SpqrHashName = keyof typeof spqrHashes;

/** Integers as Go's PutUvarint of the two's complement, text and uuids as their (lower-case) text. */
export function spqrBytes(value: KeyValue): Uint8Array | undefined {
  switch (typeOfKey(value)) {
    case "int":
      return uvarint(BigInt(textOfKey(value)));
    case "text":
    case "uuid":
      return Buffer.from(textOfKey(value), "utf8");
    default:
      return undefined;
  }
}

/** `spqrBytes` of an integer that is given as two words, into `into`, of 10 bytes; returns how many they are. */
export function spqrBytesInto(low: number, high: number, into: Uint8Array): number {
  const length = high >>> 0 >= 2 ** 24 ? 10 : 8;
  let rest = low;
  let above = high;
  let at = 0;
  for (; above !== 0; above >>>= 7) {
    into[at++] = (rest & 0x7f) | 0x80;
    rest = (rest >>> 7) | (above << 25);
  }
  for (; rest >>> 0 >= 0x80; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  while (at < length) into[at++] = 0;
  return length;
}

/**
 * Little-endian groups of seven bits in a zero-padded buffer of 8 bytes, of 10 from 2^56 on (all negatives among
 * them).
 */
function uvarint(integer: bigint): Uint8Array | undefined {
  if (integer < -(1n << 63n) || integer >= 1n << 64n) return undefined;
  let rest = BigInt.asUintN(64, integer);
  const bytes = new Uint8Array(rest >= 1n << 56n ? 10 : 8);
  let at = 0;
  for (; rest >= 0x80n; rest >>= 7n) bytes[at++] = Number(rest & 0x7fn) | 0x80;
  bytes[at] = Number(rest);
  return bytes;
}
