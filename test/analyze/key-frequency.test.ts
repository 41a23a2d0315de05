import { expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

const frequencyOf = (groups: readonly Statements[]) => {
  const found = analyze(handMadeWorkload(groups), emptySchema).keyFrequencies.find(({ table }) => table === "orders");
  return found?.frequency;
};

test("ranks begin with the most frequent value, and shares are of the accesses that pin the key", () => {
  // 10 values: 1 asked for 91 times, 9 once each.
  const values = (nth: number) => [nth < 91 ? 1 : nth];
  expect(frequencyOf([{ shape: "read orders customer_id=", count: 100, values }])).toEqual({
    ranks: [
      { rank: 1, share: 0.91 },
      // Ranks up to the power of ten are 10^(k/8), rounded up.
      ...[2, 3, 4, 5, 6, 8, 10].map((rank) => ({ rank, share: 0.01 })),
    ],
    sampled: false,
  });
});

test("shares never rise with the rank, and the last rank is the number of values", () => {
  const values = (nth: number) => [Math.floor(Math.sqrt(nth * 17))];
  const found = frequencyOf([{ shape: "read orders customer_id=", count: 5000, values }]);
  const { ranks } = found as Exclude<typeof found, { unknown: string } | undefined>;
  for (const [at, { rank, share }] of ranks.entries()) {
    if (at === 0) continue;
    expect(rank).toBeGreaterThan(ranks[at - 1]!.rank);
    expect(share).toBeLessThanOrEqual(ranks[at - 1]!.share);
  }
  const distinct = new Set(Array.from({ length: 5000 }, (_, nth) => values(nth)[0]));
  expect(ranks.at(-1)!.rank).toBe(distinct.size);
});

// 100,000 keys are more than are listed, and most are asked for equally often: which of these is sampled must not matter.
test("the order in which values were counted decides nothing", () => {
  const values = (nth: number) => [nth % 3 === 0 ? nth % 90 : nth];
  const groups = (order: (nth: number) => number) => [
    { shape: "read orders customer_id=", count: 150_000, values: (nth: number) => values(order(nth)) },
  ];
  const forwards = frequencyOf(groups((nth) => nth));
  expect(forwards).toMatchObject({ sampled: true });
  expect(frequencyOf(groups((nth) => 149_999 - nth))).toEqual(forwards);
});

test("of a key whose values are not logged it is unknown", () => {
  expect(frequencyOf([{ shape: "read orders customer_id=", count: 300 }])).toEqual({
    unknown: "the log has no values of this key",
  });
});
