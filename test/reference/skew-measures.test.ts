import { expect, test } from "vitest";
import { monotonicityOf } from "../../src/analyze/monotonicity.ts";
import { isUnknown } from "../../src/analyze/known.ts";
import { coefficientOfVariation } from "../../src/stats/coefficient-of-variation.ts";
import { effectiveKeys } from "../../src/stats/effective-keys.ts";
import { gini } from "../../src/stats/gini.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { skewFactor } from "../../src/stats/skew-factor.ts";
import type { KeyValue } from "../../src/workload/key-value.ts";
import { describeReference, readReference } from "./reference.ts";

interface Oracle {
  readonly id: string;
  readonly expected: string;
}

const numbers = (text: string): number[] => [...text.matchAll(/-?\d*\.\d+|-?\d+/g)].map(([digits]) => Number(digits));

describeReference("skew measures against the numeric cases", () => {
  const oracle = (id: string): string =>
    (JSON.parse(readReference("oracles/oracles.json")) as Oracle[]).find((entry) => entry.id === id)!.expected;

  test("O64: effective keys of Zipf 0.99 over a million keys", () => {
    const counts = Array.from({ length: 1_000_000 }, (_, rank) => Math.round(1e12 / (rank + 1) ** 0.99));
    const expected = Number(/effective keys ([\d.]+)/.exec(oracle("O64"))![1]);
    expect(effectiveKeys(counts)! / expected).toBeCloseTo(1, 5);
  });

  test("O69: Gini, coefficient of variation and H-Store's skew factor at the edges", () => {
    const [ginis, cvs, skews] = ["Gini", "CV", "H-Store"].map((name) =>
      numbers(new RegExp(`${name} ([^;]+)`).exec(oracle("O69"))![1]!.replaceAll("/", " ")),
    );
    const loads = [
      [0, 0, 0, 0, 0, 0, 0, 1],
      [1, 1, 1, 1, 1, 1, 1, 1],
      Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? 500 : 1500)),
    ];
    loads.forEach((load, index) => {
      expect(gini(load)).toBeCloseTo(ginis![index]!, 8);
      expect(coefficientOfVariation(load)).toBeCloseTo(cvs![index]!, 8);
      expect(skewFactor(load)).toBeCloseTo(skews![index]!, 8);
    });
  });
});

type Order = "constant" | "fluctuating" | "increasing" | "decreasing";
interface Case {
  readonly order: readonly Order[];
  readonly expected: "monotonic" | "not monotonic";
}

// MongoDB judges a compound key by its first field that changes; our verdict per prefix goes beyond that, and is
// "not" here.
describeReference("monotonicity as MongoDB sees it", () => {
  const { single, compound2 } = JSON.parse(readReference("routing/mongodb-analyze-shard-key/monotonicity.json")) as {
    single: Case[];
    compound2: Case[];
  };

  test.each([...single, ...compound2].map(({ order, expected }) => [order.join(", "), expected, order] as const))(
    "%s: %s",
    (_, expected, order) => {
      const random = randomStream(11, order.join());
      const value: Record<Order, (nth: number) => number> = {
        constant: () => 1,
        fluctuating: () => Math.floor(random.next() * 1e6),
        increasing: (nth) => nth,
        decreasing: (nth) => -nth,
      };
      const found = monotonicityOf(
        Array.from({ length: 3000 }, (__, nth) => order.map((kind): KeyValue => `int:${value[kind](nth)}`)),
      );
      expect(isUnknown(found) ? "unknown" : found.type === "monotonic" ? "monotonic" : "not monotonic").toBe(expected);
    },
  );
});
