import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strategyNames } from "../../src/placement/design.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import { isUnknown, type Measured, type ReshardPlan } from "../../src/reshard/reshard-plan.ts";
import { changedDesign } from "../../src/reshard/changed-design.ts";
import { targetNames, targets } from "../../src/placement/targets.ts";
import { design, integers, keysOf, planFor } from "./key-sets.ts";

const rowsOf = (plan: ReshardPlan): Measured => {
  const { rows } = plan.tables[0]!.measures;
  if (isUnknown(rows)) throw new Error(rows.unknown);
  return rows;
};

describe("What moves", () => {
  it("is, key by key, where the two shard maps differ, weighted by rows and bytes", () => {
    const [before, asked] = [design("postgres", 8, "hash"), { shards: 12 }];
    const rows = Array.from({ length: 3000 }, (_, id) => ({ key: [id], rows: 1 + (id % 7), bytes: 10 * (id % 3) }));
    const plan = planFor(before, asked, keysOf(rows));
    const [from, to] = [shardMapOf(before, "t", ["int64"]), shardMapOf(changedDesign(before, asked).design, "t", ["int64"])];
    const moved = rows.filter(({ key: [id] }) => from.shardOf([`int:${id}`]) !== to.shardOf([`int:${id}`]));
    const sum = (of: (row: (typeof rows)[number]) => number) => moved.reduce((all, row) => all + of(row), 0);
    const { keys, rows: byRows, bytes, accesses } = plan.tables[0]!.measures;
    expect([keys, byRows, bytes].map((measure) => (measure as Measured).moved)).toEqual([
      moved.length,
      sum((row) => row.rows),
      sum((row) => row.bytes),
    ]);
    expect(accesses).toEqual({ unknown: "a file of keys has no accesses" });
  });

  it("moves out of shards what moves into shards, for any design and change", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...strategyNames),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.record({ id: fc.integer({ min: 0, max: 500 }), rows: fc.integer({ min: 1, max: 50 }) }), { minLength: 1 }),
        (strategy, from, to, rows) => {
          fc.pre(from !== to);
          const keys = keysOf(rows.map(({ id, rows: count }) => ({ key: [id], rows: count })));
          const { before, after, transfers, moved, total } = rowsOf(planFor(design("generic", from, strategy), { shards: to }, keys));
          const flow = before.map((_, shard) => transfers.reduce((sum, one) => sum + (one.to === shard ? one.amount : 0) - (one.from === shard ? one.amount : 0), 0));
          after.forEach((amount, shard) => expect(amount).toBe(before[shard]! + flow[shard]!));
          expect(total).toBe(rows.reduce((sum, row) => sum + row.rows, 0));
          expect(moved).toBe(transfers.reduce((sum, { amount }) => sum + amount, 0));
          // Whoever goes keeps nothing.
          for (let shard = to; shard < from; shard++) expect(after[shard]).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is never below the least for the loads that come out", () => {
    for (const strategy of strategyNames) {
      const { before, after, moved } = rowsOf(planFor(design("generic", 5, strategy), { shards: 7 }, keysOf(integers(2000))));
      const least = before.reduce((sum, load, shard) => sum + Math.max(0, load - after[shard]!), 0);
      expect([strategy, moved >= least]).toEqual([strategy, true]);
    }
  });

  it("ranges and directories move no more than an even load takes, to a key", () => {
    for (const strategy of ["range", "directory"] as const) {
      for (const [from, to] of [[8, 12], [12, 8], [3, 4], [4, 1]] as const) {
        const rows = rowsOf(planFor(design("generic", from, strategy), { shards: to }, keysOf(integers(2400))));
        expect([strategy, from, to, rows.moved]).toEqual([strategy, from, to, (2400 * Math.abs(to - from)) / Math.max(from, to)]);
        expect(Math.max(...rows.after)).toBe(2400 / to);
      }
    }
  });

  it("a range that is split keeps the lower part where it is", () => {
    const before = design("generic", 2, "range", { splits: [1000] });
    const { transfers } = rowsOf(planFor(before, { shards: 3 }, keysOf(integers(1500))));
    // Shard 0 has 1000 rows, shard 1 500; the mean will be 500.
    expect(transfers).toEqual([{ from: 0, to: 2, amount: 500 }]);
  });
});

describe("Targets that move slots", () => {
  it("Redis: 16,384 slots from 8 to 12 masters, a third of them, only to new ones", () => {
    const plan = planFor(design("redis", 8, "fixed-slots"), { shards: 12 }, keysOf(integers(20_000)));
    // 8 masters of 2048 slots give 682 or 683 each: 12 end with 1365 or 1366.
    expect(plan.tables[0]!.way).toEqual({ by: "slots", unit: "slot", count: 16_384, moved: 16_384 - 8 * 1366 + 4 });
    expect(rowsOf(plan).transfers.every(({ from, to }) => from < 8 && to >= 8)).toBe(true);
  });
  it("Citus: needs more Citus shards than workers, else says why it places anew", () => {
    const few = planFor(design("citus", 8, "hash"), { shards: 12 }, keysOf(integers(1000))).tables[0]!.way;
    expect(few).toEqual({ by: "function", because: "8 Citus shards can't fill 12 shards" });
    const plan = planFor(design("citus", 8, "hash", { slots: 96 }), { shards: 12 }, keysOf(integers(20_000)));
    expect(plan.tables[0]!.way).toMatchObject({ by: "slots", unit: "Citus shard", count: 96 });
    expect(Math.abs(rowsOf(plan).moved / 20_000 - 1 / 3)).toBeLessThan(0.04);
  });
  it("Cassandra with its own tokens: what is not taken over stays, slice or no slice", () => {
    const tokens = { node1: [-6e18, 1e18], node2: [-1e18, 5e18] };
    const plan = planFor(design("cassandra", 2, "consistent-hash", { tokens }), { shards: 3 }, keysOf(integers(5000)));
    expect(rowsOf(plan).transfers.every(({ to }) => plan.union.shards[to] === "node3")).toBe(true);
  });
  it("Vitess: a range with the same bounds stays, the halves of another are new shards", () => {
    const before = { ...design("vitess", 2, "hash"), shards: ["-80", "80-"] };
    const plan = planFor(before, { shards: ["-80", "80-c0", "c0-"] }, keysOf(integers(1000)));
    expect(plan.union.shards).toEqual(["-80", "80-", "80-c0", "c0-"]);
    const { before: loads, moved, transfers } = rowsOf(plan);
    expect(moved).toBe(loads[1]);
    expect(transfers.map(({ from, to }) => [from, to])).toEqual([[1, 2], [1, 3]]);
  });
});

describe("A new key", () => {
  it("is placed by its own columns, over the rows that have both", () => {
    const rows = Array.from({ length: 2000 }, (_, id) => ({ key: [id % 50, id] }));
    const keys = { ...keysOf(rows, ["int64", "int64"]), before: [0], after: [1] };
    const plan = planFor(design("generic", 4, "hash"), { keys: new Map([["t", ["id"]]]) }, keys);
    // The two keys know nothing of each other: a quarter stays by chance.
    expect(Math.abs(rowsOf(plan).moved / 2000 - 3 / 4)).toBeLessThan(0.05);
    expect(plan.tables[0]!.expected).toEqual({ share: 3 / 4, formula: "1 - 1 / max(N,M)" });
    expect(plan.procedure.copies).toBe("everything");
  });
});

describe("Replacing hash modulo by fixed slots", () => {
  it("moves nearly everything once, and the least ever after", () => {
    const plan = planFor(design("generic", 8, "hash"), { shards: 12 }, keysOf(integers(20_000)));
    const of = (strategy: string) => plan.strategies.find((each) => each.strategy === strategy)!;
    const within = (strategy: string) => (of(strategy).within as { movedShare: number }).movedShare;
    const switching = (strategy: string) => (of(strategy).switching as { movedShare: number }).movedShare;
    // Slots hash as modulo does, but know nothing of it: 1 - 1/12 moves now; later 4 of 12.
    expect(Math.abs(switching("fixed-slots") - 11 / 12)).toBeLessThan(0.02);
    expect(Math.abs(within("fixed-slots") - 1 / 3)).toBeLessThan(0.02);
    expect(Math.abs(within("hash") - 2 / 3)).toBeLessThan(0.02);
    // A directory can take the keys where they are.
    expect(Math.abs(switching("directory") - 1 / 3)).toBeLessThan(0.01);
    expect(plan.strategies.map(({ strategy }) => strategy)).toEqual(strategyNames);
  });
});

describe("What is not known", () => {
  const log = { ...keysOf(integers(100)), source: "log" } as const;
  it("rows and bytes are unknown with the reason, never made up", () => {
    const plan = planFor(design("generic", 2, "hash"), { shards: 3 }, log);
    expect(plan.sum.rows).toEqual({ unknown: "the log does not say how many rows a key of t has: pass --rows or --keys" });
    expect(plan.sum.bytes).toEqual({ unknown: "the size of a row of t is not known: pass --row-bytes" });
    expect(plan.told).toBe("accesses");
    expect(plan.seconds).toMatchObject({ unknown: expect.stringContaining("pass --throttle") as string });
  });
  it("rows that are stated are spread like the keys, and said to be", () => {
    const sizes = { rows: new Map([["t", 5000]]), rowBytes: new Map([["t", 100]]) };
    const { sum } = planFor(design("generic", 2, "hash"), { shards: 3 }, log, { sizes });
    const [keys, rows, bytes] = [sum.keys, sum.rows, sum.bytes] as Measured[];
    expect(rows!.moved).toBeCloseTo(keys!.moved * 50, 6);
    expect(bytes!.total).toBeCloseTo(500_000, 6);
    expect(rows!.from).toBe("--rows, spread like the log's distinct keys");
  });
  it("a key that the target refuses is in no number, and counted with the reason", () => {
    const keys = keysOf([{ key: [null], rows: 5 }, { key: [1], rows: 2 }]);
    const plan = planFor(design("citus", 2, "hash"), { shards: 3 }, keys);
    expect(rowsOf(plan)).toMatchObject({ total: 2, refused: 5 });
    expect(plan.tables[0]!.leftOut).toEqual([{ reason: "the distribution column can't be NULL", count: 5 }]);
  });
  it("keys that are a sample by hash give an estimate whose error covers the truth", () => {
    const share = (plan: ReshardPlan) => rowsOf(plan).moved / rowsOf(plan).total;
    const whole = planFor(design("generic", 8, "hash"), { shards: 12 }, keysOf(integers(40_000)));
    const sample = { ...keysOf(integers(40_000).filter((_, id) => (id * 2_654_435_761) % 2 ** 32 < 2 ** 28)), keptShare: 1 / 16 };
    const plan = planFor(design("generic", 8, "hash"), { shards: 12 }, sample);
    const { shareError } = rowsOf(plan);
    // Binomial: sqrt(p (1-p) / n) over n = 2500 keys, times sqrt(1 - 1/16).
    expect(shareError).toBeCloseTo(Math.sqrt((2 / 9 / 2500) * (15 / 16)), 3);
    expect(Math.abs(share(plan) - share(whole))).toBeLessThan(4 * shareError);
  });
});

describe("Every target", () => {
  it.each(targetNames)("%s: grows, shrinks, changes key and strategy with a procedure of its own", (name) => {
    const target = targets[name];
    const type = target.keyTypes(target.defaultStrategy).includes("int64") ? "int64" : "text";
    const rows = integers(200).map(({ key }) => ({ key: type === "text" ? [`user${key[0] as number}`] : key }));
    for (const [from, to] of [[4, 8], [4, 6], [6, 4]] as const) {
      const plan = planFor(design(name, from, target.defaultStrategy), { shards: to }, keysOf(rows, [type]));
      const { procedure, headroom } = plan;
      expect(rowsOf(plan).moved).toBeGreaterThan(0);
      expect(procedure.steps.length).toBeGreaterThan(0);
      for (const { action, check, back } of procedure.steps) expect([action, check, back]).not.toContain("");
      for (const { sources } of procedure.facts) expect(sources.length).toBeGreaterThan(0);
      expect(headroom.overTotal).toBeGreaterThan(1);
    }
    const rekeyed = planFor(design(name, 4, target.defaultStrategy), { keys: new Map([["t", ["other"]]]) }, keysOf(rows, [type]));
    expect(rekeyed.procedure.copies).not.toBe("moved");
  });
});
