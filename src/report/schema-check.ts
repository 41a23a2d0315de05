import { z } from "zod";
import { scopes } from "../advice/budgets/measure.ts";
import { strategyNames } from "../placement/design.ts";
import { count, unknown } from "./known-schema.ts";

/**
 * The result of `check` as other programs read it, and as a later check takes it for its baseline. Within a version fields
 * are only added. Shares are 0 to 1. A measure is between `atLeast` and `atMost`, which are equal where all is known; what the
 * input does not tell at all is `{unknown: reason}`.
 */
const measured = z.union([
  z.strictObject({
    atLeast: z.number(),
    atMost: z.number(),
    /** Why it is not one number; null where it is. */
    because: z.string().nullable(),
  }),
  unknown,
]);
/** By the measure's name. */
const measures = z.record(z.string(), measured);

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

const template = z.strictObject({
  template: z.string(),
  class: routeClass,
  /** A stable word, and the sentence. */
  because: z.string(),
  why: z.string(),
  executions: count,
  timeMs: z.number(),
  /** The first record; the line counts from 1, and is null when it was not looked up. */
  origin: z.strictObject({ input: z.string(), line: z.number().int().min(1).nullable(), offset: count }),
});

const place = z.strictObject({ file: z.string(), line: z.number().int().min(1), column: z.number().int().min(1) });

export const checkSchema = z.strictObject({
  kind: z.literal("check"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  /** Nothing is drawn by chance. */
  seed: z.literal(0),
  inputs: z.array(
    z.strictObject({
      role: z.enum(["design", "budgets", "schema", "log", "evidence", "baseline"]),
      name: z.string(),
      digest: z.string(),
      /** Of a log. */
      records: count.nullable(),
    }),
  ),
  read: z.strictObject({
    records: count,
    executions: count,
    skipped: z.array(z.strictObject({ reason: z.string(), count })),
  }),
  design: z.strictObject({
    target: z.string(),
    shards: z.number().int().min(1),
    tables: z.array(
      z.strictObject({
        table: z.string(),
        kind: z.enum(["sharded", "reference", "unsharded"]),
        shardKey: z.array(z.string()),
        strategy: z.enum(strategyNames).nullable(),
        colocatedWith: z.string().nullable(),
      }),
    ),
  }),
  weightedBy: z.enum(["executions", "time"]),
  passed: z.boolean(),
  counts: z.strictObject({ holds: count, over: count, unknown: count, notWorse: count }),
  budgets: z.array(
    z.strictObject({
      scope: z.enum([...scopes, "evidence"]),
      /** The table, or the text of the template; null for the cluster and for evidence. */
      subject: z.string().nullable(),
      measure: z.string(),
      words: z.string().nullable(),
      unit: z.enum(["share", "times", "shards"]).nullable(),
      status: z.enum(["holds", "over", "unknown", "not-worse"]),
      value: measured,
      min: z.number().nullable(),
      max: z.number().nullable(),
      /** In the baseline; null where there is none, or it has no such measure. */
      before: measured.nullable(),
      /** In the budgets file; null where it follows from the baseline. */
      place: place.nullable(),
      /** Documents that the value was taken from. */
      evidence: z.array(z.string()),
      /** The templates that make it so, the worst first; empty unless it fails. */
      templates: z.array(template),
    }),
  ),
  measures: z.strictObject({
    cluster: measures,
    /** Taken from the documents of `--evidence`. */
    evidence: measures,
    tables: z.array(z.strictObject({ table: z.string(), measures })),
    /** All of them, the one with the most time first. */
    templates: z.array(template.extend({ measures })),
  }),
  /** Null without `--baseline`. */
  baseline: z
    .strictObject({
      file: z.string(),
      /** False: the baseline lists the templates only that touch more than one shard, and so do the lists below. */
      listsAllTemplates: z.boolean(),
      newTemplates: z.array(template),
      goneTemplates: z.array(z.string()),
    })
    .nullable(),
});

export type CheckReport = z.infer<typeof checkSchema>;
export type CheckedBudget = CheckReport["budgets"][number];
export type CheckedTemplate = z.infer<typeof template>;
export type ReportedMeasured = z.infer<typeof measured>;
