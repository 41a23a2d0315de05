import { expect, test } from "vitest";
import { referenceTables, relationsOf, togethernessOf } from "../../src/analyze/relations.ts";
import { tableLoads } from "../../src/analyze/table-load.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { handMadeWorkload } from "./hand-made-workload.ts";

const table = (name: string, ...foreignKeys: [string[], string, string[]][]): [string, never] => [
  name,
  {
    name,
    columns: new Map(),
    primaryKey: undefined,
    uniqueKeys: [],
    foreignKeys: foreignKeys.map(([columns, other, references]) => ({ columns, table: other, references })),
    provenance: "declared",
  } as never,
];

// A little of TPC-C: orders belong to a district of a warehouse, order lines to an order and an item.
const schema: Schema = {
  tables: new Map([
    table("warehouse"),
    table("district", [["d_w_id"], "warehouse", ["w_id"]]),
    table("orders", [["o_w_id", "o_d_id"], "district", ["d_w_id", "d_id"]]),
    table(
      "order_line",
      [["ol_w_id", "ol_d_id", "ol_o_id"], "orders", ["o_w_id", "o_d_id", "o_id"]],
      [["ol_i_id"], "item", ["i_id"]],
    ),
    table("item"),
  ]),
};
const workload = handMadeWorkload(
  [
    "update warehouse w_id=",
    "update district d_id=",
    "insert orders o_id=",
    "insert order_line ol_o_id=",
    "read item i_id=",
  ].map((shape) => ({ shape, count: 100, values: (nth) => [nth] })),
);
const loads = tableLoads(workload, "time");
const relations = relationsOf(workload, schema, new Set(loads.map((load) => load.table)));
const together = (name: string, ...key: string[]) => togethernessOf(name, key, relations, loads);

test("a key travels along foreign keys that equate all of it", () => {
  expect(Object.fromEntries(together("orders", "o_w_id").kept)).toEqual({
    orders: ["o_w_id"],
    district: ["d_w_id"],
    warehouse: ["w_id"],
    order_line: ["ol_w_id"],
  });
  expect(together("orders", "o_w_id")).toMatchObject({ separated: [], share: 1 });
});

test("a key with more columns reaches fewer tables", () => {
  expect([...together("orders", "o_w_id", "o_d_id").kept.keys()]).toEqual(["orders", "order_line", "district"]);
  expect(together("orders", "o_w_id", "o_d_id")).toMatchObject({ separated: ["warehouse"], share: 0.75 });
  expect(together("orders", "o_id")).toMatchObject({ separated: ["district", "warehouse"], share: 0.5 });
});

test("a table that is only read and refers to nothing is copied, so nothing is separated from it", () => {
  expect([...referenceTables(relations, loads)]).toEqual(["item"]);
  expect(together("order_line", "ol_w_id").separated).not.toContain("item");
});

test("a log without writes makes no table a reference table", () => {
  const reads = tableLoads(handMadeWorkload([{ shape: "read item i_id=", count: 1, values: () => [1] }]), "time");
  expect(referenceTables([], reads).size).toBe(0);
});
