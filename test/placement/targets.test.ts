import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import type { Design, StrategyName } from "../../src/placement/design.ts";
import { bigIntToWords } from "../../src/placement/hashes/words.ts";
import type { ShardMap } from "../../src/placement/shard-map.ts";
import { keyTypesOf, leaderOf, shardMapOf } from "../../src/placement/shard-map-of.ts";
import { columnTypeNames } from "../../src/placement/table-options.ts";
import { type TargetName, targetNamed, targets } from "../../src/placement/targets.ts";
import type { Target } from "../../src/placement/target.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import type { KeyValue } from "../../src/workload/key-value.ts";

interface Setup {
  readonly shards?: number | readonly string[];
  readonly types?: readonly ColumnType[];
  readonly strategy?: StrategyName;
  readonly options?: Record<string, unknown>;
}

function mapOf(name: TargetName, { shards = 8, types = ["int64"], strategy, options = {} }: Setup = {}): ShardMap {
  const target: Target = targets[name];
  const shardKey = types.map((_, column) => `k${column}`);
  const table = {
    kind: "sharded",
    shardKey,
    strategy: strategy ?? target.defaultStrategy,
    colocatedWith: undefined,
    options,
  } as const;
  const names = typeof shards === "number" ? target.shardNames(shards) : shards;
  return shardMapOf({ version: 1, target: name, shards: names, tables: new Map([["t", table]]) }, "t", types);
}

const keysOfType: Partial<Record<ColumnType, fc.Arbitrary<KeyValue>>> = {
  int16: fc.integer({ min: 0, max: 32_767 }).map((value) => `int:${value}` as const),
  int32: fc.integer({ min: 0 }).map((value) => `int:${value}` as const),
  int64: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }).map((value) => `int:${value}` as const),
  text: fc.string({ unit: "grapheme", minLength: 1 }).map((value) => `text:${value}` as const),
  uuid: fc.uuid().map((value) => `uuid:${value}` as const),
  bytes: fc.uint8Array().map((value) => `bytes:${Buffer.from(value).toString("hex")}` as const),
  boolean: fc.boolean().map((value) => `boolean:${value}` as const),
  decimal: fc.integer().map((value) => `decimal:${value}.5` as const),
  float: fc.integer({ min: -1000, max: 1000 }).map((value) => `float:${value / 4}` as const),
  date: fc.constantFrom<KeyValue>("date:2024-02-29", "date:1999-12-31", "date:infinity"),
  timestamp: fc.constantFrom<KeyValue>("timestamp:2024-02-29T12:34:56.789012", "timestamp:1970-01-01T00:00:00"),
};

describe("Every target", () => {
  for (const target of Object.values(targets) as Target[]) {
    const strategies = target.strategies.filter((strategy) => strategy !== "range");
    it(`${target.name}: every key of every type that it takes has one owner`, () => {
      for (const strategy of strategies) {
        for (const type of target.keyTypes(strategy)) {
          const keys = keysOfType[type];
          const taken = target.name !== "vitess" || type !== "text" || target.hashes(type).length > 0;
          if (keys === undefined || !taken) continue;
          const options = target.name === "vitess" ? { vindex: target.hashes(type)[0]! } : {};
          const map = mapOf(target.name as TargetName, { types: [type], strategy, options });
          fc.assert(
            fc.property(keys, (key) => {
              const shard = map.shardOf([key]);
              expect(Number.isInteger(shard) && shard >= 0 && shard < 8).toBe(true);
              expect(map.trace?.([key]) ?? []).toBeInstanceOf(Array);
            }),
            { numRuns: 25 },
          );
        }
      }
    });
    it(`${target.name}: fast paths say what the slow path says`, () => {
      for (const strategy of strategies) {
        const accepted = target.keyTypes(strategy);
        const integers = accepted.includes("int64")
          ? mapOf(target.name as TargetName, { shards: 7, strategy }).shardOfInteger
          : undefined;
        if (integers !== undefined) {
          const map = mapOf(target.name as TargetName, { shards: 7, strategy });
          fc.assert(
            fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (id) => {
              const { low, high } = bigIntToWords(id);
              const shard = integers(low, high);
              // -1 sends to the slow path, which may refuse the key.
              if (shard !== -1) expect(shard).toBe(map.shardOf([`int:${id}`]));
              else expect(id < 0n && ["clickhouse", "shardingsphere"].includes(target.name)).toBe(true);
            }),
          );
        }
        const map = accepted.includes("text")
          ? mapOf(target.name as TargetName, { shards: 7, strategy, types: ["text"] })
          : undefined;
        if (map?.shardOfText === undefined) continue;
        fc.assert(
          fc.property(fc.string({ unit: "grapheme" }), (text) => {
            const bytes = Buffer.from(`<${text}>`, "utf8");
            expect(map.shardOfText!(bytes, 1, bytes.length - 1)).toBe(map.shardOf([`text:${text}`]));
          }),
        );
      }
    });
    it(`${target.name}: refuses other types, and says which it takes`, () => {
      for (const strategy of target.strategies) {
        const accepted = target.keyTypes(strategy);
        for (const type of columnTypeNames.filter((name) => !accepted.includes(name))) {
          expect(() => mapOf(target.name as TargetName, { types: [type], strategy })).toThrow(InputError);
        }
      }
    });
    it(`${target.name}: names its shards, each once`, () => {
      for (const count of [1, 2, 3, 100]) {
        const names = target.shardNames(count);
        expect(new Set(names).size).toBe(count);
        expect(target.wrongShardNames?.(names)).toBeUndefined();
      }
    });
    it(`${target.name}: says how it was made where it is a model`, () => {
      if (target.placement === "model") expect(target.caveat).toBeDefined();
    });
  }
  it("is found by its name only", () => {
    expect(targetNamed("vitess", "d.yaml")).toBe(targets.vitess);
    expect(() => targetNamed("toString", "d.yaml")).toThrow('d.yaml: no target "toString"');
  });
});

describe("PostgreSQL", () => {
  it("hashes equal integers of any width alike", () => {
    const small = mapOf("postgres", { types: ["int16"] });
    const wide = mapOf("postgres", { types: ["int64"] });
    expect(small.identity).toBe(wide.identity);
    for (let id = 0; id < 100; id++) expect(small.shardOf([`int:${id}`])).toBe(wide.shardOf([`int:${id}`]));
  });
  it("puts a NULL key into partition 0", () => {
    const map = mapOf("postgres");
    // Whatever was placed before must leave no trace.
    for (const key of ["int:1", "int:2", "int:3"] as const)
      expect([map.shardOf([key]), map.shardOf(["null:"])][1]).toBe(0);
  });
  it("deals more partitions than shards to the shards in turn", () => {
    const partitions = mapOf("postgres", { shards: 32 });
    const dealt = mapOf("postgres", { shards: 8, options: { modulus: 32 } });
    for (let id = 0; id < 200; id++) expect(dealt.shardOf([`int:${id}`])).toBe(partitions.shardOf([`int:${id}`]) % 8);
    expect(() => mapOf("postgres", { shards: 8, options: { modulus: 4 } })).toThrow(
      "4 hash partitions can't fill 8 shards",
    );
  });
  it("refuses what it can't hold, and floats that real and double precision round differently", () => {
    expect(() => mapOf("postgres").shardOf(["int:9223372036854775808"])).toThrow("no integer of more than 64 bits");
    const floats = mapOf("postgres", { types: ["float"] });
    expect(floats.shardOf(["float:1.5"])).toBeTypeOf("number");
    expect(() => floats.shardOf(["float:0.1"])).toThrow("round it differently");
  });
});

describe("Citus", () => {
  it("deals Citus shards to the workers in turn", () => {
    const shards = mapOf("citus", { shards: 32 });
    const workers = mapOf("citus", { shards: 4, options: { slots: 32 } });
    for (let id = 0; id < 200; id++) expect(workers.shardOf([`int:${id}`])).toBe(shards.shardOf([`int:${id}`]) % 4);
  });
  it("has one distribution column, without NULL", () => {
    expect(() => mapOf("citus", { types: ["int64", "int64"] })).toThrow(
      "Citus distributes by one column, not by k0, k1",
    );
    expect(() => mapOf("citus").shardOf(["null:"])).toThrow("can't be NULL");
  });
});

describe("Vitess", () => {
  const two = ["-80", "80-"];
  it("hashes integers with a null-key DES, as its documentation shows", () => {
    // vitess.io, "Vindexes": the keyspace id of 1 under hash is 166b40b44aba4bd6.
    expect(mapOf("vitess", { shards: two }).trace!(["int:1"])).toEqual([
      { what: "keyspace id", value: "166b40b44aba4bd6" },
    ]);
    expect(mapOf("vitess", { shards: two, types: ["text"], options: { vindex: "hash" } }).trace!(["text:1"])).toEqual([
      { what: "keyspace id", value: "166b40b44aba4bd6" },
    ]);
  });
  it("fast paths say what the slow path says, under every vindex that has one", () => {
    for (const vindex of ["hash", "reverse_bits", "numeric", "xxhash"]) {
      const map = mapOf("vitess", { shards: ["-30", "30-4321", "4321-c0", "c0-"], options: { vindex } });
      const integer = fc.oneof(
        fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
        fc.bigInt({ min: -99n, max: 99n }),
      );
      fc.assert(
        fc.property(integer, (id) => {
          const { low, high } = bigIntToWords(id);
          expect(map.shardOfInteger!(low, high)).toBe(map.shardOf([`int:${id}`]));
        }),
      );
    }
    const map = mapOf("vitess", { types: ["text"], options: { vindex: "xxhash" } });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const bytes = Buffer.from(text, "utf8");
        expect(map.shardOfText!(bytes, 0, bytes.length)).toBe(map.shardOf([`text:${text}`]));
      }),
    );
  });
  it("finds the range of a keyspace id, uneven and deeper ones too", () => {
    const shards = ["-40", "40-4080", "4080-80", "80-"];
    const map = mapOf("vitess", { shards, types: ["bytes"], options: { vindex: "binary" } });
    const ids = ["00", "3fff", "40", "407f", "4080", "40800001", "7f", "80", "ff"];
    expect(ids.map((id) => map.shardOf([`bytes:${id}`]))).toEqual([0, 0, 1, 1, 2, 2, 2, 3, 3]);
  });
  it("letters count without case and accents under the unicode vindexes", () => {
    const map = mapOf("vitess", { types: ["text"], options: { vindex: "unicode_loose_md5" } });
    expect(map.trace!(["text:Ünïcode "])).toEqual(map.trace!(["text:unicode"]));
    expect(map.trace!(["text:unicorn"])).not.toEqual(map.trace!(["text:unicode"]));
  });
  it("multicol: leading columns alone narrow the shards", () => {
    const options = { vindex: "multicol", columnVindex: ["numeric", "xxhash"], columnBytes: [1, 7] };
    const map = mapOf("vitess", { shards: ["-40", "40-80", "80-c0", "c0-"], types: ["int64", "int64"], options });
    expect(map.keeps).toBe("prefix");
    // numeric takes the highest byte of the region.
    expect(map.shardsOfRange({ prefix: ["int:4611686018427387904"] })).toEqual([1]);
    expect(map.shardsOfRange({ prefix: [] })).toEqual([0, 1, 2, 3]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat(), (region, user) => {
        expect(map.shardsOfRange({ prefix: [`int:${region}`] })).toContain(
          map.shardOf([`int:${region}`, `int:${user}`]),
        );
      }),
    );
  });
  it("a region that spans shards by its second byte reaches both", () => {
    const map = mapOf("vitess", {
      shards: ["-0180", "0180-"],
      types: ["int64", "int64"],
      options: { vindex: "region_experimental" },
    });
    expect(map.shardsOfRange({ prefix: ["int:1"] })).toEqual([0, 1]);
    expect(map.shardsOfRange({ prefix: ["int:0"] })).toEqual([0]);
  });
  it("refuses NULL, text that is no number, unknown vindexes and types whose bytes are not known", () => {
    expect(() => mapOf("vitess").shardOf(["null:"])).toThrow("NULL has no keyspace id under hash");
    expect(() => mapOf("vitess", { types: ["text"], options: { vindex: "hash" } }).shardOf(["text:a"])).toThrow(
      "hash takes 64-bit integers",
    );
    expect(() => mapOf("vitess", { options: { vindex: "lookup" } })).toThrow(
      'vindex "lookup" can\'t be computed from the key',
    );
    expect(() => mapOf("vitess", { types: ["decimal"], options: { vindex: "xxhash" } })).toThrow(
      "can't place a column of type decimal",
    );
  });
  it("null: everything is in the first shard", () => {
    expect(mapOf("vitess", { options: { vindex: null } }).shardOf(["int:77"])).toBe(0);
  });
});

describe("SPQR", () => {
  const keyRanges = [
    { from: 0, shard: "sh1" },
    { from: 100, shard: "sh3" },
    { from: 11, shard: "sh2" },
  ];
  it("identity: a range reaches from its bound to the next one", () => {
    const map = mapOf("spqr", { shards: 3, options: { hash: "identity", keyRanges } });
    expect([0, 10, 11, 99, 100, 5000].map((id) => map.shardOf([`int:${id}`]))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(map.keeps).toBe("order");
    expect(
      map.shardsOfRange({
        prefix: [],
        from: { value: "int:5", inclusive: true },
        to: { value: "int:20", inclusive: true },
      }),
    ).toEqual([0, 1]);
    expect(map.shardsOfRange({ prefix: [], to: { value: "int:-1", inclusive: true } })).toEqual([]);
  });
  it("a key below the lowest bound goes to the default shard, if there is one", () => {
    const options = { hash: "identity", keyRanges };
    expect(() => mapOf("spqr", { shards: 3, options }).shardOf(["int:-1"])).toThrow("below the lowest key range");
    const map = mapOf("spqr", { shards: 4, options: { ...options, default: "sh4" } });
    expect(map.shardOf(["int:-1"])).toBe(3);
    expect(map.shardsOfRange({ prefix: [], to: { value: "int:3", inclusive: true } })).toEqual([0, 3]);
  });
  it("mixes plain and hashed columns; the plain one narrows alone", () => {
    const ranges = [
      { from: "0, 0", shard: "sh1" },
      { from: "0, 2147483648", shard: "sh2" },
      { from: "1, 0", shard: "sh3" },
      { from: "1, 2147483648", shard: "sh4" },
    ];
    const map = mapOf("spqr", {
      shards: 4,
      types: ["int64", "text"],
      options: { hash: ["identity", "murmur"], keyRanges: ranges },
    });
    expect(map.keeps).toBe("prefix");
    expect(map.shardsOfRange({ prefix: ["int:1"] })).toEqual([2, 3]);
    for (const name of ["a", "b", "c", "d", "e"]) expect([2, 3]).toContain(map.shardOf(["int:1", `text:${name}`]));
    // Bounds on a hashed column say nothing.
    expect(map.shardsOfRange({ prefix: ["int:0"], from: { value: "text:x", inclusive: true } })).toEqual([0, 1]);
  });
  it("cuts the hash space evenly where no ranges are given", () => {
    expect(mapOf("spqr", { shards: 4 }).trace!(["int:1"])).toEqual([
      { what: "murmur", value: "1392991556" },
      { what: "key range", value: "from 1073741824" },
    ]);
  });
  it("refuses unknown hash functions and shards", () => {
    expect(() => mapOf("spqr", { options: { hash: "md5" } })).toThrow('SPQR has no hash function "md5"');
    expect(() => mapOf("spqr", { options: { keyRanges: [{ from: 0, shard: "sh99" }] } })).toThrow('no shard "sh99"');
  });
});

describe("Other systems", () => {
  it("ShardingSphere: the value modulo the shards; Java's negative remainders name no table", () => {
    const map = mapOf("shardingsphere", { shards: 2 });
    expect([100, 101, 0, -4].map((id) => map.shardOf([`int:${id}`]))).toEqual([0, 1, 0, 0]);
    expect(() => map.shardOf(["int:-3"])).toThrow("negative in Java");
  });
  it("Redis: slots as redis-cli deals them to three masters: 0-5460, 5461-10922, 10923-16383", () => {
    const map = mapOf("redis", { shards: 3, types: ["text"] });
    // CLUSTER KEYSLOT foo is 12182, of bar 5061 (Redis documentation).
    expect(map.trace!(["text:foo"])).toEqual([{ what: "slot", value: "12182" }]);
    expect([map.shardOf(["text:foo"]), map.shardOf(["text:bar"]), map.shardOf(["text:user{bar}"])]).toEqual([2, 0, 0]);
  });
  it("MongoDB: chunks in blocks, and no more of them than go evenly", () => {
    const one = mapOf("mongodb", { shards: 4 });
    const two = mapOf("mongodb", { shards: 2, options: { slots: 4 } });
    for (let id = 0; id < 100; id++)
      expect(two.shardOf([`int:${id}`])).toBe(Math.floor(one.shardOf([`int:${id}`]) / 2));
    expect(() => mapOf("mongodb", { shards: 3, options: { slots: 4 } })).toThrow(
      "4 chunks don't go evenly into 3 shards",
    );
  });
  it("MongoDB: a decimal and a double hash like their integer part", () => {
    const hashOf = (key: KeyValue, type: ColumnType) => mapOf("mongodb", { types: [type] }).trace!([key])[0];
    expect(hashOf("decimal:42.9", "decimal")).toEqual(hashOf("int:42", "int32"));
    expect(hashOf("float:-42.9", "float")).toEqual(hashOf("int:-42", "int64"));
  });
  it("Cassandra: the widths of integers differ, tokens may be given", () => {
    expect(mapOf("cassandra", { types: ["int32"] }).identity).not.toBe(
      mapOf("cassandra", { types: ["int64"] }).identity,
    );
    const shards = ["a", "b"];
    const options = { tokens: { a: ["-3485513579396041028"], b: [0] } };
    // The token of the int 0 is -3485513579396041028 (python-driver): a token owns what lies at or below it.
    const map = mapOf("cassandra", { shards, types: ["int32"], options });
    expect(map.shardOf(["int:0"])).toBe(0);
    expect(() => mapOf("cassandra", { shards, types: ["int32"], options: { tokens: { a: [1] } } })).toThrow(
      "shard b has no tokens",
    );
    expect(() => map.shardOf(["int:3000000000"])).toThrow("does not fit the type");
  });
  it("Cassandra: a key belongs to the smallest token at or above its own, past the top to the first", () => {
    const tokens = { node1: ["-5000000000000000000", 7], node2: [0], node3: ["5000000000000000000"] };
    const map = mapOf("cassandra", { shards: 3, options: { tokens } });
    const ring = Object.values(tokens)
      .flatMap((list, owner) => list.map((token) => ({ owner, token: BigInt(token) })))
      .sort((a, b) => (a.token < b.token ? -1 : 1));
    fc.assert(
      fc.property(keysOfType.int64!, (key) => {
        const token = BigInt(map.trace!([key])[0]!.value);
        const owner = (ring.find((candidate) => candidate.token >= token) ?? ring[0]!).owner;
        expect(map.shardOf([key])).toBe(owner);
      }),
    );
  });
  it("Cosmos DB: true, false and NULL are three keys", () => {
    const map = mapOf("cosmosdb", { types: ["boolean"] });
    const keys = ["boolean:true", "boolean:false", "null:"] as const;
    expect(new Set(keys.map((key) => map.trace!([key])[0]!.value)).size).toBe(3);
  });
  it("Elasticsearch: routing shards are a multiple of the primaries", () => {
    expect(() => mapOf("elasticsearch", { shards: 3, options: { slots: 10 } })).toThrow("no multiple of 3 primaries");
  });
});

describe("shardMapOf", () => {
  const sharded = { kind: "sharded", strategy: "hash", colocatedWith: undefined, options: {} } as const;
  const design: Design = {
    version: 1,
    target: "generic",
    shards: ["0", "1", "2", "3"],
    tables: new Map([
      ["customer", { ...sharded, shardKey: ["id"], strategy: "jump", options: { type: "int64" } } as const],
      ["orders", { ...sharded, shardKey: ["customer_id"], colocatedWith: "customer" } as const],
      [
        "lines",
        { ...sharded, shardKey: ["customer_id"], colocatedWith: "orders", options: { type: ["int32"] } } as const,
      ],
      ["events", { ...sharded, shardKey: ["tenant", "ts"] } as const],
      ["country", { kind: "reference" } as const],
      ["a", { ...sharded, shardKey: ["x"], colocatedWith: "b" } as const],
      ["b", { ...sharded, shardKey: ["x"], colocatedWith: "a" } as const],
    ]),
  };
  it("colocated tables have one map", () => {
    const [customer, lines] = [shardMapOf(design, "customer", ["int64"]), shardMapOf(design, "lines", ["int64"])];
    expect(lines.identity).toBe(customer.identity);
    expect(lines.shardOf(["int:42"])).toBe(customer.shardOf(["int:42"]));
    expect(leaderOf(design, "lines")).toBe("customer");
  });
  it("types come from the table, else from the table that it follows, else from the schema", () => {
    const column = (name: string, type: ColumnType) =>
      [name, { name, type, declared: type, nullable: false }] as const;
    const table = {
      name: "events",
      columns: new Map([column("tenant", "text"), column("ts", "timestamp")]),
      primaryKey: undefined,
      uniqueKeys: [],
      foreignKeys: [],
      provenance: "declared",
    } as const;
    expect(keyTypesOf(design, "lines", undefined)).toEqual(["int32"]);
    expect(keyTypesOf(design, "orders", undefined)).toEqual(["int64"]);
    expect(keyTypesOf(design, "events", undefined)).toBeUndefined();
    expect(keyTypesOf(design, "events", { tables: new Map([["events", table]]) })).toEqual(["text", "timestamp"]);
  });
  it("refuses tables without a map, circles and options of the wrong shape", () => {
    expect(() => shardMapOf(design, "country", ["int64"])).toThrow("is reference, so it has no shard map");
    expect(() => shardMapOf(design, "nowhere", ["int64"])).toThrow("is not in the design");
    expect(() => leaderOf(design, "a")).toThrow("goes in a circle");
    expect(() => mapOf("generic", { options: { virtualNodes: "many" } })).toThrow(/virtualNodes/);
    expect(() => mapOf("generic", { options: { sharks: 1 } })).toThrow(/sharks/);
  });
});
