import { z } from "zod";
import { count, known, share } from "./known-schema.ts";

/** What is true of a key whatever the strategy, in MongoDB's names where it has one; `value` is one of its most common. */
export const keyCharacteristics = <T extends z.ZodType>(value: T) => ({
  numDistinctValues: known(z.strictObject({ count, relativeError: z.number() })),
  mostCommonValues: known(z.array(value)),
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
});
