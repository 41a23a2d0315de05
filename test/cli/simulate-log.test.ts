import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { simulationSchema } from "../../src/report/simulation-schema.ts";
import { parse } from "yaml";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

// Ten seconds of 20 statements each: half of them for customer 7, a tenth without the key.
const lines = Array.from({ length: 200 }, (_, at) => {
  const time = new Date(Date.UTC(2026, 0, 1) + at * 50).toISOString();
  const key = at % 2 === 0 ? 7 : 1000 + at;
  const sql = at % 10 === 1 ? "SELECT * FROM orders WHERE status = 'new'" : `SELECT * FROM orders WHERE customer_id = ${key}`;
  return { time, sql, ms: at % 10 === 1 ? 8 : 2 };
});
const csv = (columns: readonly ("time" | "sql" | "ms")[]): string =>
  [columns.map((name) => (name === "ms" ? "duration_ms" : name)).join(","), ...lines.map((line) => columns.map((name) => `"${line[name]}"`).join(","))].join("\n");
folder.write("log.csv", csv(["time", "sql", "ms"]));
folder.write("no-durations.csv", csv(["time", "sql"]));
folder.write("no-times.csv", csv(["sql", "ms"]));
folder.write("design.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [customer_id] }\n");
const simulate = (log: string, ...args: string[]) =>
  folder.run(["simulate", `./${log}`, "--design", "./design.yaml", "--workers", "1", "--no-capacity", ...args]);

interface Saved {
  readonly duration: string;
  readonly operations: readonly { readonly about: string; readonly share: number; readonly touches?: string; readonly service: { empirical: string[] } }[];
  readonly keys: { readonly groups: readonly { readonly share: number; readonly keys: number; readonly shard: number }[] };
}
const saved = async (...args: string[]): Promise<Saved> => {
  const { stderr, exitCode } = await simulate("log.csv", "--save-scenario", "./saved.yaml", ...args);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return parse(readFileSync(folder.at("saved.yaml"), "utf8")) as Saved;
};

test("shares, hot keys, fan-out and times of the scenario are the log's", async () => {
  const { operations, keys, duration } = await saved();
  const [byKey, scatter] = [operations.find(({ touches }) => touches === undefined)!, operations.find(({ touches }) => touches === "all")!];
  expect(byKey.share).toBe(180);
  expect(scatter.share).toBe(20);
  expect(scatter.about).toContain("status");
  // Customer 7 has 100 of the 180 accesses by key.
  expect(Math.max(...keys.groups.map(({ share }) => share))).toBeCloseTo(100 / 180, 6);
  expect(keys.groups.reduce((sum, group) => sum + group.keys, 0)).toBeGreaterThanOrEqual(81);
  expect(duration).toBe("9950ms");
  expect(byKey.service.empirical[0]).toBe("2ms");
  // 8 ms on four shards: a quarter each, and 0.1 ms that each further shard spends again.
  expect(Number.parseFloat(scatter.service.empirical[0]!)).toBeCloseTo((8 + 3 * 0.1) / 4, 6);
});

test("the saved scenario gives the same run", async () => {
  const log = await simulate("log.csv", "--json", "--replicas", "1", "--speed", "20", "--fail", "shard 1 primary at 2s", "--save-scenario", "./same.yaml");
  const file = await folder.run(["simulate", "--scenario", "./same.yaml", "--json", "--workers", "1", "--no-capacity"]);
  const variantsOf = (text: string): unknown => simulationSchema.parse(JSON.parse(text)).variants;
  expect(variantsOf(file.stdout)).toEqual(variantsOf(log.stdout));
});

test("the number of shards is a what-if: keys are placed anew for each", async () => {
  const { stdout } = await simulate("log.csv", "--vary", "shards=2,8", "--speed", "20", "--json");
  const { variants } = simulationSchema.parse(JSON.parse(stdout));
  expect(variants.map(({ shards, shardHistories }) => [shards, shardHistories.length])).toEqual([[2, 2], [8, 8]]);
});

test("a reshard moves the log's keys as the designs place them", async () => {
  const { stdout, stderr } = await simulate("log.csv", "--reshard", "4->6 at 3s", "--data", "100MB", "--speed", "20", "--json");
  expect(stderr).toBe("");
  const { variants } = simulationSchema.parse(JSON.parse(stdout));
  expect(variants[0]!.moves).toHaveLength(1);
  expect(variants[0]!.shardHistories).toHaveLength(6);
});

test("capacity is found for a rate that changes with time", async () => {
  const { stdout } = await folder.run(["simulate", "./log.csv", "--design", "./design.yaml", "--workers", "1", "--json"]);
  const { capacity } = simulationSchema.parse(JSON.parse(stdout)).variants[0]!;
  // The hot shard has at least 100 of 200 statements of 2 ms, and a quarter of 20 x 8.3 ms: 0.8 ms a statement on 4 servers at the least.
  expect(capacity!.requestsPerSecond).toBeGreaterThan(1000);
  expect(capacity!.requestsPerSecond).toBeLessThan(4 / 0.0012 * 1.1);
});

test("what the log lacks is said, with what to pass instead", async () => {
  const untimed = await simulate("no-durations.csv");
  expect(untimed).toMatchObject({ exitCode: 2, stdout: "" });
  expect(untimed.stderr).toContain("the log has no durations");
  expect(untimed.stderr).toContain("--service-ms");
  expect((await simulate("no-durations.csv", "--service-ms", "2")).exitCode).toBe(0);
  const timeless = await simulate("no-times.csv");
  expect(timeless.exitCode).toBe(2);
  expect(timeless.stderr).toContain("--rate");
  expect((await simulate("no-times.csv", "--rate", "500/s")).exitCode).toBe(0);
  const reshard = await simulate("log.csv", "--reshard", "4->6 at 3s");
  expect(reshard.exitCode).toBe(2);
  expect(reshard.stderr).toContain("--data");
});

test("either a log or a scenario is simulated", async () => {
  expect((await folder.run(["simulate"])).exitCode).toBe(2);
  expect((await folder.run(["simulate", "./log.csv"])).stderr).toContain("--design");
  expect((await simulate("log.csv", "--scenario", "./saved.yaml")).exitCode).toBe(2);
});
