import { beforeAll, expect, test } from "vitest";
import { travellingTogether } from "../../src/analyze/designs/travelling-values.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { linesOf, workloadOfLines } from "../workload/session-log.ts";

beforeAll(() => loadGrammar("postgres"));

/** The pairs of columns that forty transactions tie together when the nth reads these values. */
function tied(valuesOf: (nth: number) => readonly [number, number]): readonly string[] {
  const log = Array.from({ length: 40 }, (_, nth) => {
    const [a, b] = valuesOf(nth);
    return ["s begin", `s select * from t where a = ${a} and id = ${1000 + nth}`, `s update u set x = 1 where b = ${b}`, "s commit"];
  });
  return travellingTogether(workloadOfLines(linesOf(...log.flat())), []).map(
    ({ from, fromColumns, to, toColumns }) => `${from}.${fromColumns.join()} = ${to}.${toColumns.join()}`,
  );
}

test("columns that have one value in a transaction travel together, of few values too", () => {
  expect(tied((nth) => [nth, nth])).toEqual(["t.a = u.b"]);
  expect(tied((nth) => [nth % 3, nth % 3])).toEqual(["t.a = u.b"]);
});

test("a status that is nearly always the same in both is alike by chance", () => {
  expect(tied((nth) => [nth === 7 ? 2 : 1, nth === 9 ? 2 : 1])).toEqual([]);
});

test("columns that go their own ways do not", () => {
  expect(tied((nth) => [nth, nth + 1])).toEqual([]);
  expect(tied((nth) => [nth % 3, (nth + (nth % 2)) % 3])).toEqual([]);
});
