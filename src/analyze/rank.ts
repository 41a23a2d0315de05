import { byName } from "../base/order.ts";
import type { StrategyName } from "../placement/design.ts";
import type { Evaluation, ShardCountEvaluation } from "./evaluation.ts";

/** Factors that differ by less than this are a draw: split points and hashes fall one way or the other by chance. */
const drawWithin = 0.05;

/** Fewer parts to operate first: split points and directories must be kept and follow the data. */
const simplicity: Record<StrategyName, number> = {
  hash: 0,
  "fixed-slots": 1,
  jump: 2,
  "consistent-hash": 3,
  rendezvous: 4,
  range: 5,
  directory: 6,
};

/**
 * Best first: by scale-out factor on `shardCount` shards; among draws by the share of rows that move when a shard is added,
 * then by simplicity (fewer key columns, simpler strategy), then by name. A draw is counted from the best of each group, so
 * that the order does not depend on the order given.
 */
export function ranked(evaluations: readonly Evaluation[], shardCount: number): readonly Evaluation[] {
  const left = [...evaluations].sort((a, b) => factorOf(b, shardCount) - factorOf(a, shardCount) || tieBreak(a, b, shardCount));
  const order: Evaluation[] = [];
  while (left.length > 0) {
    const best = factorOf(left[0]!, shardCount);
    const draw = left.filter((evaluation) => factorOf(evaluation, shardCount) >= best * (1 - drawWithin));
    left.splice(0, draw.length);
    order.push(...draw.sort((a, b) => tieBreak(a, b, shardCount)));
  }
  return order;
}

/** The evaluation on one of the judged shard counts. */
export function onShards(evaluation: Evaluation, shardCount: number): ShardCountEvaluation {
  return evaluation.byShardCount.find((candidate) => candidate.shardCount === shardCount) ?? evaluation.byShardCount[0]!;
}

function factorOf(evaluation: Evaluation, shardCount: number): number {
  return onShards(evaluation, shardCount).scaleOutAtMost;
}

function tieBreak(a: Evaluation, b: Evaluation, shardCount: number): number {
  return (
    onShards(a, shardCount).movementShare - onShards(b, shardCount).movementShare ||
    a.key.length - b.key.length ||
    simplicity[a.strategy] - simplicity[b.strategy] ||
    factorOf(b, shardCount) - factorOf(a, shardCount) ||
    byName(a.key.join(), b.key.join()) ||
    byName(a.strategy, b.strategy)
  );
}
