import type { ColumnType } from "../../sql/schema.ts";
import { type KeyValue, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { murmur3_128Into } from "./murmur3.ts";
import { type Words, zeroWords } from "./words.ts";

/**
 * The token of a partition key under Cassandra's and ScyllaDB's Murmur3Partitioner, as words: the first half of
 * MurmurHash3 x64 128 with the signed tail. The smallest number is no token of a key, so it becomes the largest; the
 * empty key has the smallest.
 */
export function cassandraTokenInto(bytes: Uint8Array, start: number, end: number, into: Words): void {
  if (start === end) {
    into.low = 0;
    into.high = -2_147_483_648;
    return;
  }
  murmur3_128Into(bytes, start, end, "signed", into, second);
  if (into.low === 0 && into.high === -2_147_483_648) {
    into.low = -1;
    into.high = 2_147_483_647;
  }
}

/**
 * The bytes of a partition key: one column as its serialized value, several each with its length in front and a zero
 * behind. Undefined when a value doesn't fit its column's type or is NULL.
 */
export function cassandraKeyBytes(key: readonly KeyValue[], types: readonly ColumnType[]): Uint8Array | undefined {
  const columns = key.map((value, column) => serialized(value, types[column]!));
  if (!columns.every((bytes) => bytes !== undefined)) return undefined;
  if (columns.length === 1) return columns[0];
  return Buffer.concat(
    columns.flatMap((bytes) => [Uint8Array.of(bytes.length >> 8, bytes.length & 255), bytes, Uint8Array.of(0)]),
  );
}

/** The CPU shard of a token on a ScyllaDB node (static_sharder). */
export function scyllaCpuShard(token: bigint, shards: number, ignoreMsbBits = 12): number {
  const unsigned = BigInt.asUintN(64, BigInt.asUintN(64, token + (1n << 63n)) << BigInt(ignoreMsbBits));
  return Number((unsigned * BigInt(shards)) >> 64n);
}

const second = zeroWords();

function serialized(value: KeyValue, type: ColumnType): Uint8Array | undefined {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "int":
      return bigEndian(BigInt(text), type === "int32" ? 32 : 64);
    case "text":
      return Buffer.from(text, "utf8");
    case "uuid":
      return Buffer.from(text.replaceAll("-", ""), "hex");
    case "bytes":
      return Buffer.from(text, "hex");
    default:
      return undefined;
  }
}

function bigEndian(value: bigint, bits: 32 | 64): Uint8Array | undefined {
  if (BigInt.asIntN(bits, value) !== value) return undefined;
  const bytes = Buffer.alloc(bits / 8);
  if (bits === 32) bytes.writeInt32BE(Number(value));
  else bytes.writeBigInt64BE(value);
  return bytes;
}
