import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { documentSchemas, type DocumentName } from "../../src/report/published-schemas.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

const shop = ["./samples/shop.csv.gz", "--schema", "./samples/shop.sql"];
const design = ["--design", "./samples/shop-design.yaml"];

/** Every command that prints JSON, over the samples that it takes; answers are one document, or one a line. */
const commands: readonly (readonly [DocumentName, readonly string[], string?])[] = [
  ["analyze", ["analyze", ...shop]],
  ["analyze", ["analyze", "./samples/saas.csv.gz", "--schema", "./samples/saas.sql"]],
  ["analyze", ["analyze", "./samples/metrics.csv.gz", "--schema", "./samples/metrics.sql"]],
  ["analyze", ["analyze", "./samples/access.csv"]],
  ["check", ["check", ...design, "--budgets", "./samples/budgets.yaml", ...shop]],
  ["compare", ["compare", "./samples/shop-design.yaml", "./samples/shop-design.yaml", ...shop]],
  ["explain", ["explain", ...design, "--schema", "./samples/shop.sql", "SELECT * FROM orders WHERE customer_id = 7"]],
  ["export", ["export", ...design, "--schema", "./samples/shop.sql"]],
  ["place", ["place", "--target", "cassandra", "--shards", "4", "--type", "int64", "42"]],
  ["place", ["place", "--target", "vitess", "--shards", "4", "--type", "int64", "42"]],
  ["plan", ["plan", ...shop]],
  ["reshard", ["reshard", ...design, "--to", "12", ...shop]],
  ["scan", ["scan", ...shop, "-o", "./shop.workload"]],
  ["simulate", ["simulate", "--scenario", "./samples/checkout.yaml", "--no-capacity"]],
  ["targets", ["targets"]],
  ["targets", ["targets", "cassandra"]],
  ["targets", ["targets", "generic"]],
];

/** The published text, read back: what others validate with. */
async function published(name: string): Promise<z.ZodType> {
  const { stdout, exitCode } = await folder.run(["schema", name]);
  expect(exitCode).toBe(0);
  return z.fromJSONSchema(JSON.parse(stdout) as z.core.JSONSchema.JSONSchema);
}

describe("a published schema", () => {
  for (const [name, args] of commands)
    test(`describes what ${args.join(" ")} --json prints`, { timeout: 120_000 }, async () => {
      const { stdout, exitCode, stderr } = await folder.run([...args, "--json"]);
      expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
      const document: unknown = JSON.parse(stdout);
      documentSchemas[name].schema.parse(document);
      (await published(name)).parse(document);
    });

  test("describes every line of explain", async () => {
    const { readFileSync } = await import("node:fs");
    const input = readFileSync(folder.at("samples/statements.jsonl"), "utf8");
    const { stdout } = await folder.run(["explain", ...design, "--schema", "./samples/shop.sql", "-"], { input });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(3);
    const schema = await published("explain");
    for (const line of lines) schema.parse(JSON.parse(line));
  });

  test("refuses another document", async () => {
    const { stdout } = await folder.run(["targets", "--json"]);
    for (const name of Object.keys(documentSchemas).filter((other) => other !== "targets"))
      expect((await published(name)).safeParse(JSON.parse(stdout)).success).toBe(false);
  });
});

describe("shardplan schema", () => {
  test("lists what there is, and each has a test above", async () => {
    const { stdout } = await folder.run(["schema"]);
    const names = stdout.trimEnd().split("\n").map((line) => line.split(" ")[0]!);
    expect(names).toEqual(Object.keys(documentSchemas));
    expect(new Set(commands.map(([name]) => name))).toEqual(new Set(names));
  });

  test("knows the report by its name, too", async () => {
    expect((await folder.run(["schema", "report"])).stdout).toBe((await folder.run(["schema", "analyze"])).stdout);
  });

  test("names the nearest one", async () => {
    expect(await folder.run(["schema", "chek"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('error: no schema "chek"\n  did you mean "check"?') as string,
    });
  });
});
