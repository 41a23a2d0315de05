import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** A row whose key changes may have to move to another shard. */
export function keyUpdated({ evaluation }: KeyFindingInput): Finding | undefined {
  const { table, key, measures } = evaluation;
  const { executions, share } = measures.keyUpdates;
  if (executions === 0) return undefined;
  return {
    id: "key-updated",
    severity: share >= 0.01 ? "problem" : "warning",
    table,
    key,
    evidence: `${executions} statements (${percentText(share)} of the writes on ${table}) set ${key.join(", ")}`,
    whatToDo:
      "leave the key out of SET where it does not change; where it does, plan for a delete and an insert in one " +
      "distributed transaction",
    whatItCosts: "a distributed transaction for each change of the key",
    origins: [],
  };
}
