import { type Cluster, type Demand, nodesLost, type Requirements, type ShardShare, type WorkloadFacts } from "./cluster.ts";
import { responseMeanMs, responseQuantileMs, type Station, takesLonger, type Visits } from "./statement-times.ts";
import type { ServiceMix } from "./service-mix.ts";
import type { Outlook } from "./load-path.ts";
import type { Objective } from "./objective.ts";
import type { TargetLimit } from "./target-limits.ts";

export const limitNames = [
  "primary-cpu", // the primary of the busiest shard
  "write-path", // the same, of which its writes alone are more than it may have: no replica helps
  "replica-cpu",
  "latency",
  "lag",
  "storage",
  "connections",
  "target", // a verified limit of the system
  "failure", // too few nodes to lose one
] as const;

export type LimitName = (typeof limitNames)[number];

/** How much of what is allowed is used. Above 1 the cluster does not hold. */
export interface Use {
  readonly limit: LimitName;
  readonly used: number;
  readonly allowed: number;
  readonly unit: "cores" | "ms" | "bytes" | "connections" | "nodes";
  /** Only so when a node has failed. */
  readonly afterFailure: boolean;
  /** The fact that a target's limit is taken from. */
  readonly fact: TargetLimit | undefined;
}

/** All that a cluster is judged by. */
export interface Rules {
  readonly facts: WorkloadFacts;
  readonly requirements: Requirements;
  /** How much longer statements take on a server with so many cores busy than alone; 1 without contention. */
  readonly slowdown: (cores: number) => number;
  readonly limits: readonly TargetLimit[];
  /** Erlangs that copying takes on each shard while shards are added. */
  readonly copyErlangs: number;
  /** How far off response times may be because single durations are a sample: factors, below and above 1. */
  readonly timesError: { readonly low: number; readonly high: number };
}

/** The rules at one end of what chance allows: times at their longest go with the most load. */
export function rulesUnder(rules: Rules, outlook: Outlook): Rules {
  const { objective } = rules.requirements;
  if (objective === undefined || outlook === "likely") return rules;
  return withLimit(rules, objective, outlook === "most" ? 1 / rules.timesError.high : 1 / rules.timesError.low);
}

/** The same rules with an objective that is so many times as long. */
export function withLimit(rules: Rules, objective: Objective, factor: number): Rules {
  return { ...rules, requirements: { ...rules.requirements, objective: { ...objective, limitMs: objective.limitMs * factor } } };
}

/** What a cluster uses of each of its limits. Unknown data and connections are left out. */
export function usesOf(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules): readonly Use[] {
  return [...coreAndSizeUses(cluster, share, demand, rules), ...latencyUses(cluster, share, demand, rules)];
}

const fits = ({ used, allowed }: Use): boolean => used <= allowed * (1 + rounding);

/** 6 erlangs are 60 % of 10 cores, whatever their quotient is in binary. */
const rounding = 1e-12;

/** Whether a cluster keeps all limits: the same as of `usesOf`, without working out the response times that nobody sees. */
export function clusterHolds(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules): boolean {
  if (!coreAndSizeUses(cluster, share, demand, rules).every(fits)) return false;
  const { objective } = rules.requirements;
  if (objective === undefined) return true;
  return statesOf(cluster, rules).every(({ replicas }) => {
    const visits = visitsOf(cluster, share, demand, rules, replicas);
    if (objective.quantile === "mean") return responseMeanMs(visits) <= objective.limitMs;
    return takesLonger(visits, objective.limitMs) <= 1 - objective.quantile;
  });
}

/** With all replicas, and with those that are left when what has to be survived has failed. */
function statesOf(cluster: Cluster, { requirements }: Rules): readonly { readonly replicas: number; readonly afterFailure: boolean }[] {
  const left = cluster.replicas - nodesLost(cluster, requirements.survive);
  const whole = { replicas: cluster.replicas, afterFailure: false };
  return left === cluster.replicas || left < 0 ? [whole] : [whole, { replicas: left, afterFailure: true }];
}

function coreAndSizeUses(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules): readonly Use[] {
  const uses = [
    ...statesOf(cluster, rules).flatMap((state) => nodeUses(cluster, share, demand, rules, state)),
    ...sizeUses(cluster, share, demand, rules),
  ];
  const lost = nodesLost(cluster, rules.requirements.survive);
  if (lost <= cluster.replicas) return uses;
  return [...uses, { limit: "failure", used: lost + 1, allowed: cluster.replicas + 1, unit: "nodes", afterFailure: true, fact: undefined }];
}

function latencyUses(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules): readonly Use[] {
  const { objective } = rules.requirements;
  if (objective === undefined) return [];
  return statesOf(cluster, rules).map(({ replicas, afterFailure }) => {
    const visits = visitsOf(cluster, share, demand, rules, replicas);
    const used = objective.quantile === "mean" ? responseMeanMs(visits) : responseQuantileMs(visits, objective.quantile);
    return { limit: "latency", used, allowed: objective.limitMs, unit: "ms", afterFailure, fact: undefined };
  });
}

/** The limit that is nearest, or furthest exceeded. */
export function tightest(uses: readonly Use[]): Use {
  return uses.reduce((most, use) => (ratioOf(use) > ratioOf(most) ? use : most));
}

const ratioOf = ({ used, allowed }: Use): number => (used === 0 ? 0 : used / allowed);

/** What the nodes of the busiest shard do. */
export interface NodeLoads {
  readonly primary: number;
  /** Of each replica, with what it applies; 0 without replicas. */
  readonly replica: number;
  readonly applied: number;
}

const readingReplicas = ({ readsFrom }: Cluster, replicas: number): number => (readsFrom === "primary" ? 0 : replicas);

/** Erlangs per node of a shard with so many replicas, as statements take on this server. */
export function nodeLoads(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules, replicas: number): NodeLoads {
  const { facts, slowdown, copyErlangs } = rules;
  const slower = slowdown(cluster.server.cores);
  const reads = demand.reads * share.load * slower;
  const writes = demand.writes * share.load * slower;
  const copying = share.shards > 1 ? copyErlangs : 0;
  const applied = writes * facts.applyShare;
  if (readingReplicas(cluster, replicas) === 0) return { primary: reads + writes + copying, replica: replicas === 0 ? 0 : applied, applied };
  return {
    primary: writes + reads * facts.boundReadShare + copying,
    replica: (reads * (1 - facts.boundReadShare)) / replicas + applied,
    applied,
  };
}

function nodeUses(
  cluster: Cluster,
  share: ShardShare,
  demand: Demand,
  rules: Rules,
  { replicas, afterFailure }: { readonly replicas: number; readonly afterFailure: boolean },
): readonly Use[] {
  const { requirements, facts, slowdown } = rules;
  const { cores } = cluster.server;
  const allowed = cores * requirements.maxUtilisation;
  const loads = nodeLoads(cluster, share, demand, rules, replicas);
  const use = (limit: LimitName, used: number, most: number, unit: Use["unit"]): Use => ({
    limit,
    used,
    allowed: most,
    unit,
    afterFailure,
    fact: undefined,
  });
  const writes = demand.writes * share.load * slowdown(cores);
  const primary = use(writes > allowed ? "write-path" : "primary-cpu", loads.primary, allowed, "cores");
  if (replicas === 0) return [primary];
  return [
    primary,
    use("replica-cpu", loads.replica, allowed, "cores"),
    use("lag", lagMs(loads.applied, facts, slowdown(cores)), requirements.maxLagMs, "ms"),
  ];
}

/**
 * How far a replica is behind in 99 of 100 moments: the time in an M/M/1 of what it applies, one thread's part of it. The
 * log is applied in order, so that threads divide the work but not the wait of one write for those before it.
 */
function lagMs(applied: number, { writes, applyShare, applyThreads }: WorkloadFacts, slower: number): number {
  const busy = applied / applyThreads;
  if (busy >= 1) return Infinity;
  return (-Math.log(0.01) * writes.meanMs * applyShare * slower) / applyThreads / (1 - busy);
}

/** The statements of the busiest shard's nodes, by the shards that they ask. */
export function visitsOf(
  cluster: Cluster,
  share: ShardShare,
  demand: Demand,
  rules: Rules,
  replicas: number,
): readonly Visits[] {
  const { facts, slowdown } = rules;
  const slower = slowdown(cluster.server.cores);
  const loads = nodeLoads(cluster, share, demand, rules, replicas);
  const reads = slowed(facts.reads, slower);
  const writes = slowed(facts.writes, slower);
  const bound = readingReplicas(cluster, replicas) === 0 ? 1 : facts.boundReadShare;
  const primary = stationOf(cluster, loads.primary, reads, demand.readsPerSecond * bound, writes, demand.writesPerSecond);
  const replica = stationOf(cluster, loads.replica, reads, demand.readsPerSecond * (1 - bound), writes, 0);
  return share.fanOut.flatMap(({ shards, share: part }) => [
    { perSecond: demand.readsPerSecond * bound * part, service: reads, shards, station: primary },
    { perSecond: demand.readsPerSecond * (1 - bound) * part, service: reads, shards, station: replica },
    { perSecond: demand.writesPerSecond * part, service: writes, shards, station: primary },
  ]);
}

function slowed(mix: ServiceMix, factor: number): ServiceMix {
  return factor === 1 ? mix : { ...mix, timesMs: mix.timesMs.map((time) => time * factor), meanMs: mix.meanMs * factor };
}

function stationOf(
  { server }: Cluster,
  offered: number,
  reads: ServiceMix,
  readsPerSecond: number,
  writes: ServiceMix,
  writesPerSecond: number,
): Station {
  const all = readsPerSecond + writesPerSecond;
  if (all === 0) return { servers: server.cores, offered: 0, meanMs: 1, scv: 0 };
  const [a, b] = [readsPerSecond / all, writesPerSecond / all];
  const meanMs = a * reads.meanMs + b * writes.meanMs;
  const second = a * reads.meanMs ** 2 * (1 + reads.scv) + b * writes.meanMs ** 2 * (1 + writes.scv);
  return { servers: server.cores, offered, meanMs, scv: meanMs === 0 ? 0 : Math.max(0, second / meanMs ** 2 - 1) };
}

/** Storage, connections, and what the target allows. */
function sizeUses(cluster: Cluster, share: ShardShare, demand: Demand, { requirements, limits }: Rules): readonly Use[] {
  const { server, replicas, shards } = cluster;
  const uses: Use[] = [];
  const add = (limit: LimitName, used: number, allowed: number, unit: Use["unit"], fact?: TargetLimit): void => {
    uses.push({ limit, used, allowed, unit, afterFailure: false, fact });
  };
  const bytes = demand.bytes === undefined ? undefined : demand.bytes * share.bytes;
  if (bytes !== undefined && server.storageBytes !== undefined)
    add("storage", bytes, server.storageBytes * requirements.maxStorageShare, "bytes");
  if (demand.connections !== undefined && server.connections !== undefined)
    add("connections", demand.connections, server.connections, "connections");
  for (const limit of limits) {
    if (limit.what === "replicas") add("target", replicas, limit.most, "nodes", limit);
    else if (limit.what === "shards") add("target", shards, limit.most, "nodes", limit);
    else if (limit.what === "shard-bytes" && bytes !== undefined) add("target", bytes, limit.most, "bytes", limit);
    else if (limit.what === "all-bytes" && demand.bytes !== undefined) add("target", demand.bytes, limit.most, "bytes", limit);
    else if (limit.what === "connections" && demand.connections !== undefined && server.connections === undefined)
      add("target", demand.connections, limit.most, "connections", limit);
  }
  return uses;
}
