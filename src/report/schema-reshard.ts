import { z } from "zod";
import { strategyNames } from "../placement/design.ts";
import { measureNames } from "../reshard/reshard-plan.ts";
import { remedyNames } from "../reshard/remedies.ts";
import { count, known, share } from "./known-schema.ts";

/**
 * The report of `reshard` as other programs read it. Within a version fields are only added. `...Share` are 0 to 1, amounts
 * are in the unit of their measure, times in seconds. What the input does not tell is `{unknown: reason}`.
 */
const amount = z.number().min(0);
const strategy = z.enum(strategyNames);

const measured = z.strictObject({
  moved: amount,
  total: amount,
  movedShare: share,
  /** Standard error of the moved share; 0 where every key was counted. */
  movedShareError: z.number().min(0),
  /** The least that must move for even shards, from where the rows are now. */
  leastForEven: amount,
  /** Amount of keys that the target refuses: on no shard, and in no other number. */
  refused: amount,
  worstOverMeanBefore: known(z.number()),
  worstOverMeanAfter: known(z.number()),
  /** Where the amounts come from. */
  from: z.string(),
  /** The total is that of the table; false where it is what the log has seen of it. */
  complete: z.boolean(),
});

const measures = z.strictObject({
  keys: known(measured),
  accesses: known(measured),
  rows: known(measured),
  bytes: known(measured),
});

const expected = z.strictObject({ share, formula: z.string() });
const cited = z.strictObject({ name: z.string(), value: z.string(), sources: z.array(z.string()) });
const side = z.strictObject({ target: z.string(), shards: z.array(z.string()) });
const spread = z.strictObject({ worstOverMean: z.number(), meanFanOut: z.number(), scaleOut: z.number() });

export const reshardSchema = z.strictObject({
  kind: z.literal("reshard"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  /** Nothing is drawn by chance. */
  seed: z.literal(0),
  inputs: z.array(
    z.strictObject({
      role: z.enum(["design", "log", "keys"]),
      name: z.string(),
      digest: z.string(),
      table: z.string().nullable(),
      /** Statements of a log, lines of a file of keys. */
      records: count.nullable(),
    }),
  ),
  change: z.strictObject({ before: side, after: side, dropped: z.array(z.string()) }),
  tables: z.array(
    z.strictObject({
      table: z.string(),
      follows: z.string().nullable(),
      key: z.strictObject({ before: z.array(z.string()), after: z.array(z.string()) }),
      strategy: z.strictObject({ before: strategy, after: strategy }),
      source: z.enum(["log", "keys-file"]),
      keptShare: share,
      measures,
      expected,
      leastShare: share,
      way: z.strictObject({
        by: z.enum(["function", "slots", "slices", "ranges", "directory"]),
        unit: z.string().nullable(),
        count: count.nullable(),
        moved: count.nullable(),
        because: z.string().nullable(),
      }),
      leftOut: z.array(z.strictObject({ reason: z.string(), count: amount })),
    }),
  ),
  unknownTables: z.array(z.strictObject({ table: z.string(), reason: z.string(), expected })),
  referenceCopies: z.array(
    z.strictObject({ table: z.string(), newShards: count, rows: known(amount), bytes: known(amount) }),
  ),
  unsharded: z.array(z.string()),
  sum: measures,
  /** The measure of matrix and storage. */
  told: z.enum(measureNames),
  matrix: z.strictObject({
    shards: z.array(
      z.strictObject({
        name: z.string(),
        status: z.enum(["stays", "comes", "goes"]),
        before: amount,
        after: amount,
        /** At the worst moment, and how much of it is not there before. */
        peak: amount,
        extra: amount,
      }),
    ),
    transfers: z.array(z.strictObject({ from: z.string(), to: z.string(), amount })),
  }),
  storage: z.strictObject({ fullestAtPeak: z.string(), needsMostExtra: z.string(), peakOverTotal: z.number() }),
  /** How many shards' worth the cluster carries, by the busiest shard: before, with half of every transfer done, after. */
  capacity: z.strictObject({ before: z.number(), halfway: z.number(), after: z.number() }),
  seconds: known(z.strictObject({ least: z.number(), most: z.number(), because: z.array(z.string()) })),
  procedure: z.strictObject({
    title: z.string(),
    copies: z.enum(["moved", "everything", "system"]),
    pause: z.strictObject({ text: z.string(), mostSeconds: z.number().nullable() }),
    steps: z.array(z.strictObject({ action: z.string(), check: z.string(), back: z.string() })),
    facts: z.array(cited),
  }),
  strategies: z.array(
    z.strictObject({
      strategy,
      detail: z.string().nullable(),
      switchingMovedShare: known(share),
      within: known(
        z.strictObject({ movedShare: share, worstOverMeanBefore: z.number(), worstOverMeanAfter: z.number() }),
      ),
      expected,
    }),
  ),
  remedies: z.array(
    z.strictObject({
      table: z.string(),
      remedy: z.enum(remedyNames),
      setting: z.string(),
      before: spread,
      after: known(spread),
      cost: z.string(),
    }),
  ),
});

export type ReshardReport = z.infer<typeof reshardSchema>;
export type ReportedMeasure = z.infer<typeof measured>;
