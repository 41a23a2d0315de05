import type { Analysis, TableAnalysis } from "../analyze/analyze.ts";
import type { Evaluation, ShardCountEvaluation } from "../analyze/evaluation.ts";
import { oneShardShare } from "../analyze/designs/judge-design.ts";
import { isUnknown } from "../analyze/known.ts";
import { onShards } from "../analyze/rank.ts";
import type { StrategyName } from "../placement/design.ts";
import type { Workload } from "../workload/workload.ts";
import { countText, percentText, type Finding } from "./finding.ts";
import type { Growth } from "./growth.ts";
import { findingsOfKey } from "./key-findings.ts";
import { keyText } from "./key-text.ts";
import type { Ladder } from "./ladder.ts";
import { findingsOfLog } from "./log-findings.ts";

/** What to do, in plain words, with what speaks for and against it. */
export interface Recommendation {
  readonly headline: string;
  /** The table with the most work first. */
  readonly tables: readonly TableRecommendation[];
  readonly findings: readonly Finding[];
}

export interface TableRecommendation {
  readonly table: string;
  readonly workShare: number;
  /** Undefined for tables that are copied or have no key. */
  readonly evaluation: Evaluation | undefined;
  readonly at: ShardCountEvaluation | undefined;
  readonly verdict: "shard" | "copy" | "do-not-shard" | "no-key";
  /** The table whose key this one follows, so that rows with equal keys are on one shard. */
  readonly follows: string | undefined;
  readonly sentence: string;
  readonly evidence: readonly string[];
  readonly against: readonly string[];
  readonly findings: readonly Finding[];
}

/** Below this factor on the judged shard count, the shards cost more than they carry. */
const leastFactor = 1.25;

/**
 * One recommendation per table, and one sentence for all. Sentences name text values of keys only if `literals` is
 * true, otherwise by their stand-ins (`standInOf`). With a growth of the load they say when the next rung is due.
 */
export function recommend(
  workload: Workload,
  analysis: Analysis,
  ladder: Ladder,
  { literals = false, growth }: { readonly literals?: boolean; readonly growth?: Growth | undefined } = {},
): Recommendation {
  const tables = analysis.tables.map((table) => recommendTable(table, analysis, literals));
  const findings = findingsOfLog({ workload, analysis, ladder, growth });
  return { headline: headlineOf(tables, ladder, analysis), tables, findings };
}

function recommendTable(table: TableAnalysis, analysis: Analysis, literals: boolean): TableRecommendation {
  const { load, workShare } = table;
  const none = {
    table: load.table,
    workShare,
    evaluation: undefined,
    at: undefined,
    follows: undefined,
    evidence: [],
    against: [],
    findings: [],
  };
  if (analysis.choices.copies.has(load.table)) {
    return {
      ...none,
      verdict: "copy",
      sentence: `copy it to every shard as a reference table: ${readingText(table)}`,
      against: ["the log does not say how large it is; every later write to it goes to all shards"],
    };
  }
  const choice = analysis.choices.keys.get(load.table);
  if (choice === undefined) {
    const sentence =
      table.evaluations.length === 0
        ? "no column of it can serve as a key; leave it on one shard"
        : "leave it on one shard: no key of it carries more";
    return { ...none, verdict: "no-key", sentence };
  }
  const { evaluation } = choice;
  const at = onShards(evaluation, analysis.options.rankAt);
  const findings = findingsOfKey({ evaluation, at, literals, copies: analysis.choices.copies });
  const worth = at.scaleOutAtMost >= Math.min(leastFactor, at.shardCount);
  const name = evaluation.key.join(", ");
  const company = choice.leader === load.table ? "" : `, with ${choice.leader}`;
  const carried = `${isUnknown(at.scaleOut) ? "at most " : ""}${factor(at.scaleOutAtMost)}`;
  return {
    table: load.table,
    workShare,
    evaluation,
    at,
    verdict: worth ? "shard" : "do-not-shard",
    follows: choice.leader === load.table ? undefined : choice.leader,
    sentence: worth
      ? `shard by ${name}, ${strategyWords[evaluation.strategy]}${company}: ${at.shardCount} shards carry ${carried}`
      : `leave it on one shard as it is used today: its best key, ${name}, carries ${carried} on ` +
        `${at.shardCount} shards`,
    evidence: evidenceOf(evaluation, at, literals),
    against: [
      ...findings.filter(({ severity }) => severity !== "note").map(({ evidence }) => evidence),
      ...counterEvidence(table, evaluation, at),
    ],
    findings,
  };
}

function readingText({ load }: TableAnalysis): string {
  if (load.writes === 0) return "the log only reads it";
  return `${percentText(load.writes / load.executions)} of its statements write`;
}

const strategyWords = {
  hash: "hash modulo",
  range: "ranges",
  "consistent-hash": "consistent hashing",
  directory: "a directory",
  jump: "jump hashing",
  rendezvous: "rendezvous hashing",
  "fixed-slots": "fixed slots",
  "bounded-load": "consistent hashing with bounded loads",
  "multi-probe": "multi-probe consistent hashing",
  maglev: "Maglev hashing",
} as const satisfies Record<StrategyName, string>;

function evidenceOf(
  { measures, distribution, strategy }: Evaluation,
  at: ShardCountEvaluation,
  literals: boolean,
): readonly string[] {
  const { byExecutions } = distribution;
  const evidence = [
    `${percentText(byExecutions.singleShard)} of its statements go to one shard, ` +
      `${percentText(byExecutions.scatterGather)} to all`,
  ];
  if (!isUnknown(measures.numDistinctValues) && !isUnknown(measures.mostCommonValues)) {
    const hottest = measures.mostCommonValues[0];
    const { count, relativeError } = measures.numDistinctValues;
    const distinct = `${relativeError > 0 ? "about " : ""}${countText(count)} distinct values`;
    evidence.push(
      hottest === undefined
        ? distinct
        : `${distinct}; the hottest, ${keyText(hottest.value, literals)}, has ${percentText(hottest.share)} of the accesses`,
    );
  }
  if (!isUnknown(at.balanceByWork)) {
    const whole = `the busiest of ${at.shardCount} shards has ${at.balanceByWork.maxOverMean.toFixed(2)} times the mean`;
    evidence.push(`${whole} load${worstWindowText(at)}`);
  }
  const others = [...measures.together.kept.keys()].slice(1);
  if (others.length > 0) evidence.push(`keeps the related rows of ${listed(others)} on the same shard`);
  if (strategy !== "hash") evidence.push(`adding a shard moves about ${percentText(at.movementShare)} of the rows`);
  return evidence;
}

/** With the standard error, because it comes from sampled statements. */
function worstWindowText({ worstWindow }: ShardCountEvaluation): string {
  if (isUnknown(worstWindow)) return "";
  const { maxOverMean, standardError, windows } = worstWindow;
  return `; in the worst of ${windows} windows of time ${maxOverMean.toFixed(2)} (±${standardError.toFixed(2)})`;
}

function counterEvidence(
  { evaluations }: TableAnalysis,
  chosen: Evaluation,
  at: ShardCountEvaluation,
): readonly string[] {
  const against: string[] = [];
  if (isUnknown(at.scaleOut))
    against.push(`the balance is not known (${at.scaleOut.unknown}); the factor is an upper bound`);
  if (chosen.strategy === "hash")
    against.push(`hash modulo moves ${percentText(at.movementShare)} of the rows when a shard is added`);
  if (chosen.strategy === "directory") against.push("a directory must be looked up, kept and backed up like data");
  if (chosen.strategy === "range")
    against.push("split points must follow the data: these are the best ones for this log");
  const other = evaluations.find(({ key }) => key.join() !== chosen.key.join());
  if (other !== undefined) {
    const { monotonicity } = other.measures;
    const inOrder =
      !isUnknown(monotonicity) && monotonicity.type === "monotonic"
        ? "; rows are inserted in its order, so never by ranges"
        : "";
    const otherFactor = onShards(other, at.shardCount).scaleOutAtMost;
    const which = otherFactor > at.scaleOutAtMost * 1.05 ? "alone it would do better by" : "next best key:";
    against.push(
      `${which} ${other.key.join(", ")} (${strategyWords[other.strategy]}), ${factor(otherFactor)}${inOrder}`,
    );
  }
  return against;
}

function headlineOf(tables: readonly TableRecommendation[], ladder: Ladder, analysis: Analysis): string {
  const first = tables.find(({ verdict }) => verdict === "shard");
  if (first?.evaluation === undefined || first.at === undefined) {
    const needed = ladder.verdict === "shards" ? "The load calls for shards, but no" : "No";
    return `${needed} key of any table is worth sharding by, as the statements are today.`;
  }
  const { evaluation, at } = first;
  const leader = first.follows ?? first.table;
  const family = tables.filter(
    ({ table, verdict, follows }) => verdict === "shard" && (table === leader || follows === leader),
  );
  const copies = tables.filter(({ verdict }) => verdict === "copy").map(({ table }) => table);
  const what =
    family.length > 1
      ? `${listed(family.map(({ table }) => table))} by one key, ${evaluation.key.join(", ")} of ${first.table}`
      : `${first.table} by ${evaluation.key.join(", ")}`;
  const design = analysis.designs.designs[0]!;
  const upTo = design.scaleOut.atMost ? "at most " : "";
  const advice =
    `shard ${what} (${strategyWords[evaluation.strategy]}). With the whole design ${at.shardCount} shards carry ` +
    `${upTo}${factor(design.scaleOut.factor)} of what one does; ${percentText(oneShardShare(design))} of the statements ` +
    `stay on one shard.`;
  const copied = copies.length === 0 ? "" : ` Copy ${listed(copies)} to every shard.`;
  if (ladder.verdict === "no-shards")
    return `You do not need shards for this load. If you shard all the same: ${advice}${copied}`;
  if (ladder.verdict === "unknown")
    return `Whether you need shards, this log does not say. If you do: ${advice}${copied}`;
  return `${advice[0]!.toUpperCase()}${advice.slice(1)}${copied}`;
}

function listed(names: readonly string[]): string {
  if (names.length > 5) return `${names.slice(0, 4).join(", ")} and ${names.length - 4} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}

const factor = (value: number): string => `${value.toFixed(1)}x`;
