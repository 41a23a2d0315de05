import { isUnknown } from "../../analyze/known.ts";
import { keyText } from "../key-text.ts";
import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** One value has more of the load than an even shard would have: no strategy can split it. */
export function hotValue({ evaluation, at, literals }: KeyFindingInput): Finding | undefined {
  const { table, key, measures } = evaluation;
  if (isUnknown(measures.mostCommonValues)) return undefined;
  const hottest = measures.mostCommonValues[0];
  if (hottest === undefined || hottest.share * at.shardCount < 1) return undefined;
  return {
    id: "hot-value",
    severity: hottest.share * at.shardCount >= 2 ? "problem" : "warning",
    table,
    key,
    evidence:
      `${key.join(", ")} = ${keyText(hottest.value, literals)} gets ${percentText(hottest.share)} of the ` +
      `accesses; an even share of ${at.shardCount} shards is ${percentText(1 / at.shardCount)}`,
    whatToDo: "give this value a shard of its own (directory), or add a column that splits it to the key",
    whatItCosts:
      "a directory is asked before every statement and kept like data; one more column in the key spreads what was read in one place",
    origins: [],
  };
}
