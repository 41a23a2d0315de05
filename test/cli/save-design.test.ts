import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { parseDesign, renderDesign } from "../../src/placement/design-file.ts";
import type { Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());
const saas = ["analyze", "./samples/saas.csv.gz", "--schema", "./samples/saas.sql"];

describe("--save-design", () => {
  test("writes the recommended design, which explain and place take", async () => {
    const { exitCode, stdout } = await folder.run([...saas, "--json", "--save-design", "./design.yaml"]);
    expect(exitCode).toBe(0);
    const [recommended] = (JSON.parse(stdout) as Report).designs.designs;
    const text = readFileSync(folder.at("design.yaml"), "utf8");
    const design = parseDesign(text, "design.yaml");
    expect(renderDesign(design)).toBe(text);
    expect(
      [...design.tables].map(([table, own]) => ({
        table,
        kind: own.kind,
        shardKey: own.kind === "sharded" ? own.shardKey : [],
        colocatedWith: own.kind === "sharded" ? (own.colocatedWith ?? null) : null,
      })),
    ).toEqual(
      recommended!.tables.map(({ table, kind, shardKey, colocatedWith }) => ({ table, kind, shardKey, colocatedWith })),
    );
    const explained = await folder.run([
      "explain",
      "--design",
      "./design.yaml",
      "SELECT * FROM tasks t JOIN users u ON u.tenant_id = t.tenant_id WHERE t.tenant_id = 17",
    ]);
    // Tenant 17, the heaviest, comes first in a directory.
    expect(explained).toMatchObject({ exitCode: 0, stderr: "" });
    expect(explained.stdout).toMatch(/single-shard: .*\n {2}shards: 0 \(of 4\)/);
    expect((await folder.run(["place", "--design", "./design.yaml", "--table", "tenants", "17"])).exitCode).toBe(0);
  });

  test("is there whole or not at all, and never over an input or the report", async () => {
    const over = await folder.run([...saas, "--save-design", "./samples/saas.sql"]);
    expect(over).toMatchObject({ exitCode: 2, stdout: "" });
    expect(over.stderr).toContain("it is an input\n  pass another path to --save-design");
    const both = await folder.run([...saas, "-o", "./same", "--save-design", "./same"]);
    expect(both.stderr).toContain("it can't be two results at once");
    expect(folder.names()).not.toContain("same");
  });
});

describe("names of a saved design", () => {
  const mongodb = (collection: string, field: string, value: number): string =>
    JSON.stringify({
      t: { $date: "2024-05-01T10:00:00.123+00:00" },
      ...{ s: "I", c: "COMMAND", id: 51803, ctx: "conn1", msg: "Slow query" },
      attr: {
        ...{ type: "command", ns: `Shop.${collection}`, durationMillis: 5 },
        command: { find: collection, filter: { [field]: value }, $db: "Shop" },
      },
    });
  const saved = async (log: string, ...flags: readonly string[]): Promise<string> => {
    writeFileSync(folder.at("log"), log);
    const { exitCode, stderr } = await folder.run(["analyze", "./log", ...flags, "--save-design", "./saved.yaml"]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    return readFileSync(folder.at("saved.yaml"), "utf8");
  };

  test("MongoDB's are the log's, and an export shards the field that the documents have", async () => {
    const log = [1, 2, 3].map((value) => mongodb("orderItems", "shipTo.customerId", value)).join("\n");
    expect(await saved(log, "--target", "mongodb")).toContain("orderItems: { shardKey: [ shipTo.customerId ]");
    const { stdout } = await folder.run(["export", "--design", "./saved.yaml"]);
    expect(stdout).toContain('"orderItems"');
    expect(stdout).toContain('"shipTo.customerId": "hashed"');
    const explained = await folder.run(["explain", "--design", "./saved.yaml", "SELECT 1 FROM orderItems WHERE orderId = 1"]);
    expect(explained.stdout).toContain("scatter-gather");
  });

  test("PostgreSQL's quoted ones are the log's, what is not quoted is in lower case", async () => {
    expect(await saved('SELECT 1 FROM Orders WHERE "customerId" = 4;')).toContain("orders: { shardKey: [ customerId ]");
    expect(await saved("SELECT 1 FROM Orders WHERE customerId = 4;")).toContain("orders: { shardKey: [ customerid ]");
  });

  test("the DDL's come before the log's", async () => {
    writeFileSync(folder.at("ddl.sql"), 'CREATE TABLE "orderItems" (id bigint, "customerID" bigint);');
    const key = ["--pin", "orderItems=customerID"];
    const log = 'SELECT 1 FROM "orderItems" WHERE "customerID" = 4;';
    expect(await saved(log, "--schema", "./ddl.sql", ...key)).toContain("orderItems: { shardKey: [ customerID ]");
    writeFileSync(folder.at("my.sql"), "CREATE TABLE `OrderItems` (Id bigint, CustomerId bigint) ENGINE=InnoDB;");
    expect(await saved("SELECT 1 FROM OrderItems WHERE customerid = 4;", "--schema", "./my.sql", ...key)).toContain(
      "OrderItems: { shardKey: [ CustomerId ]",
    );
  });

  test("two collections that differ in case alone are no one table", async () => {
    writeFileSync(folder.at("log"), [mongodb("orders", "a", 1), mongodb("Orders", "a", 1)].join("\n"));
    const { exitCode, stderr } = await folder.run(["analyze", "./log", "--save-design", "./two.yaml"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("differ in case alone") as string });
  });
});

describe("--pin and --reference", () => {
  const designed = async (...flags: readonly string[]): Promise<Record<string, string>> => {
    const { stdout, stderr } = await folder.run([...saas, "--json", "--max-designs", "1", ...flags]);
    expect(stderr).toBe("");
    const { designs } = JSON.parse(stdout) as Report;
    expect(designs.designs).toHaveLength(1);
    return Object.fromEntries(
      designs.designs[0]!.tables.map(({ table, kind, shardKey }) => [
        table,
        kind === "sharded" ? shardKey.join() : kind,
      ]),
    );
  };

  test("hold whatever they cost", async () => {
    const design = await designed("--pin", "tasks=assignee_id", "--pin", "plans=unsharded", "--reference", "projects");
    expect(design).toMatchObject({ tasks: "assignee_id", plans: "unsharded", projects: "reference" });
  });

  test("name a table and columns that are there", async () => {
    const wrong = async (...flags: readonly string[]): Promise<string> => (await folder.run([...saas, ...flags])).stderr;
    expect(await wrong("--reference", "project")).toMatch(
      /^error: --reference project: no statement of the log uses a table "project"\n {2}.*projects/,
    );
    expect(await wrong("--pin", "tasks=tenant")).toMatch(/^error: --pin tasks=tenant: no column "tenant" in table "tasks"/);
    expect(await wrong("--pin", "tasks")).toContain("pass table=column[,column], table=reference or table=unsharded");
    expect(await wrong("--max-designs", "0")).toContain("pass a whole number from 1 to 100");
  });
});
