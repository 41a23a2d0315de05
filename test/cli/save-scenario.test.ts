import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

/** 100 s: each second a read of one key in 10 ms; every tenth second a search over all rows in 40 ms. */
const log = [
  "ts,duration_ms,query",
  ...Array.from({ length: 101 }, (_, second) => {
    const at = new Date(Date.UTC(2026, 10, 20, 9, 0, second)).toISOString();
    return second % 10 === 9
      ? `${at},40,SELECT count(*) FROM orders WHERE total > 5`
      : `${at},10,SELECT total FROM orders WHERE customer_id = ${second}`;
  }),
].join("\n");

test("a scenario holds the log's rate, shares and times, under the recommended design", async () => {
  folder.write("log.csv", log);
  const { exitCode } = await folder.run(
    ["analyze", "./log.csv", "--shards", "4", "--key", "orders.customer_id", "--pin", "orders=customer_id"].concat(
      ["--save-scenario", "./s.yaml", "--replicas", "2", "--replication", "quorum", "--objective", "latency.p99 < 50ms", "--cores", "8"],
    ),
  );
  expect(exitCode).toBe(0);
  const scenario = parseScenario(readFileSync(folder.at("s.yaml"), "utf8"), "s.yaml");
  expect(scenario.arrivals).toEqual({ process: "poisson", rate: 101 / 100_000 });
  expect(scenario.cluster).toMatchObject({ shards: 4, replicas: 2, stations: [{ servers: 8 }] });
  expect(scenario.expect).toMatchObject([{ measure: "latency.p99", value: 50 }]);
  // 91 reads of 10 ms on one shard; 10 of 40 ms on all four: 10 ms on each, and the fixed cost of a statement.
  expect(scenario.operations.map(({ name, share, touches }) => ({ name, share, touches }))).toEqual([
    { name: "read-one-shard", share: 91, touches: "keys" },
    { name: "read-all-shards", share: 10, touches: "all" },
  ]);
  const [one, all] = scenario.operations.map(({ stages }) => stages[0]!.service);
  expect(one).toEqual({ kind: "exponential", mean: 10 });
  expect(all).toEqual({ kind: "exponential", mean: 10.1 });
  expect(scenario.keys.shares!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
});

test.each([
  ["times", "query\nSELECT total FROM orders WHERE customer_id = 1\n"],
  ["durations", "ts,query\n2026-11-20T09:00:00Z,SELECT 1 FROM a WHERE id = 1\n2026-11-20T09:00:09Z,SELECT 1 FROM a WHERE id = 2\n"],
])("a log without %s is not enough, and nothing is written", async (what, content) => {
  folder.write("poor.csv", content);
  const before = folder.names();
  const seen = await folder.run(["analyze", "./poor.csv", "--save-scenario", "./poor.yaml", "--save-design", "./poor-design.yaml"]);
  expect(seen).toMatchObject({ exitCode: 2, stdout: "" });
  expect(seen.stderr).toContain(`error: --save-scenario: the log has no ${what}, and a simulation needs them\n`);
  expect(folder.names()).toEqual(before);
});

test("an objective that says nothing is refused before the log is read", async () => {
  const { exitCode, stderr } = await folder.run(["analyze", "./log.csv", "--objective", "fast"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(/^error: --objective: .*"fast" is no expectation/) as string });
});

test("--target makes the saved design one of that system; what it has no words for is said", async () => {
  folder.write("log.csv", log);
  const { exitCode } = await folder.run(["analyze", "./log.csv", "--save-design", "./vitess.yaml", "--target", "citus"]);
  expect(exitCode).toBe(0);
  expect(readFileSync(folder.at("vitess.yaml"), "utf8")).toContain("target: citus\n");
  expect(await folder.run(["analyze", "./log.csv", "--save-design", "./x.yaml", "--target", "oracle"])).toMatchObject({ exitCode: 2 });
});
