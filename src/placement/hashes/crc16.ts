/**
 * CRC-16/XMODEM (polynomial 0x1021, start 0, not reflected) of `bytes[start..end)`; Redis Cluster Specification,
 * appendix A.
 */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) crc = ((crc << 8) & 0xffff) ^ table[(crc >>> 8) ^ bytes[at]!]!;
  return crc;
}

/**
 * The hash slot of a Redis key, 0 to 16383. Only what stands between the first "{" and the first "}" after it counts,
 * if anything stands there.
 */
export function redisSlot(bytes: Uint8Array, start: number, end: number): number {
  for (let open = start; open < end; open++) {
    if (bytes[open] !== 0x7b) continue;
    for (let close = open + 1; close < end; close++) {
      if (bytes[close] !== 0x7d) continue;
      return (close > open + 1 ? crc16(bytes, open + 1, close) : crc16(bytes, start, end)) & 0x3fff;
    }
    break;
  }
  return crc16(bytes, start, end) & 0x3fff;
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});
