import { z } from "zod";
import { strategyNames } from "../placement/design.ts";
import { keyCharacteristics } from "./key-characteristics-schema.ts";
import { count, known, share, unknown } from "./known-schema.ts";

const sizes = z.strictObject({ maxOverMean: z.number(), sharesByShard: z.array(share) });

/** Rows of tables under every key: names are those of MongoDB's analyzeShardKey where it has one. */
export const dataSetsSchema = z.array(
  z.strictObject({
    table: z.string(),
    inputs: z.array(
      z.strictObject({ name: z.string(), bytes: count, digest: z.string(), records: count, skipped: count }),
    ),
    skipped: z.array(z.strictObject({ reason: z.string(), count })),
    numDocsTotal: count,
    /** Of the values as they are written in the file. */
    avgDocSizeBytes: z.number(),
    /** Rows alone don't tell where statements go. */
    readDistribution: unknown,
    keys: z.array(
      z.strictObject({
        key: z.array(z.string()),
        keyCharacteristics: z.strictObject(keyCharacteristics(z.strictObject({ value: z.array(z.string()), share, bytesShare: share }))),
        strategies: z.array(
          z.strictObject({
            strategy: z.enum(strategyNames),
            byShardCount: z.array(
              z.strictObject({ shards: count, rows: known(sizes), bytes: known(sizes), movementShare: share }),
            ),
          }),
        ),
      }),
    ),
  }),
);

export type ReportDataSets = z.infer<typeof dataSetsSchema>;
