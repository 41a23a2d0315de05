import { expect, it } from "vitest";
import type { StrategyName } from "../../src/placement/design.ts";
import { redisSlot } from "../../src/placement/hashes/crc16.ts";
import { jumpBucket } from "../../src/placement/hashes/jump.ts";
import { bigIntToWords, wordsModulo, type Words } from "../../src/placement/hashes/words.ts";
import type { ShardMap } from "../../src/placement/shard-map.ts";
import { strategies } from "../../src/placement/strategies.ts";
import { describeReference, readReference } from "./reference.ts";

/** Hashing and movement in numbers that follow from theory, oracles O52 to O59. */

interface Oracle {
  readonly id: string;
  readonly expected: string;
}

const expected = (id: string): string =>
  (JSON.parse(readReference("oracles/oracles.json")) as Oracle[]).find((oracle) => oracle.id === id)!.expected;

/** `10-11 .909091` and the like: from, to, share. */
const resizes = (id: string) =>
  [...expected(id).matchAll(/(\d+)-(\d+) (\.\d+)/g)].map(
    ([, from, to, share]) => [Number(from), Number(to), Number(share)] as const,
  );

function mapOf(strategy: StrategyName, shards: readonly string[], virtualNodes = 128): ShardMap {
  const options = strategy === "consistent-hash" ? { virtualNodes } : {};
  return strategies[strategy].shardMap({
    where: "t",
    shards,
    strategy,
    shardKey: ["k"],
    types: ["int64"],
    options,
    extra: {},
  });
}

const numbered = (count: number, prefix = ""): string[] =>
  Array.from({ length: count }, (_, shard) => `${prefix}${shard}`);

function movedShare(strategy: StrategyName, from: number, to: number, keyCount: number): number {
  const [before, after] = [
    mapOf(strategy, numbered(from)).shardOfInteger!,
    mapOf(strategy, numbered(to)).shardOfInteger!,
  ];
  let moved = 0;
  for (let id = 0; id < keyCount; id++) if (before(id, 0) !== after(id, 0)) moved++;
  return moved / keyCount;
}

describeReference("What moves", () => {
  it("O52: hash modulo", () => {
    expect(resizes("O52").length).toBeGreaterThan(5);
    for (const [from, to, share] of resizes("O52")) {
      expect([from, to, Math.abs(movedShare("hash", from, to, 1_000_000) / share - 1) < 0.002]).toEqual([
        from,
        to,
        true,
      ]);
    }
  });
  it("O53: jump, rendezvous, fixed slots and the ring", () => {
    expect(resizes("O53").length).toBeGreaterThan(5);
    for (const [from, to, share] of resizes("O53")) {
      for (const strategy of ["jump", "rendezvous", "fixed-slots"] as const) {
        const moved = movedShare(strategy, from, to, 200_000);
        expect([strategy, from, to, Math.abs(moved / share - 1) < 0.02]).toEqual([strategy, from, to, true]);
      }
      // What moves is what the shards that come or go own, each with the variation of O54; three of them.
      const changed = Math.abs(to - from);
      const variation = Math.sqrt((Math.max(from, to) - 1) / (Math.max(from, to) * 128 + 1)) / Math.sqrt(changed);
      const moved = movedShare("consistent-hash", from, to, 200_000);
      expect(["ring", from, to, Math.abs(moved / share - 1) < 3 * variation + 0.01]).toEqual(["ring", from, to, true]);
    }
  });
  it("O58: exactly, for 100,000 keys hashed with FNV-1a", () => {
    const text = expected("O58");
    const keys = Array.from({ length: 100_000 }, (_, index) => fnv1a64(`user${index}`));
    const buckets = (place: (key: Words) => number) => keys.map(place);
    const moved = (from: readonly number[], to: readonly number[]) =>
      from.filter((bucket, key) => bucket !== to[key]).length;
    const jump = (count: number) => buckets(({ low, high }) => jumpBucket(low, high, count));
    const modulo = (count: number) => buckets(({ low, high }) => wordsModulo(low, high, count));
    expect(text).toContain(`jump 10->12 moves ${moved(jump(10), jump(12))}`);
    expect(text).toContain(`mod 10->12 moves ${moved(modulo(10), modulo(12))}`);
    const counts = numbered(10).map((bucket) => jump(10).filter((other) => other === Number(bucket)).length);
    expect(text).toContain(`jump-10 bucket counts ${counts.join(",")}`);
  });
});

describeReference("How even a ring is", () => {
  it("O54, O56: variation and peak of the shards' shares, 10 shards with 100 tokens", () => {
    const variation = Number(/n10 v100 (\.\d+)/.exec(expected("O54"))![1]);
    const peak = Number(/n10:.*?v100 ([\d.]+)/.exec(expected("O56"))![1]);
    const [rings, grid] = [1000, 16_384];
    let squares = 0;
    let peaks = 0;
    for (let ring = 0; ring < rings; ring++) {
      const map = mapOf("consistent-hash", numbered(10, `${ring}/`), 100);
      const counts = new Float64Array(10);
      for (let step = 0; step < grid; step++) counts[map.shardOfHash!(0, (step * (2 ** 32 / grid)) | 0)]!++;
      const shares = Array.from(counts, (count) => (count * 10) / grid);
      squares += shares.reduce((sum, share) => sum + (share - 1) ** 2, 0) / 10;
      peaks += Math.max(...shares);
    }
    expect(Math.abs(Math.sqrt(squares / rings) / variation - 1)).toBeLessThan(0.02);
    expect(Math.abs(peaks / rings / peak - 1)).toBeLessThan(0.005);
  });
});

describeReference("Known answers", () => {
  it("O57: jump", () => {
    const answers = [...expected("O57").matchAll(/\((\w+),(\d+)\)=(\d+)/g)];
    expect(answers.length).toBe(4);
    for (const [, key, buckets, bucket] of answers) {
      const { low, high } = bigIntToWords(BigInt(key!));
      expect([key, jumpBucket(low, high, Number(buckets))]).toEqual([key, Number(bucket)]);
    }
    const run = Array.from({ length: 20 }, (_, index) => jumpBucket(123_456, 0, index + 1));
    expect(run).toEqual([0, 0, 2, ...Array<number>(17).fill(3)]);
  });
  it("O59: Redis slots", () => {
    const text = expected("O59");
    for (const key of ["123456789", "foo", "somekey", "foo{}{bar}", "foo{{bar}}zap"]) {
      const slot = redisSlot(Buffer.from(key), 0, key.length);
      expect(text).toMatch(new RegExp(`${key.replace(/[{}]/g, "\\$&")}[^;]*\\b${slot}\\b`));
    }
  });
});

function fnv1a64(text: string): Words {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return bigIntToWords(hash);
}
