import { expect, test } from "vitest";
import { expectedFanOut, expectedShards } from "../../src/analyze/fan-out.ts";

test("two keys on two shards meet in half of the cases", () => {
  expect(expectedShards(1, 8)).toBeCloseTo(1, 12);
  expect(expectedShards(2, 2)).toBe(1.5);
  expect(expectedShards(1000, 4)).toBeCloseTo(4, 9);
});

// YCSB-E: scans of 1 to 100 keys, 16 shards by hash; each length as often. With 5 % inserts the mean is 12.973590, so
// the
// scans' own is (12.973590 - 0.05) / 0.95.
test("the mean over a histogram of lengths, and how many lists stay on one shard", () => {
  const lengths = new Map(Array.from({ length: 100 }, (_, index) => [index + 1, 1]));
  const fanOut = expectedFanOut(lengths, 16)!;
  expect(fanOut.mean).toBeCloseTo((12.97359 - 0.05) / 0.95, 5);
  // 1 + 1/16 + 1/256 + ... of a hundred lists.
  expect(fanOut.aloneShare).toBeCloseTo(16 / 15 / 100, 12);
  expect(expectedFanOut(new Map(), 16)).toBeUndefined();
});
