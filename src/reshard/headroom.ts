import type { Movement } from "./movement.ts";
import type { Procedure } from "./procedure.ts";

/** What a shard holds at the worst moment: all copies have arrived, and nothing has been deleted yet. */
export interface Headroom {
  /** Amount per shard of the union. */
  readonly peak: Float64Array;
  /** What has to be free beside what is there before. */
  readonly extra: Float64Array;
  /** Index of the shard that needs most beside what it has, and of the one that is fullest at the peak. */
  readonly mostExtra: number;
  readonly fullest: number;
  /** All shards together at the worst moment, over what there is. */
  readonly overTotal: number;
}

/**
 * Storage at the worst moment. Where moved rows are copied, a shard has what it had and what arrives; where whole tables are
 * written anew, what it had and all that it will have. Indexes count where the amounts count them; write-ahead and change
 * logs kept for the copies come on top and are not in these numbers.
 */
export function headroomOf({ before, after, transfers, total }: Movement, { copies }: Procedure): Headroom {
  const extra = new Float64Array(before.length);
  if (copies === "everything") extra.set(after);
  else for (const { to, amount } of transfers) extra[to]! += amount;
  const peak = before.map((load, shard) => load + extra[shard]!);
  const sum = peak.reduce((all, load) => all + load, 0);
  return {
    peak,
    extra,
    mostExtra: largest(extra),
    fullest: largest(peak),
    overTotal: total === 0 ? 1 : sum / total,
  };
}

function largest(loads: Float64Array): number {
  return loads.reduce((found, load, shard) => (load > loads[found]! ? shard : found), 0);
}
