import { expect, test } from "vitest";
import { monotonicityOf } from "../../src/analyze/monotonicity.ts";
import { isUnknown } from "../../src/analyze/known.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import type { KeyValue } from "../../src/workload/key-value.ts";
import { describeReference, readReference } from "./reference.ts";

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
