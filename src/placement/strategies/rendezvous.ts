import { zeroWords } from "../hashes/words.ts";
import { hashedMap } from "../hashed-map.ts";
import { textHashInto } from "../key-hash.ts";
import { withTable } from "../place-all.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Rendezvous hashing, also highest random weight: every shard's name and the key give a score, the highest score owns
 * the key, the earlier shard at a tie. Perfectly even, least movement, any shard can be taken away; a look-up costs
 * one score per shard. The score is Murmur3's 32-bit finalizer over both words of the key's hash and the hash of the
 * shard's name.
 */
export const rendezvous: Strategy = {
  name: "rendezvous",
  summary: "highest random weight: least movement, one score per shard and look-up",
  source: "Thaler, Ravishankar: Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM ToN 6(1), 1998",
  options: [],
  shardMap: (request) => {
    const shardCount = request.shards.length;
    const seeds = Int32Array.from(request.shards.flatMap(seedOf));
    const place = (low: number, high: number): number => {
      let owner = 0;
      let best = -1;
      for (let shard = 0; shard < shardCount; shard++) {
        const score = scoreOf(low ^ seeds[2 * shard]!, high ^ seeds[2 * shard + 1]!);
        if (score > best) {
          best = score;
          owner = shard;
        }
      }
      return owner;
    };
    const table = [wordsOf(seeds, 0), wordsOf(seeds, 1)];
    const many = withTable(table, ({ run }, count) => run.placeRendezvous(count, shardCount));
    return hashedMap(request, "rendezvous", place, undefined, many);
  },
};

/** The low (0) or high (1) words of the seeds, rounded up to a multiple of four. */
function wordsOf(seeds: Int32Array, which: 0 | 1): Int32Array {
  const words = new Int32Array(Math.ceil(seeds.length / 2 / 4) * 4);
  for (let shard = 0; shard < seeds.length / 2; shard++) words[shard] = seeds[2 * shard + which]!;
  return words;
}

function seedOf(name: string): [number, number] {
  const words = zeroWords();
  const bytes = Buffer.from(name, "utf8");
  textHashInto(bytes, 0, bytes.length, words);
  return [words.low, words.high];
}

function scoreOf(low: number, high: number): number {
  return finalize(finalize(low) ^ high) >>> 0;
}

function finalize(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
