import { isUnknown } from "../../analyze/known.ts";
import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** NULL is one value like any other to a hash: all its rows share one shard; some systems refuse it. */
export function nullKeys({ evaluation }: KeyFindingInput): Finding | undefined {
  const { table, key, measures } = evaluation;
  if (isUnknown(measures.nullShare) || measures.nullShare === 0) return undefined;
  return {
    id: "null-keys",
    severity: measures.nullShare >= 0.01 ? "problem" : "warning",
    table,
    key,
    evidence: `${percentText(measures.nullShare)} of the accesses have NULL in ${key.join(", ")}`,
    whatToDo: "fill the column and declare it NOT NULL before sharding; many systems refuse a NULL key",
    whatItCosts: "one pass over the rows that have none, and an owner for them",
    origins: [],
  };
}
