import type { Analysis } from "../analyze/analyze.ts";
import { isUnknown } from "../analyze/known.ts";
import type { Ladder } from "./ladder.ts";

export interface ShardCountInput {
  readonly analysis: Analysis;
  readonly ladder: Ladder;
}

export interface ShardCountNeed {
  /** Those that the design was judged on. */
  readonly shards: number;
  /** What they carry, as a multiple of one server. */
  readonly factor: number;
  /** The same in erlangs, on servers of the ladder's cores. */
  readonly carried: number;
  /** Erlangs of the worst window. */
  readonly peak: number;
  /** Shards for the worst window, were each worth as much as one of those judged. */
  readonly needed: number;
}

/** Undefined where the load calls for no shards, is not known, or no design was found. */
export function shardCountNeed({ analysis, ladder }: ShardCountInput): ShardCountNeed | undefined {
  const [design] = analysis.designs.designs;
  if (ladder.verdict !== "shards" || isUnknown(ladder.worstWindow) || design === undefined) return undefined;
  const { cores, targetUtilization } = ladder.options;
  const shards = analysis.designs.shardCount;
  const { factor } = design.scaleOut;
  const carried = factor * cores * targetUtilization;
  const peak = ladder.worstWindow.total;
  return { shards, factor, carried, peak, needed: Math.ceil((shards * peak) / carried) };
}
