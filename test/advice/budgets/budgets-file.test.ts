import { describe, expect, test } from "vitest";
import { parseBudgets } from "../../../src/advice/budgets/budgets-file.ts";

const budgets = (text: string) => parseBudgets(`version: 1\n${text}`, "b.yaml").budgets;

describe("a budgets file", () => {
  test("a bare number is the most of what is better low, and the least of what is better high", () => {
    expect(budgets("cluster: { scatterShare: 0.05, scaleOutFactor: 3 }")).toMatchObject([
      { on: { scope: "cluster", measure: "scatterShare" }, max: 0.05, min: undefined },
      { on: { scope: "cluster", measure: "scaleOutFactor" }, min: 3, max: undefined },
    ]);
  });

  test("percent are hundredths", () => {
    expect(budgets("cluster: { scatterShare: 7%, unknownShare: { max: 0.5 % } }")).toMatchObject([{ max: 0.07 }, { max: 0.005 }]);
  });

  test("each budget knows its line and column", () => {
    expect(budgets("tables:\n  Orders:\n    scatterShare: 0")).toMatchObject([
      { on: { scope: "table", table: "orders" }, place: { line: 4, column: 5 } },
    ]);
  });

  test("JSON will do", () => {
    expect(parseBudgets('{"version": 1, "evidence": {"latency.p99": 50}}', "b.json").budgets).toMatchObject([
      { on: { scope: "evidence", measure: "latency.p99" }, max: 50 },
    ]);
  });

  test.each([
    ["cluster: { scaterShare: 1 }", 'b.yaml:2:12: unknown name "scaterShare"', /did you mean "scatterShare"/],
    ["tables: { orders: { worstWindowOverMean: 1 } }", 'b.yaml:2:21: unknown name "worstWindowOverMean"', /worstShardOverMean/],
    ["templates: { a: { hottestKeyShare: 1 } }", 'b.yaml:2:19: unknown name "hottestKeyShare"', /measures of templates/],
    ["clusters: {}", 'b.yaml:2:1: unknown name "clusters"', /did you mean "cluster"/],
    ["cluster: { scatterShare: 5 }", 'b.yaml:2:26: "scatterShare" is a share, so 5 is none', /percent such as 5%/],
    ["cluster: { scatterShare: many }", 'b.yaml:2:26: "scatterShare": it is no bound', /percent such as 5%/],
    ["cluster: { scatterShare: {} }", 'b.yaml:2:26: "scatterShare" has no bound', /max: 5%/],
    ["cluster: { scatterShare: { most: 1 } }", 'b.yaml:2:28: unknown name "most"', /max, min/],
    ["cluster: { meanFanOut: { min: 3, max: 2 } }", 'b.yaml:2:24: "meanFanOut": the least, 3, is above the most, 2', /swap/],
    ["weightedBy: cost", 'b.yaml:2:13: "weightedBy": expected executions or time', /time/],
    ["cluster: {}", "b.yaml:1:1: there is no budget in it", /cluster/],
  ])("refuses %s", (text, message, hint) => {
    expect(() => budgets(text)).toThrow(expect.objectContaining({ message, hint: expect.stringMatching(hint) as string }));
  });

  test("refuses another version, and an empty file", () => {
    expect(() => parseBudgets("version: 2\ncluster: { scatterShare: 0 }", "b.yaml")).toThrow('b.yaml:1:10: "version": expected 1');
    expect(() => parseBudgets("", "b.yaml")).toThrow("b.yaml: the budgets file is empty");
  });
});
