import type { ShardMap } from "../../placement/shard-map.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { keyTypeOf } from "../../workload/key-value.ts";
import type { LinePiece } from "./key-lines.ts";

/**
 * The shard of every line of a piece, in order, to `owned`. Keys of one integer or text column go from their bytes to the
 * shard without becoming a string; whatever is unusual (NULL, a JSON array, digits that are no plain 64-bit integer) is
 * handed to `slowly` with its text and line.
 */
export function shardsOfLines(
  map: ShardMap,
  types: readonly ColumnType[],
  { bytes, firstLine }: LinePiece,
  owned: (shard: number) => void,
  slowly: (text: string, line: number) => number,
): void {
  const fast = fastPath(map, types);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    let end = start;
    while (end < bytes.length && bytes[end] !== newline) end++;
    const next = end + 1;
    if (end > start && bytes[end - 1] === carriageReturn) end--;
    const shard = fast(bytes, start, end);
    owned(shard === -1 ? slowly(buffer.toString("utf8", start, end), line) : shard);
    start = next;
  }
}

/** The shard of the key in `bytes[start, end)`; -1 where the slow path must look. */
type FastPath = (bytes: Uint8Array, start: number, end: number) => number;

function fastPath({ shardOfInteger, shardOfText }: ShardMap, types: readonly ColumnType[]): FastPath {
  const keyType = types.length === 1 ? keyTypeOf[types[0]!] : undefined;
  if (keyType === "text" && shardOfText !== undefined) {
    // A key that begins so may be a JSON array.
    return (bytes, start, end) =>
      start < end && (bytes[start] === bracket || bytes[start]! <= space) ? -1 : shardOfText(bytes, start, end);
  }
  if (keyType !== "int" || shardOfInteger === undefined) return () => -1;
  const most = types[0] === "int16" ? 2 ** 15 : types[0] === "int32" ? 2 ** 31 : Infinity;
  return (bytes, start, end) => integerShard(shardOfInteger, most, bytes, start, end);
}

/** Up to 18 digits, so that two halves of nine stay exact as doubles; the sum is below 2^60. */
function integerShard(
  shardOfInteger: (low: number, high: number) => number,
  most: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const negative = bytes[start] === minus;
  const first = negative ? start + 1 : start;
  const digits = end - first;
  if (digits < 1 || digits > 18 || (bytes[first] === zero && (digits > 1 || negative))) return -1;
  const middle = Math.max(first, end - 9);
  let upper = 0;
  let lower = 0;
  for (let at = first; at < middle; at++) {
    const digit = bytes[at]! - zero;
    if (digit < 0 || digit > 9) return -1;
    upper = upper * 10 + digit;
  }
  for (let at = middle; at < end; at++) {
    const digit = bytes[at]! - zero;
    if (digit < 0 || digit > 9) return -1;
    lower = lower * 10 + digit;
  }
  if (upper * 1e9 + lower >= most) return -1;
  // upper * 10^9 + lower in two words: upper < 10^9 < 2^30, so upper * (10^9 split at 16 bits) is exact in a double.
  const lowProduct = upper * (billion & 0xffff);
  const highProduct = upper * (billion >>> 16);
  const sum = lowProduct + (highProduct % 65_536) * 65_536 + lower;
  const low = sum % 4_294_967_296;
  const high = Math.floor(highProduct / 65_536) + Math.floor(sum / 4_294_967_296);
  if (!negative) return shardOfInteger(low | 0, high | 0);
  return shardOfInteger(-low | 0, low === 0 ? -high | 0 : ~high);
}

const newline = 10;
const carriageReturn = 13;
const space = 32;
const minus = 45;
const zero = 48;
const bracket = 91;
const billion = 1_000_000_000;
