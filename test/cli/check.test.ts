import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkSchema, type CheckReport } from "../../src/report/schema-check.ts";
import { junitShape, readXml } from "../report/junit-shape.ts";
import { sarifShape } from "../report/sarif-shape.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const design = `version: 1
shards: 4
tables:
  orders: { shardKey: [customer_id] }
`;
const budgets = `version: 1
cluster:
  scatterShare: 0
  unknownShare: 0
`;
const byCustomer = Array.from({ length: 40 }, (_, id) => `SELECT * FROM orders WHERE customer_id = ${id};\n`).join("");
const byStatus = "SELECT id FROM orders WHERE status = 'open';\n";

/** A repository with a design, budgets and the log of its tests, as CI has it. */
function repository(log: string): void {
  folder.write("design.yaml", design);
  folder.write("budgets.yaml", budgets);
  folder.write("queries.sql", log);
}

const check = (...more: readonly string[]) =>
  folder.run(["check", "--design", "./design.yaml", "--budgets", "./budgets.yaml", "./queries.sql", ...more]);

async function reportOf(...more: readonly string[]): Promise<CheckReport> {
  return checkSchema.parse(JSON.parse((await check("--json", ...more)).stdout));
}

describe("in a repository", () => {
  test("passes, fails on a query that scatters and names it, and passes once it is mended", async () => {
    repository(byCustomer);
    expect(await check()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Passed") as string });

    repository(byCustomer + byStatus);
    const failed = await check();
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("scatterShare of the cluster: 2.4 %, at most 0 %");
    expect(failed.stdout).toContain("./budgets.yaml:3");
    expect(failed.stdout).toContain("./queries.sql:41: every shard");
    expect(failed.stdout).toContain("SELECT id FROM orders WHERE status = '?'");

    repository(byCustomer + byStatus.replace("status = 'open'", "status = 'open' AND customer_id = 7"));
    expect((await check()).exitCode).toBe(0);
  });

  test.each([
    ["empty", ""],
    ["without a statement that reaches a table", "SET search_path = shop;\n"],
  ])("never passes on a log that is %s", async (_, log) => {
    repository(log);
    expect(await check()).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("fails where something can't be judged, and says why", async () => {
    repository(`${byCustomer}SELECT * FROM invoices WHERE id = 7;\n`);
    const { exitCode, stdout } = await check("--markdown");
    expect(exitCode).toBe(1);
    // One of 41 statements may scatter: its table is not in the design.
    expect(stdout).toContain("**unknown**: scatterShare of the cluster: 0 to 2.4 %, at most 0 %; it is not known where");
    expect(stdout).toContain('table "invoices" is not in the design');
  });

  test("leaves no file behind that it was not asked for", async () => {
    repository(byCustomer);
    await check("--junit", "./junit.xml");
    expect(folder.names()).toEqual(["budgets.yaml", "design.yaml", "junit.xml", "queries.sql", "samples"]);
  });
});

describe("the documents", () => {
  beforeEach(() => repository(byCustomer + byStatus));

  test("the JSON holds every budget, every template and the inputs' digests", async () => {
    const report = await reportOf();
    expect(report.passed).toBe(false);
    expect(report.budgets.map(({ measure, status }) => [measure, status])).toEqual([
      ["scatterShare", "over"],
      ["unknownShare", "holds"],
    ]);
    // 40 of 41 are on one shard; the other one asks all 4: (40 + 4) / 41.
    expect(report.measures.cluster["meanFanOut"]).toMatchObject({ atLeast: 1.07317, atMost: 1.07317 });
    expect(report.measures.templates).toHaveLength(2);
    expect(report.inputs.map(({ role }) => role)).toEqual(["design", "budgets", "log"]);
  });

  test("JUnit XML has a test case for each budget", async () => {
    await check("--junit", "./junit.xml");
    const xml = readXml(readFileSync(folder.at("junit.xml"), "utf8"));
    const { children } = junitShape.parse(xml);
    expect(children[0]!.attributes).toMatchObject({ tests: "2", failures: "1" });
    expect(children[0]!.children.map(({ children: inner }) => inner.length)).toEqual([1, 0]);
  });

  test("SARIF names the budget's line and the statement's", async () => {
    await check("--sarif", "./check.sarif");
    const { runs } = sarifShape.parse(JSON.parse(readFileSync(folder.at("check.sarif"), "utf8")));
    const [result] = runs[0]!.results;
    expect(result!.locations[0]!.physicalLocation.region).toEqual({ startLine: 3, startColumn: 3 });
    expect(result!.relatedLocations[0]!.physicalLocation.region).toEqual({ startLine: 41 });
  });

  test("GitHub's annotations are one line for each failure", async () => {
    const { stdout } = await check("--github");
    expect(stdout).toMatch(/^::error file=[^,]*budgets\.yaml,line=3,col=3,title=shardplan%3A scatterShare::scatterShare of the cluster/);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toContain("%0A");
  });

  test("Markdown names what fails in the open and folds the rest", async () => {
    const { stdout } = await check("--markdown");
    expect(stdout).toContain("### shardplan check: failed");
    expect(stdout).toContain("`SELECT id FROM orders WHERE status = '?'`");
    expect(stdout).toContain("<details><summary>All budgets</summary>");
  });

  test("text of the log is escaped in each of them", async () => {
    repository("SELECT 1 FROM orders WHERE \"a</failure>&|`<b>%0A\u001b[31m\" = 1;\n");
    for (const output of ["--markdown", "--github", "--json"] as const)
      expect((await check(output)).stdout).not.toContain("\u001b");
    await check("--junit", "./junit.xml", "--sarif", "./check.sarif");
    junitShape.parse(readXml(readFileSync(folder.at("junit.xml"), "utf8")));
    expect((await check("--github")).stdout.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("against a baseline", () => {
  test("only what got worse fails, and new templates are named", async () => {
    repository(byCustomer + byStatus);
    folder.write("main.json", (await check("--json")).stdout);

    const same = await reportOf("--baseline", "./main.json");
    expect(same).toMatchObject({ passed: true, counts: { notWorse: 1, over: 0 }, baseline: { newTemplates: [], goneTemplates: [] } });

    repository(byCustomer + byStatus + "SELECT id FROM orders WHERE tracking_code = 'x';\n");
    const worse = await reportOf("--baseline", "./main.json");
    expect(worse.passed).toBe(false);
    expect(worse.baseline!.newTemplates.map(({ template, class: found }) => [template, found])).toEqual([
      ["SELECT id FROM orders WHERE tracking_code = '?'", "scatter-gather"],
    ]);

    repository(byCustomer);
    const better = await reportOf("--baseline", "./main.json");
    expect(better).toMatchObject({ passed: true, baseline: { goneTemplates: ["SELECT id FROM orders WHERE status = '?'"] } });
  });

  test("no budgets are needed: nothing may get worse, and nothing new may scatter", async () => {
    repository(byCustomer + byStatus);
    folder.write("main.json", (await check("--json")).stdout);
    const run = (log: string) => {
      repository(log);
      return folder.run(["check", "--design", "./design.yaml", "--baseline", "./main.json", "./queries.sql"]);
    };
    expect((await run(byCustomer + byStatus)).exitCode).toBe(0);
    // As a share of twice as many statements less scatters than before, but the template is new.
    const diluted = await run(byCustomer + byCustomer + byStatus.replace("status", "state"));
    expect(diluted.exitCode).toBe(1);
    expect(diluted.stdout).toContain("scatterShare of template SELECT id FROM orders WHERE state = '?'");
  });

  test("takes the JSON of analyze, which lists the templates that hurt", async () => {
    repository(byCustomer + byStatus);
    folder.write("main.json", (await folder.run(["analyze", "./queries.sql", "--json"])).stdout);
    const report = await reportOf("--baseline", "./main.json");
    expect(report.baseline).toMatchObject({ listsAllTemplates: false });
  });

  test.each([
    ["{", "this is no JSON"],
    ['{"kind": "export"}', 'a document of kind "export" is no baseline'],
    ['{"kind": "check", "version": 1}', "tool"],
  ])("refuses %s", async (text, message) => {
    repository(byCustomer);
    folder.write("main.json", text);
    expect(await check("--baseline", "./main.json")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`error: ./main.json: ${message}`) as string,
    });
  });
});

describe("evidence", () => {
  const scenario = join("samples", "checkout.yaml");

  test("budgets on lag, p99 and rows moved are held against what simulate and reshard said", async () => {
    repository(byCustomer);
    mkdirSync(folder.at("evidence"));
    const simulated = await folder.run(["simulate", "--scenario", folder.at(scenario), "--no-capacity", "--json"]);
    folder.write("evidence/simulation.json", simulated.stdout);
    const moved = await folder.run(["reshard", "--design", "./design.yaml", "--to", "8", "./queries.sql", "--json"]);
    folder.write("evidence/reshard.json", moved.stdout);
    folder.write("budgets.yaml", "version: 1\nevidence:\n  latency.p99: 1000\n  lag.p99: 0.001\n  reshard.accessesMovedShare: 100%\n  reshard.rowsMoved: 10\n");
    const report = await reportOf("--evidence", folder.at("evidence/simulation.json"), "--evidence", folder.at("evidence/reshard.json"));
    expect(report.budgets.map(({ measure, status }) => [measure, status])).toEqual([
      ["latency.p99", "holds"],
      ["lag.p99", "over"],
      ["reshard.accessesMovedShare", "holds"],
      // A log does not tell how many rows there are.
      ["reshard.rowsMoved", "unknown"],
    ]);
  });

  test("what no document says can't pass", async () => {
    repository(byCustomer);
    folder.write("budgets.yaml", "version: 1\nevidence: { latency.p99: 50 }\n");
    const { exitCode, stdout } = await check("--markdown");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("no document was passed with --evidence that has it; simulate --json writes one");
  });
});

describe("wrong usage", () => {
  test("nothing to hold the design against", async () => {
    repository(byCustomer);
    expect(await folder.run(["check", "--design", "./design.yaml", "./queries.sql"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("there is nothing to hold the design against") as string,
    });
  });

  test("a table that is nowhere", async () => {
    repository(byCustomer);
    folder.write("budgets.yaml", "version: 1\ntables:\n  order: { scatterShare: 0 }\n");
    expect(await check()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'error: ./budgets.yaml:3:12: no table "order" in the design or the log\n  did you mean "orders"? tables: orders\n',
      ) as string,
    });
  });
});
