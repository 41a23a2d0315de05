import { z } from "zod";

const share = z.number().min(0).max(1);

/** What is stored, by table: from a live database's catalogue. Null is what the source does not say. */
export const storedRowsSchema = z.array(
  z.strictObject({
    table: z.string(),
    rows: z.number().int().min(0).nullable(),
    bytes: z.number().min(0).nullable(),
    from: z.enum(["counted", "estimated", "sampled"]),
    source: z.string(),
    columns: z.array(
      z.strictObject({
        column: z.string(),
        numDistinctValues: z.number().int().min(0).nullable(),
        nullShare: share.nullable(),
        hottestShare: share.nullable(),
        rowOrderCorrelation: z.number().min(-1).max(1).nullable(),
      }),
    ),
  }),
);

export type ReportStoredRows = z.infer<typeof storedRowsSchema>;
