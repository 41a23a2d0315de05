import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compareSchema, type CompareReport } from "../../src/report/schema-compare.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
  folder.write("a.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [id] }\n  countries: { kind: unsharded }\n");
  folder.write("b.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [customer_id] }\n  countries: { kind: reference }\n");
  folder.write("log.sql", Array.from({ length: 20 }, (_, id) => `SELECT * FROM orders WHERE customer_id = ${id};\n`).join(""));
});
afterEach(() => folder.remove());

const compare = async (...args: readonly string[]): Promise<CompareReport> =>
  compareSchema.parse(JSON.parse((await folder.run(["compare", ...args, "--json"])).stdout));

describe("two designs", () => {
  test("differ in their tables", async () => {
    const { tables, measures, templates } = await compare("./a.yaml", "./b.yaml");
    expect(tables.map(({ table, change }) => [table, change])).toEqual([
      ["countries", "unsharded becomes copied to every shard"],
      ["orders", "shard key id becomes customer_id"],
    ]);
    expect({ measures, templates }).toEqual({ measures: [], templates: [] });
  });

  test("and over a log in what becomes of its statements, with the table that makes it so", async () => {
    const { measures, templates } = await compare("./a.yaml", "./b.yaml", "./log.sql");
    // Under customer_id each statement is on one of 4 shards, under id each asks all 4.
    expect(measures.find(({ measure }) => measure === "scatterShare")).toMatchObject({
      a: { atLeast: 1, atMost: 1 },
      b: { atLeast: 0, atMost: 0 },
      verdict: "better",
    });
    expect(measures.find(({ measure }) => measure === "singleShardShare")!.verdict).toBe("better");
    expect(templates).toMatchObject([
      { change: "rerouted", a: { class: "scatter-gather" }, b: { class: "single-shard" }, why: "orders: shard key id becomes customer_id" },
    ]);
  });

  test("the other way round is worse", async () => {
    const { measures } = await compare("./b.yaml", "./a.yaml", "./log.sql");
    expect(measures.find(({ measure }) => measure === "meanFanOut")).toMatchObject({ a: { atMost: 1 }, b: { atLeast: 4 }, verdict: "worse" });
  });

  test("a design is the same as itself", async () => {
    const { tables, measures, templates } = await compare("./a.yaml", "./a.yaml", "./log.sql");
    expect({ tables, templates }).toEqual({ tables: [], templates: [] });
    expect(measures.length).toBeGreaterThan(5);
    expect(measures.every(({ verdict }) => verdict === "same")).toBe(true);
  });
});

describe("two reports", () => {
  test("of check: templates that are new and gone", async () => {
    const check = async (name: string) =>
      folder.write(name, (await folder.run(["check", "--design", "./b.yaml", "--budgets", "./budgets.yaml", "./log.sql", "--json"])).stdout);
    folder.write("budgets.yaml", "version: 1\ncluster: { unknownShare: 1 }\n");
    await check("main.json");
    folder.write("log.sql", "SELECT total FROM orders WHERE customer_id = 5;\n");
    await check("branch.json");
    const { templates, listsAllTemplates } = await compare("./main.json", "./branch.json");
    expect(listsAllTemplates).toBe(true);
    expect(templates.map(({ template, change, why }) => [template, change, why])).toEqual([
      ["SELECT * FROM orders WHERE customer_id = ?", "gone", "the log of B does not have it"],
      ["SELECT total FROM orders WHERE customer_id = ?", "new", "the log of A does not have it"],
    ]);
  });

  test("of analyze, with a design file", async () => {
    folder.write("main.json", (await folder.run(["analyze", "./log.sql", "--json"])).stdout);
    const { a, tables } = await compare("./main.json", "./b.yaml");
    expect(a.kind).toBe("analysis");
    expect(tables.map(({ table }) => table)).toContain("countries");
  });

  test("have logs of their own", async () => {
    folder.write("main.json", (await folder.run(["analyze", "./log.sql", "--json"])).stdout);
    expect(await folder.run(["compare", "./main.json", "./b.yaml", "./log.sql"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("it is a report, which has its own log") as string,
    });
  });
});

test("the page fits its width", async () => {
  const { stdout } = await folder.run(["compare", "./a.yaml", "./b.yaml", "./log.sql"], { width: 60 });
  expect(stdout).toContain("orders: shard key id becomes customer_id");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
});
