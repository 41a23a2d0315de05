import { z } from "zod";
import { strategyNames } from "../placement/design.ts";

/** What commands print one line a question, or without an envelope. Within a version fields are only added. */
const routeClass = z.enum([
  "single-shard",
  "multi-shard",
  "scatter-gather",
  "cross-shard-join",
  "reference",
  "unsharded",
  "none",
  "unknown",
]);
const id = z.union([z.string(), z.number()]).optional();
/** A number where the design gives a number of shards, else its name. */
const shard = z.union([z.number().int().min(0), z.string()]);

const explanation = z.strictObject({
  id,
  sql: z.string().optional(),
  class: routeClass,
  /** A stable word, and the sentence. */
  because: z.string(),
  shards: z.union([z.array(shard), z.literal("not-logged"), z.literal("not-placeable")]),
  worstRequest: routeClass.optional(),
  gathers: z.literal(true).optional(),
  note: z.string().optional(),
  why: z.string(),
  tables: z.array(
    z.strictObject({
      table: z.string(),
      alias: z.string(),
      use: z.enum(["read", "insert", "update", "delete"]),
      class: routeClass,
      because: z.string(),
    }),
  ),
});

/** A line of `explain --json`, or of its answers to stdin; a line that could not be read has `error`. */
export const explainSchema = z.union([
  explanation,
  z.looseObject({ id, sql: z.string().optional(), error: z.string() }),
]);

/** A line of `place --json`. Values are texts, so that no reader of JSON rounds them. */
export const placeSchema = z.strictObject({
  key: z.union([z.string(), z.null(), z.array(z.union([z.string(), z.null()]))]),
  type: z.union([z.string(), z.array(z.string())]),
  target: z.string(),
  strategy: z.enum(strategyNames),
  /** What the target computes on the way, in its own words: hash, token, slot, range. */
  steps: z.record(z.string(), z.string()),
  shard,
  placement: z.enum(["exact", "model"]),
  caveat: z.string().optional(),
});

const summary = z.strictObject({
  name: z.string(),
  placement: z.enum(["exact", "model", "none"]),
  places: z.string(),
  moves: z.string().nullable(),
});

const system = z.strictObject({
  name: z.string(),
  title: z.string(),
  kind: z.string().optional(),
  versions: z.string().optional(),
  placement: z.union([
    z.strictObject({ status: z.literal("none"), why: z.string() }),
    z.strictObject({
      status: z.enum(["exact", "model"]),
      summary: z.string(),
      caveat: z.string().optional(),
      strategies: z.array(
        z.strictObject({
          name: z.enum(strategyNames),
          default: z.boolean(),
          keyTypes: z.array(z.string()),
          options: z.array(z.string()),
        }),
      ),
    }),
  ]),
  facts: z.array(z.looseObject({ section: z.string(), name: z.string() })),
  noFacts: z.string().optional(),
  guidance: z.array(z.unknown()),
  notVerified: z.array(z.unknown()),
});

/** What `targets --json` prints: all systems, or the one that was asked for. */
export const targetsSchema = z.union([z.array(summary), system]);
