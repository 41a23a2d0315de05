import { meanOf } from "./distribution.ts";
import type { Scenario } from "./scenario.ts";

/** What the scenario leaves open and the simulation takes as nothing, so that the reader knows. */
export function assumptionsOf(scenario: Scenario): readonly string[] {
  const { cluster, operations, clients, failover, faults, reads } = scenario;
  const { replication, replicas } = cluster;
  const logged = replicas > 0 && replication.mode !== "leaderless" && replication.mode !== "multi-leader";
  const writes = operations.filter(({ kind }) => kind === "write");
  const applied = writes.every(({ apply }) => meanOf(apply ?? replication.apply) > 0);
  const rules: readonly (readonly [boolean, string])[] = [
    [operations.length > 0 && meanOf(clients.delay) === 0, "the network between clients and nodes takes no time"],
    [logged && meanOf(replication.delay) === 0, "the log reaches replicas in no time"],
    [logged && writes.length > 0 && !applied, "replicas apply writes in no time: no apply is given"],
    [replicas > 0 && reads.policy !== "primary" && clients.sessions === 0 && logged, "there are no sessions: what they would miss of their own writes is not told"],
    [operations.length > 0 && scenario.warmupMs === 0, "there is no warm-up: the cluster begins empty"],
    [faults.some(({ kind }) => kind !== "slow"), `failover times come from ${failover.source}`],
    [operations.length > 0 && cluster.discipline === "processor-sharing", "on shared processors nobody waits: what sharing costs is in the latency"],
  ];
  return [...scenario.notes, ...rules.flatMap(([applies, sentence]) => (applies ? [sentence] : []))];
}
