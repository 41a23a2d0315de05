import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import Papa from "papaparse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { ParquetFile } from "../../src/cli/parquet.ts";
import type { Report } from "../../src/report/schema.ts";
import { Folder, root } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

/** Writes a Parquet file of what a query gives. */
async function write(name: string, query: string): Promise<string> {
  const path = folder.at(name);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`COPY (${query}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  return path;
}

/** The rows as our reader gets them: CSV, here read by papaparse. */
async function rowsOf(file: ParquetFile): Promise<readonly Record<string, string>[]> {
  const pieces: Uint8Array[] = [];
  await file.read((bytes) => void pieces.push(Uint8Array.from(bytes)));
  return Papa.parse<Record<string, string>>(Buffer.concat(pieces).toString(), { header: true, skipEmptyLines: true }).data;
}

describe("rows of a Parquet file", () => {
  test("have their values in full: every digit, times in UTC, lists as JSON", async () => {
    const path = await write(
      "types.parquet",
      `SELECT 'SELECT 1' AS sql, 9007199254740993 AS rows, 12345678901234567890.12::DECIMAL(30,2) AS duration,
              '2024-02-29 12:00:00.123456+02'::TIMESTAMPTZ AS time, uuid '00112233-4455-6677-8899-aabbccddeeff' AS session,
              ['a"b', NULL, 'c'] AS params, true AS "user", NULL::VARCHAR AS "database"`,
    );
    expect(await rowsOf(new ParquetFile(path, {}))).toEqual([
      {
        sql: "SELECT 1",
        rows: "9007199254740993",
        duration: "12345678901234567890.12",
        time: "2024-02-29 10:00:00.123456+00",
        session: "00112233-4455-6677-8899-aabbccddeeff",
        params: '["a\\"b",null,"c"]',
        user: "true",
        database: "",
      },
    ]);
  });

  test("a text without its annotation is a text, and other bytes are shown with escapes", async () => {
    const path = await write("blobs.parquet", "SELECT encode('SELECT ''é''') AS sql UNION ALL SELECT '\\xFF\\x00'::BLOB");
    const texts = (await rowsOf(new ParquetFile(path, {}))).map(({ sql }) => sql);
    expect(texts.sort()).toEqual(["SELECT 'é'", "\\xFF\\x00"]);
  });

  test("beside a column of SQL only those with a role are read; all where the content must tell", async () => {
    const path = await write("wide.parquet", "SELECT 'SELECT 1' AS sql, 1 AS duration_ms, now() AS ts, 2 AS other, 3 AS mine");
    const columns = async (chosen: ConstructorParameters<typeof ParquetFile>[1]) =>
      Object.keys((await rowsOf(new ParquetFile(path, chosen)))[0]!);
    expect(await columns({})).toEqual(["sql", "duration_ms", "ts"]);
    expect(await columns({ rows: "mine" })).toEqual(["sql", "duration_ms", "ts", "mine"]);
    expect(await columns({ rows: 3 })).toEqual(["sql", "duration_ms", "ts", "other", "mine"]);
    const unnamed = await write("unnamed.parquet", "SELECT 'SELECT 1' AS a, 2 AS b");
    expect(Object.keys((await rowsOf(new ParquetFile(unnamed, {})))[0]!)).toEqual(["a", "b"]);
  });

  test("the head is the beginning, and says whether it is all", async () => {
    const path = await write("rows.parquet", "SELECT 'SELECT ' || range AS sql FROM range(3000)");
    const file = new ParquetFile(path, {});
    const { bytes, atEnd } = await file.head(1000);
    expect(bytes).toHaveLength(1000);
    expect(Buffer.from(bytes).toString()).toMatch(/^"?sql"?\n"SELECT 0"\n"SELECT 1"\n/);
    expect(atEnd).toBe(false);
    expect(await rowsOf(file)).toHaveLength(3000);
    const small = await write("small.parquet", "SELECT 'SELECT 1' AS sql");
    expect((await new ParquetFile(small, {}).head(1000)).atEnd).toBe(true);
  });

  test("names with quotes and with signs of a pattern are names", async () => {
    for (const name of ["it's.parquet", "a[1]*.parquet"]) {
      const plain = await write("plain.parquet", "SELECT 'SELECT 1' AS \"s q'l\"");
      const path = folder.write(name, readFileSync(plain));
      expect(await rowsOf(new ParquetFile(path, {}))).toEqual([{ "s q'l": "SELECT 1" }]);
    }
  });
});

test("statements, times and durations are found by the columns' names, and nothing is left behind", async () => {
  await write(
    "log.parquet",
    `SELECT 'SELECT * FROM orders WHERE id = ' || range AS sql, 's' || range % 3 AS session, 2.5 AS duration_ms,
            TIMESTAMP '2024-01-01' + INTERVAL (range) SECOND AS ts FROM range(500)`,
  );
  const { stdout, stderr } = await folder.runShell("mkdir tmp; TMPDIR=$PWD/tmp shardplan analyze log.parquet --json; ls -A tmp >&2");
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    inputs: [{ format: "parquet", records: 500, entries: 500 }],
    read: { statements: 500 },
  });
});

test("Ctrl-C in the middle leaves nothing behind", async () => {
  await write("long.parquet", "SELECT 'SELECT * FROM orders WHERE id = ' || range AS sql FROM range(3000000)");
  mkdirSync(folder.at("stopped"));
  const child = spawn(process.execPath, [join(root, "bin/shardplan.js"), "analyze", "long.parquet"], {
    cwd: folder.path,
    env: { ...process.env, TMPDIR: folder.at("stopped") },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  // Stopped as soon as its pipe is there, however fast the machine.
  while (readdirSync(folder.at("stopped")).length === 0 && child.exitCode === null) await sleep(1);
  child.kill("SIGINT");
  expect(await ended).not.toEqual([0, null]);
  expect(readdirSync(folder.at("stopped"))).toEqual([]);
});

test("a file that is no Parquet behind its first bytes is refused in one sentence", async () => {
  const whole = readFileSync(await write("good.parquet", "SELECT 'SELECT ' || range AS sql FROM range(10000)"));
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("shardplan-") && !name.includes("-cli-"));
  for (const bytes of [whole.subarray(0, 4), whole.subarray(0, 1000), Buffer.from("PAR1, he said, and left")]) {
    const file = new ParquetFile(folder.write("bad.parquet", bytes), {});
    await expect(file.head(1000)).rejects.toThrow(InputError);
    await expect(file.head(1000)).rejects.toThrow(/bad\.parquet: the Parquet file can't be read \([^\n]+\)$/);
  }
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith("shardplan-") && !name.includes("-cli-"));
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
});

describe("Parquet from a pipe, or packed", () => {
  const log = "SELECT 'SELECT * FROM t WHERE id = ' || i AS sql, TIMESTAMP '2026-01-01' + INTERVAL (i) SECOND AS time FROM range(50) r(i)";
  const analysisOf = async (args: readonly string[], input?: Uint8Array) => {
    const { stdout, stderr, exitCode } = await folder.run(["analyze", ...args, "--json"], input === undefined ? {} : { input });
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const { inputs, ...rest } = JSON.parse(stdout) as Report;
    return { format: inputs[0]!.format, figures: JSON.stringify(rest).replaceAll(/\.\/piped[a-z.]*/g, "stdin") };
  };

  test("gives the same as the file, and nothing is left behind", async () => {
    const bytes = readFileSync(await write("piped.parquet", log));
    const file = await analysisOf(["./piped.parquet"]);
    expect(file.format).toBe("parquet");
    expect(await analysisOf(["-"], bytes)).toEqual(file);
    folder.write("piped.parquet.gz", gzipSync(bytes));
    expect(await analysisOf(["./piped.parquet.gz"])).toEqual(file);
    expect(await analysisOf(["-"], gzipSync(bytes))).toEqual(file);
    // Written to a file first, it can be read twice.
    expect(await analysisOf(["-", "--since", "9s"], bytes)).toEqual(await analysisOf(["./piped.parquet", "--since", "9s"]));
    const temporary = folder.at("temporary");
    mkdirSync(temporary);
    const { exitCode } = await folder.runShell("shardplan analyze - < piped.parquet > report.txt", { TMPDIR: temporary });
    expect({ exitCode, left: readdirSync(temporary) }).toEqual({ exitCode: 0, left: [] });
  });

  test("that is cut off is refused by the name that the user knows", async () => {
    const bytes = readFileSync(await write("whole.parquet", log));
    for (const count of [4, 100, bytes.length - 1]) {
      const { stdout, stderr, exitCode } = await folder.run(["analyze", "-"], { input: bytes.subarray(0, count) });
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
      expect(stderr).toMatch(/^error: stdin: the Parquet file can't be read \(.*\)\n {2}.*\n$/);
      expect(stderr).not.toContain("rows.parquet");
    }
  });
});
