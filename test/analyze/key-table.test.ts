import fc from "fast-check";
import { expect, test } from "vitest";
import { ColumnValues } from "../../src/analyze/column-values.ts";
import { KeyTable } from "../../src/analyze/key-table.ts";
import { tableLoads } from "../../src/analyze/table-load.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";
import { handMadeWorkload } from "./hand-made-workload.ts";

function tableOf(groups: Parameters<typeof handMadeWorkload>[0], key: string[]): KeyTable {
  const { shapes } = tableLoads(handMadeWorkload(groups), "time")[0]!;
  const columns = key.map(() => new ColumnValues("int64"));
  const covering = shapes.map((shape) => ({
    shape,
    positions: key.map((column) => shape.use.counter.columns.indexOf(column)),
  }));
  return new KeyTable(
    columns,
    covering.filter(({ positions }) => !positions.includes(-1)),
    "time",
  );
}

const entriesOf = (table: KeyTable): Map<string, number> =>
  new Map(Array.from({ length: table.size }, (_, entry) => [table.keyAt(entry).join(), table.accesses[entry]!]));

test("shapes that pin the key together with other columns are projected and added up", () => {
  const table = tableOf(
    [
      { shape: "read t a=", count: 6, values: (nth) => [nth % 2] },
      { shape: "update t a= b=", count: 4, values: (nth) => [1, nth] },
      { shape: "read t b=", count: 9, values: (nth) => [nth] },
    ],
    ["a"],
  );
  expect(entriesOf(table)).toEqual(
    new Map([
      ["int:0", 3],
      ["int:1", 7],
    ]),
  );
  expect(table).toMatchObject({ totalAccesses: 10, nullAccesses: 0, distinct: { count: 2, relativeError: 0 } });
});

test("columns are matched by name, compound keys by tuple, NULL is a value", () => {
  const table = tableOf(
    [
      { shape: "read t a= b=", count: 2, values: (nth) => [1, nth === 0 ? null : 2] },
      { shape: "read t b= a=", count: 3, values: () => [2, 1] },
    ],
    ["a", "b"],
  );
  expect(entriesOf(table)).toEqual(
    new Map([
      ["int:1,null:", 1],
      ["int:1,int:2", 4],
    ]),
  );
  expect(table.nullAccesses).toBe(1);
});

test("the column's type decides what is one value", () => {
  const load = tableLoads(
    handMadeWorkload([{ shape: "read t a=", count: 3, values: (nth) => [["007", 7, "7.50"][nth]!] }]),
    "time",
  )[0]!;
  const keys = (type: "int64" | "text" | "decimal"): string[] => {
    const table = new KeyTable([new ColumnValues(type)], [{ shape: load.shapes[0]!, positions: [0] }], "time");
    return [...entriesOf(table)].map(([key, count]) => `${key} ${count}`).sort();
  };
  expect(keys("int64")).toEqual(["int:7 2", "text:7.50 1"]);
  expect(keys("text")).toEqual(["text:007 1", "text:7 1", "text:7.50 1"]);
  expect(keys("decimal")).toEqual(["decimal:7 2", "decimal:7.5 1"]);
});

test("the values of a list share its execution and its time", () => {
  const [load] = tableLoads(
    handMadeWorkload([{ shape: "read t a=*", count: 1, values: () => [[1, 2, 3, 4]], ms: 8 }]),
    "executions",
  );
  const byCount = new KeyTable(
    [new ColumnValues("int64")],
    [{ shape: load!.shapes[0]!, positions: [0] }],
    "executions",
  );
  expect(Array.from(byCount.work.subarray(0, 4))).toEqual([250_000, 250_000, 250_000, 250_000]);
  const byTime = new KeyTable([new ColumnValues("int64")], [{ shape: load!.shapes[0]!, positions: [0] }], "time");
  expect(Array.from(byTime.work.subarray(0, 4))).toEqual([2000, 2000, 2000, 2000]);
});

// 200,000 keys are more than are listed; one of them is hot.
test("of very many keys the heavy ones are listed, and nothing is lost", () => {
  const keys = 200_000;
  const table = tableOf([{ shape: "read t a=", count: 220_000, values: (nth) => [nth < keys ? nth : 4711] }], ["a"]);
  expect(table.size).toBeLessThan(keys / 2);
  expect(entriesOf(table).get("int:4711")).toBe(20_001);
  const listed = table.accesses.subarray(0, table.size).reduce((sum, count) => sum + count, 0);
  expect(listed + table.unlistedAccesses).toBe(220_000);
  const { count, relativeError } = table.distinct;
  expect(Math.abs(count - keys)).toBeLessThan(4 * relativeError * keys);
  expect(relativeError).toBeLessThan(0.002);
});

// A counter at its limit keeps a share of the values; what it lost is neither forgotten nor blamed on those that it
// kept.
test("values that a counter did not keep count as light ones", () => {
  const workload = handMadeWorkload([
    { shape: "read t a=", count: 5000, values: (nth) => [nth % 2 === 0 ? 7 : nth] },
  ]);
  const [use] = workload.shapes;
  const limited = new ValueCounter(["a"], 128);
  for (let nth = 0; nth < 5000; nth++) {
    limited.setInteger(0, nth % 2 === 0 ? 7 : nth);
    limited.add(1, 1000);
  }
  expect(limited.keptShare).toBeLessThan(0.1);
  const [load] = tableLoads({ ...workload, shapes: [{ ...use!, counter: limited }] }, "time");
  const table = new KeyTable([new ColumnValues("int64")], [{ shape: load!.shapes[0]!, positions: [0] }], "time");
  expect(table.totalAccesses + table.unkeptAccesses).toBe(5000);
  expect(table.totalWork + table.unkeptWork).toBe(5_000_000);
  const { count, relativeError } = table.distinct;
  expect(Math.abs(count / 2501 - 1)).toBeLessThan(4 * relativeError);
});

test("any split of the accesses over shapes gives the same sums", () => {
  const values = fc.array(fc.tuple(fc.nat(30), fc.boolean()), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, (accesses) => {
      const here = accesses.filter(([, first]) => first).map(([value]) => value);
      const there = accesses.filter(([, first]) => !first).map(([value]) => value);
      const counts = new Map<string, number>();
      for (const [value] of accesses) counts.set(`int:${value}`, (counts.get(`int:${value}`) ?? 0) + 1);
      const groups = [
        { shape: "read t a=", count: here.length, values: (nth: number) => [here[nth]!] },
        { shape: "delete t a=", count: there.length, values: (nth: number) => [there[nth]!] },
      ];
      const table = tableOf(
        groups.filter(({ count }) => count > 0),
        ["a"],
      );
      expect(new Map([...entriesOf(table)].sort())).toEqual(new Map([...counts].sort()));
    }),
  );
});
