import { expect, test } from "vitest";
import { monotonicityOf } from "../../src/analyze/monotonicity.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import type { KeyValue } from "../../src/workload/key-value.ts";

const int = (value: number): KeyValue => `int:${value}`;
const keys = (count: number, key: (nth: number) => readonly number[]): KeyValue[][] =>
  Array.from({ length: count }, (_, nth) => key(nth).map(int));

test("a sequence is monotonic, up or down", () => {
  expect(monotonicityOf(keys(500, (nth) => [nth]))).toMatchObject({
    type: "monotonic",
    direction: "increasing",
    correlation: 1,
    tailShare: 1,
    sampleSize: 500,
  });
  expect(monotonicityOf(keys(500, (nth) => [-nth]))).toMatchObject({
    type: "monotonic",
    direction: "decreasing",
    correlation: -1,
  });
});

test("random keys and a key that never changes are not", () => {
  const random = randomStream(7, "keys");
  const shuffled = monotonicityOf(keys(1000, () => [Math.floor(random.next() * 1e9)]));
  expect(shuffled).toMatchObject({ type: "not-monotonic" });
  // By chance a tenth lands in the top tenth.
  expect((shuffled as { tailShare: number }).tailShare).toBeLessThan(0.2);
  expect(monotonicityOf(keys(500, () => [7]))).toMatchObject({ type: "not-monotonic" });
});

// What r alone misses: each tenant's orders grow, the tenants take turns.
test("runs that interleave are found per leading value", () => {
  const interleaved = keys(1000, (nth) => [(nth * 7) % 20, nth]);
  expect(monotonicityOf(interleaved)).toMatchObject({ type: "monotonic-per-prefix", direction: "increasing" });
  expect(Math.abs((monotonicityOf(interleaved) as { correlation: number }).correlation)).toBeLessThan(0.3);
});

test("too few inserts tell nothing", () => {
  expect(monotonicityOf([])).toEqual({ unknown: "no inserts with this key in the log" });
  expect(monotonicityOf(keys(5, (nth) => [nth]))).toEqual({ unknown: "only 5 inserts with this key in the log" });
});
