import { meanOf } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { evenShards } from "./open-queues.ts";

/** The load at which the busiest server has no idle time left: the limit of any scatter-gather. */
export function carriedLoad(scenario: Scenario): readonly ExactAnswer[] {
  const { operations, cluster, reads, keys } = scenario;
  const { servers } = cluster.stations[0]!;
  const even = evenShards(keys, cluster.shards);
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
