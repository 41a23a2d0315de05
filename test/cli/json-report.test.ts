import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reportSchema, type Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

describe("every report", () => {
  test.each([
    "samples/shop.csv.gz --schema ./samples/shop.sql",
    "samples/shop.csv.gz --literals --shards 1,3 --rank-at 3",
    "samples/saas.csv.gz --schema ./samples/saas.sql --key tasks.id --strategy jump --strategy fixed-slots",
    "samples/metrics.csv.gz --schema ./samples/metrics.sql --cores 0.001 --largest-cores 0.002",
    "samples/access.csv --all",
    "samples/access.csv ./samples/shop.csv.gz",
  ])("of %s is as the published schema says, and its sums hold", async (line) => {
    const { stdout, stderr, exitCode } = await folder.run(["analyze", "--json", ...`./${line}`.split(" ")]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const { inputs, read, tables, recommendation } = reportSchema.parse(JSON.parse(stdout));
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    expect(read.records).toBe(read.statements + sum(read.skipped.map(({ count }) => count)));
    expect(read.statements).toBe(read.reads + read.writes + read.others + read.notUnderstood);
    expect(sum(inputs.map(({ records }) => records))).toBe(read.records);
    expect(sum(inputs.map(({ entries }) => entries))).toBe(read.statements);
    // Each table has its answer, and an answer is about a table that was seen.
    expect(recommendation.tables.map(({ table }) => table).sort()).toEqual(tables.map(({ table }) => table).sort());
    for (const { first, count } of read.skipped) {
      expect(first.length).toBeGreaterThan(0);
      expect(first.length).toBeLessThanOrEqual(count);
      for (const { line: at } of first) expect(at).toBeGreaterThan(0);
    }
  });
});

test("what the flags say is in the report", async () => {
  const args = [
    "analyze",
    "./samples/access.csv",
    "--json",
    "--shards",
    "8,2",
    "--rank-at",
    "2",
    "--strategy",
    "hash",
    "--cost-separation",
    "3",
  ];
  const { options, tables } = JSON.parse((await folder.run(args)).stdout) as Report;
  expect(options).toMatchObject({
    shardCounts: [2, 8],
    rankedAt: 2,
    strategies: ["hash"],
    costWeights: { separation: 3 },
  });
  for (const { candidates } of tables)
    for (const { strategy, byShardCount } of candidates) {
      expect(strategy).toBe("hash");
      expect(byShardCount.map(({ shards }) => shards)).toEqual([2, 8]);
    }
});

test("a user's own key is judged whatever speaks against it", async () => {
  const args = [
    "analyze",
    "./samples/shop.csv.gz",
    "--schema",
    "./samples/shop.sql",
    "--json",
    "--key",
    "Orders.STATUS",
    "--key",
    "orders.id,customer_id",
  ];
  const { tables } = JSON.parse((await folder.run(args)).stdout) as Report;
  const keys = tables.find(({ table }) => table === "orders")!.candidates.map(({ key }) => key.join());
  expect(keys).toEqual(expect.arrayContaining(["status", "id,customer_id"]));
});

describe("--key", () => {
  const statements = [
    ...Array.from(
      { length: 60 },
      (_, id) => `INSERT INTO ""Orders"" (""customerId"", id, note) VALUES (${id % 9}, ${id}, ${id % 5})`,
    ),
    ...Array.from({ length: 60 }, (_, id) => `SELECT * FROM ""Orders"" WHERE id = ${id}`),
  ];

  test.each([
    "Orders.customerId",
    "orders.CUSTOMERID",
    '"Orders"."customerId"',
    "public.Orders.customerid",
    "`Orders`.customerId",
    " Orders.customerId ",
  ])("%s finds the name as the log has it, and its values are counted", async (key) => {
    folder.write("mixed.csv", `ts,sql\n${statements.map((sql) => `2026-11-20 09:00:00,"${sql}"\n`).join("")}`);
    const { stdout, stderr } = await folder.run(["analyze", "./mixed.csv", "--json", "--key", key]);
    expect(stderr).toBe("");
    const candidate = (JSON.parse(stdout) as Report).tables[0]!.candidates.find(
      (each) => each.key.join() === "customerid",
    );
    expect(candidate!.sources).toContain("user");
    expect(candidate!.keyCharacteristics.numDistinctValues).toEqual({ count: 9, relativeError: 0 });
  });
});

test("literals are shown only when asked for", async () => {
  const templates = async (flags: readonly string[]): Promise<string> =>
    JSON.stringify(
      (JSON.parse((await folder.run(["analyze", "./literals.csv", "--json", ...flags])).stdout) as Report).hurting,
    );
  folder.write(
    "literals.csv",
    "ts,sql\n" +
      "2026-11-20 09:00:00,SELECT * FROM people WHERE name = 'Grete' AND city > 'Ulm'\n".repeat(9) +
      Array.from({ length: 50 }, (_, id) => `2026-11-20 09:00:00,SELECT * FROM people WHERE id = ${id}\n`).join(""),
  );
  expect(await templates([])).not.toContain("Grete");
  expect(await templates(["--literals"])).toContain("Grete");
});
