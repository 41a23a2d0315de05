import type { Procedure } from "../procedure.ts";

/**
 * What an application does that shards by itself, or that changes its database: both homes get every write while the old
 * rows are copied, and reads move over when both agree. The order of the steps is that of Stripe's online migrations
 * (https://stripe.com/blog/online-migrations): double write, backfill, read, stop writing the old.
 */
export function applicationMove(title: string, copies: "moved" | "everything"): Procedure {
  const rows = copies === "moved" ? "the rows that change their shard" : "all rows";
  return {
    title,
    copies,
    steps: [
      {
        action: "set up the new shards with the same schema, users and indexes; back up the old ones",
        check: "the backup restores; the new shards answer and are empty",
        back: "drop the new shards",
      },
      {
        action: "write to both: every write of a row that will move goes to its old and to its new shard, the old one decides",
        check: "errors on the new side are counted and stay at 0; no transaction spans both sides",
        back: "turn the double write off; nothing reads the new side yet",
      },
      {
        action: `copy ${rows} in key order, in small batches, with upserts that never overwrite what a double write put there`,
        check: "rows copied equal the predicted ones per pair of shards; replicas of both sides keep up",
        back: "stop, and empty the new side",
      },
      {
        action: "compare both sides: counts and checksums by range of the key, then again what differed",
        check: "no difference in two runs, apart from writes in flight",
        back: "mend the differing rows from the old side, and compare again",
      },
      {
        action: "cut over: hold writes of the moving keys, wait until both sides are level, switch reads and writes to the new map",
        check: "error rate, latency and load per shard; a sample of reads is compared with the old side",
        back: "switch the map back: with the double write still on, now from new to old, nothing is lost",
      },
      {
        action: "after a few days stop the double write, and delete the rows that have moved from their old shards in small batches",
        check: "no query reaches them; counts per shard equal the predicted ones",
        back: "none: only the backup has them",
      },
    ],
    pause: {
      text: "as long as your switch of the shard map takes, for keys that move; 0 if reads and writes are switched key by key",
    },
    facts: [],
  };
}
