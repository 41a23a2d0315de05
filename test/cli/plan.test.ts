import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PlanReport, planSchema } from "../../src/report/schema-plan.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const planned = async (...args: string[]): Promise<PlanReport> => {
  const { stdout, stderr, exitCode } = await folder.run(["plan", ...args, "--json", "--workers", "1"]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return planSchema.parse(JSON.parse(stdout));
};
const sample = (name: string, ...args: string[]): Promise<PlanReport> => planned(`samples/${name}.csv.gz`, "--schema", `samples/${name}.sql`, ...args);
const rung = (report: PlanReport, name: string) => report.ladder.find((one) => one.rung === name)!;

describe("the shop, whose log is minutes long", () => {
  let report: PlanReport;
  beforeAll(async () => {
    report = await sample("shop", "--design", "samples/shop-design.yaml");
  }, 60_000);

  test("is answered in times of its load, because minutes show no growth", () => {
    expect(report.scale).toBe("factor");
    expect(report.growth.find(({ quantity }) => quantity === "writes")!.used).toEqual({ unknown: expect.stringContaining("14 more days") });
    expect(report.notes[0]).toContain("no date without growth");
  });

  test("needs no shards, and the plan says what would have to grow by how much", () => {
    const { reads, writes } = report.now.demand;
    // 9.6 of 16 cores over the erlangs of the worst window.
    expect(rung(report, "as-it-is").until!.value! * (reads.value + writes.value)).toBeCloseTo(9.6, 1);
    expect(report.verdict.unshardedUntil.value!).toBeGreaterThan(1000);
    expect(report.grownAlone.map(({ quantity }) => quantity)).toEqual(["reads", "writes"]);
    // Writes alone end one server of 96 cores where they are 57.6 erlangs.
    const alone = report.grownAlone.find(({ quantity }) => quantity === "writes")!;
    expect(alone.unsharded! * writes.value + reads.value).toBeLessThanOrEqual(57.7);
  });

  test("has an interval around every end", () => {
    for (const { until } of report.ladder) if (until !== null && until.value !== null) expect(until.low! < until.value && until.value < until.high!).toBe(true);
  });

  test("says of each step what stands behind it", () => {
    const simulated = report.steps.filter(({ confirmation }) => confirmation !== null);
    expect(simulated.length).toBeGreaterThan(0);
    for (const { confirmation } of simulated) {
      expect(confirmation!.requests).toBeGreaterThan(10_000);
      expect(Math.abs(confirmation!.simulatedUtilisation - confirmation!.formulaUtilisation)).toBeLessThan(0.06);
    }
  });

  test("hangs on three assumptions, each with its low and its high end", () => {
    expect(report.hangsOn).toHaveLength(3);
    for (const { low, high } of report.hangsOn) expect(low.unshardedUntil).not.toBe(high.unshardedUntil);
  });
});

test("the shop needs no shards within the horizon when its growth is given", async () => {
  const report = await sample("shop", "--growth", "reads 5%/month, writes 8%/month", "--horizon", "36mo");
  expect(report).toMatchObject({ scale: "months", horizonMonths: 36, verdict: { shardsAtHorizon: 1 } });
  // 1.08^36 is 16 times the writes; the server carries a thousand times the load.
  expect(report.steps).toHaveLength(1);
  expect(report.verdict.unshardedUntil.low!).toBeGreaterThan(36);
});

test("the SaaS sample gets its hot tenant isolated before it gets more shards", async () => {
  const report = await sample("saas");
  expect(report.isolate).toMatchObject({ table: "tenants", columns: ["id"], key: "17" });
  // The README of the samples: tenant 17 has about 38 % of the load.
  expect(report.isolate!.share).toBeCloseTo(0.38, 1);
  const [isolate, shard] = [rung(report, "isolate"), rung(report, "shard")];
  expect(isolate.cluster!.shards).toBe(2);
  expect(isolate.until!.value!).toBeLessThan(shard.until!.value!);
  // More shards than the one that is the tenant's alone, and what ends them is the tenant.
  expect(shard.hotKeyAlone).toBe(true);
});

test("the time series are told to partition by time and to shard by device", async () => {
  const report = await sample("metrics");
  expect(report.partition).toMatchObject([{ table: "readings", column: "ts", shardBy: ["device_id"] }]);
});

describe("bad input gets a sentence", () => {
  test.each([
    ["growth in the wrong unit", ["--growth", "writes 8GB/month"], '--growth:1:9: writes don\'t grow by "GB"'],
    ["an objective below the service time itself", ["--slo", "p99<1us"], '--slo "p99<1us" is below the service time itself'],
    ["an unknown node", ["--node", "large"], "--node names one of --nodes"],
    ["data without a unit", ["--data", "much"], "--data much: this is no size"],
  ])("%s", async (_, args, message) => {
    const seen = await folder.run(["plan", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--workers", "1", ...args]);
    expect(seen).toMatchObject({ stdout: "", exitCode: 2 });
    expect(seen.stderr).toContain(message);
  });

  test("a node without cores", async () => {
    folder.write("nodes.yaml", "version: 1\nnodes:\n  - { name: small, memory: 16GB }\n");
    const seen = await folder.run(["plan", "samples/shop.csv.gz", "--nodes", "./nodes.yaml"]);
    expect(seen).toMatchObject({ stdout: "", exitCode: 2 });
    expect(seen.stderr).toContain("nodes.yaml:3:5");
    expect(seen.stderr).toContain("cores");
  });
});

test.each(["--json", "--yaml"])("check holds budgets against the plan as %s", async (form) => {
  const log = ["samples/shop.csv.gz", "--schema", "samples/shop.sql", "--workers", "1"];
  const design = ["--design", "samples/shop-design.yaml"];
  await folder.run(["plan", ...log, ...design, "--growth", "reads 5%/month, writes 8%/month", form, "-o", "./plan.txt"]);
  const check = async (budget: string): Promise<string> => {
    folder.write("budgets.yaml", `version: 1\nevidence:\n  ${budget}\n`);
    const { stdout, exitCode } = await folder.run(["check", ...log, ...design, "--budgets", "./budgets.yaml", "--evidence", "./plan.txt", "--json"]);
    return `${exitCode} ${(JSON.parse(stdout) as { budgets: { status: string }[] }).budgets[0]!.status}`;
  };
  expect(await check("plan.shardsAtHorizon: 1")).toBe("0 holds");
  expect(await check("plan.unshardedUntilMonths: { min: 36 }")).toBe("0 holds");
  expect(await check("plan.nodesAtHorizon: 0")).toBe("1 over");
  // The plan has dates, so that a factor is nowhere in it; and no node has a price.
  expect(await check("plan.unshardedUntilFactor: { min: 2 }")).toBe("1 unknown");
  expect(await check("plan.pricePerMonthAtHorizon: 100")).toBe("1 unknown");
});

test("Markdown and the page say what the JSON says", async () => {
  const args = ["plan", "samples/metrics.csv.gz", "--schema", "samples/metrics.sql", "--workers", "1"];
  const { stdout } = await folder.run([...args, "--markdown", "--html", "./plan.html"]);
  expect(stdout).toMatch(/^## Capacity plan\n\n\*\*no shards before the load has grown [\d,]+x/);
  expect(stdout).toContain("- partition `readings` by `ts`, shard it by `device_id`");
  expect(folder.names()).toContain("plan.html");
});

test("rows touched are not requests", async () => {
  // Ten statements a second for a minute, each of 2 ms over 100,000 rows: 0.02 erlangs whatever the rows.
  const lines = Array.from({ length: 600 }, (_, at) => `${new Date(Date.UTC(2026, 0, 1) + at * 100).toISOString()},2,100000,"SELECT * FROM orders WHERE id = ${at}"`);
  folder.write("rows.csv", ["time,duration_ms,rows,sql", ...lines].join("\n"));
  const report = await planned("./rows.csv");
  expect(report.now.demand.readsPerSecond.value).toBeCloseTo(10, 0);
  expect(report.now.demand.reads.value).toBeCloseTo(0.02, 2);
  expect(report.steps[0]!.cluster).toMatchObject({ shards: 1, nodes: 1 });
});
