/** FNV-1, 32 bits (Fowler, Noll, Vo: multiply, then xor), unsigned: CockroachDB's `fnv32`. */
export function fnv1_32(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash, 0x01000193) ^ bytes[at]!;
  return hash >>> 0;
}
