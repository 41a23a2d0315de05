import { power } from "../../stats/power.ts";
import { meanOf } from "../distribution.ts";
import type { Operation, Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { aboveKth, ascending, meanOfTail, quantileOfTail, tailOf, type TailFunction } from "./tail-function.ts";

/**
 * Reads of one or several shards where nothing queues: a part takes its service time, or with a hedged request the
 * shorter of two; the read is done with the last part that it needs (Jeffrey Dean and Luiz Barroso, The Tail at Scale,
 * CACM 2013).
 */
export function unqueuedReads(scenario: Scenario): readonly ExactAnswer[] {
  const { operations, cluster, clients } = scenario;
  const only = operations[0];
  if (operations.length !== 1 || only!.kind !== "read" || !nothingQueues(scenario)) return [];
  const asked = shardsAsked(only!, cluster.shards);
  if (asked === undefined || only!.stages.length > 1) return [];
  const needed = only!.answers === undefined ? asked : Math.ceil(only!.answers * asked);
  const mergeMs = asked === 1 || only!.merge === undefined ? 0 : needed * meanOf(only!.merge);
  if (mergeMs > 0 && only!.merge!.kind !== "constant") return [];
  const { hedgeAfterMs } = clients;
  const hedged = hedgeAfterMs !== Infinity && cluster.replicas > 0;
  const part = hedged ? hedgedTail(tailOf(only!.stages[0]!.service), hedgeAfterMs) : tailOf(only!.stages[0]!.service);
  const read: TailFunction = { ...part, above: (x) => (asked === 1 ? part.above(x) : aboveKth(new Array<number>(asked).fill(part.above(x)), needed)) };
  const formula = `${needed === asked ? "the slowest" : `the ${needed}th`} of ${asked}${hedged ? ", each the shorter of itself and a hedge" : ""}`;
  const percentiles = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999]] as const;
  return [
    { measure: "latency.mean", value: meanOfTail(read) + mergeMs, formula },
    ...percentiles.map(([label, p]) => ({ measure: `latency.${label}`, value: quantileOfTail(read, p) + mergeMs, formula })),
    ...scenario.limitsMs.map((limit) => ({ measure: `latency.above ${limit}ms`, value: read.above(limit - mergeMs), formula })),
    ...(asked > 1 && needed === asked
      ? percentiles.map(([label, p]) => ({ measure: `shardQuantile.${label}`, value: power(p, 1 / asked), formula: `share of one shard's answers that must be as fast, p^(1/${asked})` }))
      : []),
    ...(hedged
      ? [{ measure: "hedges.share", value: asked * tailOf(only!.stages[0]!.service).above(hedgeAfterMs), formula: "P(a part takes longer than hedgeAfter), per request" }]
      : []),
  ];
}

/** P(T > t) = P(X > t) up to the hedge, P(X > t) P(X > t - d) from then on. */
function hedgedTail(plain: TailFunction, delayMs: number): TailFunction {
  return {
    above: (x) => (x < delayMs ? plain.above(x) : plain.above(x) * plain.above(x - delayMs)),
    bends: ascending([...plain.bends, delayMs, ...plain.bends.map((bend) => bend + delayMs)]),
    scale: plain.scale,
  };
}

const shardsAsked = ({ touches, keyCount }: Operation, shards: number): number | undefined => {
  if (touches === "all") return shards;
  if (touches !== "keys") return touches;
  return keyCount.to === 1 ? 1 : undefined;
};

function nothingQueues({ arrivals, cluster, clients, keys, reads, faults, moves }: Scenario): boolean {
  return (
    arrivals !== undefined &&
    arrivals.process !== "closed" &&
    cluster.stations.length === 1 &&
    cluster.stations[0]!.servers === Infinity &&
    cluster.discipline === "fifo" &&
    cluster.connections.limit === Infinity &&
    cluster.stalls === undefined &&
    cluster.regions === undefined &&
    cluster.replication.leaderless === undefined &&
    ["primary", "any", "replicas"].includes(reads.policy) &&
    meanOf(clients.delay) === 0 &&
    clients.timeoutMs === Infinity &&
    clients.cache === undefined &&
    keys.salt === undefined &&
    faults.length === 0 &&
    moves.length === 0
  );
}
