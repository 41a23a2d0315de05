import type { RoutingRules } from "../routing-rules.ts";

/**
 * mongos: an update is sent by its filter, also when it changes the key; `$ne` on a ranged key counts as two ranges.
 */
export const mongodb: Partial<RoutingRules> = {
  keyUpdate: "in-place",
  textAsNumber: "value",
  inequality: "ranges",
  unseen: new Set(["closed-range"]),
};
