import { coefficientOfVariation } from "../stats/coefficient-of-variation.ts";
import { gini } from "../stats/gini.ts";
import { maxOverMean } from "../stats/max-over-mean.ts";
import { skewFactor } from "../stats/skew-factor.ts";
import { theil } from "../stats/theil.ts";
import type { Known } from "./known.ts";

/** How evenly a load lies on the shards. */
export interface Balance {
  /** Load of the busiest shard over the mean: this one sets the capacity. */
  readonly maxOverMean: number;
  readonly coefficientOfVariation: number;
  readonly gini: number;
  readonly theil: number;
  readonly skewFactor: number;
  /** Each shard's share of the load, in shard order. */
  readonly shares: readonly number[];
}

export function balanceOf(loads: Float64Array, whenEmpty: string): Known<Balance> {
  let total = 0;
  for (const load of loads) total += load;
  if (total <= 0) return { unknown: whenEmpty };
  return {
    maxOverMean: maxOverMean(loads),
    coefficientOfVariation: coefficientOfVariation(loads),
    gini: gini(loads),
    theil: theil(loads),
    skewFactor: skewFactor(loads),
    shares: Array.from(loads, (load) => load / total),
  };
}
