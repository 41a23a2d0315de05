import { forms } from "../../sql/constraints/facts.ts";
import type { RoutingRules } from "../routing-rules.ts";

/** SPQR's router sends INSERT ... SELECT where the query reads, without a look at the new keys. */
export const spqr: Partial<RoutingRules> = {
  insertFollowsQuery: true,
  seesThroughQueries: false,
  decimals: "converts",
  unseen: new Set(forms),
};
