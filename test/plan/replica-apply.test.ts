import { expect, test } from "vitest";
import { connectionNeeds } from "../../src/plan/connection-needs.ts";
import { replicaApply } from "../../src/plan/replica-apply.ts";

test("one thread applies 800 writes a second of 1 ms in 5 ms each, and has one server's 0.8 for it", () => {
  // M/M/1 at 80 %: 1 / (1 - 0.8) service times.
  expect(replicaApply({ writesPerSecond: 800, applyMs: 1, threads: 1, delayMs: 2, servers: 4 })).toEqual({
    busyShare: 0.8,
    mostWritesPerSecond: 1000,
    meanLagMs: expect.closeTo(2 + 5, 9),
    readServers: expect.closeTo(3.2, 9),
  });
});

test("a thread that can't keep up falls behind without end; several may", () => {
  const stream = { writesPerSecond: 1500, applyMs: 1, threads: 1, delayMs: 0, servers: 8 };
  expect(replicaApply(stream)).toMatchObject({ busyShare: 1.5, meanLagMs: Infinity, readServers: 7 });
  const parallel = replicaApply({ ...stream, threads: 4 });
  expect(parallel.busyShare).toBeCloseTo(0.375, 9);
  expect(parallel.meanLagMs).toBeLessThan(1.1);
  expect(parallel.readServers).toBeCloseTo(6.5, 9);
});

test("writes that take no time leave the delay", () => {
  expect(replicaApply({ writesPerSecond: 10, applyMs: 0, threads: 1, delayMs: 3, servers: 2 })).toEqual({ busyShare: 0, mostWritesPerSecond: Infinity, meanLagMs: 3, readServers: 2 });
});

test("clients that fan out are connected to every shard", () => {
  const asked = { clients: 200, shards: 8, scatterShare: 0.1, busiestShare: 0.25 } as const;
  expect(connectionNeeds({ ...asked, fansOut: "client" })).toMatchObject({ perShard: 200, total: 1600 });
  // On each shard the scattered tenth, and of the rest a quarter on the busiest.
  expect(connectionNeeds({ ...asked, fansOut: "pool" })).toMatchObject({ perShard: 20 + 45, total: 160 + 180 });
  expect(connectionNeeds({ ...asked, shards: 1, fansOut: "client" })).toMatchObject({ perShard: 200, total: 200 });
});
