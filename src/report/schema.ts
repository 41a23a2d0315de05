import { z } from "zod";
import { strategyNames } from "../placement/design.ts";
import { dataSetsSchema } from "./data-sets-schema.ts";
import { finding, origin } from "./finding-schema.ts";
import { keyCharacteristics } from "./key-characteristics-schema.ts";
import { count, known, share } from "./known-schema.ts";
import { reviewSchema } from "./review-schema.ts";
import { storedRowsSchema } from "./stored-rows-schema.ts";
import { transactionsSchema } from "./transactions-schema.ts";

/**
 * The report of `analyze` as other programs read it. Within a version fields are only added. `percentageOf...` are 0 to
 * 100, `...Share` are 0 to 1. What the input does not tell is `{unknown: reason}`. Metric names are those of MongoDB's
 * analyzeShardKey where it has one.
 */
const percentage = z.number().min(0).max(100);

const erlangs = z.strictObject({ reads: z.number(), writes: z.number(), total: z.number() });

const balance = z.strictObject({
  maxOverMean: z.number(),
  coefficientOfVariation: z.number(),
  gini: z.number(),
  /** 0 is even; ln of the number of shards, everything on one. */
  theil: z.number(),
  skewFactor: z.number(),
  sharesByShard: z.array(share),
});

const reads = z.strictObject({
  percentageOfSingleShardReads: percentage,
  percentageOfMultiShardReads: percentage,
  percentageOfScatterGatherReads: percentage,
});
const writes = z.strictObject({
  percentageOfSingleShardWrites: percentage,
  percentageOfMultiShardWrites: percentage,
  percentageOfScatterGatherWrites: percentage,
  percentageOfWritesWithUnknownShard: percentage,
});
const statements = z.strictObject({
  percentageOfSingleShard: percentage,
  percentageOfMultiShard: percentage,
  percentageOfScatterGather: percentage,
  percentageOfUnknown: percentage,
});
const sampleSize = z.strictObject({ total: count });

const strategy = z.enum(strategyNames);

const loss = z.strictObject({
  cause: z.enum([
    "imbalance",
    "hot-windows",
    "scatter-gather",
    "separated-rows",
    "key-updates",
    "cross-shard-joins",
    "cross-shard-transactions",
    "reference-writes",
    "copies",
    "long-keys",
    "not-understood",
  ]),
  shards: z.number(),
});

const shardCountResult = z.strictObject({
  shards: z.number().int().min(1),
  meanFanOut: z.number(),
  fanOutFrom: z.enum(["exact", "sample", "model"]),
  balanceByExecutions: known(balance),
  balanceByWork: known(balance),
  worstWindow: known(
    z.strictObject({
      from: z.string(),
      to: z.string(),
      maxOverMean: z.number(),
      standardError: z.number(),
      effectiveSampleSize: z.number(),
      windows: count,
    }),
  ),
  movementShare: share,
  scaleOutFactor: known(z.number()),
  scaleOutFactorAtMost: z.number(),
  losses: z.array(loss),
});

const candidate = z.strictObject({
  rank: z.number().int().min(1),
  key: z.array(z.string()),
  strategy,
  sources: z.array(z.enum(["predicate", "join", "insert", "foreign-key", "primary-key", "unique-key", "user"])),
  keyCharacteristics: z.strictObject({
    ...keyCharacteristics(z.strictObject({ value: z.array(z.string()), share, workShare: share })),
    keptTogether: z.array(z.string()),
    separatedTables: z.array(z.string()),
    togetherShare: share,
  }),
  distribution: z.strictObject({ sampleSize, byExecutions: statements, byTime: known(statements) }),
  readDistribution: known(z.strictObject({ sampleSize, byExecutions: reads, byTime: known(reads) })),
  writeDistribution: known(
    z.strictObject({
      sampleSize,
      byExecutions: writes,
      byTime: known(writes),
      percentageOfShardKeyUpdates: percentage,
    }),
  ),
  byShardCount: z.array(shardCountResult),
});

const rangeSample = z.strictObject({
  /** Executions that the numbers stand for. */
  total: count,
  /** Whether they are scaled from sampled statements; the standard errors are 0 if not. */
  sampled: z.boolean(),
  /** The largest of any range's number. */
  standardErrorByRange: z.number(),
  standardErrorOfAmplification: z.number(),
});
/** Of each key once, because they are the same under every strategy. */
const keyRanges = z.strictObject({
  key: z.array(z.string()),
  /** Executions that touch each of 100 ranges of the key, or as many as it has values. */
  numReadsByRange: known(z.array(z.number())),
  numWritesByRange: known(z.array(z.number())),
  /** Ranges touched per statement. */
  readAmplification: known(z.number()),
  writeAmplification: known(z.number()),
  readSampleByRange: known(rangeSample),
  writeSampleByRange: known(rangeSample),
});

const designTable = z.strictObject({
  table: z.string(),
  kind: z.enum(["sharded", "reference", "unsharded"]),
  /** Empty unless sharded. */
  shardKey: z.array(z.string()),
  strategy: strategy.nullable(),
  /** The table whose placement it follows. */
  colocatedWith: z.string().nullable(),
});
const designStatements = z.strictObject({
  /** On one shard by its predicate, or as its logged values fall; copies and unsharded tables are read in one place. */
  percentageOfOneShard: percentage,
  percentageOfSeveralShards: percentage,
  percentageOfEveryShard: percentage,
  percentageOfCrossShardJoins: percentage,
  percentageOfReferenceWrites: percentage,
  /** Counted against the design. */
  percentageOfUnknown: percentage,
});
const designTransactions = z.strictObject({
  transactions: z.number(),
  percentageOfCrossShard: percentage,
  /** Of which not all is known: they may cross. */
  percentageOfUnknown: percentage,
  meanParticipants: z.number(),
});
const design = z.strictObject({
  tables: z.array(designTable),
  scaleOutFactor: z.number(),
  /** The values of some keys are not in the log: the factor is an upper bound. */
  scaleOutFactorIsUpperBound: z.boolean(),
  losses: z.array(loss),
  statements: z.strictObject({ byExecutions: designStatements, byWork: designStatements }),
  transactions: known(z.strictObject({ reading: designTransactions, writing: designTransactions })),
});
const designs = z.strictObject({
  shards: z.number().int().min(1),
  search: z.strictObject({
    seed: count,
    /** Designs whose cost was worked out, and nodes of branch and bound. */
    evaluations: count,
    nodes: count,
    /** No other design of these options costs less, by the cost model and under one strategy, than the recommended one. */
    provenBest: z.boolean(),
    /** Of the design that was found, under one strategy: work of the busiest shard over the work of one node. */
    cost: z.number(),
    /** Logarithm to base 10 of how many designs there are. */
    designsLog10: z.number(),
  }),
  /** The recommended one first. */
  designs: z.array(design),
  baselines: z.array(z.strictObject({ name: z.enum(["primary-keys", "most-frequent-columns", "hash-of-id"]), design })),
  /** Of the recommended design. */
  reasons: z.array(
    z.strictObject({
      table: z.string(),
      because: z.string(),
      /** Why it is not copied to every shard; null where it is, or could be. */
      notReferenceBecause: z.string().nullable(),
      /** The next best for this table, the others as they are. */
      alternative: z
        .strictObject({
          kind: z.enum(["sharded", "reference", "unsharded"]),
          shardKey: z.array(z.string()),
          scaleOutFactor: z.number(),
          /** What is lost most by it, in shards' worth of capacity. */
          loss: loss.nullable(),
        })
        .nullable(),
    }),
  ),
});

export const reportSchema = z.strictObject({
  kind: z.literal("analysis"),
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("shardplan"), version: z.string() }),
  seed: z.number().int(),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      /** The workload summary (shardplan scan) that the input was read from, when it was one. */
      summary: z.string().optional(),
      format: z.string(),
      dialect: z.enum(["postgres", "mysql", "mongodb"]),
      bytes: count,
      digest: z.string(),
      records: count,
      entries: count,
      executions: count,
      warnings: z.array(z.string()),
    }),
  ),
  options: z.strictObject({
    shardCounts: z.array(z.number().int().min(1)),
    strategies: z.array(strategy),
    rankedAt: z.number().int().min(1),
    work: z.enum(["time", "executions"]),
    costWeights: z.strictObject({
      perShardMs: z.number(),
      perShardShare: z.number(),
      separation: z.number(),
      keyUpdate: z.number(),
      twoPhaseCommitMs: z.number(),
      twoPhaseCommitShare: z.number(),
      relatedRows: z.number(),
      copy: z.number(),
      keyColumn: z.number(),
      skew: z.number(),
    }),
  }),
  read: z.strictObject({
    records: count,
    statements: count,
    skipped: z.array(z.strictObject({ reason: z.string(), count, first: z.array(origin) })),
    /** Records that --since, --until, --database, --user or --sample left out. */
    leftOut: z.array(z.strictObject({ reason: z.string(), count })),
    /** Set when the log was sampled: counts are of the sample, loads are scaled up to the whole, with this error. */
    sample: z.strictObject({ rate: share, seed: count, relativeError: z.number() }).nullable(),
    span: z.strictObject({ from: z.string(), to: z.string(), seconds: z.number() }).nullable(),
    sessions: z.strictObject({ count, relativeError: z.number() }),
    templates: count,
    reads: count,
    writes: count,
    /** Transaction control, settings, DDL. */
    others: count,
    notUnderstood: count,
    timeMs: z.number(),
    schema: z.strictObject({ declaredTables: count, inferredTables: count }),
  }),
  load: z.strictObject({
    verdict: z.enum(["no-shards", "shards", "unknown"]),
    cores: z.number(),
    largestCores: z.number(),
    targetUtilization: share,
    erlangs: known(erlangs),
    worstWindow: known(erlangs.extend({ from: z.string(), seconds: z.number() })),
    shardsNeeded: known(z.number().int()),
    /** Years until a rung is due; only where `--growth` was given. */
    growth: z
      .strictObject({
        sharePerYear: z.number(),
        scaleUpYears: known(z.number()),
        replicasYears: known(z.number()),
        shardYears: known(z.number()),
      })
      .optional(),
    rungs: z.array(
      z.strictObject({
        rung: z.enum(["tune", "scale-up", "replicas", "partition", "shard"]),
        verdict: z.enum(["called-for", "possible", "not-needed", "not-enough", "unknown"]),
        because: z.string(),
      }),
    ),
  }),
  tables: z.array(
    z.strictObject({
      table: z.string(),
      workShare: share,
      executions: count,
      reads: count,
      writes: count,
      timeMs: z.number(),
      /** Best first. */
      candidates: z.array(candidate),
      /** The candidates' keys, the best first. */
      keys: z.array(keyRanges),
      dropped: z.array(z.strictObject({ key: z.array(z.string()), reason: z.string() })),
    }),
  ),
  designs,
  /** Empty unless a database was asked, or rows were given. */
  stored: storedRowsSchema,
  dataSets: dataSetsSchema,
  recommendation: z.strictObject({
    headline: z.string(),
    tables: z.array(
      z.strictObject({
        table: z.string(),
        verdict: z.enum(["shard", "copy", "do-not-shard", "no-key"]),
        follows: z.string().nullable(),
        key: z.array(z.string()),
        strategy: strategy.nullable(),
        scaleOutFactor: z.number().nullable(),
        sentence: z.string(),
        evidence: z.array(z.string()),
        against: z.array(z.string()),
        findings: z.array(finding),
      }),
    ),
    findings: z.array(finding),
  }),
  transactions: transactionsSchema,
  review: reviewSchema,
  /** Templates that touch more than one shard under the recommended keys, or were not understood; most time first. */
  hurting: z.array(
    z.strictObject({
      template: z.string(),
      class: z.enum([
        "single-shard",
        "multi-shard",
        "scatter-gather",
        "cross-shard-join",
        "reference",
        "unsharded",
        "none",
        "unknown",
      ]),
      because: z.string(),
      table: z.string().nullable(),
      key: z.array(z.string()),
      reason: z.string().nullable(),
      executions: count,
      timeMs: z.number(),
      /** Of the time of all statements, or of their number where durations are not logged. */
      share,
      origin,
      /** The statement as logged, with its literals; null unless asked for. */
      example: z.string().nullable(),
    }),
  ),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportTable = Report["tables"][number];
export type ReportCandidate = ReportTable["candidates"][number];
export type ReportDesigns = Report["designs"];
export type ReportDesign = ReportDesigns["designs"][number];
export type ReportKeyRanges = ReportTable["keys"][number];
