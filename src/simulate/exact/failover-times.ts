import { power } from "../../stats/power.ts";
import { type Distribution, flatParts, meanOf } from "../distribution.ts";
import { binomialAtLeast } from "../quorum-formulas.ts";
import type { Fault, RaftElection, Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

/** How long one primary's failover takes, how often votes are split, and what it loses. */
export function failoverTimes(scenario: Scenario): readonly ExactAnswer[] {
  const { cluster, faults, failover } = scenario;
  const lost = faults.filter(({ kind, node }) => kind !== "slow" && node === 0);
  const only = lost[0];
  if (lost.length !== 1 || !failover.automatic || cluster.replicas === 0 || cluster.replication.mode === "leaderless" || cluster.replication.mode === "multi-leader") return [];
  const away = faults.filter((fault) => fault !== only && fault.kind !== "slow" && fault.shard === only!.shard);
  // Who comes or goes while the others elect changes what happens.
  if (away.some(({ atMs, untilMs }) => atMs > only!.atMs || untilMs < Infinity) || only!.untilMs < Infinity) return [];
  const available = cluster.replicas - new Set(away.map(({ node }) => node)).size;
  const { election, detection } = failover;
  return [
    ...("timeoutFromMs" in election ? raftAnswers(election, detection, available, cluster.replicas + 1) : stepAnswers(scenario, detection, election)),
    ...lostWrites(scenario, only!),
  ];
}

/** Diego Ongaro, Consensus: Bridging Theory and Practice, 2014, chapter 9. */
function raftAnswers(raft: RaftElection, detection: readonly Distribution[], available: number, nodes: number): readonly ExactAnswer[] {
  if (available < Math.floor(nodes / 2) + 1) return [];
  const range = raft.timeoutToMs - raft.timeoutFromMs;
  const before = detection.reduce((sum, part) => sum + meanOf(part), 0);
  const certain = detection.every((part) => part.kind === "constant");
  const candidates = available - Math.floor(nodes / 2) + 1;
  const earliest = "the earliest of s uniform timeouts";
  return [
    { measure: "failover.detection", value: before + raft.timeoutFromMs + range / (available + 1), formula: `${earliest}: from + range / (s + 1)` },
    ...(certain
      ? ([["p50", 0.5], ["p95", 0.95], ["p99", 0.99]] as const).map(([label, p]) => ({
          measure: `failover.detection.${label}`,
          value: before + raft.timeoutFromMs + range * (1 - power(1 - p, 1 / available)),
          formula: `${earliest}: P(later than x) = (1 - x)^s`,
        }))
      : []),
    {
      measure: "failover.splitShare",
      value: binomialAtLeast(available, candidates - 1, Math.min(1, raft.latencyMs / range)),
      formula: `${candidates} of s = ${available} timeouts within the latency (Ongaro)`,
    },
  ];
}

/** Detection and election that add up, and then a replica that has applied all that it has. */
function stepAnswers({ cluster, operations }: Scenario, detection: readonly Distribution[], election: readonly Distribution[]): readonly ExactAnswer[] {
  if (operations.some(({ apply }) => meanOf(apply ?? cluster.replication.apply) > 0)) return [];
  const sum = (parts: readonly Distribution[], of: (part: Distribution) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const both = [...detection, ...election];
  const formula = "detection + election";
  return [
    { measure: "failover.detection", value: sum(detection, meanOf), formula: "sum of its parts" },
    { measure: "failover.election", value: sum(election, meanOf), formula: "sum of its parts" },
    { measure: "failover.unavailable", value: sum(both, meanOf), formula },
    { measure: "failover.unavailable.least", value: sum(both, (part) => endsOf(part)[0]), formula },
    { measure: "failover.unavailable.most", value: sum(both, (part) => endsOf(part)[1]), formula },
  ].filter(({ value }) => value < Infinity);
}

/** Writes that had not reached the replica: so many as come in its lag. */
function lostWrites(scenario: Scenario, { kind }: Fault): readonly ExactAnswer[] {
  const { cluster, operations, arrivals, speed, failover } = scenario;
  const { replication } = cluster;
  const write = operations[0];
  const plain =
    kind === "crash" && failover.fence && operations.length === 1 && write!.kind === "write" && write!.keyCount.to === 1 &&
    cluster.replicas === 1 && cluster.shards === 1 && cluster.regions === undefined && cluster.stations.every(({ servers }) => servers === Infinity);
  if (!plain || arrivals === undefined || (arrivals.process !== "poisson" && arrivals.process !== "deterministic")) return [];
  if (replication.acks > 0) return [{ measure: "failover.lostAcknowledged", value: 0, formula: "each acknowledged write is on the replica" }];
  // Delays that vary from write to write wait for each other in the log.
  if (replication.delivery !== "log" || (replication.delay.kind !== "constant" && replication.redrawEveryMs === 0)) return [];
  const lag = meanOf(replication.delay) + replication.shipEveryMs / 2;
  const mean = arrivals.rate * speed * lag;
  const lost = { measure: "failover.lostWrites", value: mean, formula: "lambda E[lag], per failover" };
  // Poisson writes in an exponential time are geometric.
  const geometric = arrivals.process === "poisson" && replication.delay.kind === "exponential" && replication.shipEveryMs === 0;
  if (!geometric) return [lost];
  const p99 = Math.log(0.01) / Math.log(mean / (1 + mean));
  return [lost, { measure: "failover.lostWrites.p99", value: p99, formula: "geometric: P(k or more) = (m / (1 + m))^k" }];
}

/** The shortest and the longest that it can be. */
function endsOf(distribution: Distribution): readonly [number, number] {
  const ends = flatParts(distribution, 1).map(({ of }): readonly [number, number] => {
    switch (of.kind) {
      case "constant":
        return [of.value, of.value];
      case "uniform":
        return [of.from, of.to];
      case "empirical":
        return [of.values[0]!, of.values.at(-1)!];
      case "pareto":
        return [of.minimum, of.maximum ?? Infinity];
      default:
        return [0, Infinity];
    }
  });
  return [Math.min(...ends.map(([least]) => least)), Math.max(...ends.map(([, most]) => most))];
}
