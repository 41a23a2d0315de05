import { cited, numberOf, type Change, type Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/** Vitess: Reshard copies whole shards into new ones; a new vindex needs a second keyspace and MoveTables. */
export function vitessProcedure(change: Change): Procedure {
  if (change.target) return applicationMove("from one system to another, by the application", "everything");
  const reshard = !change.keys && !change.strategy;
  const workflow = reshard ? "Reshard" : "MoveTables";
  const command = (action: string) => `vtctldclient ${workflow} --workflow reshard1 --target-keyspace KEYSPACE ${action}`;
  return {
    title: reshard ? "Vitess Reshard" : "Vitess MoveTables into a keyspace with the new vindexes",
    copies: reshard ? "moved" : "everything",
    steps: [
      {
        action: reshard
          ? "start primaries and replicas for the new shards"
          : "create a keyspace with the new VSchema and shards, and start its tablets",
        check: "vtctldclient GetTablets lists a primary per new shard",
        back: "delete the new shards",
      },
      {
        action: command(reshard ? "create --source-shards OLD --target-shards NEW" : "create --source-keyspace OLD --all-tables"),
        check: `${command("show")}: copy_state is empty, lag below the tolerance`,
        back: command("cancel"),
      },
      {
        action: "vtctldclient VDiff --workflow reshard1 --target-keyspace KEYSPACE create",
        check: "vtctldclient VDiff ... show: HasMismatch is false on every shard",
        back: command("cancel"),
      },
      {
        action: command("SwitchTraffic --tablet-types rdonly,replica"),
        check: "reads of replicas are served by the new shards, latency as before",
        back: command("ReverseTraffic --tablet-types rdonly,replica"),
      },
      {
        action: command("SwitchTraffic --tablet-types primary"),
        check: "writes reach the new shards; the reverse workflow keeps the old ones level",
        back: command("ReverseTraffic"),
      },
      {
        action: command("Complete"),
        check: "the old shards serve nothing",
        back: "none: the old shards are dropped",
      },
    ],
    pause: {
      text: "writes stop while SwitchTraffic waits for the new shards to be level; it gives up at its timeout",
      mostSeconds: numberOf("vitess", "switch_timeout"),
    },
    facts: ["mechanism", "switch_timeout", "vreplication_copy_phase_duration", "replica_lag_tolerance", "reverse_replication"].map(
      (name) => cited("vitess", name),
    ),
  };
}
