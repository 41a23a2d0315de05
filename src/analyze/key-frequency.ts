import type { KeyTable } from "./key-table.ts";
import type { Known } from "./known.ts";

/** How often the values of a key are asked for, the most frequent first. */
export interface KeyFrequency {
  /** Some ranks, from 1 to the last, about 8 to each power of ten; the share is of the accesses that pin the key. */
  readonly ranks: readonly { readonly rank: number; readonly share: number }[];
  /** Light keys were sampled: their ranks are estimates. */
  readonly sampled: boolean;
}

const ranksPerDecade = 8;

/** Rank and share of a key's values; a sampled light key takes up as many ranks as it stands for. */
export function keyFrequencyOf(table: KeyTable): Known<KeyFrequency> {
  if (table.size === 0) return { unknown: "the log has no values of this key" };
  const entries = Uint32Array.from({ length: table.size }, (_, entry) => entry);
  entries.sort((a, b) => table.accesses[b]! - table.accesses[a]! || a - b);
  const total = table.totalAccesses + table.unkeptAccesses;
  const ranks: { rank: number; share: number }[] = [];
  let rank = 0;
  let next = 1;
  let step = 0;
  let share = 0;
  for (const entry of entries) {
    rank += table.isSampled(entry) ? table.lightWeight : 1;
    share = table.accesses[entry]! / total;
    if (rank < next) continue;
    ranks.push({ rank: Math.round(rank), share });
    while (next <= rank) next = Math.ceil(10 ** (++step / ranksPerDecade));
  }
  if (ranks.at(-1)!.rank < Math.round(rank)) ranks.push({ rank: Math.round(rank), share });
  return { ranks, sampled: table.unlistedAccesses > 0 || table.unkeptAccesses > 0 };
}
