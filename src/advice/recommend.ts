import type { Analysis, TableAnalysis } from "../analyze/analyze.ts";
import type { Evaluation, ShardCountEvaluation } from "../analyze/evaluation.ts";
import { isUnknown } from "../analyze/known.ts";
import { onShards } from "../analyze/rank.ts";
import type { Workload } from "../workload/workload.ts";
import { percentText, type Finding } from "./finding.ts";
import { scatterHeavyTemplates } from "./findings/scatter-heavy-template.ts";
import { unparsedStatements } from "./findings/unparsed-statements.ts";
import { valuesNotLogged } from "./findings/values-not-logged.ts";
import { findingsOfKey } from "./key-findings.ts";
import { keyText } from "./key-text.ts";
import type { Ladder } from "./ladder.ts";

/** What to do, in plain words, with what speaks for and against it. */
export interface Recommendation {
  readonly headline: string;
  /** The table with the most work first. Tables without a usable key have none. */
  readonly tables: readonly TableRecommendation[];
  readonly findings: readonly Finding[];
}

export interface TableRecommendation {
  readonly table: string;
  readonly workShare: number;
  readonly evaluation: Evaluation | undefined;
  readonly at: ShardCountEvaluation | undefined;
  /** "spread": the key is worth sharding by. "keep-together": no key helps; leave the table on one shard or copy it. */
  readonly verdict: "shard" | "do-not-shard" | "no-key";
  readonly sentence: string;
  readonly evidence: readonly string[];
  readonly against: readonly string[];
  readonly findings: readonly Finding[];
}

/** Below this factor on the judged shard count, the shards cost more than they carry. */
const leastFactor = 1.25;

export function recommend(workload: Workload, analysis: Analysis, ladder: Ladder): Recommendation {
  const tables = analysis.tables.map((table) => recommendTable(table, analysis));
  const findings = [valuesNotLogged(workload), unparsedStatements(analysis), ...scatterHeavyTemplates(analysis)].filter((finding) => finding !== undefined);
  return { headline: headlineOf(tables, ladder, analysis), tables, findings };
}

function recommendTable(table: TableAnalysis, analysis: Analysis): TableRecommendation {
  const { load, workShare } = table;
  const evaluation = table.evaluations[0];
  const none = { table: load.table, workShare, evaluation: undefined, at: undefined, evidence: [], against: [], findings: [] };
  if (evaluation === undefined) {
    const written = load.writes > 0;
    return { ...none, verdict: "no-key", sentence: written ? "no column of it can serve as a key; leave it on one shard" : "no column of it can serve as a key; it is only read, so copy it to every shard" };
  }
  const at = onShards(evaluation, analysis.options.rankAt);
  const findings = findingsOfKey({ evaluation, at });
  const worth = at.scaleOutAtMost >= Math.min(leastFactor, at.shardCount);
  const name = evaluation.key.join(", ");
  return {
    table: load.table,
    workShare,
    evaluation,
    at,
    verdict: worth ? "shard" : "do-not-shard",
    sentence: worth
      ? `shard by ${name}, ${strategyWords[evaluation.strategy]}: ${at.shardCount} shards carry ${isUnknown(at.scaleOut) ? "at most " : ""}${factor(at.scaleOutAtMost)}`
      : `its best key, ${name}, carries ${factor(at.scaleOutAtMost)} on ${at.shardCount} shards: ${load.writes === 0 ? "it is only read, so copy it to every shard" : "not worth sharding as it is used today"}`,
    evidence: evidenceOf(evaluation, at),
    against: [...findings.filter(({ severity }) => severity !== "note").map(({ evidence }) => evidence), ...runnerUp(table, evaluation, at)],
    findings,
  };
}

const strategyWords = {
  hash: "hash modulo",
  range: "ranges",
  "consistent-hash": "consistent hashing",
  directory: "a directory",
  jump: "jump hashing",
  rendezvous: "rendezvous hashing",
  "fixed-slots": "fixed slots",
} as const;

function evidenceOf({ measures, distribution, strategy }: Evaluation, at: ShardCountEvaluation): readonly string[] {
  const { byExecutions } = distribution;
  const evidence = [`${percentText(byExecutions.singleShard)} of its statements go to one shard, ${percentText(byExecutions.scatterGather)} to all`];
  if (!isUnknown(measures.numDistinctValues) && !isUnknown(measures.mostCommonValues)) {
    const hottest = measures.mostCommonValues[0];
    const distinct = `${measures.numDistinctValues.count} distinct values`;
    evidence.push(hottest === undefined ? distinct : `${distinct}; the hottest, ${keyText(hottest.value)}, has ${percentText(hottest.share)} of the accesses`);
  }
  if (!isUnknown(at.balanceByWork)) evidence.push(`the busiest of ${at.shardCount} shards has ${at.balanceByWork.maxOverMean.toFixed(2)} times the mean load`);
  const { kept } = measures.together;
  if (kept.size > 1) {
    const others = [...kept.keys()].slice(1);
    evidence.push(`keeps the related rows of ${others.slice(0, 4).join(", ")}${others.length > 4 ? ` and ${others.length - 4} more tables` : ""} on the same shard`);
  }
  if (strategy !== "hash") evidence.push(`adding a shard moves about ${percentText(at.movementShare)} of the rows`);
  return evidence;
}

function runnerUp({ evaluations }: TableAnalysis, best: Evaluation, at: ShardCountEvaluation): readonly string[] {
  const against: string[] = [];
  if (isUnknown(at.scaleOut)) against.push(`the balance is not known (${at.scaleOut.unknown}); the factor is an upper bound`);
  if (best.strategy === "hash") against.push(`hash modulo moves ${percentText(at.movementShare)} of the rows when a shard is added`);
  if (best.strategy === "directory") against.push("a directory must be looked up, kept and backed up like data");
  const other = evaluations.find(({ key }) => key.join() !== best.key.join());
  if (other !== undefined) against.push(`next best key: ${other.key.join(", ")} (${strategyWords[other.strategy]}), ${factor(onShards(other, at.shardCount).scaleOutAtMost)}`);
  return against;
}

function headlineOf(tables: readonly TableRecommendation[], ladder: Ladder, analysis: Analysis): string {
  const first = tables.find(({ verdict }) => verdict === "shard");
  if (first === undefined || first.evaluation === undefined || first.at === undefined) {
    return "No key of any table is worth sharding by, as the statements are today.";
  }
  const { evaluation, at } = first;
  const family = tables.filter(({ table, verdict, evaluation: other }) => {
    const columns = evaluation.measures.together.kept.get(table);
    return verdict === "shard" && other !== undefined && columns !== undefined && columns.join() === other.key.join();
  });
  const share = family.reduce((sum, { workShare }) => sum + workShare, 0);
  const key = `${first.table}.${evaluation.key.join(",")}`;
  const wording = family.length > 1 ? `Shard ${family.length} tables by one key, that of ${key}` : `Shard ${first.table} by ${evaluation.key.join(", ")}`;
  const scope = `${percentText(share)} of ${analysis.work === "time" ? "the time" : "all statements"}`;
  const advice = `${wording} (${strategyWords[evaluation.strategy]}; ${scope}): ${at.shardCount} shards carry ${factor(at.scaleOutAtMost)} there`;
  if (ladder.verdict === "no-shards") return `You do not need shards for this load. If you shard all the same: ${advice}.`;
  return `${advice}.`;
}

const factor = (value: number): string => `${value.toFixed(1)}x`;
