import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Folder, root } from "./run.ts";

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly { readonly env?: Readonly<Record<string, string>>; readonly run: string }[] };
}
const action = parse(readFileSync(join(root, ".github/actions/check/action.yml"), "utf8")) as Action;

describe("the GitHub Action", () => {
  const run = (budgets: string) => {
    folder.write("budgets.yaml", budgets);
    mkdirSync(folder.at("temp"), { recursive: true });
    // GitHub's runner is bash with -e -o pipefail, and hands inputs over as the environment says.
    const script = action.runs.steps[0]!.run.replace("node bin/shardplan.js", "shardplan");
    return folder.runShell(`set -eo pipefail\n${script}`, {
      RUNNER_TEMP: folder.at("temp"),
      GITHUB_OUTPUT: folder.at("output"),
      DESIGN: "samples/shop-design.yaml",
      LOGS: "samples/shop.csv.gz\n",
      BUDGETS: "budgets.yaml",
      BASELINE: "",
      SCHEMA: "samples/shop.sql",
      EVIDENCE: "",
      VERSION: "checkout",
    });
  };

  test("writes every file, and passes or fails as check does", async () => {
    expect(await run("version: 1\ncluster: { singleShardShare: 10% }\n")).toMatchObject({ exitCode: 0, stdout: "" });
    const failed = await run("version: 1\ncluster: { singleShardShare: 99% }\n");
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(/^::error file=budgets\.yaml,line=2/);
    const read = (name: string): string => readFileSync(folder.at(`temp/shardplan/${name}`), "utf8");
    expect(read("check.md")).toContain("### shardplan check: failed");
    expect(JSON.parse(read("check.json"))).toMatchObject({ kind: "check", passed: false });
    expect(JSON.parse(read("check.sarif"))).toMatchObject({ version: "2.1.0" });
    expect(read("junit.xml")).toContain("<failure");
    expect(readFileSync(folder.at("output"), "utf8")).toContain(`folder=${folder.at("temp")}/shardplan`);
  });

  test("hands over no input in the text of a script, where it could be run", () => {
    for (const { run: script } of action.runs.steps) expect(script).not.toContain("${{");
  });
});
