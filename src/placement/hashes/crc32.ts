/** CRC-32 (IEEE 802.3, as zlib), unsigned, of `bytes[start..end)`. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

/**
 * Couchbase's vBucket of a document key: the upper half of the CRC without its top bit, modulo the number of
 * vBuckets.
 */
export function couchbaseVBucket(bytes: Uint8Array, start: number, end: number, vBuckets: number): number {
  return ((crc32(bytes, start, end) >>> 16) & 0x7fff) % vBuckets;
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
