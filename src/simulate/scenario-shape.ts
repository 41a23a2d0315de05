import { z } from "zod";
import {
  distributionHint,
  readArrivals,
  readDistribution,
  readDuration,
  readExpectation,
  readPositiveDuration,
  readSum,
  valueOf,
} from "./scenario-values.ts";
import { faultKinds, keyPlacements, readPolicies, replicationModes } from "./scenario.ts";

/** The keys of a scenario file and the types of their values. What fits together is checked afterwards. */

const duration = valueOf(readDuration);
const positiveDuration = valueOf(readPositiveDuration);
const distribution = valueOf(readDistribution);
const sum = valueOf(readSum);
const expectation = valueOf(readExpectation);
const arrivals = valueOf(readArrivals);
const count = z.int().min(1);
const servers = z.union([count, z.literal("unlimited")]);
const share = z.number().min(0).max(1);

const operation = z.strictObject({
  name: z.string().min(1),
  about: z.string().optional(),
  kind: z.enum(["read", "write"]).default("read"),
  share: z.number().positive().optional(),
  arrivals: arrivals.optional(),
  follows: z.strictObject({ operation: z.string(), after: duration }).optional(),
  service: distribution.optional(),
  stages: z.array(z.strictObject({ station: z.string(), service: distribution })).min(1).optional(),
  priority: z.int().default(0),
  touches: z.union([z.literal("all"), count]).optional(),
  keys: z.union([count.max(1024), z.strictObject({ from: z.int().min(0).max(1024), to: count.max(1024) })]).default(1),
  consecutive: z.boolean().default(false),
  merge: distribution.optional(),
  answers: z.number().positive().max(1).optional(),
  apply: distribution.optional(),
});

const keys = z.strictObject({
  count: count.max(10_000_000).optional(),
  popularity: z.union([z.literal("uniform"), z.strictObject({ zipf: z.number().min(0).max(10), scrambledOver: count.max(1e15).optional() })]).default("uniform"),
  placement: z.enum(keyPlacements).default("hash"),
  shares: z.array(z.number().min(0)).min(1).optional(),
  groups: z
    .array(z.strictObject({ share: z.number().min(0), keys: count.max(10_000_000).default(1), shard: z.int().min(0), movesTo: z.int().min(0).optional() }))
    .min(1)
    .optional(),
  salt: z.strictObject({ buckets: count.max(1024), hottest: count.max(100_000) }).optional(),
});

const replication = z.strictObject({
  mode: z.enum(replicationModes).default("async"),
  acks: z.int().min(0).optional(),
  acknowledge: z.enum(["received", "applied"]).default("received"),
  delivery: z.enum(["log", "independent"]).default("log"),
  delay: distribution.optional(),
  answer: distribution.optional(),
  redrawEvery: positiveDuration.optional(),
  shipEvery: positiveDuration.optional(),
  apply: distribution.optional(),
  applyThreads: z.union([count.max(1024), z.literal("shared")]).default(1),
  fallbackAfter: positiveDuration.optional(),
  n: count.max(128).optional(),
  r: count.max(128).optional(),
  w: count.max(128).optional(),
  readFrom: z.enum(["all", "quorum"]).optional(),
  readRepair: z.boolean().optional(),
  hintedHandoff: z.boolean().optional(),
  legs: z
    .strictObject({
      write: distribution.optional(),
      ack: distribution.optional(),
      read: distribution.optional(),
      response: distribution.optional(),
    })
    .optional(),
  leaders: z.int().min(2).max(64).optional(),
});

const regions = z.strictObject({
  names: z.array(z.string().min(1)).min(2).max(64),
  between: distribution,
  links: z.array(z.strictObject({ from: z.string(), to: z.string(), delay: distribution })).default([]),
});

const cluster = z.strictObject({
  shards: count.max(4096).default(1),
  servers: servers.optional(),
  stations: z.record(z.string().min(1), servers).optional(),
  discipline: z.enum(["fifo", "processor-sharing"]).default("fifo"),
  queue: z.int().min(0).optional(),
  connections: z.strictObject({ limit: count, queue: z.int().min(0).optional() }).optional(),
  stalls: z.strictObject({ whenIdle: distribution.optional(), every: distribution.optional(), for: distribution.optional() }).optional(),
  replicas: z.int().min(0).max(2000).optional(),
  replication: replication.prefault({}),
  regions: regions.optional(),
});

const reads = z.strictObject({
  policy: z.enum(readPolicies).default("primary"),
  window: duration.optional(),
  limit: duration.optional(),
  wait: duration.optional(),
  choices: count.max(16).default(1),
});

const clients = z.strictObject({
  sessions: z.int().min(1).max(10_000_000).optional(),
  delay: distribution.optional(),
  timeout: positiveDuration.optional(),
  retries: z.int().min(0).max(100).default(0),
  backoff: duration.default(0),
  hedgeAfter: duration.optional(),
  cache: z.strictObject({ entries: count.max(10_000_000), for: positiveDuration.optional() }).optional(),
});

const transactions = z.strictObject({
  prepare: distribution.optional(),
  commit: distribution.optional(),
  locks: z.boolean().default(false),
});

const raft = z.strictObject({ timeout: z.tuple([positiveDuration, positiveDuration]), latency: duration });
const lease = z.strictObject({ ttl: positiveDuration, loopWait: positiveDuration, retryTimeout: positiveDuration });

const failover = z.strictObject({
  target: z.string().optional(),
  automatic: z.boolean().optional(),
  detection: sum.optional(),
  lease: lease.optional(),
  election: sum.optional(),
  raft: raft.optional(),
  fence: z.boolean().default(true),
  writes: z.enum(["wait", "refuse"]).default("wait"),
});

const fault = z.strictObject({
  kind: z.enum(faultKinds).default("crash"),
  at: duration,
  for: positiveDuration.optional(),
  shard: z.int().min(0),
  node: z.union([z.literal("primary"), z.int().min(0)]).default("primary"),
  factor: z.number().min(1).optional(),
  clients: share.optional(),
});

const move = z.strictObject({
  at: duration,
  to: count.max(4096),
  bytes: z.union([z.number().positive(), z.string()]),
  chunk: z.union([z.number().positive(), z.string()]).default("64MB"),
  read: distribution,
  write: distribution,
  rest: duration.default(0),
  priority: z.int().default(0),
  pause: duration.default(0),
});

const staleness = z.strictObject({
  trials: count.max(1_000_000_000).default(1_000_000),
  after: z.array(duration).min(1).max(64).default([0]),
  versions: z.array(count).min(1).max(64).default([1, 2, 3, 5, 10]),
  writesPerRead: z.number().min(0).optional(),
});

const availability = z.strictObject({
  nodeUp: share.optional(),
  failover: z.strictObject({ every: positiveDuration, lasts: duration }).optional(),
  correlated: z.strictObject({ nodes: count, lost: count, copysets: count }).optional(),
});

export const scenarioShape = z.strictObject({
  version: z.literal(1),
  name: z.string().default("scenario"),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  duration: positiveDuration.optional(),
  warmup: duration.optional(),
  runs: count.max(100_000).default(1),
  speed: z.number().positive().default(1),
  arrivals: arrivals.optional(),
  operations: z.array(operation).min(1).optional(),
  keys: keys.prefault({}),
  cluster: cluster.prefault({}),
  reads: reads.prefault({}),
  clients: clients.prefault({}),
  transactions: transactions.prefault({}),
  failover: failover.prefault({}),
  faults: z.array(fault).default([]),
  moves: z.array(move).max(1).default([]),
  staleness: staleness.optional(),
  availability: availability.optional(),
  limits: z.array(positiveDuration).max(16).default([]),
  objective: expectation.optional(),
  expect: z.array(expectation).default([]),
  notes: z.array(z.string()).default([]),
});

export type ScenarioShape = z.infer<typeof scenarioShape>;

/** What to write for a key, by its name; shown when its value does not do. */
export const scenarioHints: Readonly<Record<string, string>> = {
  version: 'write "version: 1"',
  operations: 'give a list such as "[{ name: get, share: 1, service: { exponential: 1ms } }]"',
  service: distributionHint,
  answers: "a read of several shards is done with this share of their answers: a number above 0, up to 1",
  limits: 'give a list of durations such as [50ms]: the share of slower requests is told as "latency.above 50ms"',
  versions: "give a list of whole numbers such as [1, 2, 5]",
  writesPerRead: "how many writes of a key there are per read of it by one session, such as 0.5",
  keys: "{ count: 10000, popularity: { zipf: 0.99 }, placement: hash }",
  groups: 'give a list such as "[{ share: 3, keys: 1, shard: 0 }, { share: 97, keys: 5000, shard: 1 }]"',
  placement: `placements are ${keyPlacements.join(", ")}`,
  mode: `modes are ${replicationModes.join(", ")}`,
  policy: `policies are ${readPolicies.join(", ")}`,
  kind: `kinds of operations are read, write; of faults ${faultKinds.join(", ")}`,
  faults: 'give a list such as "[{ at: 60s, for: 30s, shard: 3, node: primary, kind: crash }]"',
  moves: 'give "[{ at: 120s, to: 12, bytes: 100GB, read: 5ms, write: 5ms }]"',
  expect: 'give a list such as ["latency.p99 < 50ms"]',
  servers: 'give a whole number from 1, or "unlimited"',
  cluster: '"{ shards: 16, servers: 4, replicas: 2 }"',
};
