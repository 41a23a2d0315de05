import { expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import type { AccessPattern, Expr } from "../../src/sql/access.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

const scattered = (nth: number): number => (nth * 7919) % 997;
const groups: Statements[] = [
  { shape: "update orders customer_id=", count: 900, values: (nth) => [scattered(nth)] },
  { shape: "update parts supplier_id=", count: 900, values: (nth) => [scattered(nth)] },
  { shape: "read orders status=", count: 10, values: () => ["open"], ms: 30, text: "by status" },
  { shape: "read orders customer_id=*", count: 10, values: () => [[1, 2]], ms: 20, text: "list" },
  { shape: "read orders customer_id=*", count: 10, values: () => [[1]], ms: 10, text: "list of one" },
];

test("templates that leave their shard, the most time first; a list of one value does not", () => {
  const { hurting } = analyze(handMadeWorkload(groups), emptySchema);
  expect(hurting.map(({ use, class: routed, because }) => `${use.template.text}: ${routed}, ${because}`)).toEqual([
    "by status: scatter-gather, no-key",
    "list: multi-shard, in-list",
  ]);
});

test("a join of tables that follow different keys crosses shards", () => {
  const column = (relation: number, name: string): Expr => ({ kind: "column", relation, column: name });
  const pattern: AccessPattern = {
    kind: "rows",
    relations: ["orders", "parts"].map((table) => ({
      kind: "table",
      table,
      schema: undefined,
      alias: table,
      use: "read",
    })),
    statement: {
      kind: "select",
      from: [
        { kind: "relation", relation: 0 },
        { kind: "relation", relation: 1 },
      ],
      where: { kind: "compare", op: "=", left: column(0, "part_id"), right: column(1, "id") },
      groupBy: [],
      having: undefined,
      outputs: [],
      distinct: false,
      aggregate: false,
      windows: [],
      orderBy: [],
      limit: false,
      locking: false,
      with: [],
    },
  };
  const workload = handMadeWorkload(groups);
  const joined = { ...workload.templates[0]!, pattern, shapes: [0, 1], timeMicros: 1e9 };
  const { hurting, choices } = analyze({ ...workload, templates: [...workload.templates, joined] }, emptySchema);
  expect(choices.keys.get("parts")!.leader).toBe("parts");
  expect(hurting[0]).toMatchObject({ class: "cross-shard-join", because: "not-colocated", table: "orders" });
});
