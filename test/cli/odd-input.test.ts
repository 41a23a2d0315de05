import { execFileSync } from "node:child_process";
import { createWriteStream, readFileSync, symlinkSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

/** Odd but good input: what it holds is read, and the report says the same as for its plain brother. */
let folder: Folder;
const time = (index: number): string => `2026-11-20 09:00:${String(index % 60).padStart(2, "0")}.000`;
const sql = (index: number): string =>
  index % 3 === 0
    ? `UPDATE orders SET total = ${index}, note = 'a, "b"' WHERE customer_id = ${index % 17}`
    : `SELECT total\nFROM orders WHERE customer_id = ${index % 17}`;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const rows = Array.from({ length: 300 }, (_, index) => [time(index), `s${index % 5}`, "1.5", sql(index)] as const);
const names = ["time", "session", "duration_ms", "sql"];
const csv = (separator = ",", newline = "\n", head: readonly string[] | null = names): string =>
  [...(head === null ? [] : [head.join(separator)]), ...rows.map((row) => row.map(quoted).join(separator))].join(
    newline,
  ) + newline;

beforeAll(() => {
  folder = new Folder();
  folder.write("plain.csv", csv());
});
afterAll(() => folder.remove());

async function report(args: readonly string[], input?: string | Uint8Array): Promise<Report> {
  const { stdout, stderr, exitCode } = await folder.run(
    ["analyze", "--json", ...args],
    input === undefined ? {} : { input },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return JSON.parse(stdout) as Report;
}

/** The report without what tells its input apart: name, format, bytes, digest, and where things stand. */
const content = (whole: Report): unknown =>
  JSON.parse(
    JSON.stringify(whole, (key, value: unknown) => (["inputs", "origin", "first"].includes(key) ? undefined : value)),
  );

describe("the same log in another dress gives the same report", () => {
  const tab = (text: string): string => text.replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  const dresses: readonly (readonly [string, string | Uint8Array, readonly string[]])[] = [
    ["CRLF", csv(",", "\r\n"), []],
    ["a byte-order mark", `\ufeff${csv()}`, []],
    ["gzip, whatever the name", gzipSync(csv()), []],
    ["semicolons", csv(";"), []],
    ["tabs", csv("\t"), []],
    ["tabs without quotes, as COPY writes", [names, ...rows].map((row) => row.map(tab).join("\t")).join("\n"), []],
    ["bars", csv("|"), []],
    [
      "no header",
      csv(",", "\n", null),
      ["--no-header", "--sql-column", "3", "--time-column", "0", "--session-column", "1", "--duration-column", "2"],
    ],
    [
      "names of one's own",
      csv(",", "\n", ["a", "b", "c", "d"]),
      ["--sql-column", "d", "--time-column", "a", "--session-column", "b", "--duration-column", "c"],
    ],
    [
      "JSON lines",
      rows
        .map(([at, session, duration, text]) =>
          JSON.stringify({ time: at, session, duration_ms: Number(duration), sql: text }),
        )
        .join("\n"),
      [],
    ],
    ["no newline at the end", csv().trimEnd(), []],
    ["blank lines at the end", `${csv()}\n\n`, []],
  ];
  test.each(dresses)("%s", async (_, bytes, flags) => {
    folder.write("dressed.csv", bytes);
    expect(content(await report(["./dressed.csv", ...flags]))).toEqual(content(await report(["./plain.csv"])));
  });

  test("stdin, plain and gzip", async () => {
    const plain = content(await report(["./plain.csv"]));
    expect(content(await report(["-"], csv()))).toEqual(plain);
    expect(content(await report(["-"], gzipSync(csv())))).toEqual(plain);
    expect((await report(["-"], csv())).inputs[0]!.name).toBe("stdin");
  });

  test("a named pipe, plain and gzip", async () => {
    const plain = content(await report(["./plain.csv"]));
    execFileSync("mkfifo", [folder.at("pipe")]);
    for (const bytes of [Buffer.from(csv()), gzipSync(csv())]) {
      createWriteStream(folder.at("pipe")).end(bytes);
      expect(content(await report(["./pipe"]))).toEqual(plain);
    }
  });

  test("a wrong name does not wait for a pipe that nobody writes to", async () => {
    execFileSync("mkfifo", [folder.at("silent")]);
    const { stderr, exitCode } = await folder.run(["analyze", "./silent", "./missing.csv"]);
    expect({ stderr: stderr.split("\n")[0], exitCode }).toEqual({
      stderr: "error: ./missing.csv: no such file",
      exitCode: 2,
    });
  });

  test("gzip and plain differ in nothing but the input's own description", async () => {
    folder.write("plain.csv.gz", gzipSync(csv()));
    const [plain, packed] = [await report(["./plain.csv"]), await report(["./plain.csv.gz"])];
    const renamed = JSON.parse(JSON.stringify(packed).replaceAll("plain.csv.gz", "plain.csv")) as Report;
    const { bytes, digest } = plain.inputs[0]!;
    expect({ ...renamed, inputs: [{ ...renamed.inputs[0], bytes, digest }] }).toEqual(plain);
  });
});

describe("flaws of a log cost what they touch, and are told", () => {
  test("a truncated last record", async () => {
    folder.write("cut.csv", `${csv()}"2026-11-20 09:01:00.000","s1","1.5","SELECT total FROM ord`);
    const { read } = await report(["./cut.csv"]);
    expect(read.statements).toBe(300);
    expect(read.skipped).toMatchObject([{ reason: "unterminated quoted field", count: 1 }]);
  });

  test("records with too few fields", async () => {
    folder.write("ragged.csv", `${csv()}only,two\n\n3,4,5\n`);
    const { read } = await report(["./ragged.csv"]);
    expect([read.statements, read.records]).toEqual([300, 302]);
    expect(read.skipped).toMatchObject([{ reason: "wrong number of fields", count: 2 }]);
  });

  test("NUL bytes, latin1 bytes and a statement of 1 MB are read like all others", async () => {
    const list = Array.from({ length: 150_000 }, (_, index) => index).join(",");
    folder.write(
      "odd.csv",
      Buffer.concat([
        Buffer.from(csv()),
        Buffer.from(
          `${time(1)},s1,1,"SELECT total FROM orders WHERE customer_id = 3 AND note = 'M\xfcller'"\n`,
          "latin1",
        ),
        Buffer.from(`${time(1)},s1,1,"SELECT total FROM orders WHERE customer_id = 3 AND note = 'a\0b'"\n`),
        Buffer.from(`${time(1)},s1,1,"SELECT total FROM orders WHERE customer_id IN (${list})"\n`),
      ]),
    );
    const { read } = await report(["./odd.csv"]);
    expect([read.records, read.statements, read.notUnderstood]).toEqual([303, 303, 0]);
    expect(read.templates).toBe(4);
  });

  test("\\N and empty fields are no value", async () => {
    folder.write("nulls.csv", csv().replaceAll('"s1","1.5"', "\\N,\\N").replaceAll('"s2"', ""));
    const { read } = await report(["./nulls.csv"]);
    expect([read.statements, read.sessions.count]).toEqual([300, 3]);
    expect(read.timeMs).toBe(240 * 1.5);
  });

  test("a gzip with a spoilt tail, even a small one: what comes before is kept", async () => {
    const packed = gzipSync(csv().repeat(20));
    for (const spoilt of [
      packed.fill(0xaa, packed.length - 8),
      Buffer.concat([gzipSync(csv()), Buffer.from("no gzip")]),
    ]) {
      folder.write("spoilt.csv.gz", spoilt);
      const { stdout, stderr, exitCode } = await folder.run(["analyze", "--json", "./spoilt.csv.gz"]);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/^warning: \.\/spoilt\.csv\.gz: the gzip data breaks off behind byte \d+ /);
      expect((JSON.parse(stdout) as Report).read.statements).toBeGreaterThan(100);
    }
  });

  test("a gzip with a cut-off tail: what comes before is kept", async () => {
    const long = csv() + Array.from({ length: 60 }, () => csv().slice(names.join(",").length + 1)).join("");
    const packed = gzipSync(long);
    folder.write("tail.csv.gz", packed.subarray(0, Math.floor(packed.length * 0.7)));
    const { stdout, stderr, exitCode } = await folder.run(["analyze", "--json", "./tail.csv.gz"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: \.\/tail\.csv\.gz: the gzip data breaks off behind byte \d+ of the unpacked log \(unexpected end of file\); what comes before it was read\n$/,
    );
    const { read, inputs } = JSON.parse(stdout) as Report;
    expect(inputs[0]!.warnings).toHaveLength(1);
    expect(read.statements).toBeGreaterThan(1000);
    expect(read.records).toBe(read.statements + read.skipped.reduce((sum, { count }) => sum + count, 0));
  });
});

describe("several inputs", () => {
  test("are one workload, whatever their formats", async () => {
    folder.write("second.jsonl", rows.map(([at, , , text]) => JSON.stringify({ ts: at, sql: text })).join("\n"));
    const { read, inputs } = await report(["./plain.csv", "./second.jsonl", "./samples/access.csv"]);
    expect(inputs.map(({ format, entries }) => [format, entries])).toEqual([
      ["csv", 300],
      ["jsonl", 300],
      ["access-log", 600],
    ]);
    expect(read.statements).toBe(1200);
  });

  test("come from patterns, in order of name", async () => {
    folder.write("part-b.csv", csv());
    folder.write("part-a.csv", csv());
    const { inputs } = await report(["./part-*.csv"]);
    expect(inputs.map(({ name }) => name)).toEqual(["./part-a.csv", "./part-b.csv"]);
  });

  test("named twice are read once, with a warning", async () => {
    symlinkSync("plain.csv", folder.at("link.csv"));
    const { stdout, stderr, exitCode } = await folder.run([
      "analyze",
      "--json",
      "./plain.csv",
      "./plain.csv",
      "./link.csv",
    ]);
    expect({ stderr, exitCode }).toEqual({
      stderr:
        "warning: ./plain.csv is named twice: it is read once\nwarning: ./link.csv is the same input as ./plain.csv: it is read once\n",
      exitCode: 0,
    });
    expect((JSON.parse(stdout) as Report).read.statements).toBe(300);
  });
});

// What a terminal acts on: escape sequences, control characters beside newline, marks that turn the writing direction.
const acts = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069]/;

describe("foreign text never reaches the page as it is", () => {
  const evil = `SELECT '\u001b[31mred\u001b]0;owned\u0007', "<script>alert(1)</script>", '\u202etxt|x' /* \`code\` **bold** */ FROM "ord\u001bers\u009b2" WHERE "<b>x</b>" > 3`;

  test.each([
    ["text", []],
    ["text", ["--all"]],
    ["text", ["--literals"]],
    ["markdown", ["--markdown"]],
    ["markdown", ["--markdown", "--literals"]],
    ["json", ["--json"]],
    ["json", ["--json", "--literals"]],
  ])("statements in %s %j", async (form, flags) => {
    folder.write("evil.csv", `${csv()}${`${time(3)},s1,900,${quoted(evil)}\n`.repeat(5)}`);
    const { stdout, stderr, exitCode } = await folder.run(["analyze", "./evil.csv", ...flags]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/ord.{0,12}ers/);
    expect(stdout).not.toMatch(acts);
    if (form === "markdown") expect(stdout.replace(/(`+).*?\1/gs, "")).not.toMatch(/<script|<b>|\*\*bold/);
  });

  test("names of files", async () => {
    const name = "with space \u001b[31m\u202e\u0085\n*x*.csv";
    folder.write(name, csv());
    for (const flags of [[], ["--markdown"], ["--json"]]) {
      const { stdout, stderr, exitCode } = await folder.run(["analyze", `./${name}`, `./${name}`, ...flags]);
      expect(exitCode).toBe(0);
      expect(stdout + stderr).toContain("with space ");
      expect(stdout + stderr).not.toMatch(acts);
    }
  });
});

describe("the terminal", () => {
  const widest = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));

  test.each([40, 60, 80, 200])("of %i columns is never overrun", async (width) => {
    for (const flags of [[], ["--all"]]) {
      const { stdout } = await folder.run(
        ["analyze", "./samples/shop.csv.gz", "--schema", "./samples/shop.sql", ...flags],
        { width },
      );
      expect(widest(stdout)).toBeLessThanOrEqual(width);
    }
  });

  test("no width is 80 columns", async () => {
    const args = ["analyze", "./samples/access.csv"];
    expect(await folder.run(args)).toEqual(await folder.run(args, { width: 80 }));
    expect(await folder.run(args, { width: 200 })).not.toEqual(await folder.run(args, { width: 80 }));
  });

  test("colour changes no word", async () => {
    const args = ["analyze", "./samples/access.csv"];
    const plain = await folder.run(args);
    const colored = await folder.run(args, { color: true });
    expect(colored.stdout).toMatch(/\u001b\[1m/);
    expect(colored.stdout.replace(/\u001b\[\d+m/g, "")).toBe(plain.stdout);
    expect(plain.stdout).not.toMatch(/\u001b/);
  });

  test("without Unicode the output is ASCII", async () => {
    const { stdout } = await folder.run(["analyze", "./samples/access.csv"], { unicode: false });
    expect(stdout).toMatch(/^[\n -~]+$/);
    expect(stdout).not.toContain("?  ?");
  });

  test("an output file is written for a page of 80 columns without colour", async () => {
    const args = ["analyze", "./samples/access.csv"];
    const { stdout } = await folder.run(args);
    const seen = await folder.run([...args, "-o", "./report.txt"], { width: 200, color: true, unicode: false });
    expect(seen).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect(readFileSync(folder.at("report.txt"), "utf8")).toBe(
      stdout.replaceAll("./samples", `${folder.path}/samples`),
    );
    expect(folder.names().filter((name) => name.includes("partial"))).toEqual([]);
  });
});
