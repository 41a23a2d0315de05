import { meanOf, moment } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { poissonFlows } from "./open-queues.ts";

/** A single thread applies what an M/M/c primary commits; its departures are Poisson (Burke's theorem). */
export function singleThreadedApply(scenario: Scenario): readonly ExactAnswer[] {
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
