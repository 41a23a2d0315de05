import { z } from "zod";
import { finding } from "./finding-schema.ts";

/**
 * The result of `simulate` as other programs read it. Within a version fields are only added. Times are milliseconds;
 * null is unknown, and the `note` beside it says why.
 */
const known = z.number().nullable();
const count = z.number().int().min(0);

const measure = z.strictObject({
  name: z.string(),
  unit: z.enum(["ms", "share", "per second", "count"]),
  value: known,
  /** 95 % interval; null where there are too few samples. */
  low: known,
  high: known,
  samples: z.number(),
  note: z.string().nullable(),
});

const capacity = z.strictObject({
  /** Multiple of the scenario's load. */
  speed: known,
  requestsPerSecond: known,
  limitedBy: z.strictObject({ shard: z.number().int(), node: z.string(), operation: z.string() }).nullable(),
  /** The searched load is right to this share. */
  precision: z.number(),
  runs: count,
  note: z.string().nullable(),
});

const failover = z.strictObject({
  shard: count,
  formerPrimary: count,
  failedAtMs: z.number(),
  detectedAtMs: known,
  electedAtMs: known,
  restoredAtMs: known,
  splitVotes: count,
  lostWrites: count,
  lostAcknowledged: count,
  delayedWrites: count,
  refusedWrites: count,
  splitBrainMs: z.number(),
  splitBrainWrites: count,
});

const move = z.strictObject({
  startedAtMs: z.number(),
  fromShards: count,
  toShards: count,
  movedKeyShare: z.number(),
  movedBytes: z.number(),
  chunks: count,
  copiedChunks: count,
  copiedAtMs: known,
  doneAtMs: known,
  repeatedWrites: count,
  maxLagMs: z.number(),
  pausedWrites: count,
});

const shard = z.strictObject({
  shard: count,
  asked: count,
  answered: count,
  refused: count,
  utilisation: known,
  station: z.string(),
  replicaUtilisation: known,
  queueMean: z.number(),
  busiestOperation: z.string().nullable(),
  busiestOperationShare: known,
  lagMsP50: known,
  lagMsP95: known,
  lagMsMax: known,
  secondsAbove5s: z.number(),
  secondsAbove30s: z.number(),
  utilisationSeries: z.array(known),
  queueSeries: z.array(known),
  lagMsSeries: z.array(known),
});

const variant = z.strictObject({
  /** What was varied; empty when nothing was. */
  varied: z.record(z.string(), z.string()),
  name: z.string(),
  durationMs: z.number(),
  warmupMs: z.number(),
  speed: z.number(),
  shards: count,
  replicas: count,
  replication: z.string(),
  runs: count,
  engine: z.enum(["fast", "events"]).nullable(),
  /** Why it was not the fast one. */
  engineBecause: z.string().nullable(),
  assumptions: z.array(z.string()),
  measures: z.array(measure),
  exact: z.array(z.strictObject({ measure: z.string(), value: z.number(), formula: z.string() })),
  capacity: capacity.nullable(),
  knee: capacity.nullable(),
  objective: z.string().nullable(),
  expectations: z.array(
    z.strictObject({ text: z.string(), value: known, holds: z.boolean().nullable(), note: z.string().nullable() }),
  ),
  /** Of the first run: in slices of the whole time, and latency in batches of the measured time. */
  series: z.strictObject({ sliceMs: z.number(), batchMs: z.number(), latencyMsP99: z.array(known), servedPerSecond: z.array(known) }).nullable(),
  shardHistories: z.array(shard),
  failovers: z.array(failover),
  moves: z.array(move),
  /** The gravest first. */
  findings: z.array(finding),
});

export const simulationSchema = z.strictObject({
  kind: z.literal("simulation"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  inputs: z.array(z.strictObject({ name: z.string(), digest: z.string() })),
  seed: z.number().int(),
  variants: z.array(variant).min(1),
});

export type Simulation = z.infer<typeof simulationSchema>;
export type SimulationVariant = Simulation["variants"][number];
