import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { writeArchive } from "../../src/cli/workload-file/archive.ts";
import { scanSchema } from "../../src/report/scan-schema.ts";
import type { Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());

const statements = [
  (id: number) => `SELECT * FROM orders WHERE customer_id = ${id}`,
  (id: number) => `SELECT * FROM orders WHERE id IN (${id}, ${id + 1}, 9007199254740993)`,
  (id: number) => `INSERT INTO orders (id, customer_id, note) VALUES (${id}, ${id % 7}, 'n-${id}')`,
  (id: number) => `UPDATE customers SET name = 'x' WHERE email = 'user${id}@example.org'`,
  (id: number) => `SELECT * FROM customers WHERE email > 'k' AND id = ${id} LIMIT 5`,
  (id: number) => `DELETE FROM orders WHERE code = '00${id}' AND customer_id = NULL`,
  () => "BEGIN",
  () => "COMMIT",
  () => "ROLLBACK",
  () => "SELEC wrong",
];

interface Row {
  readonly session: string;
  readonly statement: number;
  readonly id: number;
}

/** Sessions that go on in other files (PostgreSQL's ids), and those that don't. */
const row = fc.record({
  session: fc.constantFrom("65e1d2f0.1a2b", "65e1d2f0.1a2c", "12", "13"),
  statement: fc.nat(statements.length - 1),
  id: fc.integer({ min: 1, max: 30 }),
});
const rows = fc.array(row, { minLength: 1, maxLength: 40 });

let clock = 0;
/** Each with a table that is read, and times after those of the logs before. */
function logOf(list: readonly Row[]): string {
  const all = [{ session: "12", statement: 0, id: 1 }, { session: "13", statement: 3, id: 1 }, ...list];
  const lines = all.map(({ session, statement, id }) => {
    const time = new Date(Date.UTC(2026, 0, 1) + clock++ * 1500).toISOString();
    return `${time},${session},${(id % 9) + 0.5},"${statements[statement]!(id)}"`;
  });
  return `time,session,duration_ms,sql\n${lines.join("\n")}\n`;
}

async function shardplan(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await folder.run(args);
  expect({ stderr: stderr.replace(/^warning: .*\n/gm, ""), exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout;
}

/** A report without what differs by its nature: where the inputs were read from. */
async function analysis(...names: readonly string[]): Promise<unknown> {
  const report = JSON.parse(await shardplan("analyze", ...names, "--json", "--all")) as Report;
  return {
    ...report,
    inputs: report.inputs.map((input) => {
      const { summary: _, ...rest } = input;
      return rest;
    }),
  };
}

const bytesOf = (name: string): Buffer => readFileSync(folder.at(name));

test("a summary says what its logs say, to the byte", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 3 }), async (logs) => {
      const names = logs.map(() => `./exact-${number++}.csv`);
      names.forEach((name, i) => folder.write(name, logOf(logs[i]!)));
      await shardplan("scan", ...names, "-o", "./exact.workload");
      expect(await analysis("./exact.workload")).toEqual(await analysis(...names));
    }),
    { numRuns: 12, endOnFailure: true },
  );
}, 120_000);

test("merged summaries are the summary of all logs, byte for byte, put together in any way", async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(rows, rows, rows, async (...logs) => {
      const names = logs.map((list) => {
        const name = `./merge-${number++}.csv`;
        folder.write(name, logOf(list));
        return name;
      });
      const parts = ["./a.workload", "./b.workload", "./c.workload"] as const;
      const keys = ["orders.id,customer_id,code,note", "customers.id,email,name"].flatMap((key) => ["--key", key]);
      for (const [i, name] of names.entries()) await shardplan("scan", name, ...keys, "-o", parts[i]!);
      await shardplan("scan", ...names, ...keys, "-o", "./all.workload");
      await shardplan("merge", ...parts, "-o", "./merged.workload");
      await shardplan("merge", parts[0], parts[1], "-o", "./ab.workload");
      await shardplan("merge", "./ab.workload", parts[2], "-o", "./left.workload");
      await shardplan("merge", parts[1], parts[2], "-o", "./bc.workload");
      await shardplan("merge", parts[0], "./bc.workload", "-o", "./right.workload");
      const whole = bytesOf("all.workload");
      for (const name of ["merged", "left", "right"]) expect(bytesOf(`${name}.workload`).equals(whole), name).toBe(true);
      expect(await analysis(parts[0], names[1]!, parts[2])).toEqual(await analysis("./all.workload"));
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 180_000);

test("any number of workers writes the same bytes", async () => {
  const list = Array.from({ length: 4000 }, (_, i) => ({ session: ["65e1d2f0.1a2b", "12", "13"][i % 3]!, statement: (i * 7) % 10, id: i % 500 }));
  folder.write("large.csv", logOf(Array.from({ length: 60 }, () => list).flat()));
  for (const workers of ["1", "3"]) {
    const { exitCode } = await folder.runProcess(["scan", "large.csv", "-o", `w${workers}.workload`, "--workers", workers]);
    expect(exitCode).toBe(0);
  }
  expect(bytesOf("w3.workload").equals(bytesOf("w1.workload"))).toBe(true);
}, 60_000);

test("a flipped bit or a missing end is seen, wherever it is", async () => {
  folder.write("small.csv", logOf([]));
  await shardplan("scan", "./small.csv", "-o", "./whole.workload");
  const whole = bytesOf("whole.workload");
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
      if (!cut) bytes[at]! ^= 1 << bit;
      fc.pre(bytes.length > 0);
      writeFileSync(folder.at("damaged.workload"), bytes);
      const { stdout, stderr, exitCode } = await folder.run(["analyze", "./damaged.workload"]);
      expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
      expect(stderr).toMatch(/^error: .*damaged\.workload: .*\n {2}.*\n$/);
    }),
    { numRuns: 100, examples: [[0, 0, false], [156, 0, false], [257, 0, false], [511, 3, false], [whole.length - 1, 0, false]] },
  );
}, 60_000);

test("a newer version is refused, and says so", async () => {
  const manifest = { kind: "shardplan-workload", version: 2 };
  const file = openSync(folder.at("newer.workload"), "w");
  writeArchive(file, [{ name: "shardplan-workload.json", content: Buffer.from(JSON.stringify(manifest)) }]);
  closeSync(file);
  const { stderr, exitCode } = await folder.run(["analyze", "./newer.workload"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("this workload summary has version 2, and 1 is the newest that is known");
});

test("a full disk is said in a sentence", async () => {
  folder.write("disk.csv", logOf([]));
  const { stderr, exitCode } = await folder.run(["scan", "./disk.csv", "-o", "/dev/full"]);
  expect({ stderr, exitCode }).toEqual({
    stderr: "error: /dev/full: can't be written, ENOSPC\n  pass another path to -o\n",
    exitCode: 2,
  });
});

test("other programs read it: tar, and DuckDB for the tables", async () => {
  folder.write("others.csv", logOf([{ session: "12", statement: 1, id: 5 }, { session: "12", statement: 5, id: 5 }]));
  await shardplan("scan", "./others.csv", "-o", "./others.workload");
  const { stdout, exitCode } = await folder.runShell("tar xf others.workload && sha256sum --status -c SHA256SUMS && ls *.parquet");
  expect(exitCode).toBe(0);
  expect(stdout.split("\n")).toContain("values.parquet");
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const result = await connection.runAndReadAll(
    `SELECT v.integer_1, v.text_1, v.count FROM '${join(folder.path, "values.parquet")}' v
     JOIN '${join(folder.path, "shapes.parquet")}' s USING (shape) WHERE s.name LIKE 'orders read (id in)%' ORDER BY 1`,
  );
  // 2^53 + 1 is no number of a double: it is kept as its digits.
  expect(result.getRowsJson()).toEqual([
    ["5", null, "1"],
    ["6", null, "1"],
    [null, "9007199254740993", "1"],
  ]);
});

test("scan and merge say what is in the file", async () => {
  folder.write("said.csv", logOf([{ session: "12", statement: 1, id: 5 }]));
  expect(await shardplan("scan", "./said.csv", "-o", "./said.workload")).toBe(
    // customers.email and orders.customer_id by the first two statements, orders.id of three values by the third
    "./said.workload: 3 statements of 1 log, 3 templates, 5 distinct values\n",
  );
  const said: unknown = JSON.parse(await shardplan("merge", "./said.workload", "-o", "./again.workload", "--json"));
  expect(scanSchema.parse(said)).toMatchObject({ kind: "scan", records: 3, statements: 3, templates: 3, values: 5 });
  expect(bytesOf("again.workload").equals(bytesOf("said.workload"))).toBe(true);
});

test("what does not belong together is refused, with what to do", async () => {
  folder.write("one.csv", logOf([]));
  folder.write("two.csv", logOf([]));
  await shardplan("scan", "./one.csv", "-o", "./one.workload");
  await shardplan("scan", "./two.csv", "--sample", "0.9", "--sample-seed", "4", "-o", "./sampled.workload");
  const refusals = [
    [["merge", "./one.workload", "./one.csv", "-o", "./x.workload"], /one\.csv: this is no workload summary/],
    [["analyze", "./one.workload", "./sampled.workload"], /samples of different rates or seeds/],
    [["analyze", "./one.workload", "--since", "2026-01-01"], /no records left that could be filtered/],
    [["scan", "./one.csv", "-o", "./one.csv"], /it is an input/],
  ] as const;
  for (const [args, sentence] of refusals) {
    const { stderr, exitCode } = await folder.run(args);
    expect(exitCode, args.join(" ")).toBe(2);
    expect(stderr).toMatch(sentence);
  }
  expect(folder.names().filter((name) => name.startsWith("x.") || name.includes("partial"))).toEqual([]);
});

test("one log in two summaries would count twice", async () => {
  await shardplan("scan", "./one.csv", "--key", "orders.id", "-o", "./again.workload");
  const { stderr, exitCode } = await folder.run(["merge", "./one.workload", "./again.workload", "-o", "./x.workload"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("one.csv is in ./one.workload too, and would count twice");
});

test("summaries that counted different columns keep those that both have, and say which are lost", async () => {
  const log = (sql: (id: number) => string): string =>
    `time,session,duration_ms,sql\n${Array.from({ length: 50 }, (_, i) => `2026-01-01T00:00:${String(clock++ % 60).padStart(2, "0")}Z,12,1,"${sql(i)}"`).join("\n")}\n`;
  const both = (id: number): string => `SELECT * FROM t WHERE k = ${id % 10} AND note = 'p${id}'`;
  const many = ["a", "b", "c", "d", "e", "f"].map((column) => `${column} = 1`).join(" AND ");
  folder.write("wide.csv", log(both));
  // Six columns that are named more often push `note` out.
  folder.write("narrow.csv", log((id) => (id % 5 === 0 ? both(id) : `SELECT * FROM t WHERE k = ${id % 10} AND ${many}`)));
  await shardplan("scan", "./wide.csv", "-o", "./wide.workload");
  await shardplan("scan", "./narrow.csv", "-o", "./narrow.workload");
  const { stderr, exitCode } = await folder.run(["merge", "./wide.workload", "./narrow.workload", "-o", "./agreed.workload"]);
  expect({ stderr, exitCode }).toEqual({
    stderr:
      "warning: ./wide.workload: values of t.note are left out: not every summary has counted them\n" +
      "warning: ./narrow.workload: values of t.a, t.b, t.c, t.d, t.e are left out: not every summary has counted them\n",
    exitCode: 0,
  });
  const { tables } = (await analysis("./agreed.workload")) as Report;
  const k = tables[0]!.candidates.find(({ key }) => key.join() === "k")!;
  // 50 and 50 statements pin k, to ten values.
  expect(k.keyCharacteristics.numDistinctValues).toEqual({ count: 10, relativeError: 0 });
  expect(tables[0]!.executions).toBe(100);
});
