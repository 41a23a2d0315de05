import { z } from "zod";
import { known, share } from "./known-schema.ts";

const count = z.number().min(0);

/** Shares are of `transactions`; the distribution and the mean are of those whose shards are known. */
const fate = z.strictObject({
  transactions: count,
  crossShardShare: share,
  /** Upper end of the 95 % interval (Wilson) of the traffic's share, of which the log's transactions are a sample. */
  crossShardShareAtMost: share,
  /** Of `crossShardShare`; 0 when every transaction was looked at. */
  standardError: z.number().min(0),
  unknownShare: share,
  meanParticipants: z.number(),
  maxParticipants: z.number().int(),
  /** Shares with 1, 2, 3, and 4 or more shards. */
  participantsDistribution: z.array(share).length(4),
});

const readsAndWrites = z.strictObject({ reading: count, writing: count });

/** The log's transactions, and how many shards they touch under the recommended keys. */
export const transactionsSchema = z.strictObject({
  groupedBy: z.enum(["ids", "sessions", "none"]),
  because: z.string(),
  /** Executions with neither a session nor an id. */
  ungroupedStatements: count,
  autocommit: readsAndWrites,
  committed: readsAndWrites,
  rolledBack: readsAndWrites,
  open: readsAndWrites,
  /** Statements of a transaction, with the transactions of so many; from 1,024 on in powers of 2. */
  statementsPerTransaction: z.array(z.strictObject({ statements: z.number().int(), transactions: count })),
  /** Of the distinct footprints, the share that was kept, by hash: 1 is all of them. */
  keptShare: share,
  byShardCount: z.array(
    z.strictObject({
      shards: z.number().int().min(1),
      result: known(
        z.strictObject({
          all: fate,
          reading: fate,
          writing: fate,
          rolledBack: fate,
          /** In shards' worth of capacity, at `costWeights.twoPhaseCommitMs` or `twoPhaseCommitShare`. */
          lostShards: z.number(),
          /** H-Store's cost of executions: 0 is every transaction on one shard, 2 every one on all. */
          executionCost: z.number(),
        }),
      ),
    }),
  ),
  /** Sets of templates that were run as one, the most transactions first; shares as of the shard count that ranks. */
  types: z.array(
    z.strictObject({
      templates: z.array(z.string()),
      writes: z.boolean(),
      committed: count,
      rolledBack: count,
      open: count,
      timeMs: z.number(),
      fate: known(fate),
    }),
  ),
});

export type ReportTransactions = z.infer<typeof transactionsSchema>;
export type ReportFate = z.infer<typeof fate>;
