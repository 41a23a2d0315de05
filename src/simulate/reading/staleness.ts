import type { Cluster, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readStaleness(source: ScenarioSource, cluster: Cluster): Scenario["staleness"] {
  const { staleness } = source.shape;
  if (staleness === undefined) return undefined;
  if (cluster.replication.leaderless === undefined)
    source.fail(["staleness"], "it is about leaderless replication", 'write "replication: { mode: leaderless }", or leave it out');
  return { trials: staleness.trials, afterMs: staleness.after, versions: staleness.versions, writesPerRead: staleness.writesPerRead };
}
