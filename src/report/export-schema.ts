import { z } from "zod";

/** What `export --json` prints. Within a version fields are only added. */
export const exportSchema = z.strictObject({
  kind: z.literal("export"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  inputs: z.array(z.strictObject({ name: z.string(), role: z.enum(["design", "schema"]), digest: z.string() })),
  target: z.string(),
  files: z.array(z.strictObject({ name: z.string(), text: z.string() })),
  /** What the target has no words for; `table` is null where it concerns the whole. */
  gaps: z.array(z.strictObject({ table: z.string().nullable(), what: z.string() })),
});

export type ExportReport = z.infer<typeof exportSchema>;
