import { cited, numberOf, type Change, type Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/** Citus: the rebalancer moves whole shards; another distribution column or shard count rewrites the tables. */
export function citusProcedure(change: Change): Procedure {
  if (change.target) return applicationMove("from one system to another, by the application", "everything");
  return change.keys || change.strategy || !change.bySlots ? rewrite(change) : rebalance(change);
}

function rebalance({ from, to }: Change): Procedure {
  const executors = numberOf("citus", "citus.max_background_task_executors_per_node");
  const grows = to > from;
  return {
    title: "Citus rebalancer",
    copies: "moved",
    steps: [
      {
        action: grows
          ? "SELECT citus_add_node('HOST', 5432) for each new worker; reference tables are copied to it"
          : "SELECT citus_set_node_property('HOST', 5432, 'shouldhaveshards', false) for each worker that goes",
        check: "SELECT * FROM citus_get_active_worker_nodes()",
        back: grows ? "SELECT citus_remove_node('HOST', 5432)" : "set shouldhaveshards to true again",
      },
      {
        action: "SELECT * FROM get_rebalance_table_shards_plan()",
        check: "its moves and bytes are about those predicted here: it goes by the size on disk",
        back: "nothing has been moved",
      },
      {
        action: "SELECT citus_rebalance_start()",
        check: "SELECT * FROM citus_rebalance_status(); write-ahead log kept for the copies stays below the disk's room",
        back: "SELECT citus_rebalance_stop(); shards that have moved stay, and can be moved back",
      },
      {
        action: grows ? "SELECT citus_cleanup_orphaned_resources()" : "SELECT citus_remove_node('HOST', 5432)",
        check: "counts per worker in citus_shards equal the predicted ones",
        back: grows ? "citus_move_shard_placement() moves a shard back" : "add the worker again",
      },
    ],
    pause: { text: "a brief lock on writes of one group of colocated shards at a time, while its metadata is switched" },
    parallel: {
      least: 1,
      most: Math.max(1, Math.min(from, to) * executors),
      fact: cited("citus", "citus.max_background_task_executors_per_node"),
    },
    facts: ["mechanism", "rebalance_strategy_default", "by_disk_size.threshold", "by_disk_size.improvement_threshold"].map(
      (name) => cited("citus", name),
    ),
  };
}

function rewrite({ keys }: Change): Procedure {
  const argument = keys ? "distribution_column := 'COLUMN'" : "shard_count := N";
  return {
    title: "Citus alter_distributed_table",
    copies: "everything",
    steps: [
      {
        action: "back up; find a time of few writes, because the table is rewritten",
        check: "the backup restores",
        back: "nothing has been changed",
      },
      {
        action: `SELECT alter_distributed_table('TABLE', ${argument}, cascade_to_colocated := true)`,
        check: "SELECT count(*) before and after are the same; citus_shards shows the new shards",
        back: "it is one transaction: cancel it, and all is as it was",
      },
      {
        action: "SELECT citus_rebalance_start()",
        check: "citus_shards: workers have about the predicted rows",
        back: "alter_distributed_table() to what it was, which rewrites once more",
      },
    ],
    pause: { text: "writes of the table wait as long as it is rewritten" },
    facts: [cited("citus", "mechanism")],
  };
}
