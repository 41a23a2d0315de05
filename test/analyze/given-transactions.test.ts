import { beforeAll, describe, expect, test } from "vitest";
import { evaluateDesign } from "../../src/analyze/designs/evaluate-design.ts";
import { isUnknown, type Known } from "../../src/analyze/known.ts";
import { parseDesign } from "../../src/placement/design-file.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { inferSchema } from "../../src/workload/inferred-schema.ts";
import { workloadOfLines, type Line } from "../workload/session-log.ts";

beforeAll(() => loadGrammar("postgres"));

function known<T>(value: Known<T>): T {
  if (isUnknown(value)) throw new Error(value.unknown);
  return value;
}

const designOf = (target: string) =>
  parseDesign(
    `version: 1\ntarget: ${target}\nshards: 4\ntables:\n  orders: { shardKey: [customer_id] }\n  lines: { shardKey: [customer_id], colocatedWith: orders }\n`,
    "d.yaml",
  );

/** Transactions of two statements each. */
const logOf = (transactions: readonly (readonly string[])[]): Line[] =>
  transactions.flatMap((statements) => ["BEGIN", ...statements, "COMMIT"].map((sql) => ({ session: "a", sql })));

const evaluated = (transactions: readonly (readonly string[])[], target = "generic") => {
  const workload = workloadOfLines(logOf(transactions));
  return evaluateDesign(workload, inferSchema(workload, emptySchema), designOf(target));
};
const pairs = Array.from({ length: 60 }, (_, nth) => [nth, nth % 3 === 0 ? nth : nth + 100] as const);

describe("transactions under a given design", () => {
  test.each(["generic", "postgres", "cassandra", "vitess"])("are on the shards that %s gives their keys", (target) => {
    const { transactions, judged } = evaluated(
      pairs.map(([order, line]) => [
        `UPDATE orders SET total = 1 WHERE customer_id = ${order}`,
        `UPDATE lines SET price = 1 WHERE customer_id = ${line}`,
      ]),
      target,
    );
    const map = shardMapOf(designOf(target), "orders", ["int64"]);
    const crossing = pairs.filter(([a, b]) => map.shardOf([`int:${a}`]) !== map.shardOf([`int:${b}`])).length;
    expect(known(transactions).writing).toMatchObject({ transactions: 60, unknownShare: 0 });
    expect(known(transactions).writing.crossShard).toBeCloseTo(crossing / 60, 12);
    // What is lost to two-phase commits is worked out of the same: each that crosses writes on two shards, and hops once.
    const { losses } = judged.scaleOut;
    expect(losses.find(({ cause }) => cause === "cross-shard-transactions")!.shards > 0).toBe(crossing > 0);
  });

  test("may cross where a value is not logged, or a table is not in the design", () => {
    const { transactions } = evaluated([
      ["UPDATE orders SET total = 1 WHERE customer_id = 1", "UPDATE lines SET price = 1 WHERE customer_id = 1"],
      ["UPDATE orders SET total = 1 WHERE customer_id = 1", "UPDATE lines SET price = 1 WHERE customer_id = $1"],
      ["UPDATE orders SET total = 1 WHERE customer_id = 1", "UPDATE invoices SET sum = 1 WHERE id = 1"],
      // Whatever else it reaches, every shard is more than one.
      ["UPDATE orders SET total = 1 WHERE customer_id = $1", "UPDATE lines SET price = 1 WHERE price = 2"],
    ]);
    expect(known(transactions).writing).toMatchObject({ transactions: 4, crossShard: 0.25, unknownShare: 0.5 });
  });
});
