import { z } from "zod";

/**
 * A keyspace of a VSchema, with the fields of vitess/proto/vschema.proto under the names that its JSON has.
 */
export const vschemaSchema = z.strictObject({
  sharded: z.boolean(),
  vindexes: z
    .record(z.string(), z.strictObject({ type: z.string(), params: z.record(z.string(), z.string()).optional() }))
    .optional(),
  tables: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(["reference", "sequence"]).optional(),
      column_vindexes: z
        .array(
          z.union([
            z.strictObject({ column: z.string(), name: z.string() }),
            z.strictObject({ columns: z.array(z.string()).min(2), name: z.string() }),
          ]),
        )
        .optional(),
    }),
  ),
});
