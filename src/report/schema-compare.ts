import { z } from "zod";

/**
 * What `compare --json` finds between two documents, A before and B after. Within a version fields are only added. Shares are
 * 0 to 1; a measure that a side does not have, or does not know, is `{unknown: reason}`.
 */
const measured = z.union([
  z.strictObject({ atLeast: z.number(), atMost: z.number(), because: z.string().nullable() }),
  z.strictObject({ unknown: z.string() }),
]);
const count = z.number().int().min(0);
const side = z.strictObject({
  name: z.string(),
  kind: z.enum(["analysis", "check", "design"]),
  digest: z.string(),
  target: z.string().nullable(),
  shards: z.number().int().min(1).nullable(),
});
const tableDesign = z.strictObject({
  kind: z.enum(["sharded", "reference", "unsharded"]),
  shardKey: z.array(z.string()),
  strategy: z.string().nullable(),
  colocatedWith: z.string().nullable(),
});
const template = z.strictObject({ class: z.string(), because: z.string(), executions: count });

export const compareSchema = z.strictObject({
  kind: z.literal("compare"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  /** Nothing is drawn by chance. */
  seed: z.literal(0),
  inputs: z.array(z.strictObject({ name: z.string(), digest: z.string() })),
  a: side,
  b: side,
  /** Tables that are another way in B; null: not in that design. */
  tables: z.array(
    z.strictObject({
      table: z.string(),
      a: tableDesign.nullable(),
      b: tableDesign.nullable(),
      /** A sentence. */
      change: z.string(),
    }),
  ),
  measures: z.array(
    z.strictObject({
      scope: z.enum(["cluster", "table"]),
      subject: z.string().nullable(),
      measure: z.string(),
      unit: z.enum(["share", "times", "shards"]),
      a: measured,
      b: measured,
      /** "unclear": the bounds of one side are within those of the other, or one is unknown. */
      verdict: z.enum(["better", "worse", "same", "unclear"]),
    }),
  ),
  templates: z.array(
    z.strictObject({
      template: z.string(),
      change: z.enum(["new", "gone", "rerouted"]),
      a: template.nullable(),
      b: template.nullable(),
      /** What makes it so: a table that is another way, or the workload. */
      why: z.string(),
    }),
  ),
  /** False: a side lists only the templates that touch more than one shard, or none. */
  listsAllTemplates: z.boolean(),
});

export type CompareReport = z.infer<typeof compareSchema>;
