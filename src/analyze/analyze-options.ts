import type { StrategyName } from "../placement/design.ts";
import type { AskedKey } from "./candidates.ts";
import { defaultCostWeights, type CostWeights } from "./cost-weights.ts";

export interface AnalyzeOptions {
  readonly shardCounts: readonly number[];
  readonly strategies: readonly StrategyName[];
  /** Keys that are judged whatever speaks against them. */
  readonly keys: readonly AskedKey[];
  readonly weights: CostWeights;
  /** The shard count that decides the ranking; one of `shardCounts`. Undefined: 4, or the nearest one. */
  readonly rankAt: number | undefined;
}

export const defaultAnalyzeOptions: AnalyzeOptions = {
  shardCounts: [2, 4, 8, 16],
  strategies: ["hash", "range", "consistent-hash", "directory"],
  keys: [],
  weights: defaultCostWeights,
  rankAt: undefined,
};
