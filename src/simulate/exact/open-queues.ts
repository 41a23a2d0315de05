import { power } from "../../stats/power.ts";
import { type Distribution, meanOf, moment } from "../distribution.ts";
import { erlangB, erlangC, queueWithLimit, waitQuantile } from "../../stats/queueing-formulas.ts";
import { responseMean, responseQuantile } from "../../stats/response-time.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

interface Flow {
  readonly name: string;
  readonly rate: number;
  readonly service: Distribution;
  readonly priority: number;
}

/** One station, Poisson arrivals, requests of one stage: the rate and service time of each operation. */
export function poissonFlows(scenario: Scenario): readonly Flow[] | undefined {
  const { operations, arrivals, cluster, clients, reads, speed } = scenario;
  const plain =
    cluster.shards === 1 &&
    cluster.stations.length === 1 &&
    cluster.regions === undefined &&
    cluster.connections.limit === Infinity &&
    cluster.replication.leaderless === undefined &&
    cluster.replication.acks === 0 &&
    reads.policy === "primary" &&
    clients.cache === undefined &&
    clients.hedgeAfterMs === Infinity &&
    clients.timeoutMs === Infinity &&
    clients.retries === 0 &&
    meanOf(clients.delay) === 0 &&
    scenario.faults.length === 0 &&
    scenario.moves.length === 0 &&
    !scenario.transactions.locks;
  if (!plain || operations.length === 0) return undefined;
  const shares = operations.reduce((sum, { share }) => sum + share, 0);
  const flows = operations.map(({ name, share, arrivals: own, stages, priority, follows }): Flow | undefined => {
    const source = own ?? arrivals;
    if (source?.process !== "poisson" || follows !== undefined || stages.length > 1) return undefined;
    const rate = source.rate * speed * (own === undefined ? share / shares : 1);
    return { name, rate, service: stages[0]!.service, priority };
  });
  return flows.every((flow) => flow !== undefined) ? flows : undefined;
}

/**
 * Queues of open Poisson arrivals: of one node, or of many that have an even share of them each; behind a pool of
 * connections, which is a bounded queue of its own.
 */
export function openQueues(scenario: Scenario): readonly ExactAnswer[] {
  if (scenario.reads.choices > 1) return leastBusy(scenario);
  const node = oneOfMany(scenario);
  if (node === undefined) return [];
  const { nodes, onPrimaries } = node;
  return singleStation(node.scenario)
    .filter(({ measure }) => onPrimaries || !/^(utilisation|queue|inSystem)/.test(measure))
    .map((answer) => (answer.measure === "throughput" ? { ...answer, value: answer.value * nodes } : answer));
}

/** One of the nodes that all have the same share of the load. */
function oneOfMany(scenario: Scenario): { scenario: Scenario; nodes: number; onPrimaries: boolean } | undefined {
  const { cluster, reads, operations, keys, speed } = scenario;
  const spread = cluster.shards > 1 && operations.some(({ touches, keyCount }) => touches !== "keys" || keyCount.to > 1);
  if (spread || !evenShards(keys, cluster.shards)) return undefined;
  const onPrimaries = reads.policy === "primary" || cluster.replicas === 0;
  if (!onPrimaries && (reads.policy !== "any" && reads.policy !== "replicas")) return undefined;
  if (!onPrimaries && operations.some(({ kind }) => kind === "write")) return undefined;
  const copies = onPrimaries ? 1 : reads.policy === "any" ? cluster.replicas + 1 : cluster.replicas;
  const nodes = cluster.shards * copies;
  const { limit, queue } = cluster.connections;
  const pooled = limit !== Infinity && cluster.stations.length === 1 && cluster.stations[0]!.servers === Infinity && copies === 1;
  return {
    nodes,
    onPrimaries: onPrimaries && !pooled,
    scenario: {
      ...scenario,
      speed: speed / nodes,
      reads: { ...reads, policy: "primary" },
      cluster: {
        ...cluster,
        shards: 1,
        ...(pooled && { stations: [{ name: "connections", servers: limit }], queue, connections: { limit: Infinity, queue: Infinity } }),
      },
    },
  };
}

/** Each shard has the same share of the accesses, exactly. */
export function evenShards(keys: Scenario["keys"], shards: number): boolean {
  if (shards === 1) return true;
  if (keys.groups !== undefined || keys.salt !== undefined) return false;
  if (keys.shares !== undefined) return keys.shares.every((share) => share === keys.shares![0]);
  return (keys.placement === "modulo" || keys.placement === "range") && keys.zipfExponent === 0 && keys.count % shards === 0;
}

/** The limit of many nodes (Michael Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, TPDS 2001). */
function leastBusy(scenario: Scenario): readonly ExactAnswer[] {
  const { cluster, reads } = scenario;
  const nodes = cluster.replicas + (reads.policy === "any" ? 1 : 0);
  if (reads.choices < 2 || (reads.policy !== "any" && reads.policy !== "replicas") || nodes < 100 || cluster.shards > 1) return [];
  const flows = poissonFlows({ ...scenario, reads: { ...reads, policy: "primary" } });
  const service = flows?.[0]?.service;
  if (flows?.length !== 1 || service?.kind !== "exponential" || scenario.operations[0]!.kind === "write") return [];
  const load = (flows[0]!.rate * service.mean) / nodes;
  if (load >= 1 || cluster.stations[0]!.servers !== 1 || cluster.queue !== Infinity || cluster.discipline !== "fifo") return [];
  let sum = 0;
  for (let level = 1, exponent = 0; level < 1e6; level++, exponent = exponent * reads.choices + reads.choices) {
    const share = power(load, exponent);
    sum += share;
    if (share < 1e-15) break;
  }
  return [{ measure: "latency.mean", value: service.mean * sum, formula: `the least busy of ${reads.choices} among very many` }];
}

function singleStation(scenario: Scenario): readonly ExactAnswer[] {
  const flows = poissonFlows(scenario);
  if (flows === undefined) return [];
  const { cluster } = scenario;
  const { servers } = cluster.stations[0]!;
  const rate = flows.reduce((sum, flow) => sum + flow.rate, 0);
  const work = flows.reduce((sum, { rate, service }) => sum + rate * meanOf(service), 0);
  const service = work / rate;
  const first = flows[0]!.service;
  const exponential =
    first.kind === "exponential" && flows.every(({ service }) => service.kind === "exponential" && service.mean === first.mean);
  if (cluster.queue !== Infinity) {
    if (cluster.stalls !== undefined || servers === Infinity) return [];
    if (cluster.queue === 0 && cluster.discipline === "fifo") return lossAnswers(rate, service, servers);
    if (!exponential) return [];
    const { lost, inSystem } = queueWithLimit(rate, 1 / service, servers, servers + cluster.queue);
    const formula = `M/M/${servers}/${servers + cluster.queue}`;
    return [
      { measure: "refused.share", value: lost, formula },
      { measure: "throughput", value: rate * (1 - lost) * 1000, formula },
      ...(cluster.discipline === "fifo" ? [{ measure: "inSystem.mean", value: inSystem, formula }] : []),
      { measure: "latency.mean", value: inSystem / (rate * (1 - lost)), formula: `${formula}, Little's law` },
    ];
  }
  if (servers === Infinity || work >= servers) return [];
  if (cluster.discipline === "processor-sharing") {
    if (servers > 1) return [];
    return [{ measure: "latency.mean", value: service / (1 - work), formula: "M/G/1 processor sharing, E[S] / (1 - rho)" }];
  }
  const utilisation = { measure: "utilisation.mean", value: work / servers, formula: "rho" };
  if (servers > 1) {
    if (!exponential || cluster.stalls !== undefined) return [utilisation];
    return [utilisation, ...erlangAnswers(rate, service, servers)];
  }
  const second = flows.reduce((sum, { rate, service }) => sum + rate * moment(service, 2), 0);
  if (second === Infinity) return [utilisation];
  if (new Set(flows.map(({ priority }) => priority)).size > 1)
    return cluster.stalls === undefined ? [utilisation, ...priorityAnswers(flows, second / 2)] : [];
  const queueing = second / (2 * (1 - work));
  if (cluster.stalls?.when === "idle") {
    const { lasts } = cluster.stalls;
    const wait = queueing + moment(lasts, 2) / (2 * meanOf(lasts));
    return [{ measure: "wait.mean", value: wait, formula: "M/G/1 with vacations, Pollaczek-Khinchine + E[V^2] / 2E[V]" }];
  }
  if (cluster.stalls !== undefined) return [];
  const formula = "Pollaczek-Khinchine";
  return [
    utilisation,
    { measure: "wait.mean", value: queueing, formula },
    { measure: "latency.mean", value: queueing + service, formula },
    { measure: "wait.none", value: 1 - work, formula: "1 - rho" },
    ...(flows.length === 1 && first.kind === "constant" ? constantServiceWaits(rate, first.value) : []),
    ...(exponential ? sojournQuantiles(1 / service - rate) : []),
  ];
}

/** Nobody waits: who finds all servers busy is refused, whatever the shape of the service time (Erlang B). */
function lossAnswers(rate: number, service: number, servers: number): readonly ExactAnswer[] {
  const lost = erlangB(rate * service, servers);
  const formula = `M/G/${servers}/${servers}, Erlang B`;
  return [
    { measure: "refused.share", value: lost, formula },
    { measure: "throughput", value: rate * (1 - lost) * 1000, formula },
    { measure: "latency.mean", value: service, formula },
    { measure: "inSystem.mean", value: rate * (1 - lost) * service, formula: `${formula}, Little's law` },
  ];
}

/** Waits of M/D/1 (Agner Krarup Erlang, 1909): P(wait <= t) as an alternating sum, which keeps its digits while it is short. */
function constantServiceWaits(rate: number, service: number): readonly ExactAnswer[] {
  const busy = rate * service;
  const within = (wait: number): number => {
    let sum = 0;
    let inverse = 1;
    for (let jobs = 0; jobs * service <= wait; jobs++) {
      if (jobs > 0) inverse /= jobs;
      const late = rate * (jobs * service - wait);
      sum += power(late, jobs) * inverse * Math.exp(-late);
    }
    return (1 - busy) * sum;
  };
  const longest = 22 * service;
  return [0.5, 0.95, 0.99, 0.999].flatMap((p) => {
    if (within(longest) < p) return [];
    let low = 0;
    let high = longest;
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (within(middle) < p) low = middle;
      else high = middle;
    }
    return [{ measure: `wait.p${Number((p * 100).toFixed(1))}`, value: p <= 1 - busy ? 0 : high, formula: "M/D/1, Erlang" }];
  });
}

const sojournQuantiles = (slack: number): readonly ExactAnswer[] =>
  [0.5, 0.95, 0.99, 0.999].map((p) => ({
    measure: `latency.p${Number((p * 100).toFixed(1))}`,
    value: -Math.log(1 - p) / slack,
    formula: "M/M/1, -ln(1 - p) / (mu - lambda)",
  }));

function erlangAnswers(rate: number, service: number, servers: number): readonly ExactAnswer[] {
  const waits = erlangC(rate * service, servers);
  const slack = servers / service - rate;
  const formula = `M/M/${servers}, Erlang C`;
  return [
    { measure: "wait.mean", value: waits / slack, formula },
    { measure: "latency.mean", value: responseMean({ rate, service, servers }), formula },
    { measure: "queue.mean", value: (rate * waits) / slack, formula },
    { measure: "wait.none", value: 1 - waits, formula },
    ...[0.5, 0.95, 0.99, 0.999].map((p) => ({
      measure: `latency.p${Number((p * 100).toFixed(1))}`,
      value: responseQuantile({ rate, service, servers }, p),
      formula: `M/M/${servers}, wait and service together`,
    })),
    ...[0.5, 0.95, 0.99, 0.999].map((p) => ({
      measure: `wait.p${Number((p * 100).toFixed(1))}`,
      value: waitQuantile(waits, slack, p),
      formula,
    })),
  ];
}

/** Non-preemptive priorities (Alan Cobham, Priority Assignment in Waiting Line Problems, 1954). */
function priorityAnswers(flows: readonly Flow[], residual: number): readonly ExactAnswer[] {
  const busy = (upTo: (priority: number) => boolean): number =>
    flows.filter(({ priority }) => upTo(priority)).reduce((sum, { rate, service }) => sum + rate * meanOf(service), 0);
  return flows.map(({ name, priority }) => ({
    measure: `wait.${name}.mean`,
    value: residual / ((1 - busy((other) => other < priority)) * (1 - busy((other) => other <= priority))),
    formula: "Cobham, non-preemptive priorities",
  }));
}
