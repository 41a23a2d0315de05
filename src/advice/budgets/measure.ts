import type { Known } from "../../analyze/known.ts";

/** Whose measure it is. */
export const scopes = ["cluster", "table", "template"] as const;
export type Scope = (typeof scopes)[number];

/**
 * What the log tells of a measure: one number where `low` and `high` are equal, else the bounds between which it is, and
 * why no more is known.
 */
export interface Measured {
  readonly low: number;
  readonly high: number;
  readonly because: string | undefined;
}

export interface MeasureDefinition {
  /** As in "statements that go to every shard". */
  readonly words: string;
  /** A share is 0 to 1. */
  readonly unit: "share" | "times" | "shards";
  /** Which way is better; a bare number in a budget is a bound against the other way. */
  readonly better: "less" | "more";
  readonly scopes: readonly Scope[];
}

/** Of the statements of a design over a workload. Shares of statements add up to 1. */
export const measures = {
  singleShardShare: share("statements that stay on one shard", "more"),
  multiShardShare: share("statements that go to several shards, not all"),
  scatterShare: share("statements that go to every shard"),
  crossShardJoinShare: share("statements that join rows of different shards"),
  referenceWriteShare: share("statements that write a table copied to every shard"),
  unknownShare: share("statements of which it is not known where they go"),
  keyUpdateShare: share("statements that change a shard key"),
  meanFanOut: { words: "shards that a statement touches, on average", unit: "shards", better: "less", scopes },
  worstShardOverMean: {
    words: "load of the busiest shard over the mean",
    unit: "times",
    better: "less",
    scopes: ["cluster", "table"],
  },
  worstWindowOverMean: {
    words: "load of the busiest shard over the mean, in the worst window of the log's time",
    unit: "times",
    better: "less",
    scopes: ["cluster"],
  },
  hottestKeyShare: {
    words: "share of the hottest value of a shard key",
    unit: "share",
    better: "less",
    scopes: ["cluster", "table"],
  },
  scaleOutFactor: {
    words: "how many times as much as one node the shards carry",
    unit: "times",
    better: "more",
    scopes: ["cluster", "table"],
  },
  crossShardTransactionShare: ofTransactions("transactions on more than one shard"),
  crossShardReadTransactionShare: ofTransactions("reading transactions on more than one shard"),
  crossShardWriteTransactionShare: ofTransactions("writing transactions on more than one shard"),
} as const satisfies Record<string, MeasureDefinition>;

export type MeasureName = keyof typeof measures;

export const measureNamesOf = (scope: Scope): readonly MeasureName[] =>
  (Object.keys(measures) as MeasureName[]).filter((name) => (measures[name].scopes as readonly Scope[]).includes(scope));

/** One number. */
export const exactly = (value: number): Measured => ({ low: value, high: value, because: undefined });

/** A measure that a document of another command gave; `file` is the document. */
export interface Evidence {
  readonly file: string;
  readonly measured: Known<Measured>;
}

function share(words: string, better: "less" | "more" = "less") {
  return { words, unit: "share", better, scopes } as const;
}

function ofTransactions(words: string) {
  return { words, unit: "share", better: "less", scopes: ["cluster"] } as const;
}
