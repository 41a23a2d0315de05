import { describe, expect, test } from "vitest";
import { Measured } from "./measured.ts";

/** A shard with two replicas, 1,000 writes/s, whose primary fails after a second. */
const failing = (fault: string, more = "", mode = "async, delay: 10ms"): Measured =>
  new Measured(`
duration: 3s
arrivals: 1000/s
operations: [{ name: put, kind: write, service: 0.1ms }]
cluster: { replicas: 2, replication: { mode: ${mode} } }
failover: { detection: 300ms, election: 200ms${more} }
faults: [{ at: 1s, shard: 0, ${fault} }]
`);

describe("a primary that crashes", () => {
  test("is replaced after detection and election, and what was on its way is lost", () => {
    const run = failing("kind: crash");
    expect(run.value("failover.detection")).toBeCloseTo(300, 6);
    expect(run.value("failover.election")).toBeCloseTo(200, 6);
    expect(run.value("failover.unavailable")).toBeCloseTo(500, 6);
    // 10 ms of 1,000 writes/s.
    expect(run.value("failover.lostAcknowledged")).toBeGreaterThan(3);
    expect(run.value("failover.lostAcknowledged")).toBeLessThan(25);
    // Half a second of writes waits.
    expect(Math.abs(run.value("failover.delayedWrites") - 500)).toBeLessThan(100);
    expect(run.value("refused")).toBeLessThan(5);
  });

  test("loses nothing acknowledged when a replica acknowledges first", () => {
    expect(failing("kind: crash", "", "semi-sync, delay: 10ms").value("failover.lostAcknowledged")).toBe(0);
  });

  test("refuses writes meanwhile where clients do not wait", () => {
    const run = failing("kind: crash", ", writes: refuse");
    expect(Math.abs(run.value("refused.unavailable") - 500)).toBeLessThan(100);
  });

  test("that comes back in time stays primary, and nothing is lost", () => {
    const run = failing("kind: crash, for: 100ms");
    expect(run.value("failover.unavailable")).toBeCloseTo(100, 6);
    expect(run.value("failover.lostWrites")).toBe(0);
  });

  test("stays away where nobody takes its place", () => {
    const run = failing("kind: crash", ", automatic: false");
    expect(run.measure("failover.unavailable").note).toBe("not restored before the end");
  });
});

describe("a primary that is cut off with a fifth of the clients", () => {
  const cut = (more: string): Measured => failing("kind: partition, for: 1500ms, clients: 0.2", more);

  test("takes writes that nobody else will see when it is not fenced", () => {
    const run = cut(", fence: false");
    // From the promotion at 1.5 s to 2.5 s: a second, in which a fifth of the writes goes aside.
    expect(run.value("failover.splitBrain")).toBeCloseTo(1000, 6);
    expect(Math.abs(run.value("failover.splitBrainWrites") - 200)).toBeLessThan(60);
  });

  test("takes none when it is", () => {
    const run = cut(", fence: true");
    expect(run.value("failover.splitBrain")).toBe(0);
    expect(run.value("failover.splitBrainWrites")).toBe(0);
  });
});

test("a replica that pauses falls behind and catches up", () => {
  const run = failing("node: 1, kind: pause, for: 1s");
  expect(run.value("failovers")).toBe(0);
  expect(run.value("lag.max")).toBeGreaterThan(990);
  expect(run.value("lag.max")).toBeLessThan(1100);
});

describe("read policies", () => {
  const reading = (policy: string): Measured =>
    new Measured(`
duration: 20s
operations:
  - { name: put, kind: write, service: 0ms, arrivals: 200/s }
  - { name: back, service: 0ms, follows: { operation: put, after: 10ms } }
keys: { count: 5 }
cluster: { servers: unlimited, replicas: 2, replication: { delay: { uniform: [0ms, 60ms] } } }
reads: { policy: ${policy} }
clients: { sessions: 5 }
`);

  test.each([
    ["primary", 0],
    ["read-your-writes, window: 100ms", 0],
    ["wait-for-lsn, wait: 10s", 0],
  ])("%s never misses the session's own write", (policy, missed) => {
    expect(reading(policy).value("ownWriteMissed.share")).toBe(missed);
  });

  test("any replica misses it often, and goes back in time; a pinned one does not go back", () => {
    const any = reading("replicas");
    expect(any.value("ownWriteMissed.share")).toBeGreaterThan(0.3);
    expect(any.value("wentBack.share")).toBeGreaterThan(0);
    expect(reading("pinned").value("wentBack.share")).toBe(0);
  });

  test("a lag limit sends reads to the primary", () => {
    expect(reading("lag-limit, limit: 5ms").value("reads.primaryShare")).toBeGreaterThan(reading("lag-limit, limit: 80ms").value("reads.primaryShare"));
  });
});

test("a reshard copies what moves, and ends", () => {
  const run = new Measured(`
duration: 20s
arrivals: 1000/s
operations: [{ name: put, kind: write, service: 0.2ms }]
cluster: { shards: 4 }
keys: { placement: modulo, count: 1200 }
moves: [{ at: 5s, to: 6, bytes: 1200MB, chunk: 1MB, read: 2ms, write: 2ms, rest: 5ms, priority: 1, pause: 50ms }]
`);
  // 4 to 6 by modulo: two thirds move, 800 chunks.
  expect(run.value("reshard.movedShare")).toBeCloseTo(2 / 3, 9);
  expect(run.value("reshard.chunks")).toBe(800);
  // Four sources copy 200 chunks each, of 2 + 2 + 5 ms and some waiting.
  expect(run.value("reshard.copy")).toBeGreaterThan(1800);
  expect(run.value("reshard.copy")).toBeLessThan(2600);
  expect(run.value("reshard.duration") - run.value("reshard.copy")).toBeGreaterThanOrEqual(50);
  expect(run.value("reshard.pausedWrites")).toBeGreaterThan(10);
  expect(run.value("refused")).toBe(0);
});
