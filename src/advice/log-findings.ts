import type { Analysis } from "../analyze/analyze.ts";
import { isUnknown } from "../analyze/known.ts";
import type { Workload } from "../workload/workload.ts";
import { bySeverity, percentText, type Finding } from "./finding.ts";
import { analyticsOnTransactionStore } from "./findings/analytics-on-transaction-store.ts";
import { crossShardJoins } from "./findings/cross-shard-join.ts";
import { crossShardTransactions } from "./findings/cross-shard-transaction.ts";
import { dontShardYet } from "./findings/dont-shard-yet.ts";
import { nextRungDue, type DueRung } from "./findings/next-rung-due.ts";
import { readReplicasSuffice } from "./findings/read-replicas-suffice.ts";
import { replicaStall } from "./findings/replica-stall.ts";
import { scatterHeavyTemplates } from "./findings/scatter-heavy-template.ts";
import { tooFewShards } from "./findings/too-few-shards.ts";
import { tooManyShards } from "./findings/too-many-shards.ts";
import { unparsedStatements } from "./findings/unparsed-statements.ts";
import { valuesNotLogged } from "./findings/values-not-logged.ts";
import type { Growth } from "./growth.ts";
import type { Ladder } from "./ladder.ts";

/** What findings about a log as a whole look at. */
export interface LogFindingInput {
  readonly workload: Workload;
  readonly analysis: Analysis;
  readonly ladder: Ladder;
  /** Undefined: none was given. */
  readonly growth: Growth | undefined;
}

/** Every finding about a log as a whole. A new one is one file and one line here. */
const logFindings: readonly ((input: LogFindingInput) => Finding | undefined | readonly Finding[])[] = [
  ({ workload }) => valuesNotLogged(workload),
  ({ analysis }) => unparsedStatements(analysis),
  ({ ladder }) => dontShardYet(ladder),
  ({ ladder }) => readReplicasSuffice(ladder),
  ({ growth }) => nextRungDue(growth === undefined ? undefined : dueRung(growth)),
  tooFewShards,
  tooManyShards,
  ({ workload, analysis }) => crossShardJoins(workload, analysis),
  ({ workload, analysis }) => crossShardTransactions(workload, analysis),
  ({ analysis }) => scatterHeavyTemplates(analysis),
  ({ workload, analysis }) => analyticsOnTransactionStore(workload, analysis),
  ({ workload }) => replicaStall(workload),
];

/** What there is to say about a log as a whole, the gravest first. */
export const findingsOfLog = (input: LogFindingInput): readonly Finding[] =>
  bySeverity(logFindings.flatMap((finding) => finding(input) ?? []));

/** The rung that is due first of those that are still to come; the last of those that are due already. */
function dueRung({ sharePerYear, scaleUpYears, replicasYears, shardYears }: Growth): DueRung | undefined {
  const rungs = [
    ["scale up", scaleUpYears],
    ["add replicas", replicasYears],
    ["shard", shardYears],
  ] as const;
  const known = rungs.flatMap(([rung, years]) => (isUnknown(years) ? [] : [{ rung, years }]));
  const due = known.findLast(({ years }) => years <= 0) ?? known.find(({ years }) => years > 0);
  if (due === undefined) return undefined;
  const months = due.years * 12;
  return { rung: due.rung, months, low: months, high: months, because: `at ${percentText(sharePerYear)} more load a year` };
}
