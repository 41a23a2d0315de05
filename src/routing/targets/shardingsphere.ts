import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/** ShardingSphere. */
export const shardingsphere: Partial<RoutingRules> = {
  seesThroughQueries: false,
  nullKey: "unseen",
  textAsNumber: "value",
  unseen: new Set(forms),
};
