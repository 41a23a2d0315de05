import { z } from "zod";
import { findingIds } from "../advice/finding.ts";

/** Where a record of a log begins. */
export const origin = z.strictObject({
  input: z.string(),
  /** Counts from 1; null when the line was not looked up. */
  line: z.number().int().min(1).nullable(),
  /** Byte in the decompressed input. */
  offset: z.number().int().min(0),
});

/** A finding of any report. */
export const finding = z.strictObject({
  id: z.enum(findingIds),
  severity: z.enum(["problem", "warning", "note"]),
  /** Null: it is about the whole. */
  table: z.string().nullable(),
  key: z.array(z.string()),
  evidence: z.string(),
  whatToDo: z.string(),
  whatItCosts: z.string(),
  /** Records that show it, the first of each statement. */
  origins: z.array(origin),
});

export type ReportOrigin = z.infer<typeof origin>;
export type ReportFinding = z.infer<typeof finding>;
