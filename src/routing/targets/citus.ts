import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/**
 * Citus' planner. A NULL test of the distribution column is not used for pruning; reference tables are also on the
 * coordinator.
 */
export const citus: Partial<RoutingRules> = {
  nullKey: "unseen",
  referenceWithUnsharded: "reference",
  seesThroughQueries: false,
  decimals: "converts",
  unseen: new Set(forms),
};
