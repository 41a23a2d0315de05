import { describe, expect, it } from "vitest";
import { CountedKeys } from "../../src/reshard/counted-keys.ts";
import { KeyCounts } from "../../src/reshard/key-counts.ts";
import { remediesFor, type HotTable, type RemedyName } from "../../src/reshard/remedies.ts";

/** Eight keys on four shards, key 0 on shard 0 with ten times the accesses; `writes` of each access are writes. */
function hot(writes: number, companions: HotTable["companions"] = []): HotTable {
  const counts = new KeyCounts(["k"], ["int64"]);
  for (let id = 0; id < 8; id++) counts.add([id], id === 0 ? 1000 : 100, (id === 0 ? 1000 : 100) * writes);
  const keys = CountedKeys.of(counts);
  const owners = Uint32Array.from({ length: 8 }, (_, entry) => Number(keys.keyAt(entry)[0]!.slice(4)) % 4);
  return { table: "t", keys, owners, shardCount: 4, knowsWrites: true, companions };
}

const tried = (table: HotTable, name: RemedyName, setting = "") =>
  remediesFor(table).find((remedy) => remedy.name === name && remedy.setting.startsWith(setting))!;

describe("Remedies for a hot key", () => {
  // Shard 0 has keys 0 and 4: 1100 of 1700 accesses. 1100 / 425 = 2.588; 1700 / 1100 = 1.545.
  it("starts from the busiest shard as it is", () => {
    const { before } = tried(hot(0), "isolate");
    expect(before.worstOverMean).toBeCloseTo(1100 / 425, 9);
    expect(before).toMatchObject({ meanFanOut: 1, scaleOut: 1700 / 1100 });
  });
  it("salting spreads writes, and multiplies reads", () => {
    const [writes, reads] = [tried(hot(1), "salt", "16"), tried(hot(0), "salt", "16")].map(({ after }) => after as { scaleOut: number; meanFanOut: number });
    expect(writes!.scaleOut).toBeGreaterThan(2.2);
    expect(writes!.meanFanOut).toBe(1);
    // 16 buckets are on all four shards, and every one of the 1000 reads asks all of them.
    expect(reads!.meanFanOut).toBeCloseTo((700 + 4 * 1000) / 1700, 9);
    expect(reads!.scaleOut).toBeLessThan(1700 / 1000);
  });
  it("isolating leaves the hot key's own load as the bound", () => {
    expect(tried(hot(0), "isolate").after).toMatchObject({ scaleOut: 1.7, meanFanOut: 1 });
  });
  it("a cache takes its share of the reads and nothing of the writes", () => {
    expect(tried(hot(0), "cache", "hit rate 90").after).toMatchObject({ scaleOut: expect.closeTo((1700 / 1100) * 10, 9) as number });
    expect(tried(hot(1), "cache", "hit rate 90").after).toMatchObject({ scaleOut: 1700 / 1100 });
  });
  it("splitting ranges can't split one key", () => {
    expect(tried(hot(0), "split-range").after).toMatchObject({ scaleOut: 1.7 });
  });
  it("a compound key spreads what pins both columns, and scatters what does not", () => {
    const counts = new KeyCounts(["k", "day"], ["int64", "text"]);
    for (let day = 0; day < 1000; day++) counts.add([0, `day${day}`], 1, 0);
    const companion = { column: "day", keys: CountedKeys.of(counts), accessesWithout: 700 };
    const { after } = tried(hot(0, [companion]), "compound-key");
    expect(after).toMatchObject({ meanFanOut: (1000 + 700 * 4) / 1700 });
    // Each shard gets all 700, and about a quarter of the 1000.
    expect((after as { scaleOut: number }).scaleOut).toBeCloseTo(1700 / (700 + 250), 1);
  });
  it("does not guess at reads and writes where a file does not tell them apart", () => {
    expect(tried({ ...hot(0), knowsWrites: false }, "cache").after).toEqual({ unknown: "a file of keys does not tell reads from writes: pass a log" });
  });
});
