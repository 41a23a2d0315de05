import { wordsModulo, zeroWords } from "../placement/hashes/words.ts";
import { keyHashInto } from "../placement/key-hash.ts";
import { maxOverMean } from "../stats/max-over-mean.ts";
import type { KeyValue } from "../workload/key-value.ts";
import { type CountedKeys, refused } from "./counted-keys.ts";
import { evenRanges } from "./owners.ts";
import type { Known } from "./reshard-plan.ts";

export const remedyNames = ["salt", "isolate", "split-range", "cache", "compound-key"] as const;

/** What can be done about a key that is too hot for its shard. */
export type RemedyName = (typeof remedyNames)[number];

/** A load on shards in numbers. */
export interface Spread {
  /** Busiest shard over the mean. */
  readonly worstOverMean: number;
  /** Shards that a statement touches on average. */
  readonly meanFanOut: number;
  /** How many times as much as one node the shards carry: accesses, each counted once, over those of the busiest shard. */
  readonly scaleOut: number;
}

/** A remedy tried on the accesses of one table. */
export interface Remedy {
  readonly table: string;
  readonly name: RemedyName;
  /** What exactly was tried, such as "4 buckets". */
  readonly setting: string;
  readonly before: Spread;
  readonly after: Known<Spread>;
  /** What it costs, in a sentence. */
  readonly cost: string;
}

/** The accesses of a table, by key, and where the keys are. */
export interface HotTable {
  readonly table: string;
  /** `first` counts accesses, `second` those of them that write. */
  readonly keys: CountedKeys;
  /** Shard of each entry, 0 to `shardCount` - 1, or `refused`. */
  readonly owners: Uint32Array;
  readonly shardCount: number;
  /** False where the input does not tell reads and writes apart, as a file of keys. */
  readonly knowsWrites: boolean;
  /** Columns that statements pin beside the key. */
  readonly companions: readonly Companion[];
}

/** A column that could join the key: accesses by key and column together, and those that pin the key alone. */
export interface Companion {
  readonly column: string;
  readonly keys: CountedKeys;
  readonly accessesWithout: number;
}

export interface RemedySettings {
  readonly buckets: readonly number[];
  readonly hitRates: readonly number[];
}

export const defaultRemedySettings: RemedySettings = { buckets: [4, 16], hitRates: [0.5, 0.9] };

/**
 * Each remedy tried on the table's accesses. A statement counts as one access wherever it runs, so that a read of k buckets
 * is k accesses: what salting saves in writes it costs in reads. Salted and compound keys are placed by our own hash.
 */
export function remediesFor(hot: HotTable, settings: RemedySettings = defaultRemedySettings): readonly Remedy[] {
  if (hot.keys.size === 0 || hot.shardCount < 2) return [];
  const loads = loadsOf(hot, hot.keys.first);
  const total = sum(loads);
  if (total === 0) return [];
  const before = spreadOf(loads, total, 1);
  const hottest = hottestEntries(hot, total);
  const remedy = (name: RemedyName, setting: string, after: Known<Spread>, cost: string): Remedy => ({
    table: hot.table,
    name,
    setting,
    before,
    after,
    cost,
  });
  const hotKeys = hottest.length === 1 ? "the hottest key" : `the ${hottest.length} hottest keys`;
  return [
    ...settings.buckets.map((buckets) =>
      remedy(
        "salt",
        `${buckets} buckets for ${hotKeys}`,
        salted(hot, hottest, buckets, loads, total),
        `every read of a salted key asks ${buckets} buckets; unique constraints on it no longer hold by themselves`,
      ),
    ),
    remedy(
      "isolate",
      "the hottest key on a shard of its own",
      isolated(hot, hottest[0]!, total),
      "a rule in the shard map for one key; it can't grow beyond one shard",
    ),
    remedy(
      "split-range",
      `ranges of the key cut evenly by access over ${hot.shardCount} shards`,
      spreadOf(loadsOf({ ...hot, owners: evenRanges(hot.keys.inOrder(), hot.keys.first, hot.shardCount) }, hot.keys.first), total, 1),
      "cuts follow yesterday's load; one key can't be cut, and keys that grow with time move the load to the last range",
    ),
    ...settings.hitRates.map((rate) =>
      remedy(
        "cache",
        `hit rate ${Math.round(rate * 100)} %`,
        cached(hot, rate, total),
        "reads may be stale for as long as entries live; a cold cache brings the old load back at once",
      ),
    ),
    ...hot.companions.map((companion) =>
      remedy(
        "compound-key",
        `${companion.column} joins the key`,
        compound(hot, companion),
        "statements that pin the old key alone ask every shard",
      ),
    ),
  ];
}

function loadsOf({ owners, shardCount }: Pick<HotTable, "owners" | "shardCount">, weights: Float64Array): Float64Array {
  const loads = new Float64Array(shardCount);
  owners.forEach((shard, entry) => {
    if (shard !== refused) loads[shard]! += weights[entry]!;
  });
  return loads;
}

const sum = (loads: Float64Array): number => loads.reduce((all, load) => all + load, 0);

function spreadOf(loads: Float64Array, total: number, meanFanOut: number): Spread {
  return { worstOverMean: maxOverMean(loads), meanFanOut, scaleOut: total / loads.reduce((a, b) => Math.max(a, b), 0) };
}

/** Keys that alone have more than half of an even share of a shard, heaviest first; at least the heaviest. */
function hottestEntries({ keys, owners, shardCount }: HotTable, total: number): readonly number[] {
  const least = total / shardCount / 2;
  const found: number[] = [];
  let heaviest = -1;
  owners.forEach((shard, entry) => {
    if (shard === refused) return;
    if (heaviest === -1 || keys.first[entry]! > keys.first[heaviest]!) heaviest = entry;
    if (keys.first[entry]! > least) found.push(entry);
  });
  return found.length === 0 ? [heaviest] : found.sort((a, b) => keys.first[b]! - keys.first[a]! || a - b);
}

function salted(
  { keys, owners, shardCount, knowsWrites }: HotTable,
  hottest: readonly number[],
  buckets: number,
  loads: Float64Array,
  total: number,
): Known<Spread> {
  if (!knowsWrites) return noWrites;
  const after = loads.slice();
  let touched = total;
  for (const entry of hottest) {
    const writes = keys.second[entry]!;
    const reads = keys.first[entry]! - writes;
    const key = keys.keyAt(entry);
    const shards = Array.from({ length: buckets }, (_, bucket) => hashShard([...key, `int:${bucket}`], shardCount));
    after[owners[entry]!]! -= keys.first[entry]!;
    for (const shard of shards) after[shard]! += writes / buckets;
    // Buckets that share a shard are asked by one statement.
    const asked = new Set(shards);
    for (const shard of asked) after[shard]! += reads;
    touched += reads * (asked.size - 1);
  }
  return spreadOf(after, total, touched / total);
}

const noWrites = { unknown: "a file of keys does not tell reads from writes: pass a log" };

function isolated({ keys, owners, shardCount }: HotTable, hottest: number, total: number): Spread {
  const loads = new Float64Array(shardCount);
  const words = zeroWords();
  owners.forEach((shard, entry) => {
    if (shard === refused) return;
    if (entry === hottest) loads[shardCount - 1]! += keys.first[entry]!;
    else {
      keyHashInto(keys.keyAt(entry), words);
      loads[wordsModulo(words.low, words.high, shardCount - 1)]! += keys.first[entry]!;
    }
  });
  return spreadOf(loads, total, 1);
}

function cached(hot: HotTable, hitRate: number, total: number): Known<Spread> {
  if (!hot.knowsWrites) return noWrites;
  const left = hot.keys.first.map((accesses, entry) => {
    const writes = hot.keys.second[entry]!;
    return writes + (accesses - writes) * (1 - hitRate);
  });
  const loads = loadsOf(hot, left);
  return sum(loads) === 0 ? { unknown: "nothing is left for the shards" } : spreadOf(loads, total, 1);
}

function compound({ shardCount }: HotTable, { keys, accessesWithout }: Companion): Spread {
  // Whoever pins the old key alone finds its rows on any shard.
  const loads = new Float64Array(shardCount).fill(accessesWithout);
  let together = 0;
  const words = zeroWords();
  for (let entry = 0; entry < keys.size; entry++) {
    keyHashInto(keys.keyAt(entry), words);
    loads[wordsModulo(words.low, words.high, shardCount)]! += keys.first[entry]!;
    together += keys.first[entry]!;
  }
  const total = together + accessesWithout;
  return spreadOf(loads, total, (together + accessesWithout * shardCount) / total);
}

function hashShard(key: readonly KeyValue[], shardCount: number): number {
  const words = zeroWords();
  keyHashInto(key, words);
  return wordsModulo(words.low, words.high, shardCount);
}
