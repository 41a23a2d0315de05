import type { DesignEvaluation, TableEvaluation, TemplateEvaluation } from "../../analyze/designs/evaluate-design.ts";
import type { ClassCounts } from "../../analyze/designs/template-term.ts";
import { isUnknown, type Known } from "../../analyze/known.ts";
import { onShards } from "../../analyze/rank.ts";
import type { TransactionFate } from "../../analyze/transaction-participants.ts";
import { exactly, type Measured, type MeasureName } from "./measure.ts";

/** By what statements are counted: their number, or the time they took. */
export type Weighting = "executions" | "time";

/** Something that has measures: the whole workload, a table of it, or a template. */
export interface Subject {
  readonly evaluation: DesignEvaluation;
  readonly templates: readonly TemplateEvaluation[];
  readonly table: TableEvaluation | undefined;
  readonly weighting: Weighting;
}

export function clusterSubject(evaluation: DesignEvaluation, weighting: Weighting): Subject {
  return { evaluation, templates: evaluation.templates, table: undefined, weighting };
}

/** The statements that reach the table, and what its own load tells. */
export function tableSubject(evaluation: DesignEvaluation, table: TableEvaluation, weighting: Weighting): Subject {
  const shapes = new Set(table.load.shapes.map(({ index }) => index));
  const templates = evaluation.templates.filter(({ use }) => use.shapes.some((shape) => shapes.has(shape)));
  return { evaluation, templates, table, weighting };
}

export function templateSubject(
  evaluation: DesignEvaluation,
  template: TemplateEvaluation,
  weighting: Weighting,
): Subject {
  return { evaluation, templates: [template], table: undefined, weighting };
}

/** What a measure of a subject comes to. What is not known widens the bounds; see `Measured`. */
export function measureOf(name: MeasureName, subject: Subject): Known<Measured> {
  return definitions[name].measure(subject);
}

/** The templates that make a measure as bad as it is, the one that adds most first. */
export function blamedTemplates(name: MeasureName, subject: Subject): readonly TemplateEvaluation[] {
  const { blame } = definitions[name];
  return subject.templates
    .map((template) => ({ template, adds: blame(template, subject) }))
    .filter(({ adds }) => adds > 0)
    .sort(
      (a, b) =>
        b.adds - a.adds ||
        b.template.work - a.template.work ||
        (a.template.use.template.text < b.template.use.template.text ? -1 : 1),
    )
    .map(({ template }) => template);
}

interface Definition {
  readonly measure: (subject: Subject) => Known<Measured>;
  /** What a template adds to the measure's badness. */
  readonly blame: (template: TemplateEvaluation, subject: Subject) => number;
}

const placedWork = ({ cost }: TemplateEvaluation): number => cost.placed + cost.unsharded;

const definitions: Record<MeasureName, Definition> = {
  singleShardShare: {
    measure: (subject) => classShare("oneShard", subject),
    blame: (template, subject) => perExecution(template, subject) * (template.use.executions - template.cost.counts.oneShard),
  },
  multiShardShare: ofClass("severalShards"),
  scatterShare: ofClass("everyShard"),
  crossShardJoinShare: ofClass("crossShardJoin"),
  referenceWriteShare: ofClass("referenceWrite"),
  unknownShare: ofClass("unknown"),
  keyUpdateShare: {
    measure: keyUpdateShare,
    blame: (template) => (template.cost.route.because === "key-update" ? template.use.executions : 0),
  },
  meanFanOut: {
    measure: meanFanOut,
    blame: (template, { evaluation }) =>
      fanOutOf(template, evaluation.design.shards.length).high - template.use.executions,
  },
  worstShardOverMean: { measure: worstShard, blame: placedWork },
  worstWindowOverMean: { measure: worstWindow, blame: placedWork },
  hottestKeyShare: { measure: hottestKey, blame: placedWork },
  scaleOutFactor: { measure: scaleOut, blame: ({ cost }) => cost.overhead },
  crossShardTransactionShare: ofTransactions("all"),
  crossShardReadTransactionShare: ofTransactions("reading"),
  crossShardWriteTransactionShare: ofTransactions("writing"),
};

function ofClass(name: keyof ClassCounts): Definition {
  return {
    measure: (subject) => classShare(name, subject),
    blame: (template, subject) => perExecution(template, subject) * template.cost.counts[name],
  };
}

type TransactionKind = "all" | "reading" | "writing";

function ofTransactions(kind: TransactionKind): Definition {
  return {
    measure: ({ evaluation: { transactions } }) =>
      isUnknown(transactions) ? transactions : crossingShare(transactions[kind]),
    blame: ({ use, cost }, { evaluation }) => {
      const alone = isOfKind(kind, writes(cost)) ? use.executions - cost.counts.oneShard : 0;
      return alone + crossingTogether(use, evaluation, kind);
    },
  };
}

/** What one execution counts for. */
function perExecution({ use }: TemplateEvaluation, { weighting }: Subject): number {
  return weighting === "executions" ? 1 : use.timeMicros / Math.max(1, use.executions);
}

function classShare(name: keyof ClassCounts, subject: Subject): Known<Measured> {
  const { templates, weighting, evaluation } = subject;
  if (weighting === "time" && evaluation.work !== "time") return { unknown: "durations are not logged" };
  let all = 0;
  let counted = 0;
  let unknown = 0;
  for (const template of templates) {
    const weight = perExecution(template, subject);
    all += weight * template.use.executions;
    counted += weight * template.cost.counts[name];
    unknown += weight * template.cost.counts.unknown;
  }
  if (all === 0) return { unknown: "no statement of the log reaches it" };
  if (name === "unknown") return exactly(counted / all);
  return between(counted / all, Math.min(1, (counted + unknown) / all), () => unjudged(templates));
}

function keyUpdateShare(subject: Subject): Known<Measured> {
  let all = 0;
  let moving = 0;
  let unknown = 0;
  for (const { use, cost } of subject.templates) {
    all += use.executions;
    if (cost.route.because === "key-update") moving += use.executions;
    unknown += cost.counts.unknown;
  }
  if (all === 0) return { unknown: "no statement of the log reaches it" };
  return between(moving / all, Math.min(1, (moving + unknown) / all), () => unjudged(subject.templates));
}

function meanFanOut({ templates, evaluation }: Subject): Known<Measured> {
  let all = 0;
  let low = 0;
  let high = 0;
  for (const template of templates) {
    const touched = fanOutOf(template, evaluation.design.shards.length);
    all += template.use.executions;
    low += touched.low;
    high += touched.high;
  }
  if (all === 0) return { unknown: "no statement of the log reaches it" };
  return between(low / all, high / all, () => unjudged(templates));
}

/** Shards that all executions of a template touch, in sum. */
function fanOutOf({ cost }: TemplateEvaluation, shardCount: number): { readonly low: number; readonly high: number } {
  const { oneShard, severalShards, everyShard, crossShardJoin, referenceWrite, unknown } = cost.counts;
  const known =
    oneShard + severalShards * cost.shards + (everyShard + crossShardJoin + referenceWrite) * shardCount;
  return { low: known + unknown, high: known + unknown * shardCount };
}

function worstShard({ evaluation, table }: Subject): Known<Measured> {
  const shardCount = evaluation.design.shards.length;
  if (table === undefined) {
    const { maxOverMean, unplacedShare } = evaluation.balance;
    return withUnplaced(maxOverMean, unplacedShare, shardCount);
  }
  if (table.evaluation === undefined) return { unknown: notSharded(table) };
  const balance = onShards(table.evaluation, shardCount).balanceByWork;
  return isUnknown(balance) ? balance : withUnplaced(balance.maxOverMean, table.unplacedShare, shardCount);
}

function worstWindow({ evaluation: { balance, design } }: Subject): Known<Measured> {
  if (!balance.windowsJudged) return { unknown: "the log has no times, or too few statements in each window of them" };
  return withUnplaced(balance.maxOverMeanWithWindows, balance.unplacedShare, design.shards.length);
}

/** At worst all work of which the shard is not known is on the busiest: (1 - u) m + u n. */
function withUnplaced(maxOverMean: number, unplacedShare: number, shardCount: number): Measured {
  const worst = Math.min(shardCount, (1 - unplacedShare) * maxOverMean + unplacedShare * shardCount);
  return between(
    Math.max(1, (1 - unplacedShare) * maxOverMean),
    Math.max(maxOverMean, worst),
    () => `of ${percentOf(unplacedShare)} of the work the shard is not known`,
  );
}

function hottestKey({ evaluation, table }: Subject): Known<Measured> {
  if (table !== undefined) {
    if (table.evaluation === undefined) return { unknown: notSharded(table) };
    const common = table.evaluation.measures.mostCommonValues;
    if (isUnknown(common)) return common;
    if (common[0] === undefined) return { unknown: "no statement pins the key to a value" };
    const { share } = common[0];
    return between(
      share * (1 - table.unplacedShare),
      share + table.unplacedShare * (1 - share),
      () => `the values of ${percentOf(table.unplacedShare)} of the work are not logged`,
    );
  }
  const { hottestKeys } = evaluation;
  if (hottestKeys.length === 0) return { unknown: "no table that the log reaches is sharded" };
  const blind = hottestKeys.find(({ share }) => share === undefined);
  if (blind !== undefined) return { unknown: `the log has no values of the shard key of ${blind.leader}` };
  const low = Math.max(...hottestKeys.map(({ share }) => share!));
  const high = Math.max(...hottestKeys.map(({ share, unknownShare }) => Math.min(1, share! + unknownShare)));
  return between(low, high, () => "the values of some statements are not logged");
}

function scaleOut({ evaluation, table }: Subject): Known<Measured> {
  if (table !== undefined) {
    if (table.evaluation === undefined) return { unknown: notSharded(table) };
    const { scaleOut: known } = onShards(table.evaluation, evaluation.design.shards.length);
    return isUnknown(known) ? known : exactly(known.factor);
  }
  const { factor, atMost } = evaluation.judged.scaleOut;
  if (!atMost) return exactly(factor);
  return { low: 0, high: factor, because: "the values of some keys are not logged, so that it is at most this" };
}

/** A figure from a sample lies within 1.96 standard errors in 95 of 100 cases. */
const normal95 = 1.959964;

function crossingShare({ crossShard, standardError, unknownShare, transactions }: TransactionFate): Known<Measured> {
  if (transactions === 0) return { unknown: "the log has no such transaction" };
  const chance = normal95 * standardError;
  return between(
    Math.max(0, crossShard - chance),
    Math.min(1, crossShard + unknownShare + chance),
    () =>
      [
        ...(unknownShare > 0 ? [`of ${percentOf(unknownShare)} of the transactions not all shards are known`] : []),
        ...(chance > 0 ? ["they were too many to look at each, so that this is a sample's 95 % interval"] : []),
      ].join("; "),
  );
}

/** Executions of the template in transactions of several statements that are known to cross, by the type's mean. */
function crossingTogether(
  use: TemplateEvaluation["use"],
  { transactionTypes }: DesignEvaluation,
  kind: TransactionKind,
): number {
  let sum = 0;
  for (const { templates, writes: writing, fate } of transactionTypes)
    if (isOfKind(kind, writing) && templates.includes(use))
      sum += fate.transactions * (fate.crossShard + fate.unknownShare);
  return sum;
}

const isOfKind = (kind: TransactionKind, writing: boolean): boolean => kind === "all" || writing === (kind === "writing");

const writes = ({ tables }: TemplateEvaluation["cost"]): boolean => tables.some(({ use }) => use !== "read");

function between(low: number, high: number, because: () => string): Measured {
  return high - low <= 1e-12 ? exactly(low) : { low, high, because: because() };
}

function unjudged(templates: readonly TemplateEvaluation[]): string {
  const unknown = templates.filter(({ cost }) => cost.counts.unknown > 0);
  const [worst] = [...unknown].sort((a, b) => b.cost.counts.unknown - a.cost.counts.unknown);
  const { route } = worst!.cost;
  const reason =
    route.note ?? (route.because === "missing-key" ? "an insert names no value for its shard key" : "it can't be judged");
  const others = unknown.length > 1 ? ` (and ${unknown.length - 1} more templates)` : "";
  return `it is not known where some statements go: ${reason}${others}`;
}

function notSharded({ load, design }: TableEvaluation): string {
  return design === undefined ? `the design does not name ${load.table}` : `${load.table} is ${design.kind}, so it has no key`;
}

function percentOf(share: number): string {
  return share < 0.001 ? "less than 0.1 %" : `${Number((share * 100).toPrecision(2))} %`;
}
