import { expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload } from "./hand-made-workload.ts";

const loadOf = (values: (nth: number) => readonly number[], count = 12_000) =>
  analyze(handMadeWorkload([{ shape: "read orders customer_id=", count, values }]), emptySchema, {
    shardCounts: [2],
    strategies: ["hash"],
  }).shardLoad;

test("all shares add up to 1, in 12 windows of the log's time", () => {
  const load = loadOf((nth) => [nth]);
  if ("unknown" in load) throw new Error(load.unknown);
  expect(load).toMatchObject({ shardCount: 2, tables: ["orders"], leftOut: [] });
  expect(load.shares).toHaveLength(12);
  expect(load.shares.flat().reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  for (const byShard of load.shares) for (const share of byShard) expect(share).toBeCloseTo(1 / 24, 1);
});

test("a key that is hot in one window is one dark cell", () => {
  // In the fifth of twelve windows everybody asks for one key; its shard has the whole window.
  const load = loadOf((nth) => [nth >= 4000 && nth < 5000 ? 7 : nth]);
  if ("unknown" in load) throw new Error(load.unknown);
  const [most, least] = [Math.max(...load.shares[4]!), Math.min(...load.shares[4]!)];
  expect(most / (most + least)).toBeGreaterThan(0.98);
  for (const window of [3, 5]) expect(Math.max(...load.shares[window]!)).toBeLessThan(most * 0.8);
});

test("too few accesses, or no times, are unknown with the reason", () => {
  expect(loadOf((nth) => [nth], 20)).toEqual({ unknown: expect.stringContaining("too few sampled accesses") as string });
});
