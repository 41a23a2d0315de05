import type { Analysis } from "../../analyze/analyze.ts";
import { isUnknown } from "../../analyze/known.ts";
import type { Workload } from "../../workload/workload.ts";
import { countText, percentText, type Finding } from "../finding.ts";

/** Of the transactions that write. */
const leastShare = 0.01;
const graveShare = 0.2;

/** Transactions that write on two shards or more commit in two phases. Those that only read need no such thing. */
export function crossShardTransactions(workload: Workload, { transactions, options, design }: Analysis): Finding | undefined {
  const ranked = transactions.find(({ shardCount }) => shardCount === options.rankAt);
  if (design === undefined || ranked === undefined || isUnknown(ranked.fates)) return undefined;
  const { writing, byType, shardCount } = ranked.fates;
  if (writing.transactions === 0 || writing.crossShard < leastShare) return undefined;
  const { types } = workload.transactions;
  const crossing = (type: number): number => {
    const { writes, committed } = types[type]!;
    return writes ? committed * byType[type]!.fate.crossShard : 0;
  };
  const [heaviest] = types.map((_, type) => type).sort((a, b) => crossing(b) - crossing(a) || a - b);
  const templates = heaviest === undefined || crossing(heaviest) === 0 ? [] : types[heaviest]!.templates;
  const tables = new Set(
    templates.flatMap((template) => workload.templates[template]!.shapes.map((shape) => workload.shapes[shape]!.shape.table)),
  );
  const most = tables.size === 0 ? "" : `; most of them reach ${[...tables].slice(0, 4).join(", ")}${tables.size > 4 ? ` and ${tables.size - 4} more` : ""}`;
  return {
    id: "cross-shard-transaction",
    severity: writing.crossShard >= graveShare ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence:
      `${percentText(writing.crossShard)} of ${countText(Math.round(writing.transactions))} transactions that write touch two of ` +
      `${shardCount} shards or more${most}`,
    ...(templates.length === 0
      ? {
          whatToDo: "they are single statements: write the rows of each key in a statement of their own",
          whatItCosts: `${lostText(ranked.loss, shardCount)} as it is; more statements, and no longer all rows or none`,
        }
      : {
          whatToDo:
            "give what one transaction writes the same key, or cut it in two: a local transaction that leaves a message " +
            "behind (outbox, saga), where a moment in between may be seen",
          whatItCosts: `${lostText(ranked.loss, shardCount)} as it is; steps that undo what was done, if it is cut`,
        }),
    origins: templates.slice(0, 1).map((template) => workload.templates[template]!.first),
  };
}

const lostText = (loss: Analysis["transactions"][number]["loss"], shardCount: number): string =>
  isUnknown(loss) ? "two-phase commits" : `two-phase commits that take ${loss.toFixed(2)} of the ${shardCount} shards`;
