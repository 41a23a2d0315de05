import { afterAll, expect, test } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

/** 40 sessions of 10 statements each, a second apart; odd sessions are of user `batch`, every fourth of database `old`. */
const rows = Array.from({ length: 400 }, (_, i) => {
  const session = i % 40;
  const time = new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString();
  return `${time},s${session},${session % 2 ? "batch" : "web"},${session % 4 ? "shop" : "old"},2,SELECT * FROM orders WHERE id = ${i}`;
});
const log = `time,session,user,database,duration_ms,sql\n${rows.join("\n")}\n`;

async function readOf(...flags: readonly string[]): Promise<Report["read"]> {
  const { stdout, stderr, exitCode } = await folder.run(["analyze", "./log.csv", "--json", ...flags]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return (JSON.parse(stdout) as Report).read;
}

folder.write("log.csv", log);

test("records that are not wanted are left out with their reason, and add up with the others", async () => {
  const read = await readOf("--since", "2026-01-01T00:01:00Z", "--until", "2026-01-01 00:05", "--user", "w*", "--database", "shop");
  // Seconds 60 to 299 hold 240 records, half of them of web, half of those of shop.
  expect(read).toMatchObject({ records: 400, statements: 60, skipped: [], sample: null });
  expect(read.leftOut).toEqual([
    { reason: "before --since", count: 60 },
    { reason: "not before --until", count: 100 },
    { reason: "of another database (--database)", count: 60 },
    { reason: "of another user (--user)", count: 120 },
  ]);
});

test.each(["100s", "100 sec", "1.6667m", "100 seconds ago"])("times may be a span before the last entry: %s", async (span) => {
  // The last entry is at second 399; a later one in another input moves the span.
  expect((await readOf("--since", span)).leftOut).toEqual([{ reason: "before --since", count: 299 }]);
  expect((await readOf("--since", "0.05h", "--until", span)).leftOut).toEqual([
    { reason: "before --since", count: 219 },
    { reason: "not before --until", count: 101 },
  ]);
  folder.write("late.csv", `time,session,user,database,duration_ms,sql\n${rows[0]!.replace("2026-01-01T00:00:00", "2026-01-01T00:06:59")}\n`);
  expect((await readOf("./late.csv", "--since", span)).leftOut).toEqual([{ reason: "before --since", count: 319 }]);
});

test("a pipe has shown its last entry when it is read", async () => {
  const { stderr, exitCode } = await folder.run(["analyze", "-", "--since", "1h"], { input: log });
  expect({ stderr, exitCode }).toEqual({
    exitCode: 2,
    stderr: "error: --since: the last entry of stdin is known only when it has been read\n  pass a time such as 2026-11-20T08:00:00Z, or the log as a file\n",
  });
});

test("a sample says its error and scales the load up, not the counts", async () => {
  const read = await readOf("--sample", "0.5", "--sample-seed", "3");
  expect(read.sample).toMatchObject({ rate: 0.5, seed: 3 });
  expect(read.statements % 10).toBe(0);
  expect(read.statements + read.leftOut[0]!.count).toBe(400);
  // n sessions of 10 each: sqrt(0.5 * n * 100) / (10 n), from 1,024 groups.
  expect(read.sample!.relativeError).toBeCloseTo(Math.sqrt(0.5 / (read.statements / 10)), 1);
  const { stdout } = await folder.run(["analyze", "./log.csv", "--sample", "0.5", "--sample-seed", "3"]);
  expect(stdout).toMatch(/a sample of 50 %, seed 3: counts are of the sample/);
  const { stdout: json } = await folder.run(["analyze", "./log.csv", "--sample", "0.5", "--sample-seed", "3", "--json"]);
  const { load } = JSON.parse(json) as Report;
  const span = read.span!.seconds;
  expect("total" in load.erlangs && load.erlangs.total).toBeCloseTo((read.statements * 0.002) / 0.5 / span, 4);
});

test("filters give the same bytes for any number of workers", async () => {
  const large = `time,session,user,database,duration_ms,sql\n${Array.from({ length: 600 }, () => rows.join("\n")).join("\n")}\n`;
  folder.write("large.csv", large);
  const run = (workers: string) =>
    folder.runProcess(["analyze", "large.csv", "--json", "--sample", "30%", "--user", "web", "--workers", workers]);
  const [one, two] = [await run("1"), await run("2")];
  expect(one.exitCode).toBe(0);
  expect(two).toEqual(one);
});

test.each([
  [["--user", "nobody"], 3, /no record is left to count, 400 of 400 are of another user/],
  [["--since", "yesterday"], 2, /--since[^]*pass a time such as/],
  [["--since", "2026-02-01", "--until", "2026-01-01"], 2, /it is not before --until/],
  [["--since", "1m", "--until", "2m"], 2, /it is not before --until/],
  [["--since", "1 fortnight"], 2, /a span before the last entry such as 90m, 1h or 2d/],
  [["--sample", "0"], 2, /pass a share/],
] as const)("%j ends with %i and a sentence", async (flags, code, sentence) => {
  const { stderr, stdout, exitCode } = await folder.run(["analyze", "./log.csv", ...flags]);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: "" });
  expect(stderr).toMatch(sentence);
});

test("statistics are sums, of which no execution can be drawn", async () => {
  folder.write("statements.csv", 'userid,dbid,queryid,query,calls,total_exec_time,rows\n1,1,1,"SELECT * FROM t WHERE a = $1",5,1.5,5\n');
  const { stderr, exitCode } = await folder.run(["analyze", "./statements.csv", "--sample", "0.5"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--sample draws executions, and each of its records is a sum of many");
});
