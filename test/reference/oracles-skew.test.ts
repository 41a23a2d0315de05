import { coefficientOfVariation } from "../../src/stats/coefficient-of-variation.ts";
import { effectiveKeys } from "../../src/stats/effective-keys.ts";
import { gini } from "../../src/stats/gini.ts";
import { skewFactor } from "../../src/stats/skew-factor.ts";
import { hotShardPeaks, zipf } from "./hot-shards.ts";
import { near, numberAfter, testOracles } from "./oracles.ts";

const numbers = (text: string): number[] => [...text.matchAll(/-?\d*\.\d+|-?\d+/g)].map(([digits]) => Number(digits));

testOracles(
  "Skew and shard-key metrics",
  {
    O64: (expected) => {
      const counts = Array.from({ length: 1_000_000 }, (_, rank) => Math.round(1e12 / (rank + 1) ** 0.99));
      const total = counts.reduce((sum, count) => sum + count, 0);
      const top = (share: number) => counts.slice(0, share).reduce((sum, count) => sum + count, 0) / total;
      return [
        near("effective keys", effectiveKeys(counts)!, numberAfter(expected, "effective keys "), 1e-6),
        near("sum p^2", 1 / effectiveKeys(counts)!, numberAfter(expected, "sum p^2 "), 1e-6),
        near("hottest", top(1), numberAfter(expected, "p1="), 1e-6),
        near("ten hottest", top(10), numberAfter(expected, "top10 "), 1e-6),
        near("top 1 %", top(10_000), numberAfter(expected, "top 1% "), 1e-6),
        near("top 20 %", top(200_000), numberAfter(expected, "top 20% "), 1e-6),
      ];
    },
    O66: (expected) => {
      const squares = zipf(1_000_000).reduce((sum, share) => sum + share * share, 0);
      const variations = numbers(/CV=[^:]*: (.*)$/.exec(expected)![1]!.replaceAll("/", " "));
      return [...hotShardPeaks(6000, [4, 8, 16, 32, 64])].flatMap(([shards, peaks], index) => {
        const [, peak, tail] = new RegExp(`\\b${shards} ([.\\d]+) \\(([.\\d]+)\\)`).exec(expected)!;
        const sorted = peaks.toSorted((a, b) => a - b);
        return [
          near(`${shards} shards`, peaks.reduce((sum, each) => sum + each, 0) / peaks.length, Number(peak), 0.015),
          near(`${shards} shards, 95 %`, sorted[Math.floor(0.95 * sorted.length)]!, Number(tail), 0.03),
          near(`${shards} shards, variation`, Math.sqrt((shards - 1) * squares), variations[index]!, 1e-5),
        ];
      });
    },
    O69: (expected) => {
      const loads = [
        [0, 0, 0, 0, 0, 0, 0, 1],
        [1, 1, 1, 1, 1, 1, 1, 1],
        Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 500 : 1500)),
      ];
      const measures = { Gini: gini, CV: coefficientOfVariation, "H-Store": skewFactor };
      return Object.entries(measures).flatMap(([name, measure]) => {
        const stated = numbers(new RegExp(`${name} ([^;]+)`).exec(expected)![1]!.replaceAll("/", " "));
        // 0 has no relative error: both sides are moved off it alike.
        return loads.map((load, index) => near(`${name} ${index}`, 1 + measure(load), 1 + stated[index]!, 1e-8));
      });
    },
  },
  {
    O65: "YCSB's constant is a matter of generating load: no measure of ours rests on it",
    O72: "H-Store's cost of executions: our scale-out factor counts work on the busiest shard instead",
  },
);
