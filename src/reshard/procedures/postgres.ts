import type { Change, Procedure } from "../procedure.ts";
import { applicationMove } from "./application.ts";

/**
 * PostgreSQL's own partitions. A multiple of the modulus splits partitions one by one; another modulus can't stand beside
 * the old one (each must be a factor of the next larger), so the table is written anew.
 */
export function postgresProcedure(change: Change): Procedure {
  if (change.target) return applicationMove("from one system to another, by the application", "everything");
  const splits = !change.keys && !change.strategy && change.to % change.from === 0;
  if (change.bySlots) return applicationMove("whole hash partitions to other servers, by logical replication", "moved");
  return splits ? splitPartitions(change) : newTable(change);
}

function splitPartitions({ from, to }: Change): Procedure {
  return {
    title: `split each hash partition of modulus ${from} into ${to / from} of modulus ${to}`,
    copies: "moved",
    steps: [
      {
        action: `for each remainder r: create tables for remainders r + ${from}, r + ${2 * from}, ... below ${to}`,
        check: "they have the constraints and indexes of the parent",
        back: "drop them",
      },
      {
        action:
          "in one transaction per partition: DETACH it, move the rows of the other remainders (satisfies_hash_partition) " +
          `with DELETE ... RETURNING into INSERT, ATTACH all with MODULUS ${to}`,
        check: "row counts per new partition equal the predicted ones; their sum is what the partition had",
        back: "ROLLBACK until it commits; afterwards the same the other way round",
      },
      { action: "VACUUM the old partitions", check: "their size falls with the next writes", back: "nothing to undo" },
    ],
    pause: { text: "writes of one partition wait while its rows move; DETACH takes an ACCESS EXCLUSIVE lock" },
    facts: [],
  };
}

function newTable({ to }: Change): Procedure {
  return {
    title: `a second partitioned table of ${to} partitions`,
    copies: "everything",
    steps: [
      {
        action: `CREATE TABLE new (LIKE old) PARTITION BY ..., with ${to} partitions`,
        check: "\\d+ new: same columns, keys, indexes",
        back: "DROP TABLE new",
      },
      {
        action: "a trigger on the old table repeats every write on the new one",
        check: "writes take little longer; no error",
        back: "drop the trigger",
      },
      {
        action: "INSERT INTO new SELECT ... ON CONFLICT DO NOTHING, in batches by key",
        check: "rows per partition equal the predicted ones",
        back: "TRUNCATE new",
      },
      {
        action: "in one transaction: LOCK both, rename old away and new into its place, turn the trigger round",
        check: "counts and checksums by range of the key agree before COMMIT",
        back: "rename back: the reversed trigger kept the old table level",
      },
      { action: "drop the old table", check: "nothing has read it for days (pg_stat_user_tables)", back: "none: only the backup has it" },
    ],
    pause: { text: "writes wait for the renaming transaction: as long as its comparison takes, else milliseconds" },
    facts: [],
  };
}
