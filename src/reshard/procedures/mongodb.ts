import { cited, numberOf, type Change, type Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/** MongoDB: the balancer evens out after shards come or go; reshardCollection writes a collection anew under another key. */
export function mongodbProcedure(change: Change): Procedure {
  if (change.target) return applicationMove("from one system to another, by the application", "everything");
  return change.keys || change.strategy ? reshardCollection() : balancer(change);
}

function balancer({ from, to }: Change): Procedure {
  const grows = to > from;
  const atOnce = Math.max(1, Math.floor(Math.max(from, to) / 2));
  return {
    title: "MongoDB balancer",
    copies: "moved",
    steps: [
      {
        action: grows ? 'sh.addShard("REPLICASET/HOST") for each new shard' : 'db.adminCommand({ removeShard: "SHARD" })',
        check: grows ? "sh.status() lists it" : "the same command again: remaining.chunks falls to 0",
        back: grows ? 'db.adminCommand({ removeShard: "SHARD" }) drains it again' : "addShard it again once it is drained",
      },
      {
        action: "let the balancer move ranges, in a window if the load needs one (balancer settings: activeWindow)",
        check: "db.COLLECTION.getShardDistribution(); sh.isBalancerRunning(); replication lag of both ends",
        back: "sh.stopBalancer(): what has moved stays, and is served from where it is",
      },
      {
        action: "wait for the range deleter, and for cursors older than the moves",
        check: "db.adminCommand({ checkMetadataConsistency: 1 }); counts per shard are about the predicted ones",
        back: "moveRange sends a range back",
      },
    ],
    pause: { text: "a brief critical section per range, in which its writes wait" },
    parallel: { least: 1, most: atOnce, fact: cited("mongodb", "concurrent_migrations") },
    facts: ["mechanism", "rangeDeleterBatchDelayMS", "secondaryThrottle"].map((name) => cited("mongodb", name)),
  };
}

function reshardCollection(): Procedure {
  return {
    title: "MongoDB reshardCollection",
    copies: "everything",
    steps: [
      {
        action: "see that the application can do without the old shard key and its unique indexes, and that shards have room",
        check: "the storage rule below holds on every shard; no index build is running",
        back: "nothing has been changed",
      },
      {
        action: 'sh.reshardCollection("DB.COLLECTION", { NEW_KEY: "hashed" })',
        check: "$currentOp with originatingCommand reshardCollection: remainingOperationTimeEstimatedSecs",
        back: 'sh.abortReshardCollection("DB.COLLECTION") until it commits',
      },
      {
        action: "it commits by itself, or at once with commitReshardCollection, which then waits for no more catching up",
        check: "db.COLLECTION.getShardDistribution(); queries carry the new key",
        back: "reshardCollection to the old key, which copies everything once more",
      },
    ],
    pause: {
      text: "writes of the collection are blocked while it commits",
      mostSeconds: numberOf("mongodb", "reshard_write_block"),
    },
    atLeast: { seconds: numberOf("mongodb", "reshard_min_duration") * 60, fact: cited("mongodb", "reshard_min_duration") },
    facts: ["mechanism", "reshard_write_block", "reshard_storage"].map((name) => cited("mongodb", name)),
  };
}
