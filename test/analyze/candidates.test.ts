import { expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import { candidatesOf } from "../../src/analyze/candidates.ts";
import { tableLoads } from "../../src/analyze/table-load.ts";
import { InputError } from "../../src/base/input-error.ts";
import { emptySchema, type ColumnType, type Schema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

const column = (name: string, type: ColumnType) => [name, { name, type, declared: type, nullable: true }] as const;
const schema: Schema = {
  tables: new Map([
    [
      "orders",
      {
        name: "orders",
        columns: new Map([
          column("id", "int64"),
          column("customer_id", "int64"),
          column("paid", "boolean"),
          column("total", "float"),
          column("note", "text"),
          column("at", "timestamp"),
        ]),
        primaryKey: ["id"],
        uniqueKeys: [],
        foreignKeys: [],
        provenance: "declared",
      },
    ],
  ]),
};
const groups: Statements[] = [
  { shape: "read orders customer_id=", count: 50, values: (nth) => [nth] },
  { shape: "read orders customer_id= at<>", count: 5, values: (nth) => [nth, "2024-01-01", "2024-01-02"] },
  { shape: "read orders paid=", count: 5, values: () => ["t"] },
  { shape: "read orders total=", count: 5, values: () => ["1.5"] },
  { shape: "read orders at>", count: 5, values: () => ["2024-01-01"] },
  { shape: "insert orders id= customer_id= note=", count: 50, values: (nth) => [nth, nth, "x"] },
];

test("candidates say where they come from, dropped keys why", () => {
  const { candidates, dropped } = candidatesOf(tableLoads(handMadeWorkload(groups), "time")[0]!, schema, [], []);
  expect(candidates.map(({ key, sources }) => `${key.join(", ")}: ${sources.join(", ")}`)).toEqual([
    "customer_id: insert, predicate",
    "customer_id, at: predicate",
    "id: insert, primary-key",
  ]);
  expect(dropped.map(({ key, reason }) => `${key.join()}: ${reason}`)).toEqual([
    "at: time alone: by ranges every insert goes to the newest shard, by hash every look back goes to all",
    "note: in no predicate: inserted, but never searched by",
    "paid: boolean: two values",
    "total: floating point: rounding makes equality unreliable",
  ]);
});

test("a key with fewer values than shards is dropped, but not the user's own", () => {
  const workload = handMadeWorkload([{ shape: "read orders region=", count: 90, values: (nth) => [nth % 3] }]);
  expect(analyze(workload, emptySchema, { shardCounts: [4] }).tables[0]).toMatchObject({
    evaluations: [],
    dropped: [{ key: ["region"], reason: "3 distinct values: fewer than 4 shards" }],
  });
  const asked = analyze(workload, emptySchema, { shardCounts: [4], keys: [{ table: "orders", key: ["region"] }] });
  expect(asked.tables[0]!.evaluations.map(({ measures }) => measures.sources)).toContainEqual(["predicate", "user"]);
});

test("where nothing is searched by, the inserted columns are judged; time alone never unless asked for", () => {
  const inserts: Statements[] = [
    { shape: "insert readings device_id= at=", count: 50, values: (nth) => [nth % 10, `2024-01-01 00:00:${10 + nth}`] },
  ];
  const table: Schema = {
    tables: new Map([
      [
        "readings",
        {
          name: "readings",
          columns: new Map([column("device_id", "int64"), column("at", "timestamp")]),
          primaryKey: undefined,
          uniqueKeys: [],
          foreignKeys: [],
          provenance: "declared",
        },
      ],
    ]),
  };
  const judged = (keys: { table: string; key: string[] }[]) => [
    ...new Set(analyze(handMadeWorkload(inserts), table, { keys }).tables[0]!.evaluations.map(({ key }) => key.join())),
  ];
  expect(judged([])).toEqual(["device_id"]);
  expect(judged([{ table: "readings", key: ["at"] }])).toContain("at");
});

test("a wrong --key names what there is", () => {
  const workload = handMadeWorkload(groups);
  const hintOf = (table: string, key: string): string | undefined => {
    try {
      analyze(workload, schema, { keys: [{ table, key: [key] }] });
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return `${(error as InputError).message} | ${(error as InputError).hint}`;
    }
    return undefined;
  };
  expect(hintOf("order", "id")).toBe(
    '--key order.id: no statement of the log uses a table "order" | did you mean "orders"? tables: orders',
  );
  expect(hintOf("orders", "custmer_id")).toContain(
    'no column "custmer_id" in table "orders" | did you mean "customer_id"? columns of orders:',
  );
  expect(hintOf("orders", "customer_id")).toBeUndefined();
});
