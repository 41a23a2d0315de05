import { expect, test } from "vitest";
import type { FindingId } from "../../src/advice/finding.ts";
import { findingsOfKey } from "../../src/advice/key-findings.ts";
import { ladderOf } from "../../src/advice/ladder.ts";
import { recommend } from "../../src/advice/recommend.ts";
import { analyze } from "../../src/analyze/analyze.ts";
import { onShards } from "../../src/analyze/rank.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "../analyze/hand-made-workload.ts";

/** Findings about key a of table t on 4 shards, under a strategy. */
function findings(groups: readonly Statements[], strategy: "hash" | "range" = "hash"): Record<string, string> {
  const analysis = analyze(handMadeWorkload(groups), emptySchema, { keys: [{ table: "t", key: ["a"] }] });
  const evaluation = analysis.tables[0]!.evaluations.find(
    (candidate) => candidate.key.join() === "a" && candidate.strategy === strategy,
  )!;
  return Object.fromEntries(
    findingsOfKey({ evaluation, at: onShards(evaluation, 4), literals: false, copies: new Set() }).map(({ id, severity, evidence }) => [
      id,
      `${severity}: ${evidence}`,
    ]),
  );
}

const even: Statements = { shape: "read t a=", count: 1000, values: (nth) => [(nth * 7919) % 1000] };

test("an even key that every statement pins: nothing to say", () => {
  expect(findings([even])).toEqual({});
});

test.each<[FindingId, Statements[], string]>([
  [
    "hot-value",
    [{ shape: "read t a=", count: 1000, values: (nth) => [nth % 2 === 0 ? 7 : nth] }],
    "problem: a = 7 gets 50 % of the accesses; an even share of 4 shards is 25 %",
  ],
  [
    "low-cardinality",
    [{ shape: "read t a=", count: 1000, values: (nth) => [nth % 6] }],
    "problem: 6 distinct values in the log for 4 shards",
  ],
  [
    "key-missing-from-queries",
    [even, { shape: "read t b=", count: 1000, values: (nth) => [nth] }],
    "problem: 50 % of the statements on t do not pin a and go to every shard",
  ],
  [
    "inserts-without-key",
    [even, { shape: "insert t b=", count: 250, values: (nth) => [nth] }],
    "warning: 20 % of the statements on t are inserts that do not name a",
  ],
  [
    "key-updated",
    [even, { shape: "update t a=", count: 10, values: (nth) => [nth], sets: ["a"] }],
    "problem: 10 statements (100 % of the writes on t) set a",
  ],
  [
    "null-keys",
    [{ shape: "read t a=", count: 1000, values: (nth) => [nth % 50 === 0 ? null : nth] }],
    "problem: 2 % of the accesses have NULL in a",
  ],
])("%s", (id, groups, said) => {
  expect(findings(groups)[id]).toBe(said);
});

test("monotonic-key: a problem under ranges, a remark under hashing", () => {
  const growing: Statements[] = [{ shape: "insert t a=", count: 100, values: (nth) => [nth] }, even];
  expect(findings(growing, "range")["monotonic-key"]).toBe(
    "problem: inserts come in increasing order of the key: r = 1.00, 100 % land at the end, over 100 inserts",
  );
  expect(findings(growing, "hash")["monotonic-key"]).toMatch(/^note/);
});

test("skew-beyond-hashing: few values carry the load, none of them too hot by itself", () => {
  // 50 values asked alike: a standard deviation of √(3/50) on 4 shards.
  const few: Statements[] = [{ shape: "read t a=", count: 1000, values: (nth) => [(nth % 50) * 37] }];
  expect(findings(few)["skew-beyond-hashing"]).toMatch(
    /^warning: the load on t is that of 50 evenly asked values of a, so that any hash leaves shards ±24 % apart/,
  );
  expect(findings(few, "range")["skew-beyond-hashing"]).toBeUndefined();
  const one: Statements[] = [{ shape: "read t a=", count: 1000, values: (nth) => [nth % 2 === 0 ? 7 : (nth % 50) * 37] }];
  expect(findings(one)["skew-beyond-hashing"]).toBeUndefined();
  expect(findings([even])["skew-beyond-hashing"]).toBeUndefined();
});

function wholeLog(groups: readonly Statements[]): string[] {
  const workload = handMadeWorkload(groups);
  return recommend(workload, analyze(workload, emptySchema), ladderOf(workload)).findings.map(
    ({ id, severity }) => `${severity} ${id}`,
  );
}

test("values-not-logged, and scatter-heavy-template, are about the log as a whole", () => {
  expect(wholeLog([even])).toEqual(["note dont-shard-yet"]);
  expect(wholeLog([even, { shape: "read t b=", count: 400 }])).toEqual([
    "warning values-not-logged",
    "warning scatter-heavy-template",
    "note dont-shard-yet",
  ]);
});
