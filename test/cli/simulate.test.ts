import { afterAll, describe, expect, test } from "vitest";
import { simulationSchema } from "../../src/report/simulation-schema.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const scenario = `version: 1
name: two shards
seed: 7
duration: 4s
arrivals: 1500/s
operations:
  - { name: get, share: 4, service: { exponential: 1ms } }
  - { name: put, kind: write, service: { exponential: 1ms }, apply: 0.2ms }
cluster: { shards: 2, servers: 2, replicas: 1, replication: { delay: 1ms } }
reads: { policy: any }
`;
folder.write("s.yaml", scenario);
const simulate = (...args: string[]) => folder.run(["simulate", "--scenario", "./s.yaml", "--workers", "1", ...args]);

describe("simulate", () => {
  test("prints lines of at most 80 columns, with the engine and the sum of all requests", async () => {
    const { stdout, stderr, exitCode } = await simulate();
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).toContain("fast engine");
    expect(stdout).toMatch(/[\d,]+ arrivals = [\d,]+ served \+ 0 refused \+ \d+ in flight/);
    expect(stdout).toMatch(/sustainable: [\d,]+ requests\/s/);
  });

  test("prints JSON that its schema knows, the same bytes each time", async () => {
    const first = await simulate("--json");
    expect(() => simulationSchema.parse(JSON.parse(first.stdout))).not.toThrow();
    expect((await simulate("--json")).stdout).toBe(first.stdout);
    expect((await simulate("--json", "--seed", "8")).stdout).not.toBe(first.stdout);
  });

  test("compares what-ifs in one table", async () => {
    const { stdout } = await simulate("--vary", "shards=1,2", "--vary", "replication=async,semi-sync", "--speed", "2", "--no-capacity");
    expect(stdout.split("\n").filter((line) => /^ {2}[12] +(async|semi-sync)/.test(line))).toHaveLength(4);
  });

  test("ends with 1 when an expectation fails or can't be told, with 0 when all hold", async () => {
    const expecting = async (line: string): Promise<number | null> => {
      folder.write("e.yaml", `${scenario}expect: ["${line}"]\n`);
      return (await folder.run(["simulate", "--scenario", "./e.yaml", "--no-capacity", "--workers", "1"])).exitCode;
    };
    expect(await expecting("latency.p99 < 50ms")).toBe(0);
    expect(await expecting("latency.p99 < 1us")).toBe(1);
    expect(await expecting("latency.nothing < 1us")).toBe(1);
    expect(await expecting("ownWriteMissed.share < 1%")).toBe(1);
  });

  test("takes a failure from the command line", async () => {
    const { stdout } = await simulate("--fail", "shard 1 primary at 2s for 1s", "--no-capacity");
    expect(stdout).toContain("shard 1 lost its primary at 2 s");
  });

  test.each([
    [["--fail", "shard x"], "--fail shard x: expected which node fails"],
    [["--fail", "shard 5 primary at 1s"], "there is no shard 5"],
    [["--fail", "shard 1 primary at 9s"], "the fault comes after the end"],
    [["--vary", "shards"], "--vary shards: expected a name and its values"],
    [["--vary", "cluster.color=red"], 'unknown key "color"'],
    [["--reshard", "2->4 at 1s"], "the scenario does not say what a move costs"],
    [["--reshard", "2 to 4"], "expected from how many to how many shards"],
    [["--slo", "fast"], '"fast" is no expectation'],
    [["--speed", "0"], "0"],
  ])("refuses %j with a sentence", async (args, sentence) => {
    const { stdout, stderr, exitCode } = await simulate(...args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(sentence);
  });

  test("reads the load's limit and the objective's knee off the same search", async () => {
    const { stdout } = await simulate("--slo", "p99<20ms", "--json");
    const [variant] = simulationSchema.parse(JSON.parse(stdout)).variants;
    // The busier shard of two has 2 servers; writes go to its primary alone.
    expect(variant!.knee!.requestsPerSecond).toBeLessThanOrEqual(variant!.capacity!.requestsPerSecond!);
    expect(variant!.knee!.requestsPerSecond).toBeGreaterThan(1500);
  });
});

test("every --fail of an example of its help lies inside of the scenario that the example runs", async () => {
  const { stdout } = await folder.run(["simulate", "--help"]);
  const examples = [...stdout.matchAll(/--scenario (\S+) .*--fail '([^']+)'/g)];
  expect(examples).not.toEqual([]);
  for (const [, sample, fault] of examples) {
    const { stderr } = await folder.run(["simulate", "--scenario", `./${sample!}`, "--fail", fault!, "--speed", "0.01", "--no-capacity", "--workers", "1"]);
    expect(stderr).toBe("");
  }
});
