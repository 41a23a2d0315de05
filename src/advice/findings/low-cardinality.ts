import { isUnknown } from "../../analyze/known.ts";
import type { Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** So few values that shards can hardly be filled evenly, and not many more shards can ever be used. */
export function lowCardinality({ evaluation, at }: KeyFindingInput): Finding | undefined {
  const { table, key, measures } = evaluation;
  if (isUnknown(measures.numDistinctValues) || measures.numDistinctValues.count >= at.shardCount * 10)
    return undefined;
  const { count } = measures.numDistinctValues;
  return {
    id: "low-cardinality",
    severity: count < at.shardCount * 2 ? "problem" : "warning",
    table,
    key,
    evidence: `${count} distinct values in the log for ${at.shardCount} shards`,
    whatToDo: `at most ${count} shards can ever have work; place the values by a directory, or add a column to the key`,
    whatItCosts:
      "a directory is kept like data; one more column in the key makes statements that do not name it go to every shard",
    origins: [],
  };
}
