import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strategyNames } from "../../src/placement/design.ts";
import { bigIntToWords } from "../../src/placement/hashes/words.ts";
import type { ShardMap } from "../../src/placement/shard-map.ts";
import { targetNames, targets } from "../../src/placement/targets.ts";
import type { ColumnType } from "../../src/sql/schema.ts";

// The kernel gives for many keys what the map says of each alone.

const cases = targetNames.flatMap((name) =>
  (name === "generic" ? strategyNames : [targets[name].defaultStrategy]).map((strategy) => [name, strategy] as const),
);

function mapOf([name, strategy]: (typeof cases)[number], type: ColumnType, shards: number): ShardMap {
  const target = targets[name];
  const request = { where: "t", table: "t", strategy, shardKey: ["k"], types: [type], options: {}, extra: {} };
  return target.shardMap({ ...request, shards: target.shardNames(shards) });
}

const offers = (type: ColumnType, what: "placeIntegers" | "placeTexts" | "placeHashes") =>
  cases.filter((each) => targets[each[0]].keyTypes(each[1]).includes(type) && each[1] !== "range" && mapOf(each, type, 3)[what] !== undefined);

const shardCounts = fc.constantFrom(1, 2, 3, 4, 5, 8, 12, 31, 64, 100);
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -100, max: 100 }));

describe("Many integers", () => {
  it("are what most ways to place offer", () => expect(offers("int64", "placeIntegers").length).toBeGreaterThan(10));
  it.each(offers("int64", "placeIntegers"))("%s, %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.array(safe, { minLength: 1, maxLength: 50 }), (shards, keys) => {
        const map = mapOf(each, "int64", shards);
        const owners = new Uint32Array(keys.length);
        map.placeIntegers!(Float64Array.from(keys), owners);
        expect([...owners]).toEqual(keys.map((key) => map.shardOf([`int:${key}`])));
      }),
    );
  });
  it("go in pieces, and no piece is left out", () => {
    const map = mapOf(["vitess", "hash"], "int64", 7);
    const keys = Float64Array.from({ length: 10_001 }, (_, id) => id * 7);
    const owners = new Uint32Array(keys.length).fill(99);
    map.placeIntegers!(keys, owners);
    for (const at of [0, 4095, 4096, 8191, 8192, 10_000]) expect(owners[at]).toBe(map.shardOf([`int:${at * 7}`]));
    expect(owners.includes(99)).toBe(false);
  });
});

describe("Many texts", () => {
  it("are what most ways to place offer", () => expect(offers("text", "placeTexts").length).toBeGreaterThan(8));
  it.each(offers("text", "placeTexts"))("%s, %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.array(fc.string({ unit: "binary", maxLength: 90 }), { minLength: 1, maxLength: 30 }), (shards, texts) => {
        const map = mapOf(each, "text", shards);
        const bytes = Buffer.from(`!!${texts.join("")}`, "utf8");
        const ends = Uint32Array.of(2, ...texts.map((_, index) => Buffer.byteLength(`!!${texts.slice(0, index + 1).join("")}`)));
        const owners = new Uint32Array(texts.length);
        map.placeTexts!(bytes, ends, owners);
        expect([...owners]).toEqual(texts.map((text) => map.shardOf([`text:${text}`])));
      }),
      { numRuns: 60 },
    );
  });
  it("may be longer than the kernel has room for", () => {
    const map = mapOf(["generic", "hash"], "text", 5);
    const texts = ["a", "x".repeat(1_500_000), "b", "y".repeat(700_000), "z".repeat(700_000)];
    let end = 0;
    const ends = Uint32Array.of(0, ...texts.map((text) => (end += text.length)));
    const owners = new Uint32Array(texts.length);
    map.placeTexts!(Buffer.from(texts.join("")), ends, owners);
    expect([...owners]).toEqual(texts.map((text) => map.shardOf([`text:${text}`])));
  });
});

describe("Many hashes", () => {
  it.each(offers("int64", "placeHashes"))("%s, %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 1, maxLength: 50 }), (shards, hashes) => {
        const map = mapOf(each, "int64", shards);
        const words = hashes.map(bigIntToWords);
        const owners = new Uint32Array(hashes.length);
        map.placeHashes!(Int32Array.from(words.flatMap(({ low, high }) => [low, high])), owners);
        expect([...owners]).toEqual(words.map(({ low, high }) => map.shardOfHash!(low, high)));
      }),
    );
  });
});
