import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { type StrategyName, strategyNames } from "../../src/placement/design.ts";
import { bigIntToWords } from "../../src/placement/hashes/words.ts";
import type { ShardMap } from "../../src/placement/shard-map.ts";
import type { TableOptions } from "../../src/placement/table-options.ts";
import { type TargetName, targetNames, targets } from "../../src/placement/targets.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import type { KeyValue } from "../../src/workload/key-value.ts";

// The kernel gives for many keys what the map says of each alone.

/** A target, a strategy, and one of its hashes, a vindex of Vitess or a hash function of SPQR; "" where it has one only. */
type Case = readonly [target: TargetName, strategy: StrategyName, hash: string];

const cases: readonly Case[] = targetNames.flatMap((name) =>
  (name === "generic" ? strategyNames : [targets[name].defaultStrategy]).flatMap((strategy): Case[] => {
    const hashes = [...new Set([...targets[name].hashes("int64"), ...targets[name].hashes("text")])];
    return hashes.length > 0 ? hashes.map((hash) => [name, strategy, hash]) : [[name, strategy, ""]];
  }),
);

function mapOf([name, strategy, hash]: Case, type: ColumnType, shards: number, options: TableOptions = {}): ShardMap {
  const target = targets[name];
  const named = hash === "" ? {} : name === "vitess" ? { vindex: hash } : { hash };
  const request = { where: "t", table: "t", strategy, shardKey: ["k"], types: [type], options: { ...named, ...options }, extra: {} };
  return target.shardMap({ ...request, shards: target.shardNames(shards) });
}

function takes([name, strategy, hash]: Case, type: ColumnType): boolean {
  return targets[name].keyTypes(strategy).includes(type) && (hash === "" || targets[name].hashes(type).includes(hash));
}

const offers = (type: ColumnType, what: "placeIntegers" | "placeTexts" | "placeHashes" | "shardOfInteger" | "shardOfText") =>
  cases.filter((each) => takes(each, type) && each[1] !== "range" && mapOf(each, type, 3)[what] !== undefined);

/** The shard, or -1 where the key is refused. */
function shardOrRefusal(map: ShardMap, key: KeyValue): number {
  try {
    return map.shardOf([key]);
  } catch (error) {
    if (error instanceof InputError) return -1;
    throw error;
  }
}

const shardCounts = fc.constantFrom(1, 2, 3, 4, 5, 8, 12, 31, 64, 100);
const safe = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -100, max: 100 }));

describe("Many integers", () => {
  it("are what most ways to place offer", () => expect(offers("int64", "placeIntegers").length).toBeGreaterThan(10));
  it.each(offers("int64", "placeIntegers"))("%s, %s %s", (...each) => {
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
    const map = mapOf(["vitess", "hash", "hash"], "int64", 7);
    const keys = Float64Array.from({ length: 10_001 }, (_, id) => id * 7);
    const owners = new Uint32Array(keys.length).fill(99);
    map.placeIntegers!(keys, owners);
    for (const at of [0, 4095, 4096, 8191, 8192, 10_000]) expect(owners[at]).toBe(map.shardOf([`int:${at * 7}`]));
    expect(owners.includes(99)).toBe(false);
  });
});

describe("Multi-probe", () => {
  // Of 100 shards a ring of 2,048 cells has crowded ones; of 1,000 every key meets some. The last of a few probes are fewer
  // than the kernel's four.
  it.each([1, 2, 3, 5, 6, 21, 24])("looks at %i places", (probes) => {
    for (const shards of [1, 2, 3, 12, 100, 1000]) {
      const map = mapOf(["generic", "multi-probe", ""], "int64", shards, { probes });
      const keys = Float64Array.from({ length: 4000 }, (_, id) => id * 7919);
      const owners = new Uint32Array(keys.length);
      map.placeIntegers!(keys, owners);
      expect([...owners]).toEqual([...keys].map((key) => map.shardOf([`int:${key}`])));
    }
  });
});

describe("One integer, without its text", () => {
  it.each(offers("int64", "shardOfInteger"))("%s, %s %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (shards, key) => {
        const map = mapOf(each, "int64", shards);
        for (const some of [key, key >> 30n, key >> 50n]) {
          const { low, high } = bigIntToWords(some);
          const shard = map.shardOfInteger!(low, high);
          if (shard !== -1) expect(shard).toBe(map.shardOf([`int:${some}`]));
          else expect(each[0] === "shardingsphere" || shardOrRefusal(map, `int:${some}`) === -1).toBe(true);
        }
      }),
    );
  });
});

describe("One text, without its string", () => {
  it.each(offers("text", "shardOfText"))("%s, %s %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.oneof(fc.string({ unit: "binary", maxLength: 90 }), fc.string({ maxLength: 40 })), (shards, text) => {
        const map = mapOf(each, "text", shards);
        const bytes = Buffer.from(`!!${text}?`, "utf8");
        expect(map.shardOfText!(bytes, 2, bytes.length - 1)).toBe(shardOrRefusal(map, `text:${text}`));
      }),
    );
  });
});

describe("One text among ranges", () => {
  it("lies where the order of code points puts it", () => {
    const word = fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), fc.string({ unit: fc.constantFrom("a", "b", "\0", "\u{ffff}", "\u{10000}"), maxLength: 5 }));
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 12 }), fc.array(word, { minLength: 1, maxLength: 20 }), (cuts, keys) => {
        const splits = cuts.map((text) => Buffer.from(text, "utf8")).sort(Buffer.compare).map(String);
        const request = { where: "t", table: "t", strategy: "range", shardKey: ["k"], types: ["text"], extra: {} } as const;
        const shards = targets.generic.shardNames(splits.length + 1);
        const map = targets.generic.shardMap({ ...request, shards, options: { splits: splits.map((text) => [text]) } });
        for (const key of [...keys, ...splits]) {
          const bytes = Buffer.from(`!${key}!`, "utf8");
          expect(map.shardOfText!(bytes, 1, bytes.length - 1)).toBe(map.shardOf([`text:${key}`]));
        }
      }),
    );
  });
});

describe("Riak's rings", () => {
  it.each([1, 8, 64, 1024])("of %i partitions place many keys as one", (slots) => {
    const map = mapOf(["riak", "fixed-slots", ""], "int64", 5, { slots });
    const keys = Float64Array.from({ length: 100 }, (_, id) => (id - 50) * 12_345_678_901);
    const owners = new Uint32Array(keys.length);
    map.placeIntegers!(keys, owners);
    expect([...owners]).toEqual([...keys].map((key) => map.shardOf([`int:${key}`])));
  });
});

describe("Many texts", () => {
  it("are what most ways to place offer", () => expect(offers("text", "placeTexts").length).toBeGreaterThan(8));
  it.each(offers("text", "placeTexts"))("%s, %s %s", (...each) => {
    fc.assert(
      fc.property(shardCounts, fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 90 }), fc.string({ maxLength: 150 })), { minLength: 1, maxLength: 30 }), (shards, texts) => {
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
    const map = mapOf(["generic", "hash", ""], "text", 5);
    const texts = ["a", "x".repeat(1_500_000), "b", "y".repeat(700_000), "z".repeat(700_000)];
    let end = 0;
    const ends = Uint32Array.of(0, ...texts.map((text) => (end += text.length)));
    const owners = new Uint32Array(texts.length);
    map.placeTexts!(Buffer.from(texts.join("")), ends, owners);
    expect([...owners]).toEqual(texts.map((text) => map.shardOf([`text:${text}`])));
  });
});

describe("Many hashes", () => {
  it.each(offers("int64", "placeHashes"))("%s, %s %s", (...each) => {
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
