import { closedNetwork, erlangC, queueWithLimit, waitQuantile } from "../stats/queueing-formulas.ts";
import { type Distribution, meanOf, moment } from "./distribution.ts";
import { binomialAtLeast, copysetLoss, staleWithin } from "./quorum-formulas.ts";
import type { Scenario } from "./scenario.ts";

/** What mathematics says about a figure of the scenario, beside what the simulation says. */
export interface ExactAnswer {
  readonly measure: string;
  readonly value: number;
  readonly formula: string;
}

/** All figures that a formula gives for this very scenario; none where its assumptions do not hold. */
export function exactAnswers(scenario: Scenario): readonly ExactAnswer[] {
  return [
    ...singleStation(scenario),
    ...closedStations(scenario),
    ...carriedLoad(scenario),
    ...keyTransactions(scenario),
    ...singleThreadedApply(scenario),
    ...versionStaleness(scenario),
    ...availabilities(scenario),
  ];
}

interface Flow {
  readonly name: string;
  readonly rate: number;
  readonly service: Distribution;
  readonly priority: number;
}

/** One station, Poisson arrivals, requests of one stage: the rate and service time of each operation. */
function poissonFlows(scenario: Scenario): readonly Flow[] | undefined {
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
    if (!exponential || cluster.stalls !== undefined || servers === Infinity) return [];
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
    ...(exponential ? sojournQuantiles(1 / service - rate) : []),
  ];
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
    { measure: "latency.mean", value: waits / slack + service, formula },
    { measure: "queue.mean", value: (rate * waits) / slack, formula },
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

function closedStations(scenario: Scenario): readonly ExactAnswer[] {
  const { arrivals, operations, cluster, clients, speed } = scenario;
  if (arrivals?.process !== "closed" || operations.length !== 1) return [];
  const { stages } = operations[0]!;
  const alike =
    cluster.shards === 1 &&
    cluster.queue === Infinity &&
    cluster.connections.limit === Infinity &&
    cluster.stalls === undefined &&
    cluster.replicas === 0 &&
    meanOf(clients.delay) === 0 &&
    stages.every(({ service, station }) => service.kind === "exponential" && cluster.stations[station]!.servers === 1) &&
    new Set(stages.map(({ station }) => station)).size === stages.length;
  if (!alike) return [];
  const many = Math.max(1, Math.round(arrivals.clients * speed));
  const { throughput, response } = closedNetwork(stages.map(({ service }) => meanOf(service)), meanOf(arrivals.think), many);
  const formula = "mean value analysis";
  return [
    { measure: "throughput", value: throughput * 1000, formula },
    { measure: "latency.mean", value: response, formula },
  ];
}

/** The load at which the busiest server has no idle time left: the limit of any scatter-gather. */
function carriedLoad(scenario: Scenario): readonly ExactAnswer[] {
  const { operations, cluster, reads, keys } = scenario;
  const { servers } = cluster.stations[0]!;
  const even = keys.shares === undefined && keys.groups === undefined && (cluster.shards === 1 || (keys.placement === "modulo" && keys.zipfExponent === 0 && keys.count % cluster.shards === 0));
  const simple =
    operations.length > 0 &&
    even &&
    cluster.stations.length === 1 &&
    servers !== Infinity &&
    cluster.replicas === 0 &&
    reads.policy === "primary" &&
    cluster.stalls === undefined &&
    operations.every(({ arrivals, follows, keyCount, stages }) => arrivals === undefined && follows === undefined && keyCount.to === 1 && stages.length === 1);
  if (!simple || scenario.arrivals === undefined || scenario.arrivals.process === "closed") return [];
  const shares = operations.reduce((sum, { share }) => sum + share, 0);
  const perShard = operations.reduce((sum, { share, stages, touches, kind }) => {
    const asked = touches === "all" ? cluster.shards : touches === "keys" ? 1 : touches;
    const prepare = kind === "write" && asked > 1 ? meanOf(scenario.transactions.prepare) + meanOf(scenario.transactions.commit) : 0;
    return sum + ((share / shares) * asked * (meanOf(stages[0]!.service) + prepare)) / cluster.shards;
  }, 0);
  return [{ measure: "capacity", value: (1000 * servers) / perShard, formula: "servers / service per request and shard, in requests/s" }];
}

/** Transactions of k keys that are spread evenly over S shards. */
function keyTransactions(scenario: Scenario): readonly ExactAnswer[] {
  const { cluster, keys, operations } = scenario;
  const several = operations.filter(({ keyCount }) => keyCount.to > 1);
  const only = several[0];
  const { shards } = cluster;
  const even = keys.zipfExponent === 0 && keys.placement === "modulo" && keys.count % shards === 0 && keys.shares === undefined && keys.groups === undefined;
  if (several.length !== 1 || !even || only!.keyCount.from !== only!.keyCount.to || only!.consecutive) return [];
  const count = only!.keyCount.to;
  const crossing = { measure: "crossShard.share", value: 1 - shards ** (1 - count), formula: "1 - S^(1 - k)" };
  const fanOut = { measure: "fanOut.mean", value: shards * (1 - (1 - 1 / shards) ** count), formula: "S (1 - (1 - 1/S)^k)" };
  return [...(only!.kind === "write" ? [crossing] : []), ...(operations.length === 1 ? [fanOut] : [])];
}

/** A single thread applies what an M/M/c primary commits; its departures are Poisson (Burke's theorem). */
function singleThreadedApply(scenario: Scenario): readonly ExactAnswer[] {
  const { cluster, operations } = scenario;
  const { replication } = cluster;
  const primary = poissonFlows({ ...scenario, cluster: { ...cluster, replicas: 0, replication: { ...replication, acks: 0 } } });
  const write = operations.find(({ kind }) => kind === "write");
  if (primary === undefined || write === undefined || operations.length > 1 || cluster.replicas === 0) return [];
  const instant = meanOf(primary[0]!.service) === 0 || cluster.stations[0]!.servers === Infinity;
  const burke = primary[0]!.service.kind === "exponential" && cluster.queue === Infinity && cluster.stalls === undefined && cluster.discipline === "fifo";
  if (!(instant || burke) || replication.delivery !== "log" || replication.applyThreads !== 1) return [];
  if (replication.delay.kind !== "constant" || replication.shipEveryMs > 0) return [];
  const apply = write.apply ?? replication.apply;
  const busy = primary[0]!.rate * meanOf(apply);
  if (busy === 0 || busy >= 1 || moment(apply, 2) === Infinity) return [];
  const value = replication.delay.value + meanOf(apply) + (primary[0]!.rate * moment(apply, 2)) / (2 * (1 - busy));
  return [{ measure: "lag.mean", value, formula: "delay + Pollaczek-Khinchine of the applying thread" }];
}

function versionStaleness(scenario: Scenario): readonly ExactAnswer[] {
  const { leaderless } = scenario.cluster.replication;
  if (leaderless === undefined) return [];
  const { nodes, readQuorum, writeQuorum } = leaderless;
  const formula = "1 - (C(N-W, R) / C(N, R))^k, quorums that do not expand (PBS)";
  return [1, 2, 3, 5, 10].map((k) => ({
    measure: `consistent.within ${k} ${k === 1 ? "version" : "versions"}`,
    value: 1 - staleWithin(nodes, readQuorum, writeQuorum, k),
    formula,
  }));
}

function availabilities(scenario: Scenario): readonly ExactAnswer[] {
  const { availability, cluster } = scenario;
  if (availability === undefined) return [];
  const { nodeUp, failover, correlated } = availability;
  const { leaderless } = cluster.replication;
  const nodes = cluster.replicas + 1;
  const answers: ExactAnswer[] = [];
  if (nodeUp !== undefined) {
    const need = leaderless === undefined ? cluster.replication.acks + 1 : leaderless.writeQuorum;
    answers.push({ measure: "available.writes", value: binomialAtLeast(nodes, need, nodeUp), formula: `at least ${need} of ${nodes} nodes up` });
    const reads = leaderless?.readQuorum ?? 1;
    answers.push({ measure: "available.reads", value: binomialAtLeast(nodes, reads, nodeUp), formula: `at least ${reads} of ${nodes} nodes up` });
  }
  if (failover !== undefined) {
    const up = 1 - failover.lastsMs / failover.everyMs;
    answers.push({ measure: "available.shard", value: up, formula: "1 - outage / interval" });
    answers.push({ measure: "available.all shards", value: up ** cluster.shards, formula: "independent shards" });
    answers.push({ measure: "outage.partial", value: cluster.shards * failover.lastsMs, formula: "milliseconds per interval with a shard away" });
  }
  if (correlated !== undefined) {
    const value = copysetLoss(correlated.nodes, nodes, correlated.lost, correlated.copysets);
    answers.push({ measure: "loss.any", value, formula: "1 - (1 - C(lost, R) / C(N, R))^copysets" });
  }
  return answers;
}
