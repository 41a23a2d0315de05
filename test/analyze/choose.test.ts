import { expect, test } from "vitest";
import { defaultCostWeights } from "../../src/analyze/cost-weights.ts";
import { analyze } from "../../src/analyze/analyze.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

const table = (name: string, foreignKeys: { columns: string[]; table: string; references: string[] }[] = []) =>
  [
    name,
    { name, columns: new Map(), primaryKey: undefined, uniqueKeys: [], foreignKeys, provenance: "declared" as const },
  ] as const;

// Orders and stock belong to a shop; stock also belongs to an item. An item spreads the stock better than a shop does.
const schema: Schema = {
  tables: new Map([
    table("shops"),
    table("orders", [{ columns: ["shop_id"], table: "shops", references: ["id"] }]),
    table("stock", [
      { columns: ["shop_id"], table: "shops", references: ["id"] },
      { columns: ["item_id"], table: "items", references: ["id"] },
    ]),
    table("items"),
  ]),
};
const uneven = (nth: number): number => (nth % 4 === 0 ? 1 : nth % 40);
const groups: Statements[] = [
  { shape: "update stock shop_id= item_id=", count: 2000, values: (nth) => [uneven(nth), (nth * 7919) % 997] },
  { shape: "insert orders shop_id= id=", count: 1500, values: (nth) => [uneven(nth), nth] },
  { shape: "update shops id=", count: 500, values: (nth) => [uneven(nth)] },
  { shape: "read items id=", count: 300, values: (nth) => [(nth * 7919) % 997] },
];

test("tables that belong together get one key under one strategy; what can't follow and is only read is copied", () => {
  const { choices } = analyze(handMadeWorkload(groups), schema);
  expect(
    Object.fromEntries(
      [...choices.keys].map(([name, { evaluation, leader }]) => [name, `${evaluation.key.join()} with ${leader}`]),
    ),
  ).toEqual({
    stock: "shop_id with shops",
    orders: "shop_id with shops",
    shops: "id with shops",
  });
  expect(new Set([...choices.keys.values()].map(({ evaluation }) => evaluation.strategy)).size).toBe(1);
  expect([...choices.copies]).toEqual(["items"]);
});

test("when separated rows cost nothing, the better spread wins", () => {
  const weights = { ...defaultCostWeights, separation: 0, relatedRows: 0 };
  const { choices } = analyze(handMadeWorkload(groups), schema, { weights, shardCounts: [8] });
  expect(choices.keys.get("stock")!.evaluation.key).not.toEqual(["shop_id"]);
});

test("a table that is only read follows a family when it can, for it may be large", () => {
  const { choices } = analyze(
    handMadeWorkload([groups[1]!, { shape: "read shops id=", count: 500, values: (nth) => [uneven(nth)] }]),
    schema,
  );
  expect(choices.copies.size).toBe(0);
  expect(choices.keys.get("shops")).toMatchObject({ leader: "shops" });
});
