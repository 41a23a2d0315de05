import { z } from "zod";
import { strategyNames } from "../placement/design.ts";

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const unknown = z.strictObject({ unknown: z.string() });
const known = <T extends z.ZodType>(schema: T): z.ZodUnion<[T, typeof unknown]> => z.union([schema, unknown]);

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
        keyCharacteristics: z.strictObject({
          numDistinctValues: known(z.strictObject({ count, relativeError: z.number() })),
          mostCommonValues: known(z.array(z.strictObject({ value: z.array(z.string()), share, bytesShare: share }))),
          nullShare: known(share),
          effectiveKeys: known(z.number()),
          monotonicity: known(
            z.strictObject({
              type: z.enum(["monotonic", "monotonic-per-prefix", "not-monotonic"]),
              correlationCoefficient: z.number(),
              direction: z.enum(["increasing", "decreasing"]),
              tailShare: share,
              sampleSize: count,
            }),
          ),
        }),
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
