import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** A row's shard must be known before it is written. */
export function insertsWithoutKey({ evaluation }: KeyFindingInput): Finding | undefined {
  const { table, key, distribution } = evaluation;
  const share = distribution.byExecutions.unrouted;
  if (share === 0) return undefined;
  return {
    id: "inserts-without-key",
    severity: "warning",
    table,
    key,
    evidence: `${percentText(share)} of the statements on ${table} are inserts that do not name ${key.join(", ")}`,
    whatToDo: "make the key before the insert (a sequence service, UUIDs), not by a default of the database",
    whatItCosts: "a sequence service is one more thing that must be up; UUIDs are larger keys in every index",
    origins: [],
  };
}
