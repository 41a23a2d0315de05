import { hash } from "node:crypto";

/** A BSON value, as far as a shard key can hold it. Numbers of every width are one type to the hash. */
export type BsonValue =
  | { readonly bson: "minKey" | "maxKey" | "undefined" | "null" }
  /** int, long, double and decimal, already cut to a 64-bit integer as `mongodbNumber` does. */
  | { readonly bson: "number"; readonly value: bigint }
  | { readonly bson: "string" | "code"; readonly text: string }
  | { readonly bson: "object" | "array"; readonly fields: readonly (readonly [string, BsonValue])[] }
  | { readonly bson: "binData"; readonly subtype: number; readonly bytes: Uint8Array }
  | { readonly bson: "objectId"; readonly bytes: Uint8Array }
  | { readonly bson: "bool"; readonly value: boolean }
  /** Milliseconds since 1970. */
  | { readonly bson: "date"; readonly millis: bigint }
  | { readonly bson: "regex"; readonly pattern: string; readonly options: string }
  | { readonly bson: "dbPointer"; readonly namespace: string; readonly id: Uint8Array }
  | {
      readonly bson: "codeWithScope";
      readonly text: string;
      readonly scope: readonly (readonly [string, BsonValue])[];
    };

/**
 * MongoDB's hash of a hashed index and a hashed shard key (BSONElementHasher::hash64, seed 0), a signed 64-bit
 * number: the first eight bytes, little-endian, of the MD5 of the seed, the canonical type and the value; of objects
 * and arrays every element in turn, with its name, and an end mark.
 */
export function mongodbHash(value: BsonValue): bigint {
  const parts: Uint8Array[] = [int32(0)];
  feed((bytes) => void parts.push(bytes), value, undefined);
  return hash("md5", Buffer.concat(parts), "buffer").readBigInt64LE(0);
}

/**
 * How a number is cut before hashing: towards zero, NaN is 0, what is too large becomes the largest 64-bit integer.
 */
export function mongodbNumber(number: number): bigint {
  if (Number.isNaN(number)) return 0n;
  if (number >= 2 ** 63) return MAX;
  if (number <= -(2 ** 63)) return MIN;
  return BigInt(Math.trunc(number));
}

/**
 * Lower bounds of all initial chunks but the first of a collection that is sharded by a hashed key
 * (calculateHashedSplitPoints): symmetric about 0.
 */
export function mongodbSplitPoints(chunks: number): readonly bigint[] {
  const interval = (MAX / BigInt(chunks)) * 2n;
  const points: bigint[] = chunks % 2 === 0 ? [0n] : [];
  let point = chunks % 2 === 0 ? interval : interval / 2n;
  for (; points.length < chunks - 1; point += interval) points.push(point, -point);
  return points.sort((a, b) => (a < b ? -1 : 1));
}

const MAX = (1n << 63n) - 1n;
const MIN = -(1n << 63n);

type Update = (bytes: Uint8Array) => void;

function feed(update: Update, value: BsonValue, name: string | undefined): void {
  update(int32(canonicalTypes[value.bson]));
  if (name !== undefined) update(cString(name));
  switch (value.bson) {
    case "minKey":
    case "maxKey":
    case "undefined":
    case "null":
      return;
    case "number":
      return update(int64(value.value));
    case "string":
    case "code":
      return update(bsonString(value.text));
    case "object":
    case "array":
      return feedFields(update, value.fields);
    case "binData":
      return update(Buffer.concat([int32(value.bytes.length), Uint8Array.of(value.subtype), value.bytes]));
    case "objectId":
      return update(value.bytes);
    case "bool":
      return update(Uint8Array.of(value.value ? 1 : 0));
    case "date":
      return update(int64(value.millis));
    case "regex":
      return update(Buffer.concat([cString(value.pattern), cString(value.options)]));
    case "dbPointer":
      return update(Buffer.concat([bsonString(value.namespace), value.id]));
    case "codeWithScope":
      update(cString(value.text));
      return feedFields(update, value.scope);
  }
}

function feedFields(update: Update, fields: readonly (readonly [string, BsonValue])[]): void {
  for (const [name, value] of fields) feed(update, value, name);
  // The end mark is an element of type 0 without a name.
  update(int32(0));
}

const canonicalTypes = {
  minKey: -1,
  undefined: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  regex: 50,
  dbPointer: 55,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const satisfies Record<BsonValue["bson"], number>;

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

function cString(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, "utf8");
}

function bsonString(text: string): Uint8Array {
  const bytes = cString(text);
  return Buffer.concat([int32(bytes.length), bytes]);
}
