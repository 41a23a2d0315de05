import { type DesignEvaluation, evaluateDesign } from "../analyze/designs/evaluate-design.ts";
import { isUnknown } from "../analyze/known.ts";
import type { Design } from "../placement/design.ts";
import { changedDesign } from "../reshard/changed-design.ts";
import type { Schema } from "../sql/schema.ts";
import type { KeyValue } from "../workload/key-value.ts";
import type { Workload } from "../workload/workload.ts";
import { type ShardShare, unsharded } from "./cluster.ts";

/** A value of the shard key with so much of the load that it gets a shard of its own. */
export interface HotKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly value: readonly KeyValue[];
  /** Of all the work. */
  readonly share: number;
}

/** What the busiest shard has, by the number of shards. */
export interface ShardShares {
  readonly design: Design;
  /** In ascending order, from 1; what the target takes. */
  readonly counts: readonly number[];
  readonly powersOfTwo: boolean;
  /** Lives on a shard of its own, beside those that the others share. */
  readonly hotKey: HotKey | undefined;
  readonly on: (shards: number) => ShardShare;
  /** The keys' values are not all in the log, so that the load may be less even than this. */
  readonly atBest: boolean;
}

/** From this share of all work on, a key is given a shard of its own before others are added: an even share of four. */
const isolatedShare = 0.25;

/**
 * Judges a design on each number of shards: skew, scatter-gather, cross-shard transactions, writes to copies, as
 * `evaluateDesign` weighs them. Each number is judged when it is asked for.
 */
export function shardSharesOf(workload: Workload, schema: Schema, design: Design): ShardShares {
  const first = evaluateDesign(workload, schema, onShards(design, 4));
  const hotKey = hotKeyOf(first, () => evaluateDesign(workload, schema, onShards(design, 32)));
  const known = new Map<number, ShardShare>([[1, unsharded]]);
  const on = (shards: number): ShardShare => {
    let share = known.get(shards);
    if (share === undefined) {
      const evaluation = shards === first.design.shards.length ? first : evaluateDesign(workload, schema, onShards(design, shards));
      known.set(shards, (share = shareOf(evaluation, hotKey)));
    }
    return share;
  };
  const powersOfTwo = wantsPowersOfTwo(design);
  return { design, counts: powersOfTwo ? doubled : anyCount, powersOfTwo, hotKey, on, atBest: first.judged.scaleOut.atMost };
}

const doubled = [1, 2, 4, 8, 16, 32, 64];
const anyCount = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64];

const onShards = (design: Design, shards: number): Design =>
  design.shards.length === shards ? design : changedDesign(design, { shards }).design;

/** Vitess splits a shard in two; of a hash modulo any other change moves nearly all rows. */
function wantsPowersOfTwo({ target, tables }: Design): boolean {
  if (target === "vitess") return true;
  if (target !== "generic" && target !== "postgres") return false;
  return [...tables.values()].some((table) => table.kind === "sharded" && table.strategy === "hash");
}

function hotKeyOf(evaluation: DesignEvaluation, onMany: () => DesignEvaluation): HotKey | undefined {
  const { hottestKeys, tables } = evaluation;
  const [hottest] = hottestKeys;
  if (hottest?.share === undefined || hottest.share < isolatedShare) return undefined;
  const leader = tables.find(({ load }) => load.table === hottest.leader)?.evaluation;
  if (leader === undefined || isUnknown(leader.measures.mostCommonValues)) return undefined;
  const value = leader.measures.mostCommonValues[0]?.value;
  if (value === undefined) return undefined;
  // A statement on two tables counts in both, so that the keys' shares may add up to more than all. The busiest shard has
  // the hottest key and some more: the key has no more than that.
  const share = Math.min(hottest.share, busiestShare(evaluation), busiestShare(onMany()));
  return share < isolatedShare ? undefined : { table: leader.table, columns: leader.key, value, share };
}

const busiestShare = ({ balance, design }: DesignEvaluation): number => balance.maxOverMean / design.shards.length;

function shareOf(evaluation: DesignEvaluation, hotKey: HotKey | undefined): ShardShare {
  const shards = evaluation.design.shards.length;
  const { judged, balance } = evaluation;
  const load = judged.scaleOut.factor <= 0 ? 1 : Math.min(1, 1 / judged.scaleOut.factor);
  const fanOut = fanOutOf(evaluation);
  const even = Math.min(1, balance.maxOverMeanWithWindows / shards);
  if (hotKey === undefined) return { shards, load, bytes: even, fanOut, hotKeyAlone: false };
  // What is left of the losses when the load is even: the others are spread around the hot one by a directory.
  const overhead = even === 0 ? 1 : Math.max(1, load / even);
  const others = (1 - hotKey.share) / (shards - 1);
  return {
    shards,
    load: Math.min(1, Math.max(hotKey.share, others) * overhead),
    // How much of the data is the hot key's is not known: at most what an even part of the others leaves.
    bytes: Math.min(1, Math.max(hotKey.share, others)),
    fanOut,
    hotKeyAlone: hotKey.share >= others,
  };
}

function fanOutOf({ templates, design }: DesignEvaluation): ShardShare["fanOut"] {
  const byShards = new Map<number, number>();
  let all = 0;
  const add = (shards: number, executions: number): void => {
    if (executions <= 0) return;
    byShards.set(shards, (byShards.get(shards) ?? 0) + executions);
    all += executions;
  };
  for (const { cost } of templates) {
    const { counts } = cost;
    add(1, counts.oneShard);
    add(Math.max(2, Math.min(design.shards.length, Math.ceil(cost.shards))), counts.severalShards);
    add(design.shards.length, counts.everyShard + counts.crossShardJoin + counts.referenceWrite + counts.unknown);
  }
  if (all === 0) return [{ shards: 1, share: 1 }];
  return [...byShards].sort(([a], [b]) => a - b).map(([shards, executions]) => ({ shards, share: executions / all }));
}
