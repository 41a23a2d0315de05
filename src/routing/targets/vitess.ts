import type { RoutingRules } from "../routing-rules.ts";

/** VTGate. Reference and unsharded tables live in different keyspaces; only BETWEEN narrows an ordered vindex. */
export const vitess: Partial<RoutingRules> = {
  ranges: "closed",
  seesDerivedValues: false,
  conditions: "best",
};
