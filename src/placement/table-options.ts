import { z } from "zod";
import { InputError } from "../base/input-error.ts";
import type { ColumnType } from "../sql/schema.ts";

export const columnTypeNames = [
  "int16",
  "int32",
  "int64",
  "decimal",
  "float",
  "text",
  "uuid",
  "bytes",
  "boolean",
  "date",
  "timestamp",
  "other",
] as const satisfies readonly ColumnType[];

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const tuple = z.union([scalar, z.array(scalar).min(1)]);
const columnType = z.enum(columnTypeNames);

/**
 * What a sharded table may say beside its shard key and strategy; which of it counts is the target's and the
 * strategy's to say. The docstring of `design-file.ts` explains each. One schema, so that a design made by a program
 * is checked exactly like one that came from a file.
 */
export const tableOptionsSchema = z.strictObject({
  type: z.union([columnType, z.array(columnType).min(1)]).optional(),
  hash: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  vindex: z.union([z.string(), z.null()]).optional(),
  columnVindex: z.array(z.string()).min(1).optional(),
  columnBytes: z.array(z.int().min(1).max(8)).min(1).optional(),
  regionBytes: z.int().min(1).max(2).optional(),
  splits: z.array(tuple).optional(),
  keyRanges: z.array(z.strictObject({ from: tuple, shard: z.union([z.string(), z.number()]) })).optional(),
  virtualNodes: z.int().min(1).max(65_536).optional(),
  loadBound: z.number().min(1).max(100).optional(),
  probes: z.int().min(1).max(1000).optional(),
  // Entries are found by an exact modulo, which goes up to 2^21.
  tableSize: z.int().min(2).max(2_097_143).optional(),
  slots: z.int().min(1).max(1_048_576).optional(),
  modulus: z.int().min(1).max(1_048_576).optional(),
  directory: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  default: z.union([z.string(), z.number()]).optional(),
  tokens: z.record(z.string(), z.array(z.union([z.string(), z.number()])).min(1)).optional(),
});

export type TableOptions = z.infer<typeof tableOptionsSchema>;
export type OptionName = keyof TableOptions;

/**
 * Checks the options of a table that did not come through `parseDesign`. Throws InputError naming the first wrong
 * one.
 */
export function tableOptions(options: Readonly<Record<string, unknown>>, where: string): TableOptions {
  const checked = tableOptionsSchema.safeParse(options);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  const at = issue.path.length === 0 ? "" : ` ${issue.path.join(".")}:`;
  throw new InputError(`${where}:${at} ${issue.message}`, {
    hint: `options are ${Object.keys(tableOptionsSchema.shape).join(", ")}`,
  });
}
