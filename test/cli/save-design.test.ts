import { readFileSync } from "node:fs";
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
