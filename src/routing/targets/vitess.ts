import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/** VTGate. Reference and unsharded tables live in different keyspaces; only BETWEEN narrows an ordered vindex. */
export const vitess: Partial<RoutingRules> = {
  ranges: "closed",
  seesThroughQueries: false,
  seesDerivedValues: false,
  textAsNumber: "value",
  conditions: "best",
  unseen: new Set(forms),
  severalTargets: "apart",
};
