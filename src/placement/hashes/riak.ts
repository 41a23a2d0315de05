import { hash } from "node:crypto";

/** Riak's position of an object on its ring: SHA-1 of the pair in Erlang's external term format, a 160-bit number. */
export function riakHash(bucket: string, key: string): bigint {
  const bytes = Buffer.from(key, "utf8");
  const term = Buffer.concat([riakHead(bucket), lengthOf(bytes), bytes]);
  return BigInt(`0x${hash("sha1", term, "hex")}`);
}

/** What stands before the key's length in the term: a pair of binaries, the first one the bucket. */
export function riakHead(bucket: string): Uint8Array {
  const bytes = Buffer.from(bucket, "utf8");
  return Buffer.concat([Uint8Array.of(131, 104, 2, 109), lengthOf(bytes), bytes, Uint8Array.of(109)]);
}

/** Index of the first ring partition that stores a hash: the one after the partition that the hash falls into. */
export function riakPartition(hash: bigint, ringSize: number): number {
  return Number((hash / (RING_TOP / BigInt(ringSize)) + 1n) % BigInt(ringSize));
}

/** The name of a ring partition: where it begins on the ring. */
export function riakPartitionName(partition: number, ringSize: number): string {
  return (BigInt(partition) * (RING_TOP / BigInt(ringSize))).toString();
}

/** The source subtracts 1, but in floating point, where it makes no difference. */
const RING_TOP = 1n << 160n;

function lengthOf(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
