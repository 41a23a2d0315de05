import { cited, type Change, type Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/** Redis Cluster: slots move key by key, each move atomic. */
export function redisProcedure(change: Change): Procedure {
  if (change.target || change.keys) return applicationMove("other keys or another system, by the application", "everything");
  const grows = change.to > change.from;
  return {
    title: "Redis Cluster slot migration",
    copies: "moved",
    steps: [
      {
        action: grows
          ? "redis-cli --cluster add-node NEW:6379 ANY:6379 for each new master, and its replicas with --cluster-slave"
          : "choose who takes the slots of the masters that go",
        check: "redis-cli --cluster check ANY:6379: all 16384 slots covered, nodes agree",
        back: grows ? "redis-cli --cluster del-node: it has no slots yet" : "nothing has been moved",
      },
      {
        action: grows
          ? "redis-cli --cluster rebalance ANY:6379 --cluster-use-empty-masters --cluster-simulate, then without --cluster-simulate"
          : "redis-cli --cluster rebalance ANY:6379 --cluster-weight GOING=0",
        check: "redis-cli --cluster check; clients follow ASK and MOVED; large values do not block (MIGRATE is atomic per key)",
        back: "redis-cli --cluster fix closes an open slot; rebalance with the old weights sends slots back",
      },
      {
        action: grows ? "watch memory of the old masters fall" : "redis-cli --cluster del-node for each empty master",
        check: "keys per slot (CLUSTER COUNTKEYSINSLOT) on the new owners are the predicted ones",
        back: grows ? "rebalance with the old weights" : "add the node again",
      },
    ],
    pause: { text: "none for the slot; a key is locked while MIGRATE sends it, longer for large values" },
    facts: ["mechanism", "migrate_pipeline", "migrate_timeout", "rebalance_threshold"].map((name) => cited("redis", name)),
  };
}
