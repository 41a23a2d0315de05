import { byName } from "../base/order.ts";
import type { StrategyName } from "../placement/design.ts";
import type { Evaluation, ShardCountEvaluation } from "./evaluation.ts";

/** Keys whose factors differ by less are a draw: hashes and samples fall one way or the other by chance. */
const keyDraw = 0.05;
/**
 * Strategies of one key: a ring of 128 virtual nodes is 8 % off by chance, split points fit this log better than the
 * next.
 */
const strategyDraw = 0.1;

/** Fewer parts to operate first: split points and directories must be kept and follow the data. */
export const strategySimplicity: Record<StrategyName, number> = {
  hash: 0,
  "fixed-slots": 1,
  jump: 2,
  "consistent-hash": 3,
  rendezvous: 4,
  maglev: 5,
  "multi-probe": 6,
  "bounded-load": 7,
  range: 8,
  directory: 9,
};

/**
 * Best first, key by key. Keys are ordered by the scale-out factor of their best strategy on `shardCount` shards; of
 * a draw the key with fewer columns comes first. A key's strategies are ordered by factor; of a draw the one that
 * moves fewer rows when a shard is added comes first, then the simpler one. Names decide what is left, so the order
 * given does not matter.
 */
export function ranked(evaluations: readonly Evaluation[], shardCount: number): readonly Evaluation[] {
  const factor = (evaluation: Evaluation): number => onShards(evaluation, shardCount).scaleOutAtMost;
  const movement = (evaluation: Evaluation): number => onShards(evaluation, shardCount).movementShare;
  const byKey = new Map<string, Evaluation[]>();
  for (const evaluation of evaluations) {
    const name = evaluation.key.join();
    byKey.set(name, [...(byKey.get(name) ?? []), evaluation]);
  }
  const keys = [...byKey.values()].map((strategies) =>
    inDraws(
      strategies,
      factor,
      strategyDraw,
      (a, b) =>
        movement(a) - movement(b) ||
        strategySimplicity[a.strategy] - strategySimplicity[b.strategy] ||
        byName(a.strategy, b.strategy),
    ),
  );
  const best = (strategies: readonly Evaluation[]): number => Math.max(...strategies.map(factor));
  return inDraws(
    keys,
    best,
    keyDraw,
    ([a], [b]) => a!.key.length - b!.key.length || factor(b!) - factor(a!) || byName(a!.key.join(), b!.key.join()),
  ).flat();
}

/** The evaluation on one of the judged shard counts. */
export function onShards(evaluation: Evaluation, shardCount: number): ShardCountEvaluation {
  return (
    evaluation.byShardCount.find((candidate) => candidate.shardCount === shardCount) ?? evaluation.byShardCount[0]!
  );
}

/**
 * Highest first. A draw is counted from the best of each group, so that it does not depend on the order of
 * comparisons.
 */
function inDraws<T>(
  items: readonly T[],
  factor: (item: T) => number,
  within: number,
  order: (a: T, b: T) => number,
): readonly T[] {
  const left = [...items].sort((a, b) => factor(b) - factor(a) || order(a, b));
  const result: T[] = [];
  while (left.length > 0) {
    const best = factor(left[0]!);
    const draw = left.filter((item) => factor(item) >= best * (1 - within));
    left.splice(0, draw.length);
    result.push(...draw.sort(order));
  }
  return result;
}
