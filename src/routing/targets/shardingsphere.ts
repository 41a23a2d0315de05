import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/** ShardingSphere. */
export const shardingsphere: Partial<RoutingRules> = {
  nullKey: "unseen",
  unseen: new Set(forms),
};
