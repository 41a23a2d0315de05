import type { Distribution } from "../simulate/distribution.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { parseScenario } from "../simulate/scenario-file.ts";
import { whyNotFast } from "../simulate/fast-engine.ts";
import { runScenario } from "../simulate/simulate.ts";
import { type Cluster, type Demand, nodesLost, type ShardShare } from "./cluster.ts";
import { nodeLoads, type Rules, visitsOf } from "./judge-cluster.ts";
import type { ServiceMix } from "./service-mix.ts";
import { responseMeanMs, responseQuantileMs } from "./statement-times.ts";

/** A response time as the formula and as the simulation have it, for one cluster under one load. */
export interface Confirmation {
  /** The share that is faster, or the mean. */
  readonly quantile: number | "mean";
  readonly formulaMs: number;
  readonly simulatedMs: number;
  /** 95 % interval of the simulation; NaN where its samples are too few. */
  readonly lowMs: number;
  readonly highMs: number;
  /** Of the busiest primary. */
  readonly formulaUtilisation: number;
  readonly simulatedUtilisation: number;
  readonly requests: number;
  readonly seed: number;
}

/** Enough for some thousand beyond a p99; of what needs an event queue, fewer. */
const requestsWanted = { fast: 160_000, events: 40_000 };
const warmupShare = 0.1;

/**
 * Simulates a cluster under a load, with what has to be survived gone, and holds the formula against it. Undefined where
 * nothing arrives, or more than the cluster can keep up with.
 */
export function confirmed(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules, seed: number): Confirmation | undefined {
  const replicas = Math.max(0, cluster.replicas - nodesLost(cluster, rules.requirements.survive));
  const quantile = rules.requirements.objective?.quantile ?? 0.99;
  const visits = visitsOf(cluster, share, demand, rules, replicas);
  const formulaMs = quantile === "mean" ? responseMeanMs(visits) : responseQuantileMs(visits, quantile);
  const perSecond = demand.readsPerSecond + demand.writesPerSecond;
  if (perSecond === 0 || formulaMs === Infinity) return undefined;
  const scenario = scenarioOf(cluster, share, demand, rules, replicas, seed);
  const outcome = runScenario(scenario);
  const name = quantile === "mean" ? "latency.mean" : measureOf(quantile);
  const measure = outcome.measures.find((one) => one.name === name);
  if (measure === undefined || Number.isNaN(measure.value)) return undefined;
  const loads = nodeLoads(cluster, share, demand, { ...rules, copyErlangs: 0 }, replicas);
  return {
    quantile,
    formulaMs: quantile === "mean" || name === measureOf(quantile) ? formulaMs : responseQuantileMs(visits, quantile),
    simulatedMs: measure.value,
    lowMs: measure.low,
    highMs: measure.high,
    formulaUtilisation: loads.primary / cluster.server.cores,
    simulatedUtilisation: Math.max(...outcome.shards.map(({ utilisation }) => utilisation)),
    requests: measure.samples,
    seed,
  };
}

/** The simulator keeps these. */
const quantiles: readonly number[] = [0.5, 0.95, 0.99, 0.999];

const measureOf = (quantile: number): string => `latency.p${Number((nearest(quantile) * 100).toFixed(1))}`;

const nearest = (quantile: number): number => quantiles.reduce((best, one) => (Math.abs(one - quantile) < Math.abs(best - quantile) ? one : best));

function scenarioOf(cluster: Cluster, share: ShardShare, demand: Demand, rules: Rules, replicas: number, seed: number): Scenario {
  const perSecond = demand.readsPerSecond + demand.writesPerSecond;
  const operations = operationsOf(cluster, share, demand, rules, replicas);
  const parsed = (requests: number): Scenario => {
    const seconds = requests / perSecond;
    const value = {
      version: 1,
      name: "plan",
      seed,
      duration: ms(seconds * 1000),
      warmup: ms(seconds * 1000 * warmupShare),
      arrivals: { process: "poisson", rate: `${digits(perSecond)}/s` },
      operations: operations.map((operation) => operation.value),
      keys: keysOf(cluster, share, demand, rules),
      cluster: {
        shards: share.shards,
        servers: Math.max(1, Math.floor(cluster.server.cores)),
        replicas,
        ...(replicas > 0 && { replication: { mode: "async", applyThreads: rules.facts.applyThreads } }),
      },
      reads: { policy: replicas > 0 && cluster.readsFrom === "replicas" ? "replicas" : "primary" },
    };
    const scenario = parseScenario(JSON.stringify(value), "plan");
    // The very times of the plan, which a file has no words for.
    const timed = scenario.operations.map((operation, at) => ({
      ...operation,
      stages: [{ station: 0, service: operations[at]!.times }],
    }));
    return { ...scenario, operations: timed };
  };
  const fast = parsed(requestsWanted.fast);
  return whyNotFast(fast) === undefined ? fast : parsed(requestsWanted.events);
}

interface PlannedOperation {
  readonly times: Distribution;
  /** As a scenario file has it. */
  readonly value: Readonly<Record<string, unknown>>;
}

function operationsOf(
  cluster: Cluster,
  share: ShardShare,
  demand: Demand,
  { facts, slowdown }: Rules,
  replicas: number,
): readonly PlannedOperation[] {
  const slower = slowdown(cluster.server.cores);
  const reading = replicas > 0 && cluster.readsFrom === "replicas";
  const bound = reading ? facts.boundReadShare : 0;
  const kinds = [
    { name: "read", kind: "read", perSecond: demand.readsPerSecond * (1 - bound), mix: facts.reads, apply: undefined },
    // Reads that belong to a writing transaction go where writes go, and leave nothing to apply.
    { name: "bound read", kind: "write", perSecond: demand.readsPerSecond * bound, mix: facts.reads, apply: "0ms" },
    { name: "write", kind: "write", perSecond: demand.writesPerSecond, mix: facts.writes, apply: { exponential: ms(facts.writes.meanMs * facts.applyShare * slower) } },
  ];
  return kinds.flatMap(({ name, kind, perSecond, mix, apply }) =>
    share.fanOut.flatMap(({ shards, share: part }) =>
      perSecond * part <= 0
        ? []
        : [
            {
              times: timesOf(mix, slower, shards),
              value: {
              name: shards === 1 ? name : `${name} on ${shards}`,
              // Without replicas that are read from all go to the primary, and nothing tells a write from a read.
              kind: reading ? kind : "read",
              share: digits(perSecond * part),
              service: "1ms",
              ...(reading && kind === "write" && apply !== undefined && { apply }),
              ...(shards > 1 && { touches: shards === share.shards ? "all" : shards }),
              },
            },
          ],
    ),
  );
}

const perShardMs = 0.1;

/** Times of equal chance that stand for a mix: a tenth of a percent each, so that a p99 is told from a p98.9. */
const bins = 1000;

/** The times of a mix as they are on a server, of what a shard has of a statement. */
function timesOf({ timesMs, weights, exponential }: ServiceMix, slower: number, shards: number): Distribution {
  const own = timesMs.map((time) => (shards === 1 ? time * slower : (time * slower) / shards + Math.min(perShardMs, time * slower)));
  const constant: { readonly time: number; readonly weight: number }[] = [];
  const parts: { readonly weight: number; readonly of: Distribution }[] = [];
  own.forEach((time, at) => {
    const weight = weights[at]!;
    if (exponential[at] === 1) parts.push({ weight, of: { kind: "exponential", mean: time } });
    else constant.push({ time, weight });
  });
  const weight = constant.reduce((sum, one) => sum + one.weight, 0);
  if (constant.length > 0) parts.push({ weight, of: quantilesOf(constant, weight) });
  return parts.length === 1 ? parts[0]!.of : { kind: "mixture", parts };
}

/**
 * Times in ascending order as bins of equal chance, each with the mean of its part, so that the mean of all is theirs and the
 * longest of them is no more frequent than it was. A bin is a point twice: straight lines join points, and these are level.
 */
function quantilesOf(times: readonly { readonly time: number; readonly weight: number }[], all: number): Distribution {
  const values: number[] = [];
  let at = 0;
  let left = times[0]!.weight / all;
  for (let bin = 0; bin < bins; bin++) {
    let wanted = 1 / bins;
    let sum = 0;
    while (wanted > 0 && at < times.length) {
      const part = at === times.length - 1 ? wanted : Math.min(wanted, left);
      sum += part * times[at]!.time;
      wanted -= part;
      left -= part;
      if (left <= 1e-15 && at < times.length - 1) left = times[++at]!.weight / all;
      else if (wanted <= 1e-15) break;
    }
    const mean = sum * bins;
    values.push(mean, mean);
  }
  return { kind: "empirical", values };
}

/**
 * How often each shard is asked for a single key, so that the busiest one has the share of the work that the design's
 * evaluation gives it, with its part of what several shards do.
 */
function keysOf(cluster: Cluster, share: ShardShare, demand: Demand, { facts, slowdown }: Rules): Readonly<Record<string, unknown>> {
  const { shards, fanOut, load } = share;
  if (shards === 1) return {};
  const slower = slowdown(cluster.server.cores);
  const work = (asked: number): number =>
    [
      [demand.readsPerSecond, facts.reads.meanMs],
      [demand.writesPerSecond, facts.writes.meanMs],
    ].reduce((sum, [rate, mean]) => {
      const own = mean! * slower;
      return sum + rate! * (asked === 1 ? own : own / asked + Math.min(perShardMs, own));
    }, 0);
  const single = fanOut.reduce((sum, { shards: asked, share: part }) => sum + (asked === 1 ? part * work(1) : 0), 0);
  const spread = fanOut.reduce((sum, { shards: asked, share: part }) => sum + (asked === 1 ? 0 : (part * work(asked) * asked) / shards), 0);
  const busiest = single === 0 ? 1 / shards : Math.min(1, Math.max(1 / shards, (load * work(1) - spread) / single));
  const others = (1 - busiest) / (shards - 1);
  return { shares: [digits(busiest), ...Array.from({ length: shards - 1 }, () => digits(others))] };
}

const digits = (value: number): number => Number(value.toPrecision(9));
const ms = (value: number): string => `${Number(Math.max(0, value).toPrecision(9)) < 1e-6 ? value.toFixed(9) : digits(value)}ms`;
