import { beforeAll, expect, test } from "vitest";
import { isUnknown } from "../../src/analyze/known.ts";
import { anyShard, PlacedAccesses } from "../../src/analyze/placed-accesses.ts";
import { transactionFates, type TransactionFates } from "../../src/analyze/transaction-participants.ts";
import { strategies } from "../../src/placement/strategies.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { partsOf, workloadOfParts } from "../workload/session-log.ts";
import { tpccCrossShardRate, tpccLog } from "../analyze/tpcc.ts";

beforeAll(() => loadGrammar("postgres"));

function tpcc(warehouses: number, transactions: number): Workload {
  const stream = randomStream(warehouses, "tpcc");
  const lines = [...tpccLog({ warehouses, transactions, random: () => stream.next() })];
  // In two parts, as two threads would read it.
  return workloadOfParts(partsOf(lines, "postgres", [Math.floor(lines.length / 2)]));
}

/** Every table by its warehouse, items on every shard. */
function ratesBy(
  shardOfWarehouse: (warehouse: number) => number,
  shardCount: number,
  workload: Workload,
): TransactionFates {
  const places = workload.shapes.map(({ shape }) => {
    const position = shape.equal.findIndex(({ column }) => column.endsWith("w_id"));
    return shape.table === "item" ? anyShard : { family: 0, positions: [position] };
  });
  const [fates] = transactionFates(workload, {
    shardCounts: [shardCount],
    accesses: new PlacedAccesses(places, 1, (shape, codes, start, shards) => {
      const place = places[shape]!;
      if (typeof place === "number") return false;
      shards[0] = shardOfWarehouse(codes[start + place.positions[0]!]!);
      return true;
    }),
    participantsOf: () => [{ shares: [{ shards: 1, share: 1 }], unknownShare: 0 }],
  });
  if (fates === undefined) throw new Error("a shard count has fates");
  if (isUnknown(fates)) throw new Error(fates.unknown);
  return fates;
}

/** Warehouses on each shard. */
function sizesOf(shardOfWarehouse: (warehouse: number) => number, shardCount: number, warehouses: number): number[] {
  const sizes = Array<number>(shardCount).fill(0);
  for (let w = 1; w <= warehouses; w++) sizes[shardOfWarehouse(w)]!++;
  return sizes;
}

const percentagePoint = 0.01;

/**
 * A share p of N transactions has a standard error of at most sqrt(p / N): with p = 0.107 and N = 200,000 that is 0.07
 * percentage points if every card is drawn alone. Decks leave only where a remote warehouse lands: 0.107 N draws that are
 * elsewhere with probability q, sqrt(0.107 q (1 - q) / N), at most 0.037 (two shards).
 */
const hashed = strategies.hash;
test.each([2, 3, 10, 100, 333, 1000])(
  "TPC-C's cross-shard rate with %d warehouses is its closed form, to 0.1 percentage points",
  (warehouses) => {
    const workload = tpcc(warehouses, 200_000);
    expect(workload.transactions.footprints.keptShare).toBe(1);
    for (const shardCount of [2, 3, 4, 7, 8, 16, 33, 64]) {
      const map = hashed.shardMap({
        where: "tpcc",
        shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
        strategy: "hash",
        shardKey: ["w_id"],
        types: ["int64"],
        options: {},
        extra: {},
      });
      const placements = {
        modulo: (w: number) => w % shardCount,
        ranges: (w: number) => Math.floor(((w - 1) * shardCount) / warehouses),
        hash: (w: number) => map.shardOf([`int:${w}`]),
      };
      for (const [name, placement] of Object.entries(placements)) {
        const rate = tpccCrossShardRate(sizesOf(placement, shardCount, warehouses));
        const { all, reading, writing } = ratesBy(placement, shardCount, workload);
        const where = `${name} on ${shardCount}`;
        expect(Math.abs(all.crossShard - rate), where).toBeLessThan(0.1 * percentagePoint);
        // The same transactions as a share of the 92 % that write: so is the bound.
        expect(Math.abs(writing.crossShard - rate / 0.92), where).toBeLessThan((0.1 / 0.92) * percentagePoint);
        expect(reading.crossShard).toBe(0);
        expect(all.unknownShare).toBe(0);
      }
    }
  },
);
