import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../../src/report/schema.ts";
import { Folder } from "../run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

const log = "ts,query\n2026-11-20T09:00:00Z,SELECT 1 FROM a WHERE id = 1\n";
async function analyzed(config: string, ...flags: string[]) {
  folder.write("c.yaml", config);
  folder.write("log.csv", log);
  const { stdout, stderr, exitCode } = await folder.run(["analyze", "./log.csv", "--config", "./c.yaml", ...flags]);
  return { report: exitCode === 0 && stdout.startsWith("{") ? (JSON.parse(stdout) as Report) : stdout, stderr, exitCode };
}

describe("flags in a configuration file", () => {
  test("are those of the command's section, and the common ones that it has", async () => {
    const { report } = await analyzed("version: 1\nseed: 9\nanalyze: { shards: 3, json: true }\nsimulate: { scenario: s.yaml }\n");
    expect(report).toMatchObject({ seed: 9, options: { shardCounts: [3] } });
  });

  test("give way to the command line, also to a flag that excludes them", async () => {
    const { report } = await analyzed("version: 1\nanalyze: { shards: 3, markdown: true, pin: [a=reference] }\n", "--shards", "5", "--json", "--pin", "a=id");
    expect(report).toMatchObject({ options: { shardCounts: [5] } });
    expect((report as Report).designs.designs[0]!.tables[0]).toMatchObject({ kind: "sharded", shardKey: ["id"] });
  });

  test("may be common ones that are named like a command without flags", async () => {
    // samples/shop.sql creates so many tables.
    const { report } = await analyzed("version: 1\nschema: samples/shop.sql\nanalyze: { json: true }\n");
    expect(report).toMatchObject({ read: { schema: { declaredTables: 12 } } });
  });

  test("may be those that a command must have", async () => {
    folder.write("c.yaml", "version: 1\nexplain: { design: samples/shop-design.yaml, json: true }\n");
    const seen = await folder.run(["explain", "SELECT 1 FROM orders WHERE customer_id = 1", "--config", "./c.yaml"]);
    expect(seen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"single-shard"') as string });
  });

  test("can say --no-header", async () => {
    folder.write("bare.csv", "2026-11-20T09:00:00Z,SELECT 1 FROM a WHERE id = 1\n2026-11-20T09:00:01Z,SELECT 1 FROM a WHERE id = 2\n");
    folder.write("c.yaml", "version: 1\nanalyze: { header: false, sql-column: 1, json: true }\n");
    const { stdout } = await folder.run(["analyze", "./bare.csv", "--config", "./c.yaml"]);
    expect(JSON.parse(stdout)).toMatchObject({ read: { statements: 2 } });
  });
});

test.each([
  ["a misspelt key", "version: 1\nanalyze:\n  shard: 3\n", './c.yaml:3:3: unknown key "shard"'],
  ["an unknown section", "version: 1\nanalyse: {}\n", './c.yaml:2:1: unknown key "analyse"'],
  ["a value that the flag refuses", "version: 1\nanalyze:\n  cores: -1\n", './c.yaml:3:10: "cores" is not valid'],
  ["none of a flag's choices", "version: 1\nanalyze:\n  dialect: oracle\n", './c.yaml:3:12: "oracle" is none of its values'],
  ["a value for a switch", "version: 1\nanalyze:\n  all: 7\n", './c.yaml:3:8: "all": expected true or false'],
  ["a flag of another command", "version: 1\nanalyze:\n  scenario: s.yaml\n", './c.yaml:3:3: unknown key "scenario"'],
  ["no version", "analyze: {}\n", './c.yaml:1:1: "version" is missing'],
  ["broken YAML", "version: [\n", "./c.yaml:2:1: "],
  ["nothing", "", "./c.yaml: the configuration file is empty"],
])("%s is refused with its place", async (_, config, sentence) => {
  const { stderr, exitCode } = await analyzed(config);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(`error: ${sentence}`) as string });
});

test("shardplan.config.yaml is found in the working folder", async () => {
  const own = new Folder();
  own.write("shardplan.config.yaml", "version: 1\nanalyze: { json: true, shards: 6 }\n");
  const { stdout, exitCode } = await own.runProcess(["analyze", "samples/access.csv"]);
  own.remove();
  expect({ exitCode, counts: (JSON.parse(stdout) as Report).options.shardCounts }).toEqual({ exitCode: 0, counts: [6] });
});

test("a file that is named and not there is an error", async () => {
  const { stderr, exitCode } = await folder.run(["targets", "--config", "./nowhere.yaml"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining("./nowhere.yaml: the configuration can't be read (no such file)") as string });
});
