import { isUnknown } from "../../analyze/known.ts";
import { percentText, type Finding } from "../finding.ts";
import type { KeyFindingInput } from "../key-findings.ts";

/** New rows come in the order of the key: under ranges they all go to one shard at a time. */
export function monotonicKey({ evaluation }: KeyFindingInput): Finding | undefined {
  const { table, key, strategy, measures } = evaluation;
  const { monotonicity } = measures;
  if (isUnknown(monotonicity) || monotonicity.type !== "monotonic") return undefined;
  return {
    id: "monotonic-key",
    severity: strategy === "range" ? "problem" : "note",
    table,
    key,
    evidence:
      `inserts come in ${monotonicity.direction} order of the key: r = ` +
      `${monotonicity.correlation.toFixed(2)}, ${percentText(monotonicity.tailShare)} land at the end, over ` +
        `${monotonicity.sampleSize} inserts`,
    whatToDo:
      strategy === "range"
        ? "hash the key, or put a column before it that spreads the inserts"
        : "keep hashing this key; do not change it to ranges",
    whatItCosts: strategy === "range" ? "ranges of a hashed key are read on every shard" : "nothing, as long as it stays so",
    origins: [],
  };
}
