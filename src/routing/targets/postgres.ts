import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/**
 * PostgreSQL's partition pruning: the plan looks at the partitions that hold the rows, not at where an update moves
 * them.
 */
export const postgres: Partial<RoutingRules> = {
  keyUpdate: "in-place",
  seesThroughQueries: false,
  decimals: "converts",
  unseen: new Set(forms),
};
