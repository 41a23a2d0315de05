import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import type { Target } from "../../src/placement/target.ts";
import { targets } from "../../src/placement/targets.ts";
import { Folder } from "./run.ts";

/** `shardplan place`: the shard of a key, and what the target computes on the way. */
let folder: Folder;
beforeAll(() => void (folder = new Folder()));
afterAll(() => folder.remove());

const place = (line: string, input?: string | Uint8Array) => {
  const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!);
  return folder.run(["place", ...args], input === undefined ? {} : { input });
};
const lines = (text: string): string[] => text.split("\n").slice(0, -1);

describe("a table of keys", () => {
  test("has what the target computes, and the shard", async () => {
    // Citus cuts 2^32 hashes into 32 ranges: (1509752520 + 2^31) / 2^27 = 27.2.
    const { stdout, stderr, exitCode } = await place("--target citus --shards 32 42 -5 9007199254740993");
    expect(lines(stdout)).toEqual([
      "key               hash         Citus shard  shard",
      "42                1509752520   27 of 32     27",
      "-5                1412886042   26 of 32     26",
      "9007199254740993  -1466497253  5 of 32      5",
    ]);
    expect([stderr, exitCode]).toEqual(["note: the keys are taken for int64; --type says otherwise\n", 0]);
  });

  test("names shards as they were named", async () => {
    const { stdout } = await place(
      "--strategy range --splits 1000,2000 --shards eu,us,asia --type int64 999 1000 2000",
    );
    expect(lines(stdout).map((line) => line.split(/ {2,}/).at(-1))).toEqual(["shard", "eu", "us", "asia"]);
  });

  test("shows foreign text without letting it act", async () => {
    const { stdout } = await folder.run([
      "place",
      "--shards",
      "1",
      "--type",
      "text",
      "x\ty\u001b[31m\u202e",
      "",
      "日本",
      '["a\\nb"]',
      "[null]",
      "x".repeat(99),
    ]);
    expect(
      lines(stdout)
        .slice(1)
        .map((line) => line.replace(/ {2,}[0-9a-f]{16} {2,}0$/, "")),
    ).toEqual([String.raw`"x\ty\u001b[31m\u202e"`, '""', "日本", String.raw`"a\nb"`, "NULL", `${"x".repeat(59)}…`]);
  });

  test("without steps has the shard alone", async () => {
    expect((await place("--target shardingsphere --shards 4 --type int64 7")).stdout).toBe("key  shard\n7    3\n");
  });
});

test("--json gives an object a line, digits and all", async () => {
  const answer = await place(
    `--target vitess --shards -80,80- --hash region_experimental --set regionBytes=1 --type int64,int64 --json '[9007199254740993, 1]'`,
  );
  expect(JSON.parse(answer.stdout)).toEqual({
    key: ["9007199254740993", "1"],
    type: ["int64", "int64"],
    target: "vitess",
    strategy: "hash",
    steps: { "keyspace id": "01166b40b44aba4bd6" },
    shard: "-80",
    placement: "exact",
  });
});

test("a model says so on stderr and in JSON", async () => {
  const caveat = "DynamoDB's hash is not published; an even 64-bit hash stands in for it";
  const { stdout, stderr } = await place("--target dynamodb --shards 4 --type text --json a");
  expect(stderr).toBe(`note: a model of dynamodb: ${caveat}\n`);
  expect(JSON.parse(stdout)).toMatchObject({ placement: "model", caveat, shard: 3 });
});

describe("the type of the keys", () => {
  test.each([
    ["--shards 4 1 -2 18446744073709551615", "int64"],
    ["--shards 4 1 02", "text"],
    ["--shards 4 1 +2", "text"],
    ["--shards 4 1 18446744073709551616", "text"],
    ["--shards 4 -- -0", "text"],
    ["--target kafka --shards 4 1 2", "text"],
    [`--target cassandra --shards 4 '[1, "a"]' '[2, "3"]'`, "int64, text"],
  ])("is told by the keys: %s", async (line, type) => {
    expect((await place(line)).stderr).toMatch(`note: the keys are taken for ${type}; --type says otherwise\n`);
  });

  test("is no guess when given, by our names or SQL's", async () => {
    const [ours, sql] = [
      await place("--target cassandra --shards 4 --type int32 7"),
      await place("--target cassandra --shards 4 --type integer 7"),
    ];
    expect(sql).toEqual(ours);
    expect(ours.stderr).not.toMatch("taken for");
  });
});

describe("stdin", () => {
  test("is one key a line, also the last without a newline, with CRLF and a byte-order mark", async () => {
    const { stdout } = await place("--target citus --shards 32 --shards-only -", "\ufeff42\r\n-5\r\n9007199254740993");
    expect(lines(stdout)).toEqual(["27", "26", "5"]);
  });

  test("is answered as it comes", async () => {
    const seen: string[] = [];
    let answered = 0;
    async function* asked() {
      yield Buffer.from("42\n4");
      answered = seen.length;
      yield Buffer.from("3\n");
    }
    const stdin = asked() as unknown as NodeJS.ReadableStream;
    await folder.run(["place", "--target", "citus", "--shards", "32", "--shards-only", "-"], {
      stdin,
      stdout: (text) => void seen.push(text),
    });
    expect([answered, seen]).toEqual([1, ["27\n", "23\n"]]);
  });

  test("an empty line is the empty text", async () => {
    expect(lines((await place("--target redis --shards 3 --type text --shards-only -", "\na\n")).stdout)).toHaveLength(
      2,
    );
  });

  test("--shards-only, the table and shardOf agree on any key", async () => {
    const integers = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: -2000n, max: 2000n }),
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
    );
    const texts = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !/[\n\r\ufeff]|^\s*\[/.test(text));
    const cases = [
      ["int64", "citus", integers.map(String)],
      ["int64", "postgres", integers.map(String)],
      ["int64", "generic", integers.map(String)],
      ["text", "kafka", texts],
      ["text", "generic", texts],
    ] as const;
    for (const [type, target, key] of cases) {
      const table = {
        kind: "sharded",
        shardKey: ["k"],
        strategy: "hash",
        colocatedWith: undefined,
        options: {},
      } as const;
      const map = shardMapOf(
        { version: 1, target, shards: ["0", "1", "2", "3", "4"], tables: new Map([["t", table]]) },
        "t",
        [type],
      );
      const check = fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 50 }), async (keys) => {
        const line = `--target ${target} --type ${type} --shards 5`;
        const input = `${keys.join("\n")}\n`;
        const expected = keys.map((text) => String(map.shardOf([type === "text" ? `text:${text}` : `int:${text}`])));
        expect(lines((await place(`${line} --shards-only -`, input)).stdout)).toEqual(expected);
        expect(
          lines((await place(`${line} --json -`, input)).stdout).map((row) =>
            String((JSON.parse(row) as { shard: number }).shard),
          ),
        ).toEqual(expected);
      });
      await fc.assert(check, { numRuns: 40 });
    }
  });
});

test("a closed pipe ends it quietly", async () => {
  const { stdout, stderr } = await folder.runShell(
    "yes 1 | shardplan place --shards 3 --type int64 - | head -1; echo ${PIPESTATUS[1]}",
  );
  expect({ stdout, stderr }).toEqual({ stdout: "key  hash              shard\n0\n", stderr: "" });
});

test("the fast way and the explained one agree for every target", async () => {
  const integers = fc.sample(fc.oneof(fc.nat(32_767), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })).map(String), {
    numRuns: 60,
    seed: 5,
  });
  const texts = fc.sample(fc.stringMatching(/^[^\s[\ufeff][^\n\r]{0,20}$/u), { numRuns: 60, seed: 5 });
  for (const target of Object.values(targets) as Target[]) {
    for (const strategy of target.strategies) {
      for (const type of ["int16", "int32", "int64", "text"] as const) {
        if (!target.keyTypes(strategy).includes(type)) continue;
        const most = { int16: 2n ** 15n, int32: 2n ** 31n, int64: 2n ** 63n, text: 0n }[type];
        const keys = type === "text" ? texts : integers.filter((text) => BigInt(text) < most);
        const splits = type === "text" ? "--splits M,k" : "--splits 900,20000";
        const hash = target.name === "vitess" ? "--hash xxhash" : "";
        const line = `--target ${target.name} --strategy ${strategy} ${strategy === "range" ? splits : ""} ${hash} --type ${type} --shards 3`;
        const input = keys.join("\n");
        const fast = await place(`${line} --shards-only -`, input);
        const rows = lines((await place(`${line} --json -`, input)).stdout).map(
          (row) => JSON.parse(row) as { shard: string | number },
        );
        expect([line, fast.exitCode, lines(fast.stdout)]).toEqual([line, 0, rows.map(({ shard }) => String(shard))]);
        expect(rows).toHaveLength(keys.length);
      }
    }
  }
});

describe("a design", () => {
  const design = (line: string) => place(`--design ./d.yaml ${line}`);
  beforeAll(() => {
    const tables =
      "  users: { shardKey: [id], type: uuid }\n  orders: { shardKey: [user_id], colocatedWith: users }\n  visits: { shardKey: [a, b], type: int32 }\n  c: { kind: reference }\n";
    folder.write("d.yaml", `version: 1\ntarget: cassandra\nshards: [n1, n2]\ntables:\n${tables}`);
  });

  test("gives target, shards, strategy and types, also those of the table that is followed", async () => {
    const [leader, follower] = [
      await design("--table users 550E8400-e29b-41d4-a716-446655440000"),
      await design("--table Orders 550e8400-e29b-41d4-a716-446655440000"),
    ];
    expect(lines(leader.stdout)[1]).toMatch(/^550e8400-.* n[12]$/);
    expect(follower.stdout).toBe(leader.stdout);
  });

  test("takes types from a schema, and says what of it was not read", async () => {
    folder.write("s.yaml", "version: 1\nshards: 4\ntables:\n  t: { shardKey: [id] }\n");
    folder.write("s.sql", "CREATE TABLE t (id uuid PRIMARY KEY);\nCREATE TABLE u (id int,, x);\n");
    const { stderr, exitCode } = await place("--design ./s.yaml --schema ./s.sql 12");
    expect([stderr, exitCode]).toEqual([
      expect.stringMatching(/^warning: \.\/s\.sql:2: .*\nerror: "12" is no value of type uuid\n/),
      2,
    ]);
  });

  test.each([
    ["1", "--table is missing: which table's key is this?"],
    ["--table nope 1", '--table: no sharded table "nope"'],
    ["--table c 1", '--table: "c" is reference: every shard has all of its rows'],
    ["--table visits 1", '"1" is no key of 2 columns'],
    ["--table visits --type int32 1", '--type int32: the shard key of "visits" is a, b'],
    ["--table users --shards 3 1", "option '--design <file>' cannot be used with option '--shards <n|name[,name...]>'"],
  ])("refuses %s", async (line, message) => {
    expect(await design(line)).toMatchObject({
      stdout: "",
      exitCode: 2,
      stderr: expect.stringContaining(`error: ${message}\n  `) as string,
    });
  });
});

test("a target goes by any name that people use, bytes by any way that databases write them", async () => {
  expect((await place("--target PostgreSQL --shards 8 --type int64 42")).stdout).toBe(
    (await place("--target postgres --shards 8 --type int64 42")).stdout,
  );
  const { stdout } = await place("--target postgres --shards 8 --type bytes \\x00ff 0x00FF x'00ff'");
  expect(new Set(stdout.trim().split("\n").slice(1)).size).toBe(1);
  expect(stdout).toContain("\n00ff ");
});

describe("what can't be placed", () => {
  test.each([
    [
      "--target clickhouse --shards 3 a",
      "target clickhouse can't place a key of type text by hash\n  it takes int16, int32, int64",
    ],
    [
      "--target citus --shards 3 --type other 1",
      "target citus can't place a key of type other by hash\n  it takes int16, int32, int64, decimal, ",
    ],
    ["--shards 3 --type uuid 12", '"12" is no value of type uuid\n  '],
    ["--shards 3 --type int64 NULL", '"NULL" is no value of type int64\n  NULL is written [null]'],
    [
      "--target aurora --shards 3 7",
      "--target aurora: it does not shard (one writer holds all rows: there is nothing to place)\n  shardplan targets aurora shows its limits",
    ],
    ["--shards 3 --type int16 32768", '"32768" is no value of type int16\n  '],
    ["--shards 3 --type int64 7 seven 8", '"seven" is no value of type int64\n  '],
    ["--shards 3 --type integr 7", '--type: no type "integr"\n  types are int16, '],
    ["--target vites --shards 3 7", '--target: no target "vites"\n  did you mean "vitess"?'],
    ["--strategy jum --shards 3 7", '--strategy: no strategy "jum"\n  did you mean "jump"?'],
    ["--target citus --strategy jump --shards 3 7", "--strategy jump: target citus does not place so\n  it takes hash"],
    [
      "--target citus --hash x --shards 3 7",
      "--hash: target citus has no such option under strategy hash\n  it takes --set slots=...",
    ],
    ["--target citus --set slots --shards 3 7", "--set slots: no option and value\n  "],
    ["--target citus --set slots=many --shards 3 7", "the options of the key: slots: "],
    [
      "--target spanner --shards 3 7",
      "target spanner: where the ranges are cut is not known\n  pass --splits with 2 values",
    ],
    ["--strategy range --splits 5 --shards 3 7", "target generic: 3 shards need 2 splits, not 1\n  "],
    ["--target vitess --shards -80,90- 7", "--shards: "],
    ["--shards 0 7", "--shards 0: not a number of shards\n  "],
    ["--shards a,b,a 7", '--shards: shard "a" is there twice\n  '],
    ["--shards a,,b 7", "--shards a,,b: a shard has no name\n  "],
    ["7", "--shards is missing: over how many shards?\n  "],
    ["--table users --shards 3 7", "--table: target generic does not look at the table's name\n  "],
    [
      "--strategy consistent-hash --virtual-nodes 1000 --shards 3000 7",
      "3000 shards of 1000 tokens each are too many for one ring\n  pass --virtual-nodes 349 or less",
    ],
    ["--schema x.sql --shards 3 7", "--schema: only a design has tables whose columns it could know\n  "],
    ["--shards 3 - 7", "-: it stands for all keys, and more were given\n  "],
    ["--shards 3 --json --shards-only 7", "option '--shards-only' cannot be used with option '--json'\n  "],
  ])("%s", async (line, message) => {
    const { stdout, stderr, exitCode } = await place(line);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toMatch(/^(note: [^\n]+\n)*error: [^\n]+\n  [^\n]+\n$/);
    expect(stderr).toContain(`error: ${message}`);
  });

  test("on stdin is named with its line, after the answers before it", async () => {
    for (const [flag, before] of [
      ["", 3],
      ["--shards-only", 2],
      ["--json", 2],
    ] as const) {
      const { stdout, stderr, exitCode } = await place(`--shards 3 --type int64 ${flag} -`, "1\n2\nx\n4\n");
      expect([lines(stdout).length, stderr, exitCode]).toEqual([
        before,
        'error: stdin:3: "x" is no value of type int64\n  check the key, or pass another --type\n',
        2,
      ]);
    }
    expect((await place("--target citus --shards 3 --type int64 --shards-only -", `1\n${2n ** 63n}\n`)).stderr).toMatch(
      'error: stdin:2: target citus: int "9223372036854775808" can\'t be placed: ',
    );
  });

  test("of a guessed type says so", async () => {
    async function* asked() {
      yield Buffer.from("1\n2\n");
      yield Buffer.from("x\n");
    }
    const { stderr } = await folder.run(["place", "--shards", "3", "-"], {
      stdin: asked() as unknown as NodeJS.ReadableStream,
    });
    expect(stderr).toMatch(
      'error: stdin:3: "x" is no value of type int64\n  the type was told by the first 2 keys: pass --type\n',
    );
  });

  test.each([
    ["", 3, "stdin: no key to place"],
    [Buffer.from("a\nb\xff\n", "latin1"), 2, "stdin:2: this is no UTF-8 text"],
    ["x".repeat(2 ** 21), 2, "stdin:1: the line is longer than a key can be (1 MiB)"],
  ])("is %#", async (input, exitCode, message) => {
    expect(await place("--shards 3 --type text -", input)).toMatchObject({
      stdout: "",
      exitCode,
      stderr: expect.stringContaining(`error: ${message}\n  `) as string,
    });
  });
});
