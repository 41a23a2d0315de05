import { designReasons } from "../advice/design-reasons.ts";
import type { Analysis } from "../analyze/analyze.ts";
import type { DesignWithFates } from "../analyze/designs/design-fates.ts";
import type { TableOption } from "../analyze/designs/table-option.ts";
import type { ClassCounts } from "../analyze/designs/template-term.ts";
import type { TransactionFate } from "../analyze/transaction-participants.ts";
import { known, percent, round } from "./rounded.ts";
import type { ReportDesign, ReportDesigns } from "./schema.ts";

/** Whole designs, as they are printed. */
export function designsPart(analysis: Analysis): ReportDesigns {
  const { designs } = analysis;
  const reasons = designReasons(analysis);
  return {
    shards: designs.shardCount,
    search: {
      seed: designs.search.seed,
      evaluations: designs.search.evaluations,
      nodes: designs.search.nodes,
      provenBest: designs.search.proven,
      cost: round(designs.search.cost),
      designsLog10: round(designs.search.spaceLog10),
    },
    designs: designs.designs.map(designPart),
    baselines: designs.baselines.map(({ name, design }) => ({ name, design: designPart(design) })),
    reasons: designs.tables.map(({ table, best, fitness }, index) => ({
      table,
      because: reasons[index]!.because,
      notReferenceBecause: fitness.fit ? null : fitness.reason,
      alternative:
        best === undefined
          ? null
          : {
              ...kindOf(best.option),
              scaleOutFactor: round(best.factor),
              loss: best.worse === undefined ? null : { cause: best.worse.cause, shards: round(best.worse.shards) },
            },
    })),
  };
}

function designPart(design: DesignWithFates): ReportDesign {
  const { scaleOut } = design;
  return {
    tables: design.tables.map(({ table, option, strategy, leader }) => ({
      table,
      ...kindOf(option),
      strategy: strategy ?? null,
      colocatedWith: leader === table ? null : leader,
    })),
    scaleOutFactor: round(scaleOut.factor),
    scaleOutFactorIsUpperBound: scaleOut.atMost,
    losses: scaleOut.losses.map(({ cause, shards }) => ({ cause, shards: round(shards) })),
    statements: { byExecutions: shares(design.statements), byWork: shares(design.workShares) },
    transactions: known(design.transactions, ({ reading, writing }) => ({
      reading: crossing(reading),
      writing: crossing(writing),
    })),
  };
}

function kindOf(option: TableOption): { kind: TableOption["kind"]; shardKey: string[] } {
  return { kind: option.kind, shardKey: option.kind === "sharded" ? [...option.key] : [] };
}

function shares(counts: ClassCounts): ReportDesign["statements"]["byWork"] {
  let all = 0;
  for (const count of Object.values(counts) as number[]) all += count;
  const share = (count: number): number => (all === 0 ? 0 : percent(count / all));
  return {
    percentageOfOneShard: share(counts.oneShard),
    percentageOfSeveralShards: share(counts.severalShards),
    percentageOfEveryShard: share(counts.everyShard),
    percentageOfCrossShardJoins: share(counts.crossShardJoin),
    percentageOfReferenceWrites: share(counts.referenceWrite),
    percentageOfUnknown: share(counts.unknown),
  };
}

function crossing({ transactions, crossShard, unknownShare, participants }: TransactionFate) {
  return {
    transactions: round(transactions),
    percentageOfCrossShard: percent(crossShard),
    percentageOfUnknown: percent(unknownShare),
    meanParticipants: round(participants.mean),
  };
}
