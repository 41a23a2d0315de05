import type { Demand, Requirements, Server, ShardShare } from "../../src/plan/cluster.ts";
import { exact } from "../../src/plan/estimate.ts";
import type { Rules } from "../../src/plan/judge-cluster.ts";
import type { DemandNow } from "../../src/plan/load-path.ts";
import type { Choices } from "../../src/plan/search-clusters.ts";
import { serviceMix } from "../../src/plan/service-mix.ts";

/** Made-up situations for tests: exponential times, servers without limits but cores. */

export function exponentialTimes(meanMs: number): readonly number[] {
  const points = 2000;
  const times = Array.from({ length: points }, (_, at) => -Math.log(1 - (at + 0.5) / points));
  const mean = times.reduce((sum, time) => sum + time, 0) / points;
  return times.map((time) => (time * meanMs) / mean);
}

export const server = (cores: number, more: Partial<Server> = {}): Server => ({
  name: `${cores} cores`,
  cores,
  storageBytes: undefined,
  connections: undefined,
  pricePerMonth: undefined,
  ...more,
});

export const requirements: Requirements = { maxUtilisation: 0.6, objective: undefined, survive: "nothing", maxLagMs: 1000, maxStorageShare: 0.8 };

export function rulesOf(more: Partial<Requirements> = {}, { readMs = 2, writeMs = 2, applyShare = 0.02 } = {}): Rules {
  return {
    facts: {
      reads: serviceMix([{ timesMs: exponentialTimes(readMs), weight: 1 }]),
      writes: serviceMix([{ timesMs: exponentialTimes(writeMs), weight: 1 }]),
      boundReadShare: 0,
      applyShare,
      applyThreads: 1,
    },
    requirements: { ...requirements, ...more },
    slowdown: () => 1,
    limits: [],
    copyErlangs: 1,
    timesError: { low: 1, high: 1 },
  };
}

export const demandOf = (reads: number, writes: number, ms = 2): Demand => ({
  reads,
  writes,
  readsPerSecond: (reads * 1000) / ms,
  writesPerSecond: (writes * 1000) / ms,
  bytes: undefined,
  connections: undefined,
});

export const demandNow = (reads: number, writes: number, ms = 2): DemandNow => ({
  reads: exact(reads),
  writes: exact(writes),
  readsPerSecond: exact((reads * 1000) / ms),
  writesPerSecond: exact((writes * 1000) / ms),
  bytes: undefined,
  connections: undefined,
});

/** Shards that lose a tenth to skew and what they have in common. */
export function choicesOf(servers: readonly Server[], sharded = true): Choices {
  const on = (shards: number): ShardShare => ({
    shards,
    load: shards === 1 ? 1 : 1.1 / shards,
    bytes: 1 / shards,
    fanOut: [{ shards: 1, share: 1 }],
    hotKeyAlone: false,
  });
  const design = { version: 1, target: "generic", shards: ["0"], tables: new Map() } as const;
  const shares = { design, counts: [1, 2, 3, 4, 6, 8, 12, 16, 32, 64], powersOfTwo: false, hotKey: undefined, on, atBest: false };
  return { today: servers[0]!, servers, shares: sharded ? shares : undefined, maxReplicas: 5 };
}
