import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reshardSchema } from "../../src/report/schema-reshard.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("design.yaml", "version: 1\nshards: 8\ntables:\n  t: { shardKey: [id], type: int64 }\n");
  folder.write("untyped.yaml", "version: 1\nshards: 8\ntables:\n  t: { shardKey: [id] }\n");
  folder.write("pair.yaml", "version: 1\nshards: 4\ntables:\n  t: { shardKey: [tenant, id], type: [text, int64] }\n");
  folder.write("ids.txt", Array.from({ length: 500 }, (_, id) => `${id}\n`).join(""));
});
afterAll(() => folder.remove());

const reshard = (line: string, input?: string) =>
  folder.run(["reshard", ...line.split(" ")], input === undefined ? {} : { input });

async function planOf(line: string, input?: string) {
  const { stdout, exitCode } = await reshard(`${line} --json`, input);
  expect(exitCode).toBe(0);
  return reshardSchema.parse(JSON.parse(stdout));
}

const rowsOf = async (line: string, input?: string) => {
  const { rows } = (await planOf(line, input)).sum;
  if ("unknown" in rows) throw new Error(rows.unknown);
  return rows;
};

describe("the plan", () => {
  test.each([
    "--design ./design.yaml --to 12 --keys ./ids.txt",
    "--design ./design.yaml --to 3 --keys t=./ids.txt --row-bytes 200 --throttle 20-60MB/s --parallel 2-4",
    "--design ./design.yaml --to-strategy directory --keys ./ids.txt",
    "--design ./design.yaml --to-target vitess --to 4 --keys ./ids.txt",
    "--design ./samples/shop-design.yaml --to 12 ./samples/shop.csv.gz --schema ./samples/shop.sql --remedies",
    "--design ./samples/shop-design.yaml --to 16 ./samples/shop.csv.gz --rows orders=1000000 --row-bytes orders=300",
  ])("of %s is as the published schema says, and what moves out moves in", async (line) => {
    const { matrix, tables, strategies } = await planOf(line);
    for (const { name, before, after } of matrix.shards) {
      const flow = matrix.transfers.reduce(
        (sum, { from, to, amount }) => sum + (to === name ? amount : 0) - (from === name ? amount : 0),
        0,
      );
      expect(after).toBeCloseTo(before + flow, 6);
    }
    expect(tables.length).toBeGreaterThan(0);
    expect(strategies.length).toBe(10);
  });

  test("counts each element of an array that a column is compared with", async () => {
    folder.write("any.sql", "SELECT 1 FROM t WHERE id = ANY('{1,2,2,NULL}');\nSELECT 1 FROM t WHERE id = ANY('{2,30}');\nSELECT 1 FROM t WHERE id = 4;\n");
    folder.write("t.sql", "CREATE TABLE t (id bigint PRIMARY KEY);");
    const { sum, tables } = await planOf("--design ./design.yaml --to 9 ./any.sql --schema ./t.sql");
    expect(sum.keys).toMatchObject({ total: 4 });
    expect(sum.rows).toMatchObject({ total: 4 });
    expect(tables[0]!.leftOut).toEqual([]);
  });

  test("is the same bytes again, for any number of workers", async () => {
    const line = "--design ./samples/shop-design.yaml --to 12 ./samples/shop.csv.gz --schema ./samples/shop.sql --json";
    const [one, two] = [await reshard(`${line} --workers 1`), await reshard(`${line} --workers 3`)];
    expect(two).toEqual(one);
  });

  test("at a terminal has no line of more than 80 columns, and only ASCII where that is all there is", async () => {
    const { stdout } = await folder.run(
      ["reshard", "--design", "./samples/shop-design.yaml", "--to", "12", "./samples/shop.csv.gz", "--remedies"],
      { width: 80, unicode: false },
    );
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/^[\n -~]*$/);
  });
});

describe("files of keys", () => {
  test("one key a line, each a row; from stdin, with CRLF, and gzipped: the same", async () => {
    const rows = await rowsOf("--design ./design.yaml --to 12 --keys ./ids.txt");
    expect(rows).toMatchObject({ total: 500, complete: true, from: "counted in the file of keys" });
    const lines = Array.from({ length: 500 }, (_, id) => `${id}\r\n`).join("");
    expect(await rowsOf("--design ./design.yaml --to 12 --keys -", lines)).toEqual(rows);
    folder.write("ids.gz", gzipSync(lines));
    expect(await rowsOf("--design ./design.yaml --to 12 --keys ./ids.gz")).toEqual(rows);
  });
  test("CSV with a count and bytes, found by name or named", async () => {
    folder.write("keys.csv", 'id,rows,bytes,"twice"\n1,3,100,6\n2,4,50,8\n');
    expect(await rowsOf("--design ./design.yaml --to 12 --keys ./keys.csv")).toMatchObject({ total: 7 });
    expect(await rowsOf("--design ./design.yaml --to 12 --keys ./keys.csv --keys-count twice")).toMatchObject({ total: 14 });
    const { bytes } = (await planOf("--design ./design.yaml --to 12 --keys ./keys.csv")).sum;
    expect(bytes).toMatchObject({ total: 150 });
  });
  test("compound keys as JSON arrays, or as columns in any order and in quotes", async () => {
    folder.write("pairs.txt", '["acme, inc", 1]\n["b", 2]\n[null, 3]\n');
    folder.write("pairs.csv", 'id;tenant\n1;"acme, inc"\n2;b\n3;c\n');
    expect(await rowsOf("--design ./pair.yaml --to 5 --keys ./pairs.txt")).toMatchObject({ total: 3 });
    expect(await rowsOf("--design ./pair.yaml --to 5 --keys ./pairs.csv")).toMatchObject({ total: 3 });
  });
  test("a type that nobody stated is told by the keys, and said", async () => {
    const { stderr, exitCode } = await reshard("--design ./untyped.yaml --to 12 --keys ./ids.txt");
    expect({ stderr, exitCode }).toEqual({
      stderr: 'warning: ./ids.txt: the keys of t are taken for int64; "type:" in the design or --schema says otherwise\n',
      exitCode: 0,
    });
  });
  test("what is no key is left out, with its number and reason", async () => {
    const { tables } = await planOf("--design ./design.yaml --to 12 --keys -", "1\nabc\n\n2\nxyz\n");
    expect(tables[0]!.leftOut).toEqual([
      { reason: "no value of type int64", count: 2 },
      { reason: "an empty line", count: 1 },
    ]);
  });
});

describe("wrong usage", () => {
  test.each([
    ["--design ./design.yaml --to 8 --keys ./ids.txt", "nothing would change: the design has these 8 shards already"],
    ["--design ./design.yaml --to 0 --keys ./ids.txt", "--to 0: not a number of shards"],
    ["--design ./design.yaml --to -1 --keys ./ids.txt", "--to -1: not a number of shards"],
    ["--design ./design.yaml --to a,a --keys ./ids.txt", '--to: shard "a" is there twice'],
    ["--design ./design.yaml --to 12", "what moves is told from your keys, and none were given"],
    ["--design ./design.yaml --to-target aurora --keys ./ids.txt", "--to-target aurora: it does not shard (one writer holds all rows: there is nothing to place)"],
    ["--design ./design.yaml --to-key u=id --keys ./ids.txt", '--to-key: the design shards no table "u"'],
    ["--design ./design.yaml --to 12 --keys u=./ids.txt", '--keys: the design shards no table "u"'],
    ["--design ./design.yaml --to 12 --keys ./ids.txt --keys-count n", "--keys-count n: ./ids.txt has no header with id"],
    ["--design ./design.yaml --to 12 --keys ./ids.txt --row-bytes u=1", '--row-bytes: the design has no table "u"'],
    ["--design ./design.yaml --to 12 --keys ./ids.txt --remedies", "--remedies: they are tried on the accesses of a log, and none was given"],
    ["--design ./design.yaml --to 12 --keys ./ids.txt -o ./ids.txt", "./ids.txt: can't be written, it is an input"],
    ["--design ./pair.yaml --to 12 --keys ./ids.txt", "./ids.txt:1: neither a header with tenant, id nor a JSON array"],
  ])("%s", async (line, message) => {
    const { stdout, stderr, exitCode } = await reshard(line);
    expect({ stdout, error: stderr.split("\n")[0], exitCode }).toEqual({ stdout: "", error: `error: ${message}`, exitCode: 2 });
  });

  test.each([
    ["id,count\n1,x\n", 'stdin:2: "x" is no number of rows'],
    ["id,count\n1,2,3\n", "stdin:2: 3 fields, the header has 2"],
    ['id,count\n"1,2\n', "stdin:2: a quote is not closed"],
  ])("a line that can't be read is named: %j", async (input, message) => {
    const { stderr, exitCode } = await reshard("--design ./design.yaml --to 12 --keys -", input);
    expect({ error: stderr.split("\n")[0], exitCode }).toEqual({ error: `error: ${message}`, exitCode: 2 });
  });

  test("an empty file, and a log without the table's key, are readable but empty: 3", async () => {
    expect(await reshard("--design ./design.yaml --to 12 --keys -", "\n\n")).toMatchObject({ exitCode: 3, stdout: "" });
    expect(await reshard("--design ./design.yaml --to 12 ./samples/shop.csv.gz")).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("a design for a system that does not shard says so", async () => {
    folder.write("aurora.yaml", "version: 1\ntarget: aurora\nshards: 4\ntables:\n  t: { shardKey: [id] }\n");
    const { stderr, exitCode } = await reshard("--design ./aurora.yaml --to 12 --keys ./ids.txt");
    expect({ stderr, exitCode }).toEqual({
      stderr:
        "error: ./aurora.yaml:2:9: target aurora does not shard: one writer holds all rows: there is nothing to place\n" +
        "  shardplan targets aurora shows its limits; the application shards with target mysql or generic\n",
      exitCode: 2,
    });
  });
});
