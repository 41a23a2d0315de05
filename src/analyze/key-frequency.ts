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
  // Accesses with the key's kind in the last bit: of equally frequent ones those that stand for themselves come first, so
  // that the order in which keys are listed decides nothing.
  const sorted = new Float64Array(table.size);
  for (let entry = 0; entry < table.size; entry++)
    sorted[entry] = table.accesses[entry]! * 2 + (table.isSampled(entry) ? 0 : 1);
  sorted.sort();
  const total = table.totalAccesses + table.unkeptAccesses;
  const ranks: { rank: number; share: number }[] = [];
  let rank = 0;
  let next = 1;
  let step = 0;
  let share = 0;
  for (let at = sorted.length - 1; at >= 0; at--) {
    const isSampled = sorted[at]! % 2 === 0;
    rank += isSampled ? table.lightWeight : 1;
    share = Math.floor(sorted[at]! / 2) / total;
    if (rank < next) continue;
    ranks.push({ rank: Math.round(rank), share });
    while (next <= rank) next = Math.ceil(10 ** (++step / ranksPerDecade));
  }
  if (ranks.at(-1)!.rank < Math.round(rank)) ranks.push({ rank: Math.round(rank), share });
  return { ranks, sampled: table.unlistedAccesses > 0 || table.unkeptAccesses > 0 };
}
