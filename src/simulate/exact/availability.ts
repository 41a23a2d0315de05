import { power } from "../../stats/power.ts";
import { binomialAtLeast, copysetLoss } from "../quorum-formulas.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

export function availabilities(scenario: Scenario): readonly ExactAnswer[] {
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
    answers.push({ measure: "available.all shards", value: power(up, cluster.shards), formula: "independent shards" });
    answers.push({ measure: "outage.partial", value: cluster.shards * failover.lastsMs, formula: "milliseconds per interval with a shard away" });
  }
  if (correlated !== undefined) {
    const value = copysetLoss(correlated.nodes, nodes, correlated.lost, correlated.copysets);
    answers.push({ measure: "loss.any", value, formula: "1 - (1 - C(lost, R) / C(N, R))^copysets" });
  }
  return answers;
}
