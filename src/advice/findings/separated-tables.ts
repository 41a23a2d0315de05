import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** Foreign keys and joins to these tables would cross shards. */
export function separatedTables({ evaluation, copies }: KeyFindingInput): Finding | undefined {
  const { table, key, measures } = evaluation;
  const { share } = measures.together;
  const separated = measures.together.separated.filter((other) => !copies.has(other));
  if (separated.length === 0) return undefined;
  // The share is of all that are separated by the key alone.
  const work = separated.length < measures.together.separated.length ? "" : ` (${percentText(1 - share)} of the related work)`;
  const shown = separated.slice(0, 4).join(", ") + (separated.length > 4 ? ` and ${separated.length - 4} more` : "");
  return {
    id: "separated-tables",
    severity: share < 0.5 ? "problem" : "warning",
    table,
    key,
    evidence: `foreign keys or joins lead to ${shown}, whose rows this key puts on other shards${work}`,
    whatToDo:
      "carry the key into those tables, copy small ones to every shard, or accept distributed transactions " +
      "between them",
    whatItCosts:
      "one more column in each of those tables; a copy takes the space on every shard, and every write to it goes to all",
    origins: [],
  };
}
