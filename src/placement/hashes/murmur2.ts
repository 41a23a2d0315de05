/**
 * MurmurHash2 as Kafka's default partitioner has it (org.apache.kafka.common.utils.Utils.murmur2, seed 0x9747b28c),
 * signed. The partition is `(hash & 0x7fffffff) % partitions`.
 */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = 0x9747b28c ^ length;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    let block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    block = Math.imul(block, MULTIPLIER);
    block = Math.imul(block ^ (block >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ block;
  }
  const rest = end - at;
  if (rest > 0) {
    for (let index = rest - 1; index >= 0; index--) hash ^= bytes[at + index]! << (8 * index);
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

const MULTIPLIER = 0x5bd1e995;
