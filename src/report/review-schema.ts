import { z } from "zod";
import { count, known, share } from "./known-schema.ts";

const amount = z.number().min(0);

const routeClass = z.enum([
  "single-shard",
  "multi-shard",
  "scatter-gather",
  "cross-shard-join",
  "reference",
  "unsharded",
  "none",
  "unknown",
]);

/** What a review of the recommended design looks at, beside its sums: over time, by key, by template, between tables. */
export const reviewSchema = z.strictObject({
  /** The log's executions per second and erlangs, in windows of equal width; windows without any are left out. */
  loadOverTime: known(
    z.strictObject({
      windowSeconds: amount,
      /** Null where durations are not logged. */
      windows: z.array(
        z.strictObject({
          from: z.string(),
          readsPerSecond: amount,
          writesPerSecond: amount,
          readErlangs: amount.nullable(),
          writeErlangs: amount.nullable(),
        }),
      ),
    }),
  ),
  shardLoadOverTime: known(
    z.strictObject({
      shards: z.number().int().min(1),
      from: z.string(),
      windowSeconds: amount,
      tables: z.array(z.string()),
      leftOut: z.array(z.strictObject({ table: z.string(), reason: z.string() })),
      /** Shares of the sampled work by window and shard: all of them add up to 1. */
      shares: z.array(z.array(share)),
    }),
  ),
  keyFrequency: z.array(
    z.strictObject({
      table: z.string(),
      key: z.array(z.string()),
      /** Of the values by frequency: the rank, and the value's share of the accesses that pin the key. */
      ranks: known(z.array(z.strictObject({ rank: z.number().int().min(1), share }))),
      sampled: z.boolean(),
    }),
  ),
  /** The heaviest templates that reach tables; counts are executions. */
  templates: z.array(
    z.strictObject({
      template: z.string(),
      class: routeClass,
      because: z.string(),
      table: z.string().nullable(),
      executions: count,
      timeMs: amount,
      /** Of the time of all templates that reach tables, or of their executions where durations are not logged. */
      share,
      oneShard: amount,
      severalShards: amount,
      everyShard: amount,
      crossShardJoin: amount,
      referenceWrite: amount,
      unknown: amount,
    }),
  ),
  otherTemplates: z.strictObject({ count, executions: count, share }),
  coAccess: z.array(
    z.strictObject({
      tables: z.array(z.string()).length(2),
      together: z.enum(["colocated", "copied", "unsharded", "apart"]),
      foreignKey: z.boolean(),
      statements: amount,
      crossShardStatements: amount,
      transactions: amount,
      /** Those count as crossing of which it is not known. */
      crossShardTransactions: known(amount),
    }),
  ),
});

export type ReportReview = z.infer<typeof reviewSchema>;
