import type { CostWeights } from "../cost-weights.ts";
import type { TableLoad } from "../table-load.ts";
import type { Term } from "./design-problem.ts";
import type { TableOption } from "./table-option.ts";
import { noCost, type ExplainedCost } from "./template-term.ts";

export interface OptionTerm extends Term {
  readonly costOf: (options: readonly number[]) => ExplainedCost;
}

/** What an option of a table costs by itself, whatever is done with the table: see `CostWeights.copy` and `keyColumn`. */
export function optionTerm(
  table: number,
  load: TableLoad,
  options: readonly TableOption[],
  weights: CostWeights,
): OptionTerm {
  const costs = options.map((option): ExplainedCost => {
    if (option.kind === "reference") return { ...noCost, overhead: weights.copy * load.work, cause: "copies" };
    if (option.kind === "unsharded" || option.key.length === 1) return noCost;
    const overhead = weights.keyColumn * (option.key.length - 1) * load.work;
    return { ...noCost, overhead, cause: "long-keys" };
  });
  return { tables: [table], costOf: ([option]) => costs[option!]! };
}
