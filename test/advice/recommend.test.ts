import { expect, test } from "vitest";
import { ladderOf } from "../../src/advice/ladder.ts";
import { recommend } from "../../src/advice/recommend.ts";
import { analyze } from "../../src/analyze/analyze.ts";
import { emptySchema, type Schema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "../analyze/hand-made-workload.ts";

function recommendation(groups: readonly Statements[], schema: Schema = emptySchema) {
  const workload = handMadeWorkload(groups);
  return recommend(workload, analyze(workload, schema), ladderOf(workload));
}

const scattered = (nth: number): number => (nth * 7919) % 997;
const orders: Statements[] = [
  { shape: "read orders customer_id=", count: 3000, values: (nth) => [scattered(nth)] },
  { shape: "insert orders id= customer_id=", count: 1000, values: (nth) => [nth, scattered(nth)] },
  { shape: "read orders id=", count: 500, values: (nth) => [scattered(nth)] },
];

test("the key that most of the work pins, with what speaks for it and against it", () => {
  const { headline, tables } = recommendation(orders);
  expect(headline).toMatch(
    /^You do not need shards for this load\. If you shard all the same: shard orders by customer_id/,
  );
  expect(tables[0]).toMatchObject({ table: "orders", verdict: "shard", follows: undefined });
  expect(tables[0]!.evidence[0]).toBe("89 % of its statements go to one shard, 11 % to all");
  expect(tables[0]!.against).toContainEqual(
    "11 % of the statements on orders do not pin customer_id and go to every shard",
  );
  expect(tables[0]!.against.at(-1)).toMatch(/^next best key: id .*rows are inserted in its order/);
});

test("tables that belong together follow one key under one strategy", () => {
  const customers: Statements = { shape: "update customers id=", count: 900, values: (nth) => [scattered(nth)] };
  const foreignKey = { columns: ["customer_id"], table: "customers", references: ["id"] };
  const table = { columns: new Map(), primaryKey: ["id"], uniqueKeys: [], provenance: "declared" as const };
  const schema: Schema = {
    tables: new Map([
      ["orders", { ...table, name: "orders", foreignKeys: [foreignKey] }],
      ["customers", { ...table, name: "customers", foreignKeys: [] }],
    ]),
  };
  const { tables, headline } = recommendation([...orders, customers], schema);
  expect(tables[0]).toMatchObject({ table: "orders", follows: "customers" });
  expect(tables[1]!.evaluation!.strategy).toBe(tables[0]!.evaluation!.strategy);
  expect(headline).toContain("shard orders and customers by one key, customer_id of orders");
});

test("a table that is only read, and that another refers to by another column, is copied", () => {
  const table = { columns: new Map(), primaryKey: ["id"], uniqueKeys: [], provenance: "declared" as const };
  const foreignKey = { columns: ["country"], table: "countries", references: ["code"] };
  const schema: Schema = {
    tables: new Map([
      ["orders", { ...table, name: "orders", foreignKeys: [foreignKey] }],
      ["countries", { ...table, name: "countries", foreignKeys: [] }],
    ]),
  };
  const { tables, headline } = recommendation(
    [...orders, { shape: "read countries code=", count: 200, values: (nth) => [nth % 30] }],
    schema,
  );
  expect(tables.find(({ table }) => table === "countries")).toMatchObject({ verdict: "copy", evaluation: undefined });
  expect(headline).toMatch(/Copy countries to every shard\.$/);
});

test("when no key carries anything, the answer is no key", () => {
  const { headline, tables } = recommendation([
    { shape: "insert t a=", count: 100, values: (nth) => [nth] },
    { shape: "read t", count: 5000, ms: 0.05 },
    { shape: "read t a=", count: 10, values: (nth) => [nth], ms: 0.05 },
  ]);
  expect(tables[0]!.verdict).toBe("do-not-shard");
  expect(headline).toBe("No key of any table is worth sharding by, as the statements are today.");
});
