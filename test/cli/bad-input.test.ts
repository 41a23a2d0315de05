import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatNames } from "../../src/ingest/format.ts";
import { Folder } from "./run.ts";

/**
 * Bad input gets one sentence (where, and what) and below it a hint what to try; exit code 2, or 3 when the input was
 * readable and held nothing to work on. Nothing is printed as a result, and no file is left behind.
 */
let folder: Folder;
const log = `ts,sql\n${Array.from({ length: 400 }, (_, id) => `2026-11-20 09:00:00,SELECT * FROM orders WHERE id = ${id}\n`).join("")}`;
const incompressible = Buffer.from(
  Array.from({ length: 20_000 }, (_, index) => (Math.imul(index, 0x9e3779b1) >>> 13) & 255),
);

beforeAll(() => {
  folder = new Folder();
  folder.write("log.csv", log);
  folder.write("empty.csv", "");
  folder.write("header.csv", "ts,sql\n");
  folder.write("blank.csv", "\n\n\n");
  folder.write("random.csv", incompressible);
  folder.write("picture.csv", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0", "latin1"));
  folder.write(
    "program.csv",
    Buffer.concat([
      Buffer.from("\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0", "latin1"),
      Buffer.alloc(200),
    ]),
  );
  folder.write("numbers.csv", "a,b,c\n1,2,3\n4,5,6\n");
  folder.write("utf16.csv", Buffer.from(`\ufeff${log}`, "utf16le"));
  folder.write("utf16-no-mark.csv", Buffer.from(log, "utf16le"));
  folder.write("transactions.csv", "ts,sql\n2026-01-01,BEGIN\n2026-01-01,COMMIT\n");
  folder.write("only-ddl.csv", "ts,sql\n2026-01-01,SET a = 1\n2026-01-01,SELECT 1\n");
  folder.write("no-table.csv", "ts,sql\n2026-01-01,SELECT * FROM generate_series(1 + 2)\n");
  folder.write("junk.csv", "ts,sql\n2026-01-01,SELEC a FROM b\n2026-01-01,foo bar\n");
  folder.write("notes.txt", "Dear diary, today nothing was logged.\n");
  folder.write("prose.sql", "hello world\n");
  folder.write("noise.sql", incompressible);
  folder.write("dead.csv.gz", gzipSync(log).subarray(0, 15));
  folder.write("two-bytes.csv.gz", Buffer.from([0x1f, 0x8b]));
  folder.write("twice.csv.gz", gzipSync(gzipSync(log)));
  mkdirSync(folder.at("folder"));
  symlinkSync("circle", folder.at("circle"));
  symlinkSync("gone", folder.at("dangling"));
  folder.write("design.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [id], type: int64 }\n");
});
afterAll(() => folder.remove());

async function complaint(line: string, input = ""): Promise<string> {
  const before = folder.names();
  const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
  const { stdout, stderr, exitCode } = await folder.run(args, { input });
  expect({ stdout, left: folder.names().filter((name) => !before.includes(name)) }).toEqual({ stdout: "", left: [] });
  expect(stderr, "one sentence, and a hint on the next line").toMatch(/^error: [^\n]+\n  [^\n]+\n$/);
  return `${exitCode} ${stderr.slice("error: ".length).trim().replace("\n  ", " / ")}`;
}

describe("the command line", () => {
  test.each([
    ["analyse x.csv", "2 unknown command 'analyse' / did you mean analyze?"],
    ["frobnicate", "2 unknown command 'frobnicate' / see shardplan --help"],
    ["--shards 4", "2 unknown option '--shards' / see shardplan --help"],
    [
      "analyze",
      "2 nothing to read: no log was named / pass files, patterns or - for stdin, or rows with --data; see shardplan analyze --help",
    ],
    ["analyze ./log.csv --shard 3", "2 unknown option '--shard' / did you mean --shards?"],
    ["analyze ./log.csv --frobnicate", "2 unknown option '--frobnicate' / see shardplan analyze --help"],
    ["analyze ./log.csv --shards", "2 option '--shards <n[,n...]>' argument missing / see shardplan analyze --help"],
    [
      "analyze ./log.csv --json --markdown",
      "2 option '--json' cannot be used with option '--markdown' / see shardplan analyze --help",
    ],
    ["explain", "2 required option '--design <file>' not specified / see shardplan explain --help"],
    ["explain --design ./design.yaml", "2 missing required argument 'sql' / see shardplan explain --help"],
  ])("shardplan %s", async (line, expected) => expect(await complaint(line)).toBe(expected));
});

test("where no command is given, or help is asked for one that is not there, the commands are named", async () => {
  const hint = /the commands are analyze, \w+\b.*; shardplan --help shows examples$/;
  expect(await complaint("")).toMatch(new RegExp(`^2 no command was given / ${hint.source}`));
  expect(await complaint("help nosuch")).toMatch(new RegExp(`^2 unknown command 'nosuch' / ${hint.source}`));
});

describe("values of options", () => {
  const counts = "pass one or several whole numbers from 1 to 4096, such as 8 or 2,4,8";
  const strategies =
    "hash, range, consistent-hash, bounded-load, multi-probe, jump, rendezvous, maglev, fixed-slots, directory";
  test.each([
    ["--shards 0", `option '--shards <n[,n...]>' argument '0' is not valid / ${counts}`],
    ["--shards 4,x", `option '--shards <n[,n...]>' argument '4,x' is not valid / ${counts}`],
    ["--shards 2.5", `option '--shards <n[,n...]>' argument '2.5' is not valid / ${counts}`],
    ["--shards ''", `option '--shards <n[,n...]>' argument '' is not valid / ${counts}`],
    ["--shards 5000", `option '--shards <n[,n...]>' argument '5000' is not valid / ${counts}`],
    ["--rank-at x", `option '--rank-at <n>' argument 'x' is not valid / ${counts}`],
    ["--rank-at 2,4", "option '--rank-at <n>' argument '2,4' is not valid / pass one of the numbers of --shards"],
    [
      "--rank-at 5",
      "--rank-at 5: not one of the shard counts that are judged / pass one of 2, 4, 8, 16, or name it in --shards too",
    ],
    [
      "--shards 8 --rank-at 4",
      "--rank-at 4: not one of the shard counts that are judged / pass one of 8, or name it in --shards too",
    ],
    ["--workers 0", "option '--workers <n>' argument '0' is not valid / pass a whole number from 1 to 256"],
    ["--workers 1.5", "option '--workers <n>' argument '1.5' is not valid / pass a whole number from 1 to 256"],
    ["--cores -1", "option '--cores <n>' argument '-1' is not valid / pass a number above 0"],
    [
      "--target-utilization 140%",
      "option '--target-utilization <share>' argument '140%' is not valid / pass a share such as 0.6 or 60%",
    ],
    [
      "--cost-separation x",
      "option '--cost-separation <times>' argument 'x' is not valid / pass a number of 0 or more",
    ],
    [
      "--strategy magic",
      `option '--strategy <name[,name...]>' argument 'magic' is not valid / "magic" is none of ${strategies}`,
    ],
    [
      "--strategy hash,magic",
      `option '--strategy <name[,name...]>' argument 'hash,magic' is not valid / "magic" is none of ${strategies}`,
    ],
    [
      "--format xml",
      `option '--format <name>' argument 'xml' is not valid / Allowed choices are ${formatNames.join(", ")}`,
    ],
    [
      "--dialect oracle",
      "option '--dialect <name>' argument 'oracle' is not valid / Allowed choices are postgres, mysql",
    ],
    [
      "--key orders",
      "option '--key <table.column[,column]>' argument 'orders' is not valid / pass table.column or table.column,column, such as orders.customer_id",
    ],
    [
      "--key orders.",
      "option '--key <table.column[,column]>' argument 'orders.' is not valid / pass table.column or table.column,column, such as orders.customer_id",
    ],
    [
      "--key orders.id,",
      "option '--key <table.column[,column]>' argument 'orders.id,' is not valid / pass table.column or table.column,column, such as orders.customer_id",
    ],
    ["--key nosuch.id", '--key nosuch.id: no statement of the log uses a table "nosuch" / tables: orders'],
    ["--key orders.nosuch", '--key orders.nosuch: no column "nosuch" in table "orders" / columns of orders: id'],
    ["--sql-column query", './log.csv: no column "query" for --sql-column / it has columns ts, sql'],
    ["--sql-column 7", "./log.csv: no column 7 for --sql-column / it has columns ts, sql"],
    ["--delimiter abc", '--delimiter "abc": not one byte that can stand between fields / use one of , ; | or tab'],
    [
      "--format jsonl",
      "./log.csv: its lines are not JSON objects / JSONL has one object per line; an array of objects is read too",
    ],
  ])("%s", async (options, expected) => expect(await complaint(`analyze ./log.csv ${options}`)).toBe(`2 ${expected}`));
});

describe("logs", () => {
  test.each([
    ["./missing.csv", "2 ./missing.csv: no such file / check the path, or quote a pattern such as 'logs/*.csv'"],
    ["./dangling", "2 ./dangling: no such file / check the path, or quote a pattern such as 'logs/*.csv'"],
    ["./log.csv/deeper", "2 ./log.csv/deeper: no such file / check the path, or quote a pattern such as 'logs/*.csv'"],
    ["./circle", "2 ./circle: can't be read (its links lead in a circle) / check the path"],
    ["''", '2 "": no file has an empty name / is a variable of the script not set?'],
    ["./folder", "2 ./folder: this is a directory / name the files in it with a pattern: './folder/*'"],
    ["'./x*.csv'", "2 ./x*.csv: no file matches this pattern / quote the pattern, and check the folder it starts in"],
    ["./empty.csv", "3 ./empty.csv: the file is empty / pass a query log with at least one record"],
    ["-", "3 stdin: the input is empty / pass a query log with at least one record"],
    [
      "./random.csv",
      "2 ./random.csv: this is a binary file, not a log / pass a query log in CSV, JSONL or PostgreSQL's csvlog",
    ],
    [
      "./picture.csv",
      "2 ./picture.csv: this is a binary file, not a log / pass a query log in CSV, JSONL or PostgreSQL's csvlog",
    ],
    [
      "./program.csv",
      "2 ./program.csv: this is a binary file, not a log / pass a query log in CSV, JSONL or PostgreSQL's csvlog",
    ],
    [
      "./utf16.csv",
      "2 ./utf16.csv: this is UTF-16 text / convert it: iconv -f UTF-16 -t UTF-8 FILE | shardplan analyze -",
    ],
    [
      "./utf16-no-mark.csv",
      "2 ./utf16-no-mark.csv: this is UTF-16 text / convert it: iconv -f UTF-16 -t UTF-8 FILE | shardplan analyze -",
    ],
    [
      "./twice.csv.gz",
      "2 ./twice.csv.gz: this was compressed with gzip twice / unpack it once: gzip -dc FILE | shardplan analyze -",
    ],
    [
      "./dead.csv.gz",
      "2 ./dead.csv.gz: the gzip data can't be unpacked (unexpected end of file) / check it with gzip -t, and fetch or write it again",
    ],
    [
      "./two-bytes.csv.gz",
      "2 ./two-bytes.csv.gz: the gzip data can't be unpacked (unexpected end of file) / check it with gzip -t, and fetch or write it again",
    ],
    [
      "./numbers.csv",
      "2 ./numbers.csv: no column of SQL, and none that name an operation and a table / it has columns a, b, c; name the column of " +
        "statements with --sql-column, or those of an access log with --operation-column and --table-column",
    ],
  ])("analyze %s", async (args, expected) => expect(await complaint(`analyze ${args}`)).toBe(expected));

  const way = "check that it is a log of the application's queries; --format and the column flags say how to read it";
  test.each([
    ["header.csv", "it holds no records"],
    ["transactions.csv", "none of its 2 statements reads or writes rows of a table"],
    ["junk.csv", '2 of its 2 statements were not understood (syntax error at or near "foo")'],
    ["no-table.csv", "its only statement reads and writes no table"],
    ["only-ddl.csv", "none of its 2 statements reads or writes rows of a table"],
  ])("%s is readable, but of no use", async (name, why) => {
    expect(await complaint(`analyze ./${name}`)).toBe(`3 ./${name}: no usable statement, ${why} / ${way}`);
  });

  test("text that is no log is not recognised", async () => {
    for (const name of ["notes.txt", "blank.csv"])
      expect(await complaint(`analyze ./${name}`)).toMatch(/^[23] \.\/\S+: /);
  });

  test("one bad input among good ones is named", async () => {
    expect(await complaint("analyze ./log.csv ./missing.csv")).toMatch(/^2 \.\/missing\.csv: no such file/);
  });

  test("a name is never printed raw", async () => {
    expect(await complaint("analyze ./a\u001b[31mb\u202ec.csv")).toMatch(
      /^2 \.\/abc\.csv: no file matches this pattern/,
    );
    expect(await complaint("analyze ./log.csv --fro\u001b[2Jb")).toBe(
      "2 unknown option '--frob' / see shardplan analyze --help",
    );
  });

  test.skipIf(process.getuid?.() === 0)("no permission", async () => {
    chmodSync(folder.write("secret.csv", log), 0o000);
    expect(await complaint("analyze ./secret.csv")).toBe(
      "2 ./secret.csv: can't be read (permission denied) / check its permissions",
    );
  });
});

describe("schemas", () => {
  const noTable =
    "there is no CREATE TABLE in the schema / try the output of pg_dump --schema-only or mysqldump --no-data";
  test.each([
    ["./missing.sql", "./missing.sql: the schema can't be read (no such file) / pass the path of the schema"],
    ["./folder", "./folder: the schema can't be read (this is a directory) / pass the path of the schema"],
    ["./noise.sql", "./noise.sql: this is no text, so no schema / pass the path of the schema"],
    ["./prose.sql", `./prose.sql: ${noTable}`],
    ["./empty.csv", `./empty.csv: ${noTable}`],
    ["./log.csv", `./log.csv: ${noTable}`],
  ])("--schema %s", async (path, expected) =>
    expect(await complaint(`analyze ./log.csv --schema ${path}`)).toBe(`2 ${expected}`),
  );
});

describe("the output file", () => {
  test.each([
    [
      "./nowhere/report.txt",
      "./nowhere/report.txt: can't be written, there is no folder ./nowhere / pass another path to -o",
    ],
    ["./folder", "./folder: can't be written, it is a directory / pass another path to -o"],
    ["./log.csv/report.txt", "./log.csv/report.txt: can't be written, ENOTDIR / pass another path to -o"],
    ["''", '"": can\'t be written, it has no name / pass another path to -o'],
    ["./log.csv", "./log.csv: can't be written, it is an input / pass another path to -o"],
  ])("-o %s", async (path, expected) => expect(await complaint(`analyze ./log.csv -o ${path}`)).toBe(`2 ${expected}`));

  test.skipIf(process.getuid?.() === 0)("no permission", async () => {
    mkdirSync(folder.at("locked"), { mode: 0o500 });
    expect(await complaint("analyze ./log.csv -o ./locked/report.txt")).toBe(
      "2 ./locked/report.txt: can't be written, permission denied / pass another path to -o",
    );
  });
});

describe("designs", () => {
  const tables = "version: 1\nshards: 4\ntables:\n";
  test.each([
    ["", './d.yaml: the design file is empty / begin with "version: 1", "shards: 4" and "tables:"'],
    [
      "version: 1\nshards: 4\ntabels: {}\n",
      './d.yaml:3:1: unknown key "tabels" / keys here are version, target, shards, strategy, tables',
    ],
    [`${tables}  a: { shardKey: [id], colour: red }\n`, './d.yaml:4:24: unknown key "colour"'],
    [
      `${tables}  a: { shardKey: [id], colocatedWith: nope }\n`,
      './d.yaml:4:39: no table "nope" / sharded tables are a',
    ],
    [`${tables}  a: { shardKey: [id\n  b: 3\n`, "./d.yaml:5:3: Flow sequence"],
    ["version: 1\nshards: 4\n", './d.yaml:1:1: "tables" is missing / give tables by name'],
    ["[1, 2]\n", "./d.yaml:1:1: "],
    ["just text\n", "./d.yaml:1:1: "],
    ["version: 1\nshards: 0\ntables: {}\n", "./d.yaml:2:9: "],
    ["version: 1\nshards: 4\ntarget: oracle\ntables: {}\n", "./d.yaml:3:9: "],
  ])("%j", async (text, expected) => {
    folder.write("d.yaml", text);
    expect((await complaint("explain --design ./d.yaml 'SELECT 1'")).slice(0, expected.length + 2)).toBe(
      `2 ${expected}`,
    );
  });

  test.each([
    ["./missing.yaml", "./missing.yaml: the design can't be read (no such file) / pass the path of the design"],
    ["./folder", "./folder: the design can't be read (this is a directory) / pass the path of the design"],
    ["./noise.sql", "./noise.sql: this is no text, so no design / pass the path of the design"],
  ])("--design %s", async (path, expected) =>
    expect(await complaint(`explain --design ${path} 'SELECT 1'`)).toBe(`2 ${expected}`),
  );
});

describe("statements to explain", () => {
  const sqlHint = 'pass SQL, such as "SELECT * FROM orders WHERE customer_id = 7"';
  const lineHint = 'pass objects such as {"id": 1, "sql": "SELECT 1"}';
  test.each([
    ["''", `2 the statement is empty / ${sqlHint}`],
    ["'  '", `2 the statement is empty / ${sqlHint}`],
    ["'SELECT 1' ''", `2 statement 2 of 2 is empty / ${sqlHint}`],
    ["- 'SELECT 1'", "2 -: it stands for all statements, and more were given / pass either - or statements"],
    ["-", `3 stdin: no line to explain / ${lineHint}`],
  ])("%s", async (args, expected) => expect(await complaint(`explain --design ./design.yaml ${args}`)).toBe(expected));

  test("blank lines are no lines", async () => {
    expect(await complaint("explain --design ./design.yaml -", "\n \n\r\n")).toBe(
      `3 stdin: no line to explain / ${lineHint}`,
    );
  });

  test("a comment is no statement, and nothing is printed of those before it", async () => {
    expect(await complaint("explain --design ./design.yaml 'SELECT * FROM orders' '/* nothing */'")).toMatch(
      /^2 not a statement: there is no statement in it/,
    );
  });
});
