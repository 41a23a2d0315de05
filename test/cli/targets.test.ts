import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { displayWidth } from "../../src/report/display-width.ts";
import { knownNames } from "../../src/placement/target-facts.ts";
import { targetNames } from "../../src/placement/targets.ts";
import { Folder } from "./run.ts";

/** `shardplan targets`: what is known of each target, with status and source. */
let folder: Folder;
beforeAll(() => void (folder = new Folder()));
afterAll(() => folder.remove());

const targets = async (...args: string[]): Promise<string> => {
  const { stdout, stderr, exitCode } = await folder.run(["targets", ...args]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout;
};

describe("without a name", () => {
  test("there is one line per target: exact or a model, what moves, how it places", async () => {
    const lines = (await targets()).split("\n");
    expect(lines[0]).toMatch(/^target +shards are +moves by +places$/);
    expect(lines.slice(1, lines.indexOf("")).map((line) => line.split(" ")[0])).toEqual([...knownNames]);
    expect(lines).toContainEqual(expect.stringMatching(/^redis +exact +slot +16,384 hash slots/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^dynamodb +model +partition split +partitions of an unpublished hash$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^etcd +none +- +every member holds all keys$/));
  });

  test("a line stays one line on a terminal", async () => {
    const { stdout } = await folder.run(["targets"], { width: 60 });
    const lines = stdout.split("\n");
    expect(lines.indexOf("")).toBe(knownNames.length + 1);
    expect(Math.max(...lines.map(displayWidth))).toBe(60);
  });

  test("--json has the same", async () => {
    const list = JSON.parse(await targets("--json")) as { name: string; placement: string }[];
    expect(list.map(({ name }) => name)).toEqual([...knownNames]);
    expect(list.find(({ name }) => name === "spanner")).toEqual({
      name: "spanner",
      placement: "model",
      places: "splits of the primary key by size and load",
      moves: "split",
    });
  });
});

describe("with a name", () => {
  test("the page has every section, and where each fact is from", async () => {
    const page = await targets("redis");
    expect(page).toMatch(
      /\nPlacement\n[^]*\nLimits\n[^]*\nReplication\n[^]*\nFailover\n[^]*\nResharding\n[^]*\nGuidance[^]*\nNot verified[^]*\nSources\n/,
    );
    expect(page).toContain("\n  slots               16,384 (hard) [1]\n");
    expect(page).toContain("\n  share moved         k/(n+k) of slots [derived 1]\n");
    expect(page).toMatch(/\n {2}\[1\] redis\/redis src\/cluster\.h/);
  });

  test("what is not verified stands among no facts", async () => {
    const [facts, unverified] = (await targets("scylladb")).split("\nNot verified");
    expect(facts).not.toContain("256 per node");
    expect(unverified).toContain("? placement, virtual nodes: 256 per node default in vnode mode");
  });

  test("no line of any page is longer than 80 columns", async () => {
    for (const name of knownNames) {
      const page = await targets(name);
      expect(
        page.split("\n").filter((line) => displayWidth(line) > 80),
        name,
      ).toEqual([]);
      expect(page, name).toMatch(new RegExp(`^${name}: `));
    }
  });

  test("a target without facts says why", async () => {
    for (const name of ["generic", "shardingsphere", "kafka"])
      expect(await targets(name)).toMatch(/\nFacts\n {2}None were gathered: \w/);
  });

  test("--json has each fact with its status and its sources in full", async () => {
    const { facts, placement } = JSON.parse(await targets("citus", "--json")) as {
      facts: { name: string }[];
      placement: object;
    };
    expect(facts.find(({ name }) => name === "MAX_SHARD_COUNT")).toEqual({
      section: "limits",
      name: "MAX_SHARD_COUNT",
      value: 64_000,
      unit: "shards",
      scope: "hard",
      status: "verified",
      sources: [expect.stringMatching(/^citusdata\/citus: /)],
    });
    expect(placement).toMatchObject({
      status: "exact",
      strategies: [{ name: "hash", default: true, options: ["type", "slots"] }],
    });
  });

  test("every target has a page, by other names too", async () => {
    expect(knownNames).toEqual(expect.arrayContaining([...targetNames]));
    expect(await targets("PostgreSQL")).toBe(await targets("postgres"));
    expect(await targets("redis-cluster")).toBe(await targets("redis"));
  });

  test("an unknown one is answered with the nearest", async () => {
    expect(await folder.run(["targets", "casandra"])).toEqual({
      stdout: "",
      stderr: expect.stringMatching(
        /^error: no target "casandra"\n {2}did you mean "cassandra"\? targets: cassandra, [^\n]+\n$/,
      ) as string,
      exitCode: 2,
    });
  });
});
