import type { Analysis } from "../analyze/analyze.ts";
import { executionCost } from "../analyze/execution-cost.ts";
import { isUnknown, type Unknown } from "../analyze/known.ts";
import type { TransactionFate } from "../analyze/transaction-participants.ts";
import { wilsonUpperBound } from "../stats/sample-bounds.ts";
import type { Workload } from "../workload/workload.ts";
import type { ReportFate, ReportTransactions } from "./transactions-schema.ts";

/** Types in the report, at most. */
const typesShown = 50;

/** The report's part on transactions, under the recommended keys. */
export function transactionsPart({ transactions, templates }: Workload, analysis: Analysis): ReportTransactions {
  const { grouping, counts, footprints, types, statements } = transactions;
  const ranked = analysis.transactions.find(({ shardCount }) => shardCount === analysis.options.rankAt);
  const fateOfType = (type: number): ReportFate | Unknown => {
    if (ranked === undefined) return { unknown: "no shard count was asked for" };
    return isUnknown(ranked.fates) ? ranked.fates : fatePart(ranked.fates.byType[type]!.fate);
  };
  return {
    groupedBy: grouping.by,
    because: grouping.because,
    ungroupedStatements: grouping.ungrouped,
    autocommit: { ...counts.autocommit },
    committed: { ...counts.committed },
    rolledBack: { ...counts.rolledBack },
    open: { ...counts.open },
    statementsPerTransaction: [...statements].map(([length, count]) => ({ statements: length, transactions: count })),
    keptShare: footprints.keptShare,
    byShardCount: analysis.transactions.map(({ shardCount, fates, loss }) => ({
      shards: shardCount,
      result:
        isUnknown(fates) || isUnknown(loss)
          ? { unknown: isUnknown(fates) ? fates.unknown : (loss as Unknown).unknown }
          : {
              all: fatePart(fates.all),
              reading: fatePart(fates.reading),
              writing: fatePart(fates.writing),
              rolledBack: fatePart(fates.rolledBack),
              lostShards: round(loss),
              executionCost: round(executionCost(fates.all.participants, fates.shardCount)),
            },
    })),
    types: types
      .map((type, index) => ({ type, index, all: type.committed + type.rolledBack + type.open }))
      .sort((a, b) => b.all - a.all || a.index - b.index)
      .slice(0, typesShown)
      .map(({ type, index }) => ({
        templates: type.templates.map((template) => templates[template]!.template.text),
        writes: type.writes,
        committed: type.committed,
        rolledBack: type.rolledBack,
        open: type.open,
        timeMs: round(type.timeMicros / 1000),
        fate: fateOfType(index),
      })),
  };
}

function fatePart({ transactions, crossShard, standardError, unknownShare, participants }: TransactionFate): ReportFate {
  return {
    transactions: Math.round(transactions),
    crossShardShare: round(crossShard),
    crossShardShareAtMost: transactions < 1 ? 1 : round(wilsonUpperBound(crossShard * transactions, transactions)),
    standardError: round(standardError),
    unknownShare: round(unknownShare),
    meanParticipants: round(participants.mean),
    maxParticipants: participants.max,
    participantsDistribution: participants.distribution.map(round),
  };
}

const round = (value: number): number => Number(value.toPrecision(6));
