import { beforeAll, describe, expect, test } from "vitest";
import { analyticsOnTransactionStore } from "../../../src/advice/findings/analytics-on-transaction-store.ts";
import { crossShardJoins } from "../../../src/advice/findings/cross-shard-join.ts";
import { crossShardTransactions } from "../../../src/advice/findings/cross-shard-transaction.ts";
import { replicaStall } from "../../../src/advice/findings/replica-stall.ts";
import { analyze, type Analysis } from "../../../src/analyze/analyze.ts";
import { loadGrammar } from "../../../src/sql/parse.ts";
import { emptySchema } from "../../../src/sql/schema.ts";
import { inferSchema } from "../../../src/workload/inferred-schema.ts";
import type { Workload } from "../../../src/workload/workload.ts";
import { type Line, workloadOfLines } from "../../workload/session-log.ts";

beforeAll(() => loadGrammar("postgres"));

/** Each statement so many times, with the number in place of `#`. */
const times = (count: number, sql: string, ms = 1): Line[] =>
  Array.from({ length: count }, (_, nth) => ({ sql: sql.replaceAll("#", String((nth * 7919) % 997)), session: `s${nth % 7}`, ms }));

function judged(lines: readonly Line[], options: Parameters<typeof analyze>[2] = {}): [Workload, Analysis] {
  const workload = workloadOfLines(lines);
  return [workload, analyze(workload, inferSchema(workload, emptySchema), { shardCounts: [4], rankAt: 4, ...options })];
}

/** Two tables that are each written by a key of their own, so that neither is copied. */
const ownKeys = [
  ...times(900, "UPDATE orders SET total = 1 WHERE customer_id = #"),
  ...times(900, "UPDATE parts SET price = 1 WHERE supplier_id = #"),
];
const pins = [
  { table: "orders", to: { kind: "sharded", key: ["customer_id"] } },
  { table: "parts", to: { kind: "sharded", key: ["supplier_id"] } },
] as const;

describe("cross-shard-join", () => {
  const join = "SELECT 1 FROM orders o JOIN parts p ON p.number = o.part WHERE o.customer_id = #";

  test("names the tables, their share, the statement and its record", () => {
    // 200 of 2,000 statements of a millisecond each.
    const [finding, ...others] = crossShardJoins(...judged([...ownKeys, ...times(200, join)], { pins }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: "problem",
      evidence: expect.stringContaining("200 statements (10 % of the time) join orders and parts, whose rows are on different shards") as string,
      whatToDo: expect.stringContaining("co-locate them: shard orders by part and parts by number") as string,
      origins: [{ offset: 1800 * 100 }],
    });
  });

  test("advises a copy of a table that is fit for one, at the cost of its writes", () => {
    const lines = [
      ...times(900, "UPDATE orders SET total = 1 WHERE customer_id = #"),
      ...times(200, "SELECT 1 FROM orders o JOIN countries c ON c.code = o.country WHERE o.customer_id = #"),
    ];
    const unsharded = [pins[0], { table: "countries", to: { kind: "sharded", key: ["code"] } }] as const;
    expect(crossShardJoins(...judged(lines, { pins: unsharded }))[0]).toMatchObject({
      whatToDo: "copy countries to every shard as a reference table (--pin countries=reference)",
      whatItCosts: expect.stringContaining("its 0 writes in this log would go to all 4") as string,
    });
  });

  test("of a join by several columns, the one that both have is the key to share", () => {
    const tenants = "SELECT 1 FROM orders o JOIN parts p ON p.tenant = o.tenant AND p.number = o.part WHERE o.customer_id = #";
    expect(crossShardJoins(...judged([...ownKeys, ...times(200, tenants)], { pins }))[0]!.whatToDo).toContain(
      "shard orders by tenant and parts by tenant",
    );
  });

  test("is silent of rows that are together, and of less than a hundredth of the work", () => {
    const together = times(200, "SELECT 1 FROM orders o JOIN parts p ON p.supplier_id = o.customer_id WHERE o.customer_id = #");
    expect(crossShardJoins(...judged([...ownKeys, ...together], { pins }))).toEqual([]);
    expect(crossShardJoins(...judged([...ownKeys, ...times(10, join)], { pins }))).toEqual([]);
  });
});

describe("cross-shard-transaction", () => {
  const transaction = (nth: number, customer: number, supplier: number): Line[] =>
    [
      "BEGIN",
      `UPDATE orders SET total = 1 WHERE customer_id = ${customer}`,
      `UPDATE parts SET price = 1 WHERE supplier_id = ${supplier}`,
      "COMMIT",
    ].map((sql) => ({ sql, session: `s${nth % 7}` }));
  const pairs = (supplierOf: (customer: number) => number): Line[] =>
    Array.from({ length: 400 }, (_, nth) => transaction(nth, nth, supplierOf(nth))).flat();

  test("says how many of those that write, and what they reach", () => {
    const finding = crossShardTransactions(...judged(pairs((customer) => (customer * 7919) % 401), { pins }))!;
    expect(finding.severity).toBe("problem");
    // Two keys of which each is on any of 4 shards are apart 3 times in 4.
    const [, share] = /^(\d+) % of 400 transactions that write/.exec(finding.evidence)!;
    expect(Math.abs(Number(share) - 75)).toBeLessThan(10);
    expect(finding.evidence).toContain("most of them reach orders, parts");
    expect(finding.origins).toHaveLength(1);
  });

  test("advises a statement for each key where single statements write rows of several", () => {
    const lines = times(400, "INSERT INTO orders (customer_id, total) VALUES (#, 1), (1#, 2), (2#, 3), (3#, 4)");
    expect(crossShardTransactions(...judged(lines, { pins: [pins[0]] }))!.whatToDo).toContain("rows of each key in a statement of their own");
  });

  test("is silent of transactions that stay on a shard, and of those that only read", () => {
    expect(crossShardTransactions(...judged(pairs((customer) => customer), { pins }))).toBeUndefined();
    const reading = pairs((customer) => (customer * 7919) % 401).map((line) => ({
      ...line,
      sql: line.sql.replace(/UPDATE (\w+) SET \w+ = 1/, "SELECT 1 FROM $1"),
    }));
    expect(crossShardTransactions(...judged([...reading, ...ownKeys], { pins }))).toBeUndefined();
  });
});

describe("analytics-on-transaction-store", () => {
  const report = "SELECT status, sum(total) FROM orders WHERE created_at > 5 GROUP BY status";

  test("speaks of aggregates without a key that take long", () => {
    // 10 of 900 ms each beside 1,800 of 1 ms: 9 of 10.8 seconds.
    expect(analyticsOnTransactionStore(...judged([...ownKeys, ...times(10, report, 900)]))).toMatchObject({
      severity: "problem",
      evidence: expect.stringContaining("takes 83 % of the time in 10 executions: 900.0 ms each, the others 1.0 ms") as string,
      origins: [{ offset: 1800 * 100 }],
    });
  });

  test("is silent of aggregates by key, of rare, short or plain ones, and without durations", () => {
    for (const lines of [
      times(10, "SELECT sum(total) FROM orders WHERE customer_id = # GROUP BY status", 900),
      times(10, report, 9),
      times(1, report, 90),
      times(10, "SELECT * FROM orders WHERE created_at > 5", 900),
    ])
      expect(analyticsOnTransactionStore(...judged([...ownKeys, ...lines]))).toBeUndefined();
    const [workload, analysis] = judged([...ownKeys, ...times(10, report, 900)]);
    expect(analyticsOnTransactionStore(workload, { ...analysis, work: "executions" })).toBeUndefined();
  });
});

describe("replica-stall", () => {
  const stall = (...lines: readonly Line[]) => replicaStall(workloadOfLines([...ownKeys, ...lines]));

  test.each([
    ["ALTER TABLE orders ADD COLUMN note text", 4000, "warning", "4.0 s"],
    ["CREATE INDEX ON orders (total)", 60_000, "problem", "60 s"],
    ["DELETE FROM orders WHERE created_at < 5", 12_000, "problem", "12 s"],
    ["UPDATE orders SET total = 0", 1500, "warning", "1.5 s"],
  ])("%s of %d ms: a %s", (sql, ms, severity, size) => {
    expect(stall({ sql, ms })).toMatchObject({
      severity,
      evidence: expect.stringContaining(`the longest runs up to ${size}`) as string,
      origins: [{ offset: 1800 * 100 }],
    });
  });

  test("is silent of short changes, and of long reads and settings", () => {
    expect(stall({ sql: "ALTER TABLE orders ADD COLUMN note text", ms: 20 })).toBeUndefined();
    expect(stall({ sql: "SELECT * FROM orders", ms: 60_000 })).toBeUndefined();
    expect(stall({ sql: "VACUUM orders", ms: 60_000 })).toBeUndefined();
  });
});
