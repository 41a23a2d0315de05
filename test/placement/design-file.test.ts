import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { type Design, strategyNames, type TableDesign } from "../../src/placement/design.ts";
import { parseDesign, renderDesign } from "../../src/placement/design-file.ts";
import { strategies } from "../../src/placement/strategies.ts";
import { targets } from "../../src/placement/targets.ts";

const example = `
version: 1
target: vitess             # optional; default: generic
shards: 8
strategy: hash
tables:
  Customer: { shardKey: [Id] }
  orders:   { shardKey: customer_id, colocatedWith: customer, type: int64 }
  country:  { kind: reference }
  settings: { kind: unsharded }
`;

const sharded = { kind: "sharded", strategy: "hash", colocatedWith: undefined, options: {} } as const;

/** The sentence and the hint of the error that a design file gives. */
function complaint(text: string): { message: string; hint: string | undefined } {
  try {
    parseDesign(text, "d.yaml");
  } catch (error) {
    if (error instanceof InputError) return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error("no error was thrown");
}

describe("A design file", () => {
  it("says which table lives where; names are compared without case", () => {
    expect(parseDesign(example, "d.yaml")).toEqual({
      version: 1,
      target: "vitess",
      shards: ["-20", "20-40", "40-60", "60-80", "80-a0", "a0-c0", "c0-e0", "e0-"],
      tables: new Map<string, TableDesign>([
        ["customer", { ...sharded, shardKey: ["id"], spelled: { table: "Customer", shardKey: ["Id"] } }],
        ["orders", { ...sharded, shardKey: ["customer_id"], colocatedWith: "customer", options: { type: "int64" } }],
        ["country", { kind: "reference" }],
        ["settings", { kind: "unsharded" }],
      ]),
    });
  });
  it("may be JSON, with tabs", () => {
    const json = '{\n\t"version": 1,\n\t"shards": 2,\n\t"tables": { "a": { "shardKey": ["x"] } }\n}';
    expect(parseDesign(json, "d.json").tables.get("a")).toEqual({ ...sharded, shardKey: ["x"] });
  });
  it("takes strategies from the table, the file or the target, in this order", () => {
    const strategyOf = (head: string, table: string) =>
      parseDesign(`version: 1\nshards: 4\n${head}\ntables:\n  t: { shardKey: k${table} }`, "d.yaml").tables.get("t");
    expect(strategyOf("strategy: jump", ", strategy: range")).toMatchObject({ strategy: "range" });
    expect(strategyOf("strategy: jump", "")).toMatchObject({ strategy: "jump" });
    expect(strategyOf("target: redis", "")).toMatchObject({ strategy: "fixed-slots" });
  });
  it("may say a thing once and repeat it by an alias", () => {
    const text = "version: 1\nshards: 2\ntables:\n  a: &a { shardKey: k, strategy: jump }\n  b: *a";
    const { tables } = parseDesign(text, "d.yaml");
    expect(tables.get("b")).toEqual(tables.get("a"));
  });
  it("names shards by a list: any names, or a target's own ranges", () => {
    const shardsOf = (target: string, list: string) =>
      parseDesign(`version: 1\ntarget: ${target}\nshards: ${list}\ntables: {}`, "d.yaml").shards;
    expect(shardsOf("generic", "[eu, us]")).toEqual(["eu", "us"]);
    expect(shardsOf("vitess", '["-80", "80-90", "90-"]')).toEqual(["-80", "80-90", "90-"]);
    expect(() => shardsOf("vitess", '["-80", "90-"]')).toThrow('d.yaml:3:9: "90-" does not begin where "-80" ends');
    expect(() => shardsOf("vitess", "[eu, us]")).toThrow('"eu" is no range of keyspace ids');
  });
  it("keeps every digit of numbers that a double can't hold", () => {
    const text = "version: 1\nshards: 2\ntables:\n  t: { shardKey: k, strategy: range, splits: [9007199254740993] }";
    expect(parseDesign(text, "d.yaml").tables.get("t")).toMatchObject({ options: { splits: ["9007199254740993"] } });
  });
  it("lets a colocated table repeat what it follows, and drops it", () => {
    const text = `version: 1
shards: 4
tables:
  a: { shardKey: k, strategy: jump }
  b: { shardKey: k, colocatedWith: c, strategy: jump }
  c: { shardKey: k, colocatedWith: a }`;
    expect(parseDesign(text, "d.yaml").tables.get("b")).toMatchObject({
      strategy: "jump",
      colocatedWith: "c",
      options: {},
    });
  });
});

describe("What is wrong in a design file is told with its place", () => {
  const head = "version: 1\nshards: 3\ntables:\n";
  const cases: readonly (readonly [string, string, string])[] = [
    ["", "d.yaml: the design file is empty", "begin with"],
    ["a: b: c", "d.yaml:1:4: Nested mappings are not allowed in compact mappings", "valid YAML or JSON"],
    [
      "version: 1\nshards: 1\ntables: { __proto__: { kind: reference } }",
      'd.yaml:3:11: "__proto__" can\'t be a name here',
      "another",
    ],
    ["a: &a { b: *a }", "d.yaml:1:9: more than 1000 aliases", "contain itself"],
    ["[1]", "d.yaml:1:1: the design: expected names with their values", "begin with"],
    ["version: 2\nshards: 1\ntables: {}", 'd.yaml:1:10: "version": expected 1', "version: 1"],
    ["version: 1\nshards: 0\ntables: {}", 'd.yaml:2:9: "shards": must be at least 1', "a number of shards from 1"],
    ["version: 1\ntables: {}", 'd.yaml:1:1: "shards" is missing', "a number of shards from 1"],
    ["version: 1\nshards: 3\ntabels: {}", 'd.yaml:3:1: unknown key "tabels"', "tables"],
    [
      "version: 1\ntarget: oracle\nshards: 3\ntables: {}",
      'd.yaml:2:9: "target": is none of the known ones',
      "postgres",
    ],
    ["version: 1\nshards: [a, a]\ntables: {}", 'd.yaml:2:13: shard "a" is there twice', "name of its own"],
    [`${head}  a: { shardKey: x, sharks: 1 }`, 'd.yaml:4:21: unknown key "sharks"', "shardKey"],
    [`${head}  a: { shardKey: 5 }`, 'd.yaml:4:18: "shardKey": has the wrong shape', "a column or a list"],
    [
      `${head}  a: { shardKey: x, strategy: consistent-hash, virtualNodes: 70000 }`,
      'd.yaml:4:62: "virtualNodes": must be at most 65536',
      "whole number",
    ],
    [
      "version: 1\ntarget: spqr\nshards: 1\ntables:\n  a: { shardKey: x, keyRanges: [{ from: 0, shrd: sh1 }] }",
      'd.yaml:5:44: unknown key "shrd"',
      "keys here are from, shard",
    ],
    [`${head}  a: { strategy: jump }`, 'd.yaml:4:3: table "a" has no shardKey', "kind: reference"],
    [`${head}  a: { shardKey: [x, X] }`, 'd.yaml:4:18: column "x" is there twice', "once"],
    [`${head}  a: { shardKey: x }\n  A: { shardKey: x }`, 'd.yaml:5:3: table "A" is there twice', "without case"],
    [
      `${head}  a: { shardKey: x, strategy: hsh }`,
      'd.yaml:4:31: "strategy": is none of the known ones',
      "consistent-hash",
    ],
    [
      `${head}  a: { kind: reference, shardKey: x }`,
      'd.yaml:4:25: a table of kind reference has no "shardKey"',
      "leave it out",
    ],
    [
      `${head}  a: { shardKey: x, vindex: hash }`,
      'd.yaml:4:21: target generic has no option "vindex" under strategy hash',
      "it takes type",
    ],
    [`${head}  a: { shardKey: x, colocatedWith: b }`, 'd.yaml:4:36: no table "b"', "sharded tables are a"],
    [
      `${head}  a: { shardKey: x, colocatedWith: a }`,
      "d.yaml:4:36: colocatedWith goes in a circle: a -> a",
      "follow no other",
    ],
    [
      `${head}  a: { shardKey: x, colocatedWith: r }\n  r: { kind: reference }`,
      'd.yaml:4:36: table "r" is reference',
      "sharded table only",
    ],
    [
      `${head}  a: { shardKey: [x, y], colocatedWith: b }\n  b: { shardKey: x }`,
      'd.yaml:4:18: the shard key has 2 columns, that of "b" 1',
      "equally many key columns",
    ],
    [
      `${head}  a: { shardKey: x, colocatedWith: b, strategy: jump }\n  b: { shardKey: x }`,
      'd.yaml:4:39: "strategy" differs from that of "b", which the table follows',
      "leave it out",
    ],
    [
      `${head}  a: { shardKey: x, strategy: range, splits: [1] }`,
      "d.yaml:4:46: 3 shards need 2 splits, not 1",
      "first key",
    ],
    [
      `${head}  a: { shardKey: x, strategy: directory, directory: { v: 7 } }`,
      'd.yaml:4:58: no shard "7"',
      "shards are 0, 1, 2",
    ],
    [`${head}  a: { shardKey: [x, y], type: [int64] }`, "d.yaml:4:32: 1 entry for 2 key columns", "one per column"],
    [
      "version: 1\ntarget: redis\nshards: 3\nstrategy: range\ntables:\n  a: { shardKey: x }",
      'd.yaml:4:11: target redis has no strategy "range"',
      "fixed-slots",
    ],
  ];
  for (const [text, message, hint] of cases) {
    it(message, () => {
      const told = complaint(text);
      expect(told.message).toBe(message);
      expect(told.hint).toContain(hint);
    });
  }
});

describe("renderDesign", () => {
  it("writes what a team can read", () => {
    expect(renderDesign(parseDesign(example, "d.yaml"))).toBe(`version: 1
target: vitess
shards: 8
tables:
  Customer: { shardKey: [ Id ] }
  orders: { shardKey: [ customer_id ], colocatedWith: Customer, type: int64 }
  country: { kind: reference }
  settings: { kind: unsharded }
`);
  });
  it("writes every design so that it is read back the same", () => {
    const name = fc
      .string({ minLength: 1, maxLength: 8 })
      .map((text) => text.toLowerCase())
      .filter((text) => text.toLowerCase() === text);
    const value = fc.oneof(fc.integer(), fc.string({ maxLength: 6 }), fc.boolean());
    const target = fc.constantFrom("generic", "postgres", "spqr", "mysql", "vitess", "mongodb");
    const table = (shards: readonly string[], targetName: keyof typeof targets): fc.Arbitrary<TableDesign> =>
      fc.oneof(
        fc.constantFrom<TableDesign>({ kind: "reference" }, { kind: "unsharded" }),
        fc
          .record({
            shardKey: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
            strategy: fc.constantFrom(...targets[targetName].strategies),
            virtualNodes: fc.integer({ min: 1, max: 500 }),
            splits: fc.array(value, { minLength: shards.length - 1, maxLength: shards.length - 1 }),
            directory: fc.dictionary(fc.string({ maxLength: 5 }), fc.constantFrom(...shards)),
          })
          .map(({ shardKey, strategy, ...all }): TableDesign => {
            const accepted = targets[targetName].options(strategy);
            const options = Object.fromEntries(
              Object.entries(all).filter(([option]) => accepted.includes(option as never)),
            );
            return { kind: "sharded", shardKey, strategy, colocatedWith: undefined, options };
          }),
      );
    const design = fc
      .record({ target, count: fc.integer({ min: 1, max: 9 }), named: fc.boolean() })
      .chain(({ target: targetName, count, named }) => {
        const shards =
          named && targetName !== "vitess"
            ? Array.from({ length: count }, (_, shard) => `s ${shard}`)
            : targets[targetName].shardNames(count);
        return fc
          .uniqueArray(fc.tuple(name, table(shards, targetName)), { selector: ([key]) => key, maxLength: 5 })
          .map((tables): Design => ({ version: 1, target: targetName, shards, tables: new Map(tables) }));
      });
    fc.assert(
      fc.property(design, (given) => {
        expect(parseDesign(renderDesign(given), "rendered.yaml")).toEqual(given);
      }),
    );
  });
});

describe("The lists", () => {
  it("hold every strategy and target under its own name", () => {
    for (const name of strategyNames) expect(strategies[name].name).toBe(name);
    for (const [name, target] of Object.entries(targets)) expect(target.name).toBe(name);
  });
});
