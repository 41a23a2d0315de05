import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateDesign } from "../../src/analyze/designs/evaluate-design.ts";
import { parseBudgets } from "../../src/advice/budgets/budgets-file.ts";
import { judgeBudgets } from "../../src/advice/budgets/judge-budgets.ts";
import { clusterSubject, measureOf } from "../../src/advice/budgets/measure-design.ts";
import { parseDesign } from "../../src/placement/design-file.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import { inferSchema } from "../../src/workload/inferred-schema.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

const evaluated = (groups: readonly Statements[], design: string) => {
  const workload = handMadeWorkload(groups);
  return evaluateDesign(workload, inferSchema(workload, emptySchema), parseDesign(`version: 1\n${design}`, "d.yaml"));
};
const noEvidence = { measures: new Map(), kinds: new Set<"simulation" | "reshard">() };

describe("the shards are those of the design's target", () => {
  test.each(["generic", "postgres", "vitess", "cassandra", "citus", "mongodb"])("%s", (target) => {
    const text = `target: ${target}\nshards: 4\ntables: { orders: { shardKey: [id] } }`;
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }), (keys) => {
        const { balance } = evaluated([{ shape: "read orders id=", count: keys.length, values: (nth) => [keys[nth]!] }], text);
        // One by one, as `shardplan place` would: each statement weighs alike.
        const map = shardMapOf(parseDesign(`version: 1\n${text}`, "d.yaml"), "orders", ["int64"]);
        const loads = [0, 0, 0, 0];
        for (const key of keys) loads[map.shardOf([`int:${BigInt(key)}`])]! += 1;
        expect(balance.maxOverMean).toBeCloseTo((Math.max(...loads) * 4) / keys.length, 6);
      }),
      { numRuns: 20 },
    );
  });
});

describe("measures", () => {
  const design = "shards: 4\ntables: { orders: { shardKey: [customer_id] }, lines: { shardKey: [customer_id], colocatedWith: orders } }";

  test("statements are counted by where they go", () => {
    const evaluation = evaluated(
      [
        { shape: "read orders customer_id=", count: 60, values: (nth) => [nth] },
        { shape: "read orders status=", count: 30, values: () => ["open"] },
        { shape: "read invoices id=", count: 10, values: (nth) => [nth] },
      ],
      design,
    );
    const subject = clusterSubject(evaluation, "executions");
    expect(measureOf("singleShardShare", subject)).toMatchObject({ low: 0.6, high: 0.7 });
    expect(measureOf("scatterShare", subject)).toMatchObject({ low: 0.3, high: 0.4 });
    expect(measureOf("unknownShare", subject)).toMatchObject({ low: 0.1, high: 0.1 });
    // 60 on one, 30 on four, 10 on one to four.
    expect(measureOf("meanFanOut", subject)).toMatchObject({ low: 1.9, high: 2.2 });
  });

  test("a key is as hot as all tables that follow it make it", () => {
    const { hottestKeys } = evaluated(
      [
        // Customer 1 has half of the accesses of either table.
        { shape: "read orders customer_id=", count: 100, values: (nth) => [nth % 2 === 0 ? 1 : nth + 10] },
        { shape: "read lines customer_id=", count: 100, values: (nth) => [nth % 2 === 0 ? 1 : nth + 10] },
        { shape: "read orders status=", count: 100, values: () => ["open"] },
      ],
      design,
    );
    // 100 of all 300.
    expect(hottestKeys).toMatchObject([{ leader: "orders", unknownShare: 0 }]);
    expect(hottestKeys[0]!.share).toBeCloseTo(1 / 3, 6);
  });

  test("values that are not logged widen the bounds", () => {
    const evaluation = evaluated(
      [
        { shape: "read orders customer_id=", count: 80, values: (nth) => [nth] },
        { shape: "update orders customer_id=", count: 20 },
      ],
      design,
    );
    expect(evaluation.balance.unplacedShare).toBeCloseTo(0.2, 6);
    const worst = measureOf("worstShardOverMean", clusterSubject(evaluation, "executions"));
    // At worst all of the 20 are on the busiest of 4: 0.8 m + 0.2 · 4.
    const m = evaluation.balance.maxOverMean;
    expect(worst).toMatchObject({ high: expect.closeTo(0.8 * m + 0.8, 6) as number });
    expect(measureOf("hottestKeyShare", clusterSubject(evaluation, "executions"))).toMatchObject({
      low: expect.closeTo(0.01, 6) as number,
      high: expect.closeTo(0.21, 6) as number,
    });
  });

  test("without any values what hangs on them can't pass", () => {
    const evaluation = evaluated([{ shape: "read orders customer_id=", count: 50 }], design);
    const outcomes = judgeBudgets(
      parseBudgets("version: 1\ncluster: { hottestKeyShare: 99%, worstShardOverMean: 3.9, scaleOutFactor: 1, crossShardTransactionShare: 99% }", "b.yaml"),
      evaluation,
      noEvidence,
      undefined,
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["unknown", "unknown", "unknown", "unknown"]);
  });
});

describe("templates", () => {
  const evaluation = evaluated(
    [
      { shape: "read orders customer_id=", count: 5, values: (nth) => [nth], text: "SELECT * FROM orders WHERE customer_id = ?" },
      { shape: "read orders status=", count: 5, values: () => ["a"], text: "SELECT * FROM orders WHERE status = ?" },
      { shape: "read orders state=", count: 5, values: () => ["a"], text: "SELECT id FROM orders WHERE state = ?" },
    ],
    "shards: 4\ntables: { orders: { shardKey: [customer_id] } }",
  );
  const failing = (templates: string) =>
    judgeBudgets(parseBudgets(`version: 1\ntemplates: ${templates}`, "b.yaml"), evaluation, noEvidence, undefined)
      .filter(({ status }) => status !== "holds")
      .map(({ subject, status }) => `${status} ${subject}`);

  test("the first pattern that fits decides, and a star stands for any text", () => {
    expect(failing('{ "*": { scatterShare: 0 } }')).toEqual([
      "over SELECT * FROM orders WHERE status = ?",
      "over SELECT id FROM orders WHERE state = ?",
    ]);
    expect(failing('{ "* status = ?": { scatterShare: 1 }, "*": { scatterShare: 0 } }')).toEqual(["over SELECT id FROM orders WHERE state = ?"]);
    expect(failing('{ "*": { scatterShare: 1 }, "* status = ?": { scatterShare: 0 } }')).toEqual([]);
  });

  test("a text of the log means itself, not what its star would fit", () => {
    expect(failing('{ "SELECT * FROM orders WHERE status = ?": { scatterShare: 0 } }')).toEqual(["over SELECT * FROM orders WHERE status = ?"]);
  });

  test("a pattern that fits nothing can't pass", () => {
    expect(failing('{ "DELETE *": { scatterShare: 1 } }')).toEqual(["unknown DELETE *"]);
  });
});
