import { expect, test } from "vitest";
import { ColumnValues } from "../../src/analyze/column-values.ts";
import { hashCodes } from "../../src/analyze/key-hashes.ts";
import { KeyTable } from "../../src/analyze/key-table.ts";
import { Placers } from "../../src/analyze/placing.ts";
import { tableLoads } from "../../src/analyze/table-load.ts";
import type { StrategyName } from "../../src/placement/design.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import { strategies } from "../../src/placement/strategies.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import { handMadeWorkload, type Statements } from "./hand-made-workload.ts";

function keyTable(statements: Statements, types: ColumnType[]): KeyTable {
  const shape = tableLoads(handMadeWorkload([statements]), "time")[0]!.shapes[0]!;
  return new KeyTable(
    types.map((type) => new ColumnValues(type)),
    [{ shape, positions: types.map((_, position) => position) }],
    "time",
  );
}

const integers: Statements = { shape: "read t a=", count: 900, values: (nth) => [(nth * nth) % 401] };
const texts: Statements = { shape: "read t a=", count: 300, values: (nth) => [`customer ${nth % 97} ä`] };
const uuids: Statements = {
  shape: "read t a=",
  count: 50,
  values: (nth) => [`00000000-0000-4000-8000-${String(nth).padStart(12, "A")}`],
};
const pairs: Statements = { shape: "read t a= b=", count: 500, values: (nth) => [nth % 20, (nth * 7) % 13] };

test.each<[string, Statements, ColumnType[]]>([
  ["integers", integers, ["int64"]],
  ["texts", texts, ["text"]],
  ["uuids", uuids, ["uuid"]],
  ["pairs", pairs, ["int32", "int64"]],
])("%s are placed as the design would place them", (_, statements, types) => {
  const table = keyTable(statements, types);
  const placers = new Placers(
    table,
    types.map((__, index) => `c${index}`),
    new Map(),
  );
  for (const strategy of ["hash", "consistent-hash", "jump", "rendezvous", "fixed-slots"] as StrategyName[]) {
    for (const shardCount of [2, 5, 16]) {
      const placer = placers.placer(strategy, shardCount);
      const shards = Array.from({ length: shardCount }, (__, shard) => String(shard));
      const sharded = {
        kind: "sharded" as const,
        shardKey: types.map((__, index) => `c${index}`),
        strategy,
        colocatedWith: undefined,
        options: {},
      };
      const map = shardMapOf(
        { version: 1, target: "generic", shards, tables: new Map([["t", sharded]]) },
        "t",
        types,
      );
      for (let entry = 0; entry < table.size; entry++)
        expect(placer.shardOfEntry(entry)).toBe(map.shardOf(table.keyAt(entry)));
    }
  }
});

test.each<[string, Statements, ColumnType[]]>([
  ["integers", integers, ["int64"]],
  ["texts", texts, ["text"]],
  ["pairs", pairs, ["int32", "int64"]],
])("%s: listed and single keys agree, ranges are in order and even", (_, statements, types) => {
  const table = keyTable(statements, types);
  const placers = new Placers(
    table,
    types.map((__, index) => `c${index}`),
    new Map(),
  );
  for (const strategy of ["range", "directory"] as StrategyName[]) {
    const placer = placers.placer(strategy, 4);
    const loads = new Float64Array(4);
    for (let entry = 0; entry < table.size; entry++) {
      const codes = Array.from(table.codes.subarray(entry * types.length, (entry + 1) * types.length));
      const shard = placer.shardOfEntry(entry);
      expect(placer.shardOf({ codes, ...hashCodes(table.columns, codes) })).toBe(shard);
      loads[shard]! += table.work[entry]!;
    }
    expect(Math.max(...loads) / (table.totalWork / 4)).toBeLessThan(1.1);
  }
});

test("a directory is the one that placement would make of the same weights", () => {
  const table = keyTable(texts, ["text"]);
  const weights = Array.from({ length: table.size }, (_, entry) => ({
    key: table.keyAt(entry),
    weight: table.work[entry]!,
  }));
  const shards = ["0", "1", "2"];
  const map = strategies.directory.shardMap({
    where: "t",
    shards,
    strategy: "directory",
    shardKey: ["a"],
    types: ["text"],
    options: {},
    extra: { weights },
  });
  const placer = new Placers(table, ["a"], new Map()).placer("directory", 3);
  weights.forEach(({ key }, entry) => expect(placer.shardOfEntry(entry)).toBe(map.shardOf(key)));
});

test("a directory gives a hot value its own shard", () => {
  const table = keyTable({ shape: "read t a=", count: 1000, values: (nth) => [nth % 2 === 0 ? 7 : nth % 50] }, [
    "int64",
  ]);
  const placer = new Placers(table, ["a"], new Map()).placer("directory", 2);
  const together = Array.from({ length: table.size }, (_, entry) => entry).filter(
    (entry) => placer.shardOfEntry(entry) === placer.shardOf({ codes: [7], ...hashCodes(table.columns, [7]) }),
  );
  expect(together.map((entry) => table.keyAt(entry).join())).toEqual(["int:7"]);
});

// More keys than are listed: what is added up by hash must lie where the keys lie.
test("unlisted keys weigh on the shards that they belong to", () => {
  const table = keyTable({ shape: "read t a=", count: 150_000, values: (nth) => [nth] }, ["int64"]);
  const placers = new Placers(table, ["a"], new Map());
  for (const strategy of ["hash", "consistent-hash", "range", "directory"] as StrategyName[]) {
    const placer = placers.placer(strategy, 3);
    const found = new Float64Array(3);
    placer.addLoads(found, new Float64Array(3));
    const exact = new Float64Array(3);
    for (let value = 0; value < 150_000; value++)
      exact[placer.shardOf({ codes: [value], ...hashCodes(table.columns, [value]) })]! += 1;
    for (let shard = 0; shard < 3; shard++)
      expect(Math.abs(found[shard]! / exact[shard]! - 1)).toBeLessThan(strategy === "range" ? 0.02 : 0.01);
  }
});
