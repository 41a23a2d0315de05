import { z } from "zod";
import { limitNames } from "../plan/judge-cluster.ts";
import { rungNames } from "../plan/ladder.ts";
import { finding } from "./finding-schema.ts";
import { count, known, share, unknown } from "./known-schema.ts";

/**
 * The report of `plan` as other programs read it. Within a version fields are only added. Places are months from now, or
 * factors of today's load (`scale`); null is beyond everything that was searched. Loads are erlangs, times milliseconds.
 * What the input does not tell is `{unknown: reason}`.
 */
const amount = z.number().min(0);
const estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const place = z.strictObject({ value: amount.nullable(), low: amount.nullable(), high: amount.nullable() });
const quantity = z.enum(["reads", "writes", "data", "connections"]);
const growth = z.strictObject({ kind: z.enum(["compound", "absolute"]), perMonth: estimate });

const use = z.strictObject({
  limit: z.enum(limitNames),
  /** Null: without end, such as a queue that grows. */
  used: amount.nullable(),
  allowed: amount,
  unit: z.enum(["cores", "ms", "bytes", "connections", "nodes"]),
  /** Only so when what has to be survived has failed. */
  afterFailure: z.boolean(),
  fact: z.strictObject({ system: z.string(), text: z.string(), kind: z.enum(["hard", "default", "guidance"]), sources: z.array(z.string()) }).nullable(),
});

const cluster = z.strictObject({
  server: z.string(),
  cores: z.number().positive(),
  shards: count,
  /** Of each shard, besides the primary. */
  replicas: count,
  readsFrom: z.enum(["primary", "replicas"]),
  nodes: count,
  pricePerMonth: amount.nullable(),
});

const confirmation = z.strictObject({
  /** Where on the path it was simulated. */
  at: amount,
  measure: z.string(),
  formulaMs: amount,
  simulatedMs: amount,
  simulatedLowMs: amount.nullable(),
  simulatedHighMs: amount.nullable(),
  /** The simulation over the formula, less one. */
  difference: z.number(),
  formulaUtilisation: amount,
  simulatedUtilisation: amount,
  requests: count,
});

const end = z.strictObject({ text: z.string(), unshardedUntil: amount.nullable(), shards: count.nullable() });
const level = z.strictObject({ readsPerSecond: amount, writesPerSecond: amount, reads: known(amount), writes: known(amount) });

export const planSchema = z.strictObject({
  kind: z.literal("plan"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  /** Of the simulations. */
  seed: count,
  inputs: z.array(z.strictObject({ role: z.enum(["log", "design", "nodes", "benchmark"]), name: z.string(), digest: z.string() })),
  /** "months": growth is known. "factor": it is not, and all answers are in times of today's load. */
  scale: z.enum(["months", "factor"]),
  horizonMonths: amount.nullable(),
  required: z.strictObject({
    maxUtilisation: share,
    objective: z.string().nullable(),
    survive: z.enum(["nothing", "one node", "one zone"]),
    maxLagMs: amount,
    maxStorageShare: share,
  }),
  verdict: z.strictObject({
    text: z.string(),
    /** Where no single server with its replicas holds any more. */
    unshardedUntil: place,
    /** Of the last step within the horizon; null in factors, or where nothing holds. */
    shardsAtHorizon: count.nullable(),
  }),
  now: z.strictObject({
    overall: known(level),
    typical: known(level),
    peak: known(level),
    peakSeconds: amount.nullable(),
    demand: z.strictObject({ reads: estimate, writes: estimate, readsPerSecond: estimate, writesPerSecond: estimate }),
    busiestHour: known(z.strictObject({ hour: count, perSecond: amount })),
    busiestWeekday: known(z.strictObject({ weekday: count, perSecond: amount })),
    storageBytes: known(amount),
    connections: known(amount),
    workingSet: unknown,
    service: z.strictObject({ readMs: amount, writeMs: amount, from: z.string() }),
    /** How many times today's load today's server carries. */
    limits: z.array(use),
  }),
  growth: z.array(
    z.strictObject({
      quantity,
      used: known(growth),
      from: z.enum(["given", "measured", "unknown"]),
      measured: known(growth),
    }),
  ),
  ladder: z.array(
    z.strictObject({
      rung: z.enum(rungNames),
      /** Where it is called for. */
      from: place,
      /** Null: not judged, see `why`. */
      until: place.nullable(),
      cluster: cluster.nullable(),
      endedBy: use.nullable(),
      /** It ends with the one key that no shards divide. */
      hotKeyAlone: z.boolean(),
      why: z.string().nullable(),
    }),
  ),
  tune: z.array(z.strictObject({ template: z.string(), timeShare: share, givesBack: share })),
  splitTables: z.array(z.strictObject({ tables: z.array(z.string()), workShare: share })),
  partition: z.array(z.strictObject({ table: z.string(), column: z.string(), insertShare: share, boundShare: share, shardBy: z.array(z.string()).nullable() })),
  isolate: z.strictObject({ table: z.string(), columns: z.array(z.string()), key: z.string(), share }).nullable(),
  shardBy: z.array(z.strictObject({ table: z.string(), columns: z.array(z.string()), strategy: z.string() })),
  steps: z.array(
    z.strictObject({
      cluster,
      from: place,
      until: place,
      endedBy: use.nullable(),
      hotKeyAlone: z.boolean(),
      /** Null: not simulated; the formula alone stands behind it. */
      confirmation: confirmation.nullable(),
    }),
  ),
  reshards: z.array(
    z.strictObject({
      from: count,
      to: count,
      at: place,
      /** Of the keys in the log, placed under both designs. */
      movedShare: known(share),
      rows: known(amount),
      bytes: known(amount),
      seconds: known(z.strictObject({ least: amount, most: amount })),
    }),
  ),
  /** In factors there is none, because what costs least needs dates. */
  cost: z
    .strictObject({
      /** The currency of the prices, or "core-months" where not every node has one. */
      unit: z.string(),
      total: amount,
      /** Of it, what is paid twice while nodes are replaced or shards come. */
      changes: amount,
      /** Of always having the smallest cluster. */
      smallestFirst: amount,
      overlapMonths: amount,
    })
    .nullable(),
  grownAlone: z.array(z.strictObject({ quantity, today: amount.nullable(), unsharded: amount.nullable() })),
  hangsOn: z.array(z.strictObject({ assumption: z.string(), from: z.enum(["interval", "judgement"]), low: end, high: end })),
  chart: z.strictObject({ places: z.array(amount), load: z.array(amount), capacity: z.array(amount.nullable()) }),
  /** What was assumed or left out, in sentences. */
  notes: z.array(z.string()),
  /** The gravest first. */
  findings: z.array(finding),
});

export type PlanReport = z.infer<typeof planSchema>;
