/** Where the capacity of N shards goes, in shards: N minus all losses is the scale-out factor. */
export interface ScaleOut {
  /** Work of one node for this table's workload over the work of the busiest shard: "8 shards carry 5.9 times". */
  readonly factor: number;
  readonly losses: readonly Loss[];
}

export interface Loss {
  readonly cause: LossCause;
  /** In shards' worth of capacity. */
  readonly shards: number;
}

export type LossCause =
  | "imbalance" // over the whole log, some shard has more than its share
  | "hot-windows" // in the worst busy window it is worse than over the whole log
  | "scatter-gather" // every shard that a statement touches pays the fixed cost again
  | "separated-rows" // related rows live on other shards
  | "key-updates" // a changed key moves a row
  | "cross-shard-joins" // of a whole design: rows of two shards must meet
  | "cross-shard-transactions" // of a whole design: two-phase commits
  | "reference-writes" // of a whole design: every copy is written
  | "copies" // of a whole design: reference tables on every shard
  | "long-keys" // of a whole design: keys of several columns
  | "not-understood"; // statements that could not be parsed are taken to touch every shard

export interface ScaleOutInput {
  readonly shardCount: number;
  /** The table's work on one node; with the table's part of what could not be parsed. All in one unit. */
  readonly work: number;
  /** max/mean of the shards' work, over the whole log and as it counts with the worst window. */
  readonly maxOverMean: number;
  readonly maxOverMeanWithWindows: number;
  /** Work that all shards together do on top of one node's. */
  readonly scatterOverhead: number;
  readonly separationOverhead: number;
  readonly keyUpdateOverhead: number;
  readonly unparsedOverhead: number;
}

/**
 * The busiest shard does (work / S) · max/mean, and its part of the overheads, which are taken as evenly spread.
 * Causes are added one after the other, in the order above; what each takes from the factor is its loss, so that they
 * add up.
 */
export function scaleOutOf(input: ScaleOutInput): ScaleOut {
  const { shardCount, work } = input;
  const steps: [LossCause, number, number][] = [
    ["imbalance", input.maxOverMean, 0],
    ["hot-windows", input.maxOverMeanWithWindows, 0],
    ["scatter-gather", input.maxOverMeanWithWindows, input.scatterOverhead],
    ["separated-rows", input.maxOverMeanWithWindows, input.separationOverhead],
    ["key-updates", input.maxOverMeanWithWindows, input.keyUpdateOverhead],
    ["not-understood", input.maxOverMeanWithWindows, input.unparsedOverhead],
  ];
  let factor = shardCount;
  let overhead = 0;
  const losses = steps.map(([cause, maxOverMean, more]) => {
    overhead += more;
    const before = factor;
    factor = (shardCount * work) / (work * maxOverMean + overhead);
    return { cause, shards: before - factor };
  });
  return { factor, losses };
}
