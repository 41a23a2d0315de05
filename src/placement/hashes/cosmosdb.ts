import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { murmur3_128Into } from "./murmur3.ts";
import { type Words, zeroWords } from "./words.ts";

/**
 * Azure Cosmos DB's effective partition key, version 2, as the four 32-bit words of a 128-bit number, highest first:
 * both halves of MurmurHash3 x64 128 over the typed encoding, the second half on top, its two highest bits cleared.
 */
export function cosmosEpk(encoded: Uint8Array): readonly [number, number, number, number] {
  const first: Words = zeroWords();
  const second: Words = zeroWords();
  murmur3_128Into(encoded, 0, encoded.length, "unsigned", first, second);
  // The reference prints the 16 bytes of h1 and h2 in reverse, and clears the top of the first byte that it prints.
  return [(second.high & 0x3fffffff) >>> 0, second.low >>> 0, first.high >>> 0, first.low >>> 0];
}

/** The same of one 64-bit integer, given as two words. */
export function cosmosEpkOfInteger(low: number, high: number): ReturnType<typeof cosmosEpk> {
  numberView.setFloat64(1, high * 4_294_967_296 + (low >>> 0), true);
  return cosmosEpk(numberBytes);
}

const numberBytes = Uint8Array.of(0x05, 0, 0, 0, 0, 0, 0, 0, 0);
const numberView = new DataView(numberBytes.buffer);

/** The same of one text in UTF-8. */
export function cosmosEpkOfText(bytes: Uint8Array, start: number, end: number): ReturnType<typeof cosmosEpk> {
  const length = end - start + 2;
  if (textBytes.length < length) textBytes = new Uint8Array(2 * length);
  textBytes[0] = 0x08;
  textBytes.set(bytes.subarray(start, end), 1);
  textBytes[length - 1] = 0xff;
  return cosmosEpk(textBytes.subarray(0, length));
}

let textBytes = new Uint8Array(256);

/** 32 upper-case hex digits, as the SDKs show it. */
export function cosmosEpkHex(words: readonly number[]): string {
  return words
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("")
    .toUpperCase();
}

/** What a component of a (hierarchical) partition key is; `undefined` stands for a missing property and for `{}`. */
export type CosmosComponent = string | number | boolean | null | undefined;

/** The bytes that are hashed: a type marker and the value, one after the other. */
export function cosmosEncode(components: readonly CosmosComponent[]): Uint8Array {
  return Buffer.concat(components.map(encodeComponent));
}

/**
 * JSON has doubles only, so an integer above 2^53 is hashed as the double next to it. Uuids and the like are strings.
 */
export function cosmosComponent(value: KeyValue): CosmosComponent {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "null":
      return null;
    case "boolean":
      return text === "true";
    case "int":
    case "decimal":
    case "float":
      return Number(text);
    default:
      return text;
  }
}

function encodeComponent(component: CosmosComponent): Uint8Array {
  switch (typeof component) {
    case "string":
      return Buffer.concat([Uint8Array.of(0x08), Buffer.from(component, "utf8"), Uint8Array.of(0xff)]);
    case "number": {
      const bytes = Buffer.alloc(9);
      bytes.writeUInt8(0x05);
      bytes.writeDoubleLE(component, 1);
      return bytes;
    }
    case "boolean":
      return Uint8Array.of(component ? 0x03 : 0x02);
    default:
      return Uint8Array.of(component === null ? 0x01 : 0x00);
  }
}
