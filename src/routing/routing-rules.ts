import type { Form } from "../sql/constraints/facts.ts";
import { citus } from "./targets/citus.ts";
import { mongodb } from "./targets/mongodb.ts";
import { postgres } from "./targets/postgres.ts";
import { shardingsphere } from "./targets/shardingsphere.ts";
import { spqr } from "./targets/spqr.ts";
import { vitess } from "./targets/vitess.ts";

/** Where real routers differ in what they see and what they do. The generic rules are those of plain logic. */
export interface RoutingRules {
  /**
   * `k IS NULL`, and NULL as an inserted key. "placed": NULL is a key like any other. "nowhere": no row has it.
   * "unseen": the router makes nothing of it.
   */
  readonly nullKey: "placed" | "nowhere" | "unseen";
  /**
   * Ranges of the key that narrow the shards under a strategy that keeps order: any, or only those closed at both
   * ends.
   */
  readonly ranges: "any" | "closed";
  /**
   * An UPDATE of the key. "moves": the row may go to another shard. "in-place": the router looks at the predicate
   * only.
   */
  readonly keyUpdate: "moves" | "in-place";
  /** Whether a statement may join reference and unsharded tables in one place, and what it then is. */
  readonly referenceWithUnsharded: "apart" | "unsharded" | "reference";
  /** INSERT ... SELECT goes where the query reads, whatever key the new rows have. */
  readonly insertFollowsQuery: boolean;
  /** Values that a derived table without tables gives (`(SELECT 1 AS x) t ... ON u.id = t.x`) reach the router. */
  readonly seesDerivedValues: boolean;
  /**
   * A value that the key has inside of a query with LIMIT or grouping, or in all rows of a recursion, reaches what is joined to
   * the query's rows.
   */
  readonly seesThroughQueries: boolean;
  /**
   * `integer_column = 3.0`. "value": finds the row 3, so it is the key 3. "converts": the server converts the column to
   * compare, and the router sees an expression.
   */
  readonly decimals: "value" | "converts";
  /**
   * `text_column = 5`, `text_column = integer_column`. "value": by the digits. "converts": MySQL compares as numbers, so that
   * `'5'`, `'05'` and `'5.0'` are found; columns count as texts where the schema declares them so.
   */
  readonly textAsNumber: "value" | "converts";
  /**
   * Several conditions on one column (`k IN (1, 2) AND k IN (2, 3)`, `k = 1 AND k = 2`). "all": what all of them leave.
   * "best": the router takes the one that narrows most, and repeated values of a list as several.
   */
  readonly conditions: "all" | "best";
  /**
   * `k <> 5` under a strategy that keeps order. "open": rules out no shard. "ranges": the ranges below and above it.
   */
  readonly inequality: "open" | "ranges";
  /** Ways to pin the key that the router does not see through. */
  readonly unseen: ReadonlySet<Form>;
  /**
   * A change of rows of several tables. "together": where the rows are. "apart": rows are read first, then changed
   * table by table.
   */
  readonly severalTargets: "together" | "apart";
}

export const logicRules: RoutingRules = {
  nullKey: "placed",
  ranges: "any",
  keyUpdate: "moves",
  referenceWithUnsharded: "apart",
  insertFollowsQuery: false,
  seesDerivedValues: true,
  seesThroughQueries: true,
  decimals: "value",
  textAsNumber: "converts",
  conditions: "all",
  inequality: "open",
  unseen: new Set(),
  severalTargets: "together",
};

/** Deviations from the rules of logic, by target; a target that is not here has none that we know of. */
const deviations: ReadonlyMap<string, Partial<RoutingRules>> = new Map(
  Object.entries({ citus, mongodb, postgres, shardingsphere, spqr, vitess }),
);

export function rulesOf(target: string): RoutingRules {
  return { ...logicRules, ...deviations.get(target) };
}
