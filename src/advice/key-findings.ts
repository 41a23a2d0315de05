import type { Evaluation, ShardCountEvaluation } from "../analyze/evaluation.ts";
import { bySeverity, type Finding } from "./finding.ts";
import { hotValue } from "./findings/hot-value.ts";
import { insertsWithoutKey } from "./findings/inserts-without-key.ts";
import { keyMissingFromQueries } from "./findings/key-missing-from-queries.ts";
import { keyUpdated } from "./findings/key-updated.ts";
import { lowCardinality } from "./findings/low-cardinality.ts";
import { monotonicKey } from "./findings/monotonic-key.ts";
import { nullKeys } from "./findings/null-keys.ts";
import { separatedTables } from "./findings/separated-tables.ts";
import { skewBeyondHashing } from "./findings/skew-beyond-hashing.ts";

export interface KeyFindingInput {
  readonly evaluation: Evaluation;
  /** On the shard count that decides the ranking. */
  readonly at: ShardCountEvaluation;
  /** Whether text of the log may be shown; see `standInOf`. */
  readonly literals: boolean;
  /** Tables that are copied to every shard. */
  readonly copies: ReadonlySet<string>;
}

/** Every finding about a key under a strategy. A new one is one file and one line here. */
const keyFindings = [
  hotValue,
  monotonicKey,
  lowCardinality,
  keyMissingFromQueries,
  insertsWithoutKey,
  keyUpdated,
  nullKeys,
  separatedTables,
  skewBeyondHashing,
];

/** What there is to say about a key, the gravest first. */
export function findingsOfKey(input: KeyFindingInput): readonly Finding[] {
  return bySeverity(keyFindings.flatMap((finding) => finding(input) ?? []));
}
