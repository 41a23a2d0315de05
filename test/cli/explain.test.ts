import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("schema.sql", "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, note text);\n");
  folder.write("numbered.yaml", "version: 1\nshards: 4\ntables:\n  orders: { shardKey: [customer_id] }\n");
  folder.write(
    "named.yaml",
    "version: 1\nshards: [eu, us]\ntables:\n  orders: { shardKey: [customer_id], strategy: directory, directory: { 1: us, 2: eu } }\n",
  );
  folder.write(
    "vitess.yaml",
    'version: 1\ntarget: vitess\nshards: ["-80", "80-"]\ntables:\n  orders: { shardKey: [customer_id], vindex: hash }\n',
  );
});
afterAll(() => folder.remove());

interface Answer {
  readonly id?: string | number;
  readonly sql?: string;
  readonly line?: number;
  readonly class: string;
  readonly because: string;
  readonly shards: unknown;
  readonly error?: string;
}

async function lines(design: string, requests: readonly (object | string)[]): Promise<Answer[]> {
  const input = requests.map((request) => (typeof request === "string" ? request : JSON.stringify(request))).join("\n");
  const { stdout, stderr, exitCode } = await folder.run(
    ["explain", "--design", `./${design}`, "--schema", "./schema.sql", "-"],
    { input },
  );
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

describe("explain -", () => {
  test("gives each id back, a number as a number", async () => {
    const sql = "SELECT 1 FROM orders WHERE customer_id = 1";
    expect((await lines("numbered.yaml", [{ id: 7, sql }, { id: "7", sql }, { sql }])).map(({ id }) => id)).toEqual([
      7,
      "7",
      undefined,
    ]);
  });

  test("a literal, a parameter and a text of the same value go to the same shard", async () => {
    const sql = "SELECT 1 FROM orders WHERE customer_id = ";
    const answers = await lines("numbered.yaml", [
      { sql: `${sql}9007199254740993` },
      { sql: `${sql}$1`, parameters: ["9007199254740993"] },
      { sql: `${sql}?`, parameters: ["9007199254740993"], dialect: "mysql" },
      { sql: `${sql}$2`, parameters: [1, "9007199254740993"] },
      { sql: `${sql}:customer`, parameters: { customer: "9007199254740993" } },
      { sql: `${sql}@customer`, parameters: { "@customer": "9007199254740993" }, dialect: "mysql" },
      { sql: `${sql}$1` },
    ]);
    const first = answers[0]!.shards;
    expect(first).toEqual([expect.any(Number)]);
    expect(answers.map(({ shards }) => shards)).toEqual([first, first, first, first, first, first, "not-logged"]);
    for (const answer of answers) expect(answer.class).toBe("single-shard");
  });

  test("an integer that JSON has already rounded is refused, not taken for its neighbour", async () => {
    const [good, rounded] = await lines("numbered.yaml", [
      { sql: "SELECT 1 FROM orders" },
      '{"id": 2, "sql": "SELECT 1 FROM orders WHERE customer_id = $1", "parameters": [9007199254740993]}',
    ]);
    expect(good!.class).toBe("scatter-gather");
    expect(rounded).toMatchObject({
      id: 2,
      class: "unknown",
      error: "stdin:2: parameters.0: pass integers beyond 2^53 as strings",
    });
  });

  test("the dialect is each line's own", async () => {
    const sql = "SELECT 1 FROM `orders` WHERE customer_id = 1";
    const [mysql, postgres] = await lines("numbered.yaml", [
      { sql, dialect: "mysql" },
      { sql, dialect: "postgres" },
    ]);
    expect([mysql!.class, postgres!.class]).toEqual(["single-shard", "unknown"]);
  });

  test("MongoDB commands stand in the place of statements", async () => {
    const answers = await lines("numbered.yaml", [
      { id: "a", command: { find: "orders", filter: { customer_id: 7 } } },
      { id: "b", command: { find: "orders", filter: { note: "x" } } },
      { id: "c", command: "find" },
    ]);
    expect(answers.map(({ id, class: reach }) => [id, reach])).toEqual([
      ["a", "single-shard"],
      ["b", "scatter-gather"],
      [undefined, "unknown"],
    ]);
  });

  test("a line that is wrong is answered in its place; the others don't notice", async () => {
    const sql = "SELECT 1 FROM orders WHERE customer_id = 1";
    const answers = await lines("numbered.yaml", [
      { id: 1, sql },
      "{broken",
      "",
      "[1]",
      { id: 5, query: sql },
      { id: 6, sql: " " },
      { id: 7, sql, dialect: "oracle" },
      { id: [8], sql },
      { id: 9, sql, parameters: "x" },
      { id: 10, sql: "/* nothing */" },
      { id: 11, sql },
    ]);
    expect(answers.map(({ error }) => error)).toEqual([
      undefined,
      "stdin:2: this is no JSON",
      'stdin:4: this is no object such as {"sql": "SELECT 1"}',
      "stdin:5: sql: pass the statement as a string",
      "stdin:6: sql: the statement is empty",
      'stdin:7: dialect: pass "postgres" or "mysql"',
      "stdin:8: id: pass a string or a number",
      "stdin:9: parameters: pass strings, numbers, booleans or nulls, as a list or by name",
      expect.stringContaining("stdin:10: not a statement") as string,
      undefined,
    ]);
    expect(answers.map(({ id }) => id)).toEqual([1, undefined, undefined, 5, 6, 7, undefined, 9, 10, 11]);
    expect(answers.at(-1)).toEqual({ ...answers[0]!, id: 11 });
  });

  test("where no line can be used, all are answered and the exit code is 3", async () => {
    const { stdout, stderr, exitCode } = await folder.run(
      ["explain", "--design", "./numbered.yaml", "--schema", "./schema.sql", "-"],
      { input: "a\nb\n" },
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect({ stderr, exitCode }).toEqual({
      stderr:
        'error: stdin: no usable statement in any of 2 lines\n  pass objects such as {"id": 1, "sql": "SELECT 1"}\n',
      exitCode: 3,
    });
  });

  test("CRLF and a byte-order mark", async () => {
    const answers = await lines("numbered.yaml", [
      '\ufeff{"sql":"SELECT 1 FROM orders"}\r',
      '{"sql":"SELECT 1 FROM orders"}\r',
    ]);
    expect(answers.map(({ class: routeClass }) => routeClass)).toEqual(["scatter-gather", "scatter-gather"]);
  });
});

describe("shards are called as the design calls them", () => {
  test.each([
    ["numbered.yaml", [0, 1, 2, 3]],
    ["named.yaml", ["eu", "us"]],
    ["vitess.yaml", ["-80", "80-"]],
  ])("%s", async (design, shards) => {
    const [all] = await lines(design, [{ sql: "SELECT 1 FROM orders" }]);
    expect(all!.shards).toEqual(shards);
  });

  test("in text too", async () => {
    const { stdout } = await folder.run([
      "explain",
      "--design",
      "./named.yaml",
      "--schema",
      "./schema.sql",
      "SELECT 1 FROM orders WHERE customer_id = 1",
    ]);
    expect(stdout).toBe(
      "SELECT 1 FROM orders WHERE customer_id = 1\n  single-shard: orders.customer_id is pinned to one value\n  shards: us (of 2)\n",
    );
  });
});

describe("the type of a shard key", () => {
  const sql = "SELECT 1 FROM orders WHERE customer_id = 1";
  const warning =
    "warning: the type of the shard key of orders is not known and taken for a 64-bit integer; pass --schema, or type: in the design\n";

  test("that nobody tells is guessed, and that is said", async () => {
    expect((await folder.run(["explain", "--design", "./numbered.yaml", sql])).stderr).toBe(warning);
    expect((await folder.run(["explain", "--design", "./numbered.yaml", "--schema", "./schema.sql", sql])).stderr).toBe(
      "",
    );
  });

  test("of many tables is one warning", async () => {
    folder.write(
      "many.yaml",
      `version: 1\nshards: 4\ntables:\n${["a", "b", "c", "d", "e"].map((name) => `  ${name}: { shardKey: [id] }\n`).join("")}`,
    );
    expect((await folder.run(["explain", "--design", "./many.yaml", "SELECT 1 FROM a"])).stderr).toBe(
      "warning: the types of the shard keys of a, b, c and 2 more are not known and taken for 64-bit integers; pass --schema, or type: in the design\n",
    );
  });
});

test("text of a statement is never printed raw", async () => {
  const sql = "SELECT '\u001b[31m' || \"\u009bx\" FROM orders\n\tWHERE customer_id = 1 /* \u202e */";
  for (const flags of [[], ["--json"]]) {
    const { stdout } = await folder.run([
      "explain",
      "--design",
      "./numbered.yaml",
      "--schema",
      "./schema.sql",
      ...flags,
      sql,
    ]);
    expect(stdout).toContain("single-shard");
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  }
});
