import { expect, test } from "vitest";
import { renderJson } from "../../src/report/render-json.ts";
import { reportSchema } from "../../src/report/schema.ts";
import { reportOf, shop } from "./sample-report.ts";

test("a report fits its schema, and the schema refuses what is not in it", () => {
  const report = reportOf();
  expect(reportSchema.parse(JSON.parse(renderJson(report)))).toEqual(report);
  expect(() => reportSchema.parse({ ...report, extra: 1 })).toThrow();
  expect(() => reportSchema.parse({ ...report, version: 2 })).toThrow();
});

test("reports of logs without durations, values or statements fit it too", () => {
  reportSchema.parse(reportOf([{ shape: "read t a=", count: 3 }]));
  reportSchema.parse(reportOf(shop, (workload) => ({ ...workload, span: undefined })));
  reportSchema.parse(reportOf([]));
});

test("percentages add up to 100 and carry MongoDB's names", () => {
  const [orders] = reportOf().tables;
  const { readDistribution, writeDistribution } = orders!.candidates.find(({ key }) => key.join() === "customer_id")!;
  expect(readDistribution).toMatchObject({
    sampleSize: { total: 3500 },
    byExecutions: {
      percentageOfSingleShardReads: 85.7143,
      percentageOfMultiShardReads: 0,
      percentageOfScatterGatherReads: 14.2857,
    },
  });
  expect(writeDistribution).toMatchObject({
    byExecutions: { percentageOfSingleShardWrites: 100 },
    percentageOfShardKeyUpdates: 0,
  });
});

test("what is not known is said, never zero", () => {
  const report = reportOf([{ shape: "read t a=", count: 300 }]);
  const [candidate] = report.tables[0]!.candidates;
  expect(candidate!.keyCharacteristics.numDistinctValues).toEqual({
    unknown: "the values of this key are not in the log",
  });
  expect(candidate!.byShardCount[0]!.scaleOutFactor).toEqual({
    unknown: "the values of this key are not in the log",
  });
});

test("each key has its accesses by range once, as many ranges as values up to 100", () => {
  const { keys } = reportOf().tables.find(({ table }) => table === "customers")!;
  expect(keys).toHaveLength(1);
  expect(keys[0]).toEqual({
    key: ["email"],
    // 400 e-mail addresses, each asked for once: four to a range.
    numReadsByRange: Array(100).fill(4),
    numWritesByRange: { unknown: "no writes in the log" },
    readAmplification: 1,
    writeAmplification: { unknown: "no writes in the log" },
    readSampleByRange: { total: 400, sampled: false, standardErrorByRange: 0, standardErrorOfAmplification: 0 },
    writeSampleByRange: { unknown: "no writes in the log" },
  });
});

test("templates that hurt carry their line", () => {
  expect(reportOf().hurting[0]).toMatchObject({
    template: "SELECT * FROM orders WHERE id = ?",
    class: "scatter-gather",
    because: "no-key",
    origin: { input: "hand-made.csv", line: 4 },
  });
});

test("the same input gives the same bytes", () => {
  expect(renderJson(reportOf())).toBe(renderJson(reportOf()));
});
