import type { Demand, ShardShare } from "../../src/plan/cluster.ts";
import { unsharded } from "../../src/plan/cluster.ts";
import { clusterHolds, type Rules } from "../../src/plan/judge-cluster.ts";
import { parseObjective } from "../../src/plan/objective.ts";
import { serviceMix } from "../../src/plan/service-mix.ts";
import { requirements, server } from "./situation.ts";

/** Statements with exponential service times: M/M/c. */
export interface Exponential {
  readonly perSecond: number;
  readonly serviceMs: number;
  readonly slo?: string;
  readonly maxUtilisation?: number;
  readonly share?: ShardShare;
}

export function rulesOfExponential({ serviceMs, slo, maxUtilisation = 1 }: Exponential): Rules {
  const mix = serviceMix([{ timesMs: [serviceMs], exponential: Uint8Array.of(1), weight: 1 }]);
  return {
    facts: { reads: mix, writes: mix, boundReadShare: 0, applyShare: 0, applyThreads: 1 },
    requirements: { ...requirements, maxUtilisation, objective: slo === undefined ? undefined : parseObjective(slo) },
    slowdown: () => 1,
    limits: [],
    copyErlangs: 0,
    timesError: { low: 1, high: 1 },
  };
}

export const demandOfExponential = ({ perSecond, serviceMs }: Exponential): Demand => ({
  reads: (perSecond * serviceMs) / 1000,
  writes: 0,
  readsPerSecond: perSecond,
  writesPerSecond: 0,
  bytes: undefined,
  connections: undefined,
});

/** The cores of the smallest server that the plan takes, found one by one. */
export function leastCores(asked: Exponential): number {
  const rules = rulesOfExponential(asked);
  const demand = demandOfExponential(asked);
  for (let cores = 1; cores < 10_000; cores++)
    if (clusterHolds({ server: server(cores), shards: 1, replicas: 0, readsFrom: "primary" }, asked.share ?? unsharded, demand, rules)) return cores;
  return Infinity;
}
