import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** Statements that do not pin the key go to every shard. */
export function keyMissingFromQueries({ evaluation }: KeyFindingInput): Finding | undefined {
  const { table, key, distribution } = evaluation;
  const share = distribution.byExecutions.scatterGather;
  if (share < 0.05) return undefined;
  return {
    id: "key-missing-from-queries",
    severity: share >= 0.3 ? "problem" : "warning",
    table,
    key,
    evidence: `${percentText(share)} of the statements on ${table} do not pin ${key.join(", ")} and go to every shard`,
    whatToDo:
      "add the key to their WHERE clause where the application knows it, or keep a lookup table from what they " +
      "search by to the key",
    whatItCosts:
      "a change of those statements; a lookup table is one more read for each, and one more write for each change",
    origins: [],
  };
}
