import { beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import { isUnknown, type Known } from "../../src/analyze/known.ts";
import { strategies } from "../../src/placement/strategies.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { inferSchema } from "../../src/workload/inferred-schema.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { linesOf, workloadOfLines, type Line } from "../workload/session-log.ts";
import { tpccLog } from "./tpcc.ts";

beforeAll(() => loadGrammar("postgres"));

function known<T>(value: Known<T>): T {
  if (isUnknown(value)) throw new Error(value.unknown);
  return value;
}

function transactionsOf(lines: readonly Line[], options: Parameters<typeof analyze>[2], schema: Schema = emptySchema) {
  const workload = workloadOfLines(lines);
  return analyze(workload, inferSchema(workload, schema), options);
}

const shardByHash = (shardCount: number): ((value: string) => number) => {
  const map = strategies.hash.shardMap({
    where: "test",
    shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
    strategy: "hash",
    shardKey: ["w_id"],
    types: ["int64"],
    options: {},
    extra: {},
  });
  return (value) => map.shardOf([`int:${value}`]);
};

describe("transactions under the chosen keys", () => {
  test("fare as they do one by one", () => {
    const stream = randomStream(1, "design");
    const lines = [...tpccLog({ warehouses: 12, transactions: 4000, random: () => stream.next() })];
    const { choices, transactions } = transactionsOf(lines, { strategies: ["hash"], shardCounts: [4, 5] });
    const keys = [...choices.keys].map(([table, { evaluation }]) => `${table} ${evaluation.key.join()}`).sort();
    // Nothing relates items to warehouses, so that they have a key of their own here.
    expect(keys).toEqual(["customer c_w_id", "item i_id", "orders o_w_id", "stock s_w_id", "warehouse w_id"]);
    for (const { shardCount, fates } of transactions) {
      const shardOf = shardByHash(shardCount);
      const participants: number[] = [];
      let shards = new Set<number>();
      for (const { sql } of lines) {
        if (sql === "BEGIN") shards = new Set();
        else if (sql === "COMMIT") participants.push(Math.max(1, shards.size));
        else shards.add(shardOf(/(?:w_id = |i_id = |VALUES \()(\d+)/.exec(sql)![1]!));
      }
      const { all } = known(fates);
      expect(all.transactions).toBe(4000);
      expect(all.unknownShare).toBe(0);
      expect(all.crossShard).toBeCloseTo(participants.filter((count) => count > 1).length / 4000, 12);
      expect(all.participants.mean).toBeCloseTo(participants.reduce((sum, count) => sum + count) / 4000, 12);
      expect(all.participants.max).toBe(Math.max(...participants));
    }
  });

  const pinned = { strategies: ["hash"], shardCounts: [4] } as const;
  const rows = Array.from({ length: 40 }, (_, i) => `a UPDATE t SET x = 1 WHERE w_id = ${i}`);

  test("a statement of its own is as many as its route says", () => {
    const { transactions } = transactionsOf(linesOf(...rows, "a SELECT * FROM t WHERE x > 5"), pinned);
    const { all } = known(transactions[0]!.fates);
    expect(all.transactions).toBe(41);
    expect(all.crossShard).toBeCloseTo(1 / 41, 12);
    expect(all.participants.distribution.map((share) => Math.round(share * 41))).toEqual([40, 0, 0, 1]);
  });

  test("what cannot be known is not called single-shard", () => {
    const log = [...rows, "a BEGIN", "a UPDATE t SET x = 1 WHERE w_id = $1", "a UPDATE t SET x = 1 WHERE w_id = 2", "a COMMIT"];
    const { all } = known(transactionsOf(linesOf(...log), pinned).transactions[0]!.fates);
    expect(all).toMatchObject({ transactions: 41, crossShard: 0, unknownShare: 1 / 41 });
  });

  test("rolled-back ones are in no rate", () => {
    const log = [...rows, "a BEGIN", ...rows.slice(0, 9), "a ROLLBACK"];
    const { all, rolledBack } = known(transactionsOf(linesOf(...log), pinned).transactions[0]!.fates);
    expect(all).toMatchObject({ transactions: 40, crossShard: 0 });
    expect(rolledBack).toMatchObject({ transactions: 1, crossShard: 1 });
  });

  test("without sessions and ids the rate is unknown, not zero", () => {
    const lines = rows.map((text) => ({ sql: text.slice(2) }));
    const [result] = transactionsOf(lines, pinned).transactions;
    expect(result).toMatchObject({
      fates: { unknown: expect.stringContaining("neither sessions nor transaction ids") },
      loss: { unknown: expect.stringContaining("neither sessions nor transaction ids") },
    });
  });

  test("each part of a cross-shard transaction that writes costs a commit", () => {
    const shardOf = shardByHash(4);
    const elsewhere = Array.from({ length: 40 }, (_, i) => i).find((w) => shardOf(String(w)) !== shardOf("0"))!;
    const log = [...rows, "a BEGIN", "a UPDATE t SET x = 1 WHERE w_id = 0", `a UPDATE t SET x = 1 WHERE w_id = ${elsewhere}`, "a COMMIT"];
    const { transactions } = transactionsOf(linesOf(...log), pinned);
    expect(known(transactions[0]!.fates).preparedParts).toBe(2);
    // 42 statements of 1 ms, and 2 commits of 0.5 ms: 1 / 43 of 4 shards.
    expect(known(transactions[0]!.loss)).toBeCloseTo(4 / 43, 12);
  });

  // `vt transactions` says of two such transactions: one signature, whose updates share a value in foo and bar
  // (vitessio/vt @ cd0116b, go/testdata/transactions-output).
  test("tables are joined by the columns that have the same value in a transaction", () => {
    const transfer = (shared: number, a: number, b: number) => [
      "s begin",
      `s update tblA set apa = 'x' where foo = ${shared} and id = ${a}`,
      `s update tblB set monkey = 'y' where bar = ${shared} and id = ${b}`,
      "s commit",
    ];
    const workload = workloadOfLines(linesOf(...Array.from({ length: 40 }, (_, nth) => transfer(nth * 31, nth, nth * 7 + 1)).flat()));
    const { types, counts } = workload.transactions;
    expect(types.map(({ committed, templates }) => [committed, templates.map((nth) => workload.templates[nth]!.template.text)])).toEqual([
      [40, ["UPDATE tbla SET apa = '?' WHERE foo = ? AND id = ?", "UPDATE tblb SET monkey = '?' WHERE bar = ? AND id = ?"]],
    ]);
    expect(counts.committed).toEqual({ reading: 0, writing: 40 });
    const { designs } = analyze(workload, inferSchema(workload, emptySchema), { strategies: ["hash"], shardCounts: [4] });
    const [best] = designs.designs;
    expect(best!.tables.map(({ table, option }) => [table, option.kind === "sharded" && option.key])).toEqual([
      ["tbla", ["foo"]],
      ["tblb", ["bar"]],
    ]);
    expect(known(best!.transactions).all).toMatchObject({ transactions: 40, crossShard: 0, unknownShare: 0 });
  });
});
