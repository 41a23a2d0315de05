import type { StrategyName } from "../placement/design.ts";
import type { AskedKey } from "./candidates.ts";
import { defaultCostWeights, type CostWeights } from "./cost-weights.ts";
import { defaultDesignOptions, type Pin, type SearchOptions } from "./designs/design-options.ts";

export interface AnalyzeOptions {
  readonly shardCounts: readonly number[];
  readonly strategies: readonly StrategyName[];
  /** Keys that are judged whatever speaks against them. */
  readonly keys: readonly AskedKey[];
  readonly weights: CostWeights;
  /** The shard count that decides the ranking; one of `shardCounts`. Undefined: 4, or the nearest one. */
  readonly rankAt: number | undefined;
  /** Whole designs that are wanted. */
  readonly maxDesigns: number;
  /** What tables are fixed to, whatever it costs. */
  readonly pins: readonly Pin[];
  readonly search: SearchOptions;
  /** Whether a design may hold text values of the log, as split points or entries of a directory. */
  readonly textInDesigns: boolean;
}

export const defaultAnalyzeOptions: AnalyzeOptions = {
  shardCounts: [2, 4, 8, 16],
  strategies: ["hash", "range", "consistent-hash", "directory"],
  keys: [],
  weights: defaultCostWeights,
  rankAt: undefined,
  ...defaultDesignOptions,
  textInDesigns: false,
};
