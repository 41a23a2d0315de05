import { z } from "zod";

/** What the input does not tell, with the reason. */
export const unknown = z.strictObject({ unknown: z.string() });

/** A figure, or why it is not known. */
export const known = <T extends z.ZodType>(schema: T): z.ZodUnion<[T, typeof unknown]> => z.union([schema, unknown]);

export const share = z.number().min(0).max(1);
export const count = z.number().int().min(0);
