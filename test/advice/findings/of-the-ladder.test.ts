import { describe, expect, test } from "vitest";
import { dontShardYet } from "../../../src/advice/findings/dont-shard-yet.ts";
import { readReplicasSuffice } from "../../../src/advice/findings/read-replicas-suffice.ts";
import { tooFewShards } from "../../../src/advice/findings/too-few-shards.ts";
import { tooManyShards } from "../../../src/advice/findings/too-many-shards.ts";
import { ladderOf, type Ladder } from "../../../src/advice/ladder.ts";
import { analyze } from "../../../src/analyze/analyze.ts";
import { emptySchema } from "../../../src/sql/schema.ts";
import { handMadeWorkload } from "../../analyze/hand-made-workload.ts";

/**
 * Statements of 600 s that come to so many erlangs, evenly, all on key a. A statement of m ms that runs n times in 600 s
 * is n·m/600,000 erlangs.
 */
const workload = (reads: number, writes: number) =>
  handMadeWorkload([
    { shape: "read t a=", count: 6000, values: (nth) => [(nth * 7919) % 5003], ms: reads * 100 },
    { shape: "update t a=", count: 6000, values: (nth) => [(nth * 7919) % 5003], ms: writes * 100 },
  ]);
/** On 10 cores of which 6 may be busy, and 100 at most. */
const ladder = (reads: number, writes: number): Ladder =>
  ladderOf(workload(reads, writes), { cores: 10, largestCores: 100, targetUtilization: 0.6 });

describe("dont-shard-yet", () => {
  test("says that one server does, and how much writes would have to grow", () => {
    expect(dontShardYet(ladder(2, 1))).toMatchObject({
      severity: "note",
      // 60 of 100 cores for 1 erlang of writes.
      evidence:
        "the worst window has 3 erlangs, and one server of 10 cores carries 6; writes (1) would have to grow 60 times before " +
        "100 cores no longer carry them",
      whatToDo: expect.stringContaining("stay on one server") as string,
    });
  });

  test("names the rung that is called for instead", () => {
    // 3 of 6 erlangs are one template's: without it the 6 cores are enough.
    expect(dontShardYet(ladder(4, 4))!.whatToDo).toContain("costliest template");
    expect(dontShardYet(ladder(20, 20))).toMatchObject({
      evidence: expect.stringContaining("one server of 100 cores carries 60") as string,
      whatToDo: "move to a larger server",
    });
  });

  test("says of a log without writes that reads never call for shards", () => {
    const reading = handMadeWorkload([{ shape: "read t a=", count: 6000, values: (nth) => [nth], ms: 10 }]);
    expect(dontShardYet(ladderOf(reading))!.evidence).toContain("the log has no writes");
  });

  test("is silent where shards or replicas are called for, and where the load is not known", () => {
    expect(dontShardYet(ladder(10, 70))).toBeUndefined();
    expect(dontShardYet(ladder(100, 10))).toBeUndefined();
    expect(dontShardYet(ladderOf(handMadeWorkload([{ shape: "read t a=", count: 10 }], { timed: false })))).toBeUndefined();
  });
});

describe("read-replicas-suffice", () => {
  test("says how many, where one primary carries the writes", () => {
    // 60 − 10 erlangs are left for reads on each server: 100 need two, one of which is the primary.
    expect(readReplicasSuffice(ladder(100, 10))).toMatchObject({
      severity: "warning",
      evidence: expect.stringContaining("a server of 100 cores that applies all writes has 50 left") as string,
      whatToDo: "send reads to 1 replica of that size instead of sharding",
    });
    expect(readReplicasSuffice(ladder(190, 10))!.whatToDo).toContain("to 3 replicas");
  });

  test("is silent where one server is enough, and where writes are too many", () => {
    expect(readReplicasSuffice(ladder(2, 1))).toBeUndefined();
    expect(readReplicasSuffice(ladder(10, 70))).toBeUndefined();
  });
});

describe("the number of shards", () => {
  const input = (rankAt: number, reads: number, writes: number) => ({
    analysis: analyze(workload(reads, writes), emptySchema, { shardCounts: [rankAt], rankAt }),
    ladder: ladder(reads, writes),
  });

  test("too-few-shards: what they carry is less than the worst window", () => {
    // 4 shards carry at most 24 erlangs; 80 need 14 or more.
    const finding = tooFewShards(input(4, 10, 70))!;
    expect(finding.severity).toBe("problem");
    expect(finding.evidence).toContain("the worst window has 80");
    expect(Number(/--rank-at (\d+)/.exec(finding.whatToDo)![1])).toBeGreaterThanOrEqual(14);
    expect(tooManyShards(input(4, 10, 70))).toBeUndefined();
  });

  test("too-many-shards: half as many would do", () => {
    const finding = tooManyShards(input(64, 10, 70))!;
    expect(finding.severity).toBe("warning");
    expect(Number(/--rank-at (\d+)/.exec(finding.whatToDo)![1])).toBeLessThanOrEqual(32);
    expect(tooFewShards(input(64, 10, 70))).toBeUndefined();
  });

  test("neither speaks of a number that fits, nor where no shards are needed", () => {
    for (const given of [input(20, 10, 70), input(64, 2, 1), input(2, 2, 1)])
      expect([tooFewShards(given), tooManyShards(given)]).toEqual([undefined, undefined]);
  });
});
