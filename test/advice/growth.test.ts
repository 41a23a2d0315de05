import { expect, test } from "vitest";
import { growthOf } from "../../src/advice/growth.ts";
import type { Ladder } from "../../src/advice/ladder.ts";

const ladder = (reads: number, writes: number): Ladder => ({
  options: { cores: 16, largestCores: 96, targetUtilization: 0.5 },
  overall: { unknown: "not looked at" },
  worstWindow: { reads, writes, total: reads + writes, fromMicros: 0, widthSeconds: 60 },
  verdict: "no-shards",
  shardsNeeded: 1,
  rungs: [],
});

test("a load that doubles each year passes a capacity of eight times as much after three", () => {
  // 16 cores at 50 % carry 8 erlangs; the largest 48. Of 1 erlang 0.75 are writes: 48 / 0.75 = 2^6.
  expect(growthOf(ladder(0.25, 0.75), 1)).toEqual({
    sharePerYear: 1,
    scaleUpYears: 3,
    replicasYears: Math.log2(48),
    shardYears: 6,
  });
});

test("what is due already is due in no time", () => {
  expect(growthOf(ladder(1, 60), 0.4)).toMatchObject({ scaleUpYears: 0, replicasYears: 0, shardYears: 0 });
});

test("what does not grow is never due, and a load that is unknown has no date", () => {
  expect(growthOf(ladder(1, 0), 0.4).shardYears).toEqual({ unknown: "the log has no writes to grow" });
  expect(growthOf({ ...ladder(1, 1), worstWindow: { unknown: "no times" } }, 0.4).scaleUpYears).toEqual({ unknown: "no times" });
});
