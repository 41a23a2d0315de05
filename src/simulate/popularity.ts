import { power } from "../stats/power.ts";
import { harmonicNumber } from "../stats/harmonic-number.ts";
import type { Keys } from "./scenario.ts";

/** Weight of each key under Zipf's law; undefined when all are asked for alike. */
export function popularityOf({ count, zipfExponent, scrambledOver }: Pick<Keys, "count" | "zipfExponent" | "scrambledOver">): Float64Array | undefined {
  if (zipfExponent === 0) return undefined;
  if (scrambledOver !== undefined) return scrambledShares(count, zipfExponent, scrambledOver);
  return Float64Array.from({ length: count }, (_, rank) => power(rank + 1, -zipfExponent));
}

/**
 * YCSB's scrambled Zipfian: ranks of Zipf's law over many more items than there are keys, each hashed onto a key. Hot keys
 * lie anywhere, and the hottest has the same share however many keys there are: 3.78 % with an exponent of 0.99 over the
 * 10^10 items that YCSB's constant ZETAN is of. The ranks after the first million, of which each has less than a
 * millionth of the first one's share or so, are taken as even.
 * Source: Cooper et al.: Benchmarking Cloud Serving Systems with YCSB, SoCC 2010; `ScrambledZipfianGenerator.java`.
 */
function scrambledShares(count: number, exponent: number, items: number): Float64Array {
  const hashed = Math.min(items, 1_000_000);
  const all = harmonicNumber(items, exponent);
  const rest = Math.max(0, all - harmonicNumber(hashed, exponent));
  const shares = new Float64Array(count).fill(rest / all / count);
  for (let rank = 0; rank < hashed; rank++) shares[keyOfRank(rank, count)]! += power(rank + 1, -exponent) / all;
  return shares;
}

/** `abs(fnvhash64(rank)) % count` as YCSB has it: FNV-1a, 64 bits, of eight bytes, the lowest first. */
function keyOfRank(rank: number, count: number): number {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  for (let byte = 0; byte < 8; byte++) {
    low = (low ^ (byte < 4 ? (rank >>> (8 * byte)) & 0xff : 0)) >>> 0;
    // By 2^40 + 0x1b3, in halves that stay whole as doubles.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 4_294_967_296) + ((low << 8) >>> 0)) % 4_294_967_296;
    low = product % 4_294_967_296;
  }
  const negative = high >= 2_147_483_648;
  const top = negative ? 4_294_967_295 - high + (low === 0 ? 1 : 0) : high;
  const bottom = negative && low !== 0 ? 4_294_967_296 - low : low;
  return ((top % count) * (4_294_967_296 % count) + bottom) % count;
}
