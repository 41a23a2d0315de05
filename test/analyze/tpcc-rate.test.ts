import { describe, expect, test } from "vitest";
import { tpccCrossShardRate } from "./tpcc.ts";

describe("the cross-shard rate of TPC-C by warehouse", () => {
  test("has a closed form that agrees with TPC's own approximation", () => {
    // Oracle O77, (0.45 · 0.10 + 0.43 · 0.15)(1 - 1/n): 10 lines at 1 % are taken as 10 %, which is a little too much.
    const approximations = [
      [2, 0.05475],
      [3, 0.073],
      [1000, 0.1095],
    ] as const;
    for (const [shards, approximation] of approximations) {
      const sizes = Array<number>(shards).fill(1000);
      const exact = tpccCrossShardRate(sizes);
      expect(exact).toBeLessThan(approximation);
      expect(exact).toBeGreaterThan(approximation * 0.97);
    }
    expect(tpccCrossShardRate([1])).toBe(0);
    expect(tpccCrossShardRate([7])).toBe(0);
    // Two warehouses on two shards: every remote one is elsewhere, and the powers of 0.99 add up as a geometric sum.
    const stays = (0.99 ** 5 - 0.99 ** 16) / (0.01 * 11);
    expect(tpccCrossShardRate([1, 1])).toBeCloseTo(0.45 * (1 - stays) + 0.43 * 0.15, 12);
  });
});
