import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccessesByRange } from "../../src/analyze/accesses-by-range.ts";
import { analyze } from "../../src/analyze/analyze.ts";
import { isUnknown } from "../../src/analyze/known.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

/** Of a key of table t, judged or not. */
function byRange(groups: readonly Statements[], ...key: readonly string[]): AccessesByRange {
  const { tables } = analyze(handMadeWorkload(groups), emptySchema, { keys: [{ table: "t", key }] });
  return tables[0]!.keys.find((candidate) => candidate.key.join() === key.join())!.byRange;
}

/** Keys 0 to 3, each its own range, asked for 1, 2, 3 and 4 times. */
const pinned: Statements = {
  shape: "read t a=",
  count: 10,
  values: (nth) => [[0, 1, 1, 2, 2, 2, 3, 3, 3, 3][nth]!],
};
const exact = { sampled: false, byRangeError: 0, amplificationError: 0 };

test("a value touches its range, a list the ranges of its values", () => {
  expect(byRange([pinned], "a")).toEqual({
    reads: { byRange: [1, 2, 3, 4], amplification: 1, executions: 10, ...exact },
    writes: { unknown: "no writes in the log" },
  });
  const lists: Statements = { shape: "read t a=*", count: 10, values: () => [[0, 3, 3]] };
  expect(byRange([pinned, lists], "a").reads).toEqual({
    byRange: [11, 2, 3, 14],
    amplification: 1.5,
    executions: 20,
    ...exact,
  });
});

test("bounds touch the ranges in between, open ones all to the end, other columns all", () => {
  const reads = (shape: string, values: number[]): unknown =>
    byRange([pinned, { shape: `update t ${shape}`, count: 5, values: () => values }], "a").writes;
  expect(reads("a<>", [1, 2])).toMatchObject({ byRange: [0, 5, 5, 0], amplification: 2 });
  expect(reads("a>", [2])).toMatchObject({ byRange: [0, 0, 5, 5], amplification: 2 });
  expect(reads("a<", [1])).toMatchObject({ byRange: [5, 5, 0, 0], amplification: 2 });
  expect(reads("a<>", [2, 1])).toMatchObject({ amplification: 1 });
  expect(reads("b=", [1])).toMatchObject({ byRange: [5, 5, 5, 5], amplification: 4 });
});

test("leading columns of a compound key touch the ranges that have them", () => {
  const rows: Statements = { shape: "read t a= b=", count: 4, values: (nth) => [Math.floor(nth / 2), nth % 2] };
  const leading: Statements = { shape: "delete t a=", count: 3, values: () => [1] };
  const trailing: Statements = { shape: "delete t b=", count: 2, values: () => [1] };
  expect(byRange([rows, leading], "a", "b").reads).toMatchObject({ byRange: [1, 1, 1, 1], amplification: 1 });
  // (1, 0) begins the third range; what sorts before it and after (0, 1) is in the second.
  expect(byRange([rows, leading], "a", "b").writes).toMatchObject({ byRange: [0, 3, 3, 3] });
  expect(byRange([rows, trailing], "a", "b").writes).toMatchObject({ byRange: [2, 2, 2, 2], amplification: 4 });
});

test("texts have ranges too", () => {
  const names: Statements = { shape: "read t a=", count: 4, values: (nth) => [["b", "a", "c", "b"][nth]!] };
  expect(byRange([names], "a").reads).toMatchObject({ byRange: [1, 2, 1] });
});

test("inserts are writes; without the key they are in no range", () => {
  const inserts: Statements = { shape: "insert t a=", count: 6, values: (nth) => [nth % 2] };
  const keyless: Statements = { shape: "insert t b=", count: 6, values: (nth) => [nth] };
  const { writes } = byRange([pinned, inserts, keyless], "a");
  expect(writes).toMatchObject({ byRange: [3, 3, 0, 0], amplification: 1, executions: 6 });
});

test("1000 values make 100 ranges of 10, whatever the load on each", () => {
  const skewed: Statements = { shape: "read t a=", count: 2000, values: (nth) => [nth < 1000 ? nth : 5] };
  const { reads } = byRange([skewed], "a");
  if (isUnknown(reads)) throw new Error(reads.unknown);
  // A sample of 1024 of 2000: scaled to all, and off by a few standard errors at most.
  expect(reads.byRange).toHaveLength(100);
  expect(reads).toMatchObject({ executions: 2000, sampled: true, amplification: 1, amplificationError: 0 });
  expect(reads.byRange.reduce((sum, touches) => sum + touches, 0)).toBeCloseTo(2000);
  expect(Math.abs(reads.byRange[0]! - 1010)).toBeLessThan(4 * reads.byRangeError);
  // sqrt(n² p (1 - p) / sample · (n - sample) / (n - 1)) at p = 1/2.
  expect(reads.byRangeError).toBeCloseTo(Math.sqrt((2000 ** 2 / 4 / 1024) * (976 / 1999)), 0);
});

test("values that are not logged are unknown, not none", () => {
  const unlogged: Statements = { shape: "read t a=", count: 10 };
  expect(byRange([unlogged], "a").reads).toEqual({ unknown: "the values of this key are not in the log" });
  const { reads } = byRange([unlogged, { ...pinned, shape: "update t a=" }], "a");
  expect(reads).toEqual({ unknown: "the values of the reads are not in the log" });
});

test("a statement touches exactly the ranges that its values or bounds meet", () => {
  const value = fc.integer({ min: -20, max: 20 });
  fc.assert(
    fc.property(
      fc.uniqueArray(value, { minLength: 4, maxLength: 30 }),
      fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (unordered, pairs, texts) => {
        // Texts in an order of their own: "a-20" comes before "a3".
        const spelled = (key: number): number | string => (texts ? `a${key}` : key);
        const keys = unordered.map(spelled).sort((a, b) => (a < b ? -1 : 1));
        const bounds = pairs.map(([a, b]) => [spelled(a), spelled(b)] as const);
        const { reads, writes } = byRange(
          [
            { shape: "read t a=*", count: 1, values: () => [keys] },
            { shape: "update t a<>", count: bounds.length, values: (nth) => [...bounds[nth]!] },
          ],
          "a",
        );
        expect(reads).toMatchObject({ byRange: keys.map(() => 1) });
        const expected = keys.map((start, range) => {
          const end = keys[range + 1];
          return bounds.filter(([low, high]) => {
            const meets = (from: number | string, to: number | string): boolean =>
              (range === 0 || start <= to) && (end === undefined || from < end);
            // Bounds the wrong way round ask one range: the one of the lower bound.
            return low <= high ? meets(low, high) : meets(low, low);
          }).length;
        });
        expect(writes).toMatchObject({ byRange: expected });
      },
    ),
    { numRuns: 100 },
  );
});
