import { wordsModulo, zeroWords } from "../../src/placement/hashes/words.ts";
import { integerHashInto } from "../../src/placement/key-hash.ts";

/** Shares of keys under Zipf's law with exponent 0.99, the hottest first. */
export function zipf(keys: number): Float64Array {
  const weights = Float64Array.from({ length: keys }, (_, rank) => (rank + 1) ** -0.99);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Keys that are hashed one by one; the rest, each below a 70,000th, is taken as even: a thousandth of the variance. */
const heavyKeys = 5_000;

/** Busiest shard over the mean, by number of shards, for many hashings of a million keys under Zipf's law. */
export function hotShardPeaks(hashings: number, shardCounts: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const weights = zipf(1_000_000);
  const heavy = weights.subarray(0, heavyKeys);
  const rest = weights.subarray(heavyKeys).reduce((sum, weight) => sum + weight, 0);
  const words = zeroWords();
  const peaks = new Map(shardCounts.map((count) => [count, [] as number[]]));
  for (let hashing = 0; hashing < hashings; hashing++) {
    const loads = new Map(shardCounts.map((count) => [count, new Float64Array(count).fill(rest / count)]));
    for (let rank = 0; rank < heavyKeys; rank++) {
      integerHashInto(rank, hashing, words);
      for (const [count, load] of loads) load[wordsModulo(words.low, words.high, count)]! += heavy[rank]!;
    }
    for (const [count, load] of loads) peaks.get(count)!.push(Math.max(...load) * count);
  }
  return peaks;
}
