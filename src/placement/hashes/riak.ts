import { hash } from "node:crypto";

/** Riak's position of an object on its ring: SHA-1 of the pair in Erlang's external term format, a 160-bit number. */
export function riakHash(bucket: string, key: string): bigint {
  const term = Buffer.concat([Uint8Array.of(131, 104, 2), binary(bucket), binary(key)]);
  return BigInt(`0x${hash("sha1", term, "hex")}`);
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

function binary(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const header = Buffer.alloc(5);
  header.writeUInt8(109);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}
