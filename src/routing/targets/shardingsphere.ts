import type { RoutingRules } from "../routing-rules.ts";

/** ShardingSphere. */
export const shardingsphere: Partial<RoutingRules> = {
  nullKey: "unseen",
};
