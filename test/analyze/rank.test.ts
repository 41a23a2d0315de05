import { expect, test } from "vitest";
import type { Evaluation } from "../../src/analyze/evaluation.ts";
import { movementShare } from "../../src/analyze/movement.ts";
import { ranked } from "../../src/analyze/rank.ts";
import type { StrategyName } from "../../src/placement/design.ts";

const evaluation = (key: string, strategy: StrategyName, factor: number) =>
  ({
    key: key.split(","),
    strategy,
    byShardCount: [{ shardCount: 4, scaleOutAtMost: factor, movementShare: movementShare(strategy, 4) }],
  }) as unknown as Evaluation;

function order(...evaluations: Evaluation[]): string[] {
  const names = (list: readonly Evaluation[]): string[] =>
    list.map(({ key, strategy }) => `${key.join()} ${strategy}`);
  expect(names(ranked(evaluations.toReversed(), 4))).toEqual(names(ranked(evaluations, 4)));
  return names(ranked(evaluations, 4));
}

test("keys by their best strategy, a key's strategies together", () => {
  expect(order(evaluation("a", "hash", 2), evaluation("b", "hash", 1), evaluation("b", "directory", 3))).toEqual([
    "b directory",
    "b hash",
    "a hash",
  ]);
});

test("in a draw of strategies: less movement, then simpler", () => {
  expect(
    order(
      evaluation("a", "hash", 3.8),
      evaluation("a", "directory", 4),
      evaluation("a", "range", 4),
      evaluation("a", "consistent-hash", 3.7),
    ),
  ).toEqual(["a consistent-hash", "a range", "a directory", "a hash"]);
});

test("in a draw of keys: fewer columns, then the factor, then the name", () => {
  expect(
    order(
      evaluation("a,b", "hash", 3.9),
      evaluation("c", "hash", 3.8),
      evaluation("d", "hash", 3.85),
      evaluation("b", "hash", 3.85),
    ),
  ).toEqual(["b hash", "d hash", "c hash", "a,b hash"]);
});

test("a clear difference beats everything", () => {
  expect(
    order(evaluation("a", "consistent-hash", 2), evaluation("a", "directory", 3), evaluation("a,b", "hash", 3.5)),
  ).toEqual(["a,b hash", "a directory", "a consistent-hash"]);
});
