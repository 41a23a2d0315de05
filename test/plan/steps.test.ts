import fc from "fast-check";
import { expect, test } from "vitest";
import { cheapestPath } from "../../src/plan/cheapest-path.ts";
import { parseGrowth } from "../../src/plan/growth-option.ts";
import { ladderAlong, unshardedEnd } from "../../src/plan/ladder.ts";
import { factorPath, monthPath } from "../../src/plan/load-path.ts";
import { cheapestOn, costPerMonth } from "../../src/plan/search-clusters.ts";
import { smallestSteps } from "../../src/plan/steps.ts";
import { choicesOf, demandNow, rulesOf, server } from "./situation.ts";

const now = demandNow(1, 1);
const rules = rulesOf();
const nothing = { tuning: undefined, groups: [], partitions: [] };

test("one server holds until its cores are as busy as they may be: 9.6 of 16 over 2 erlangs", () => {
  const [first] = ladderAlong(factorPath(now), rules, choicesOf([server(16)], false), nothing);
  expect(first!.until!.value).toBeCloseTo(4.8, 2);
  expect(first!.endedBy!.limit).toBe("primary-cpu");
});

test("by months it is the logarithm of that over the growth: ln 4.8 / ln 1.1", () => {
  const path = monthPath(now, parseGrowth("reads 10%/month, writes 10%/month"), 36);
  const [first] = ladderAlong(path, rules, choicesOf([server(16)], false), nothing);
  expect(first!.until!.value).toBeCloseTo(Math.log(4.8) / Math.log(1.1), 1);
});

test("an interval of the growth is an interval of the date, the faster growth at its early end", () => {
  const path = monthPath(now, parseGrowth("reads 8..12%/month, writes 8..12%/month"), 36);
  const { value, low, high } = ladderAlong(path, rules, choicesOf([server(16)], false), nothing)[0]!.until!;
  expect(low).toBeCloseTo(Math.log(4.8) / Math.log(1.12), 1);
  expect(high).toBeCloseTo(Math.log(4.8) / Math.log(1.08), 1);
  expect(low < value && value < high).toBe(true);
});

test("a bigger node carries what its cores are more, replicas take reads alone", () => {
  const rungs = ladderAlong(factorPath(now), rules, choicesOf([server(16), server(64)], false), nothing);
  const until = (name: string): number => rungs.find(({ rung }) => rung === name)!.until!.value;
  expect(until("bigger-node")).toBeCloseTo((64 * 0.6) / 2, 1);
  // Writes alone are what one primary of 64 cores can't hand on.
  expect(until("replicas")).toBeCloseTo(64 * 0.6, 0);
  expect(rungs.find(({ rung }) => rung === "replicas")!.endedBy!.limit).toBe("write-path");
  expect(unshardedEnd(rungs).value).toBeCloseTo(until("replicas"), 6);
});

test("shards carry what the busiest of them leaves, less what copying takes", () => {
  const rungs = ladderAlong(factorPath(now), rulesOf({}, { applyShare: 0 }), choicesOf([server(16)]), nothing);
  // 64 shards of which the busiest has 1.1 of 64 parts; reads go to replicas, so that writes and one server of copying decide.
  expect(rungs.find(({ rung }) => rung === "shard")!.until!.value).toBeCloseTo(((9.6 - 1) * 64) / 1.1, -1);
});

test("steps follow each other without a gap and never lose a shard", () => {
  const steps = smallestSteps(factorPath(now), rules, choicesOf([server(8), server(16)]));
  steps.forEach(({ from, cluster }, at) => {
    if (at === 0) return;
    expect(from).toEqual(steps[at - 1]!.until);
    expect(cluster.shards).toBeGreaterThanOrEqual(steps[at - 1]!.cluster.shards);
  });
});

test("the cheapest path costs what trying all paths finds", () => {
  const choices = choicesOf([server(8)]);
  const growth = fc.record({ rate: fc.integer({ min: 5, max: 40 }), overlap: fc.constantFrom(0, 1, 3), horizon: fc.integer({ min: 2, max: 7 }) });
  fc.assert(
    fc.property(growth, ({ rate, overlap, horizon }) => {
      const path = monthPath(demandNow(6, 3), parseGrowth(`reads ${rate}%/month, writes ${rate}%/month`), horizon);
      const options = Array.from({ length: horizon }, (_, month) => {
        const found = new Map<number, number>();
        for (const shards of [1, 2, 3, 4, 6, 8, 12, 16, 32, 64]) {
          const cluster = cheapestOn(shards, path.at(month + 1, "likely"), rules, choices);
          if (cluster !== undefined) found.set(shards, costPerMonth(cluster, choices.servers));
          if (found.has(1) || found.size === 5) break;
        }
        return found;
      });
      const least = (month: number, before: number | undefined): number =>
        month === horizon
          ? 0
          : Math.min(
              ...[...options[month]!].map(([shards, cost]) =>
                before !== undefined && before > shards
                  ? Infinity
                  : cost + (before === undefined || before === shards ? 0 : overlap * options[month - 1]!.get(before)!) + least(month + 1, shards),
              ),
            );
      const found = cheapestPath(path, rules, choices, overlap)!;
      expect(found.cost).toBeCloseTo(least(0, undefined), 6);
      expect(found.cost).toBeLessThanOrEqual(found.smallestCost + 1e-9);
    }),
    { numRuns: 40 },
  );
});
