import { z } from "zod";

const count = z.number().int().min(0);

/** What `scan --json` and `merge --json` print: what is in the file that they wrote. Within a version fields are only added. */
export const scanSchema = z.strictObject({
  kind: z.literal("scan"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  inputs: z.array(z.strictObject({ name: z.string(), summary: z.string().optional(), digest: z.string(), records: count })),
  /** Of the sample; null when all of the log was counted. */
  seed: z.number().int().nullable(),
  file: z.string(),
  records: count,
  statements: count,
  skipped: count,
  leftOut: count,
  templates: count,
  /** Distinct values, or tuples of them, that are counted in the file. */
  values: count,
  /** Names and values are stand-ins. */
  anonymized: z.boolean().optional(),
});

export type ScanReport = z.infer<typeof scanSchema>;
