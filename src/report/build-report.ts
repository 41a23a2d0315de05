import type { Analysis, TableAnalysis } from "../analyze/analyze.ts";
import type { AccessesByRange, RangeAccesses } from "../analyze/accesses-by-range.ts";
import type { Balance } from "../analyze/balance.ts";
import type { StoredKeys } from "../analyze/stored-keys.ts";
import type { ClassShares, Evaluation, ShardCountEvaluation } from "../analyze/evaluation.ts";
import { isUnknown, type Unknown } from "../analyze/known.ts";
import type { Growth } from "../advice/growth.ts";
import type { Ladder } from "../advice/ladder.ts";
import type { Recommendation } from "../advice/recommend.ts";
import type { Origin } from "../ingest/entry.ts";
import type { Schema } from "../sql/schema.ts";
import type { StoredRows } from "../workload/stored-rows.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import { dataSetPart } from "./data-sets-part.ts";
import { designsPart } from "./designs-part.ts";
import { findingPart } from "./finding-part.ts";
import { keyCharacteristicsPart } from "./key-characteristics-part.ts";
import { known, percent, round } from "./rounded.ts";
import { reviewPart } from "./review-part.ts";
import { templateKind } from "./template-kind.ts";
import { reportStoredRows } from "./stored-rows-text.ts";
import { transactionsPart } from "./transactions-part.ts";
import type { ReportOrigin } from "./finding-schema.ts";
import type { Report, ReportCandidate, ReportKeyRanges, ReportTable } from "./schema.ts";

export interface ReportInput {
  readonly workload: Workload;
  readonly schema: Schema;
  readonly analysis: Analysis;
  readonly ladder: Ladder;
  readonly recommendation: Recommendation;
  /** Where a growth of the load was given. */
  readonly growth?: Growth | undefined;
  readonly stored: StoredRows;
  /** Data sets, in the order of their tables. */
  readonly storedKeys: readonly StoredKeys[];
  /** What each table's rows were read from. */
  readonly rowInputs: ReadonlyMap<string, Workload>;
  readonly toolVersion: string;
  readonly seed: number;
  /** Whether text values of keys may be shown; if not, their stand-ins are (`standInOf`). Give `recommend` the same. */
  readonly literals: boolean;
  /** Line (from 1) and, if statements may be shown with their literals, text of a record; see `originsShown`. */
  readonly locate?: (origin: Origin) => { readonly line?: number; readonly example?: string } | undefined;
}

/** Templates in the report, at most. */
const hurtingLimit = 50;

const rowsHeadline =
  "Rows tell how evenly a key stores them and whether it grows, not which statements name it: give a query log beside them " +
  "before choosing. A key that grows with the rows is none for ranges.";

/** The records whose lines the report will name: for the caller to look up, because only it may open files. */
export function originsShown(workload: Workload, analysis: Analysis, { findings }: Recommendation): readonly Origin[] {
  return [
    ...workload.skipped.flatMap(({ first }) => first),
    ...analysis.hurting.slice(0, hurtingLimit).map(({ use }) => use.first),
    ...findings.flatMap(({ origins }) => origins),
  ];
}

/** One plain value with everything that is printed. Rounding and percent happen here and nowhere before. */
export function buildReport(input: ReportInput): Report {
  const { workload, analysis, recommendation } = input;
  const place = (origin: Origin): ReportOrigin => originPart(workload, origin, input.locate);
  return {
    kind: "analysis",
    version: 1,
    tool: { name: "shardplan", version: input.toolVersion },
    seed: input.seed,
    inputs: workload.inputs.map(({ name, summary, format, dialect, bytes, digest, records, entries, executions, warnings }) => ({
      name,
      ...(summary === undefined ? {} : { summary }),
      format,
      dialect,
      bytes,
      digest,
      records,
      entries,
      executions,
      warnings: [...warnings],
    })),
    options: {
      shardCounts: [...analysis.options.shardCounts],
      strategies: [...analysis.options.strategies],
      rankedAt: analysis.options.rankAt,
      work: analysis.work,
      costWeights: { ...analysis.options.weights },
    },
    read: readPart(input),
    load: { ...loadPart(input.ladder), ...(input.growth === undefined ? {} : { growth: growthPart(input.growth) }) },
    tables: analysis.tables.map((table) => tablePart(table, input.literals)),
    designs: designsPart(analysis),
    stored: reportStoredRows(input.stored),
    dataSets: input.storedKeys.map((set) => dataSetPart(set, input.rowInputs.get(set.table)!, input.literals)),
    recommendation: {
      headline: workload.inputs.length === 0 && input.storedKeys.length > 0 ? rowsHeadline : recommendation.headline,
      tables: recommendation.tables.map(
        ({ table, verdict, follows, evaluation, at, sentence, evidence, against, findings }) => ({
          table,
          verdict,
          follows: follows ?? null,
          key: [...(evaluation?.key ?? [])],
          strategy: evaluation?.strategy ?? null,
          scaleOutFactor: at === undefined ? null : round(at.scaleOutAtMost),
          sentence,
          evidence: [...evidence],
          against: [...against],
          findings: findings.map((finding) => findingPart(finding, place)),
        }),
      ),
      findings: recommendation.findings.map((finding) => findingPart(finding, place)),
    },
    transactions: transactionsPart(workload, analysis),
    review: reviewPart(workload, analysis),
    hurting: hurtingPart(input),
  };
}

function readPart({ workload, schema, locate }: ReportInput): Report["read"] {
  const executions = { read: 0, write: 0, other: 0, unknown: 0 };
  let timeMicros = 0;
  for (const use of workload.templates) {
    executions[templateKind(use.pattern)] += use.executions;
    timeMicros += use.timeMicros;
  }
  const tables = [...schema.tables.values()];
  const { span } = workload;
  const sessions = workload.sessions.estimate();
  return {
    records: workload.records,
    statements: workload.executions,
    skipped: workload.skipped.map(({ reason, count, first }) => ({
      reason,
      count,
      first: first.map((origin) => originPart(workload, origin, locate)),
    })),
    leftOut: workload.leftOut.map(({ reason, count }) => ({ reason, count })),
    sample:
      workload.sample === undefined
        ? null
        : { ...workload.sample, relativeError: round(workload.sample.relativeError) },
    span:
      span === undefined
        ? null
        : {
            from: isoTime(span.fromMicros),
            to: isoTime(span.toMicros),
            seconds: round((span.toMicros - span.fromMicros) / 1e6),
          },
    sessions: { count: sessions.count, relativeError: round(sessions.relativeError) },
    templates: workload.templates.length,
    reads: executions.read,
    writes: executions.write,
    others: executions.other,
    notUnderstood: executions.unknown,
    timeMs: round(timeMicros / 1000),
    schema: {
      declaredTables: tables.filter(({ provenance }) => provenance === "declared").length,
      inferredTables: tables.filter(({ provenance }) => provenance === "inferred").length,
    },
  };
}

function originPart(workload: Workload, origin: Origin, locate: ReportInput["locate"]): ReportOrigin {
  return {
    input: workload.inputs[origin.input]?.name ?? `input ${origin.input}`,
    line: locate?.(origin)?.line ?? null,
    offset: origin.offset,
  };
}

const growthPart = ({ sharePerYear, scaleUpYears, replicasYears, shardYears }: Growth): Report["load"]["growth"] => ({
  sharePerYear: round(sharePerYear),
  scaleUpYears: known(scaleUpYears, round),
  replicasYears: known(replicasYears, round),
  shardYears: known(shardYears, round),
});

function loadPart({ options, overall, worstWindow, verdict, shardsNeeded, rungs }: Ladder): Report["load"] {
  return {
    verdict,
    cores: options.cores,
    largestCores: options.largestCores,
    targetUtilization: options.targetUtilization,
    erlangs: known(overall, ({ reads, writes, total }) => ({
      reads: round(reads),
      writes: round(writes),
      total: round(total),
    })),
    worstWindow: known(worstWindow, ({ reads, writes, total, fromMicros, widthSeconds }) => ({
      reads: round(reads),
      writes: round(writes),
      total: round(total),
      from: isoTime(fromMicros),
      seconds: widthSeconds,
    })),
    shardsNeeded: known(shardsNeeded, (needed) => needed),
    rungs: rungs.map((rung) => ({ ...rung })),
  };
}

function tablePart(
  { load, workShare, evaluations, keys, dropped }: TableAnalysis,
  literals: boolean,
): ReportTable {
  return {
    table: load.table,
    workShare: round(workShare),
    executions: load.executions,
    reads: load.reads,
    writes: load.writes,
    timeMs: round(load.timeMicros / 1000),
    candidates: evaluations.map((evaluation, index) => candidatePart(evaluation, index + 1, literals)),
    keys: keys.map(({ key, byRange }) => keyRangesPart(key, byRange)),
    dropped: dropped.map(({ key, reason }) => ({ key: [...key], reason })),
  };
}

function keyRangesPart(key: readonly string[], { reads, writes }: AccessesByRange): ReportKeyRanges {
  const sample = ({ executions, sampled, byRangeError, amplificationError }: RangeAccesses) => ({
    total: executions,
    sampled,
    standardErrorByRange: round(byRangeError),
    standardErrorOfAmplification: round(amplificationError),
  });
  return {
    key: [...key],
    numReadsByRange: known(reads, ({ byRange }) => byRange.map(round)),
    numWritesByRange: known(writes, ({ byRange }) => byRange.map(round)),
    readAmplification: known(reads, ({ amplification }) => round(amplification)),
    writeAmplification: known(writes, ({ amplification }) => round(amplification)),
    readSampleByRange: known(reads, sample),
    writeSampleByRange: known(writes, sample),
  };
}

function candidatePart(
  { key, strategy, measures, distribution, readDistribution, writeDistribution, byShardCount }: Evaluation,
  rank: number,
  literals: boolean,
): ReportCandidate {
  const { together } = measures;
  return {
    rank,
    key: [...key],
    strategy,
    sources: [...measures.sources],
    keyCharacteristics: {
      ...keyCharacteristicsPart(measures, literals, (workShare) => ({ workShare })),
      keptTogether: [...together.kept.keys()].slice(1),
      separatedTables: [...together.separated],
      togetherShare: round(together.share),
    },
    distribution: {
      sampleSize: { total: distribution.executions },
      byExecutions: statementShares(distribution.byExecutions),
      byTime: known(distribution.byTime, statementShares),
    },
    readDistribution: known(readDistribution, ({ executions, byExecutions, byTime }) => ({
      sampleSize: { total: executions },
      byExecutions: readShares(byExecutions),
      byTime: known(byTime, readShares),
    })),
    writeDistribution: known(writeDistribution, ({ executions, byExecutions, byTime }) => ({
      sampleSize: { total: executions },
      byExecutions: writeShares(byExecutions),
      byTime: known(byTime, writeShares),
      percentageOfShardKeyUpdates: percent(measures.keyUpdates.share),
    })),
    byShardCount: byShardCount.map(shardCountPart),
  };
}

function shardCountPart(at: ShardCountEvaluation): ReportCandidate["byShardCount"][number] {
  return {
    shards: at.shardCount,
    meanFanOut: round(at.meanFanOut),
    fanOutFrom: at.fanOutFrom,
    balanceByExecutions: known(at.balanceByExecutions, balancePart),
    balanceByWork: known(at.balanceByWork, balancePart),
    worstWindow: known(
      at.worstWindow,
      ({ fromMicros, toMicros, maxOverMean, standardError, effectiveSampleSize, windows }) => ({
        from: isoTime(fromMicros),
        to: isoTime(toMicros),
        maxOverMean: round(maxOverMean),
        standardError: round(standardError),
        effectiveSampleSize: round(effectiveSampleSize),
        windows,
      }),
    ),
    movementShare: round(at.movementShare),
    scaleOutFactor: known(at.scaleOut, ({ factor }) => round(factor)),
    scaleOutFactorAtMost: round(at.scaleOutAtMost),
    losses: isUnknown(at.scaleOut)
      ? []
      : at.scaleOut.losses.map(({ cause, shards }) => ({ cause, shards: round(shards) })),
  };
}

function balancePart(balance: Balance): {
  maxOverMean: number;
  coefficientOfVariation: number;
  gini: number;
  theil: number;
  skewFactor: number;
  sharesByShard: number[];
} {
  return {
    maxOverMean: round(balance.maxOverMean),
    coefficientOfVariation: round(balance.coefficientOfVariation),
    gini: round(balance.gini),
    theil: round(balance.theil),
    skewFactor: round(balance.skewFactor),
    sharesByShard: balance.shares.map(round),
  };
}

function statementShares(shares: ClassShares): ReportCandidate["distribution"]["byExecutions"] {
  return {
    percentageOfSingleShard: percent(shares.singleShard),
    percentageOfMultiShard: percent(shares.multiShard),
    percentageOfScatterGather: percent(shares.scatterGather),
    percentageOfUnknown: percent(shares.unrouted),
  };
}

type ReadShares = Exclude<ReportCandidate["readDistribution"], Unknown>["byExecutions"];
type WriteShares = Exclude<ReportCandidate["writeDistribution"], Unknown>["byExecutions"];

function readShares(shares: ClassShares): ReadShares {
  return {
    percentageOfSingleShardReads: percent(shares.singleShard),
    percentageOfMultiShardReads: percent(shares.multiShard),
    percentageOfScatterGatherReads: percent(shares.scatterGather),
  };
}

function writeShares(shares: ClassShares): WriteShares {
  return {
    percentageOfSingleShardWrites: percent(shares.singleShard),
    percentageOfMultiShardWrites: percent(shares.multiShard),
    percentageOfScatterGatherWrites: percent(shares.scatterGather),
    percentageOfWritesWithUnknownShard: percent(shares.unrouted),
  };
}

function hurtingPart({ workload, analysis, locate }: ReportInput): Report["hurting"] {
  const amount = (use: TemplateUse): number => (analysis.work === "time" ? use.timeMicros : use.executions);
  let total = 0;
  for (const use of workload.templates) total += amount(use);
  return analysis.hurting.slice(0, hurtingLimit).map(({ use, class: routed, because, table, key, reason }) => ({
    template: use.template.text,
    class: routed,
    because,
    table: table ?? null,
    key: [...key],
    reason: reason ?? null,
    executions: use.executions,
    timeMs: round(use.timeMicros / 1000),
    share: total === 0 ? 0 : round(amount(use) / total),
    origin: originPart(workload, use.first, locate),
    example: locate?.(use.first)?.example ?? null,
  }));
}

/** UTC, to the millisecond. */
function isoTime(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString();
}
