import { responseExceeds, responseMean, slowestExceeds, type Station, timeExceededBy } from "../stats/response-time.ts";
import type { Objective } from "./objective.ts";

/**
 * What the shards of a cluster serve: visits of requests. Every shard has as many servers; those with equal rates stand
 * together. The model of each is M/M/c.
 */
export interface ClusterLoad {
  readonly shards: readonly { readonly visitsPerSecond: number; readonly count: number }[];
  /** Mean time that a visit keeps a server busy. */
  readonly serviceMs: number;
  /** Of the requests, the share that asks every shard and waits for the last; the others ask one. */
  readonly scatterShare: number;
}

/** Of one node without shards. */
export const onOneNode = (perSecond: number, serviceMs: number): ClusterLoad => ({
  shards: [{ visitsPerSecond: perSecond, count: 1 }],
  serviceMs,
  scatterShare: 0,
});

export interface SizingLimits {
  readonly objective: Objective | undefined;
  /** Share of its servers that may be busy on the busiest shard, 0 to 1. */
  readonly maxUtilisation: number;
}

export interface ServersNeeded {
  /** On each shard. */
  readonly servers: number;
  /** What one server less would break. "least": nothing, there is no less than one. */
  readonly decidedBy: "utilisation" | "objective" | "least";
  /** Of the busiest shard. */
  readonly utilisation: number;
  /** Of the objective's measure. */
  readonly responseMs: number | undefined;
}

/** No number of servers meets the objective. */
export interface Unreachable {
  readonly unreachable: string;
}

/**
 * The smallest number of servers a shard with which the busiest shard stays within the utilisation and the cluster meets
 * the objective. More load, slower service or a stricter objective never gives fewer.
 */
export function smallestServers(load: ClusterLoad, limits: SizingLimits): ServersNeeded | Unreachable {
  const unreachable = whyUnreachable(load, limits.objective);
  if (unreachable !== undefined) return { unreachable };
  const byUtilisation = leastCount((servers) => utilisation(load, servers) <= limits.maxUtilisation * (1 + rounding));
  const servers = leastCount((count) => meets(load, count, limits.objective), byUtilisation);
  return {
    servers,
    decidedBy: servers > byUtilisation ? "objective" : servers > 1 ? "utilisation" : "least",
    utilisation: utilisation(load, servers),
    responseMs: limits.objective === undefined ? undefined : responseMs(load, servers, limits.objective),
  };
}

/** 6 erlangs are 60 % of 10 servers, whatever their quotient is in binary. */
const rounding = 1e-12;

/** Share of the busiest shard's servers that is busy. */
export function utilisation({ shards, serviceMs }: ClusterLoad, servers: number): number {
  return (busiestRate(shards) * serviceMs) / 1000 / servers;
}

const busiestRate = (shards: ClusterLoad["shards"]): number =>
  shards.reduce((most, { visitsPerSecond }) => Math.max(most, visitsPerSecond), 0);

/**
 * The chance that a request takes longer than `timeMs`. One that asks a single shard asks the busiest, because that is
 * where an objective breaks first; one that asks all waits for the last of them.
 */
export function responseMsExceeds(load: ClusterLoad, servers: number, timeMs: number): number {
  const stations = stationsOf(load, servers);
  const single = Math.max(...stations.map(({ station }) => responseExceeds(station, timeMs)));
  return load.scatterShare === 0
    ? single
    : (1 - load.scatterShare) * single + load.scatterShare * slowestExceeds(stations, timeMs);
}

/** The objective's measure, in milliseconds; Infinity where the queue grows without end. */
export function responseMs(load: ClusterLoad, servers: number, { quantile }: Objective): number {
  if (quantile !== "mean")
    return timeExceededBy((timeMs) => responseMsExceeds(load, servers, timeMs), 1 - quantile, load.serviceMs);
  if (utilisation(load, servers) >= 1) return Infinity;
  const stations = stationsOf(load, servers);
  const single = Math.max(...stations.map(({ station }) => responseMean(station)));
  if (load.scatterShare === 0) return single;
  const slowest = meanOf((timeMs) => slowestExceeds(stations, timeMs), load.serviceMs);
  return (1 - load.scatterShare) * single + load.scatterShare * slowest;
}

function stationsOf({ shards, serviceMs }: ClusterLoad, servers: number): readonly { station: Station; count: number }[] {
  return shards.map(({ visitsPerSecond, count }) => ({
    station: { rate: visitsPerSecond / 1000, service: serviceMs, servers },
    count,
  }));
}

function meets(load: ClusterLoad, servers: number, objective: Objective | undefined): boolean {
  if (objective === undefined) return true;
  const { quantile, limitMs } = objective;
  // Waits have a continuous law: it makes no difference whether the limit itself is allowed.
  if (quantile === "mean") return responseMs(load, servers, objective) < limitMs;
  return responseMsExceeds(load, servers, limitMs) < 1 - quantile;
}

/** Why not even servers without number meet the objective: then nobody waits, and service alone is left. */
export function whyUnreachable(load: ClusterLoad, objective: Objective | undefined): string | undefined {
  if (objective === undefined) return undefined;
  const idle: ClusterLoad = { ...load, shards: load.shards.map((shard) => ({ ...shard, visitsPerSecond: 0 })) };
  // Waiting never quite ends, so that the limit itself is out of reach too.
  const alone = responseMs(idle, 1, objective);
  if (alone < objective.limitMs) return undefined;
  const share = objective.quantile === "mean" ? "the mean" : `the p${Number((objective.quantile * 100).toFixed(6))}`;
  return (
    `"${objective.text}" is below the service time itself: where nobody waits, ${share} is ${short(alone)} ms already ` +
    `(mean service ${short(load.serviceMs)} ms, exponential${load.scatterShare > 0 ? ", on the slowest of the shards" : ""})`
  );
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** The mean of a time from the chances to exceed it: their integral, by Simpson's rule over intervals that double. */
function meanOf(exceeds: (time: number) => number, scale: number): number {
  const halves = 32;
  let sum = 0;
  for (let from = 0, width = scale / 64; ; from += width, width = from) {
    const step = width / (2 * halves);
    let part = exceeds(from) + exceeds(from + width);
    for (let at = 1; at < 2 * halves; at++) part += exceeds(from + at * step) * (at % 2 === 1 ? 4 : 2);
    sum += (part * step) / 3;
    if (exceeds(from + width) * (from + width) < sum * 1e-10) return sum;
  }
}

/** The least whole number from `least` on that fits; what fits is expected to fit from then on. */
function leastCount(fits: (count: number) => boolean, least = 1): number {
  let high = least;
  let tooFew = least - 1;
  while (!fits(high)) {
    tooFew = high;
    high *= 2;
  }
  while (high - tooFew > 1) {
    const middle = Math.floor((tooFew + high) / 2);
    if (fits(middle)) high = middle;
    else tooFew = middle;
  }
  return high;
}
