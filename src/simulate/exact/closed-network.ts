import { meanOf } from "../distribution.ts";
import { closedNetwork } from "../../stats/queueing-formulas.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

export function closedStations(scenario: Scenario): readonly ExactAnswer[] {
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
