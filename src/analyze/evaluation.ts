import type { StrategyName } from "../placement/design.ts";
import type { KeyValue } from "../workload/key-value.ts";
import type { Balance } from "./balance.ts";
import type { KeySource } from "./candidates.ts";
import type { FanOut } from "./fan-out.ts";
import type { Known } from "./known.ts";
import type { Monotonicity } from "./monotonicity.ts";
import type { Togetherness } from "./relations.ts";
import type { ScaleOut } from "./scale-out.ts";
import type { WorstWindow } from "./worst-window.ts";

/** What is true of a key whatever the strategy. */
export interface KeyMeasures {
  readonly table: string;
  readonly key: readonly string[];
  readonly sources: readonly KeySource[];
  /** Distinct values asked for in the log; with the relative standard error of an estimate, 0 when counted. */
  readonly numDistinctValues: Known<{ readonly count: number; readonly relativeError: number }>;
  /** The five that were asked for most, with their share of the accesses that pin the key. */
  readonly mostCommonValues: Known<readonly CommonValue[]>;
  /** Share of accesses that pin the key to values of which one is NULL. */
  readonly nullShare: Known<number>;
  /** 1/Σp² over the values. */
  readonly effectiveKeys: Known<number>;
  readonly monotonicity: Known<Monotonicity>;
  readonly keyUpdates: KeyUpdates;
  readonly together: Togetherness;
}

export interface CommonValue {
  readonly value: readonly KeyValue[];
  readonly share: number;
  /** Share of the work; differs from `share` when some values' statements take longer. */
  readonly workShare: number;
}

export interface KeyUpdates {
  readonly executions: number;
  /** Of the table's writes. */
  readonly share: number;
  readonly work: number;
}

/** Shares of reads or writes by class; they add up to 1. Undefined classes have no statements. */
export interface Distribution {
  readonly executions: number;
  readonly byExecutions: ClassShares;
  /** By time spent. */
  readonly byTime: Known<ClassShares>;
}

export interface ClassShares {
  readonly singleShard: number;
  readonly multiShard: number;
  readonly scatterGather: number;
  /** Inserts that do not name the key. */
  readonly unrouted: number;
}

/** A key under a strategy. */
export interface Evaluation {
  readonly table: string;
  readonly key: readonly string[];
  readonly strategy: StrategyName;
  readonly measures: KeyMeasures;
  readonly readDistribution: Known<Distribution>;
  readonly writeDistribution: Known<Distribution>;
  readonly distribution: Distribution;
  readonly byShardCount: readonly ShardCountEvaluation[];
}

export interface ShardCountEvaluation {
  readonly shardCount: number;
  /** Shards touched per statement. */
  readonly meanFanOut: number;
  /**
   * "sample": placed values of sampled statements; "model": expected shards of the list lengths; "exact": follows
   * from the class.
   */
  readonly fanOutFrom: "exact" | "sample" | "model";
  /** One for each of `TableLoad.shapes`. */
  readonly fanOutByShape: readonly FanOut[];
  /** Work that follows the key's values, in shard order; what goes to every shard is left out. */
  readonly placedByShard: Float64Array;
  /** The same of the sampled accesses, window by window; undefined where windows can't be judged. */
  readonly placedByWindow: Float64Array | undefined;
  /** By key accesses: what is asked for. */
  readonly balanceByExecutions: Known<Balance>;
  /** By work: all statements of the table, spread ones in equal parts. */
  readonly balanceByWork: Known<Balance>;
  readonly worstWindow: Known<WorstWindow>;
  readonly movementShare: number;
  /** Unknown when the log has no values to place; then `scaleOutAtMost`, from routing alone, still holds. */
  readonly scaleOut: Known<ScaleOut>;
  readonly scaleOutAtMost: number;
}
