import type { Report, ReportCandidate } from "./schema.ts";

/** The words that all renderers use. */
export const strategyWords = {
  hash: "hash",
  range: "range",
  "consistent-hash": "consistent",
  "bounded-load": "bounded",
  "multi-probe": "multi-probe",
  jump: "jump",
  rendezvous: "rendezvous",
  maglev: "maglev",
  "fixed-slots": "slots",
  directory: "directory",
} as const satisfies Record<ReportCandidate["strategy"], string>;

export const classWords = {
  "single-shard": "one shard",
  "multi-shard": "several shards",
  "scatter-gather": "every shard",
  "cross-shard-join": "join across shards",
  reference: "every copy",
  unsharded: "the unsharded server",
  none: "no shard",
  unknown: "shard unknown",
} as const;

export const becauseWords: Readonly<Record<string, string>> = {
  "no-key": "the key is not in its predicate",
  inequality: "the key is only compared, which hashing can't use",
  "in-list": "a list of keys",
  rows: "rows of several keys",
  range: "a range of the key",
  "partial-key": "only part of the key is pinned",
  "missing-key": "the insert does not name the key",
  "not-colocated": "it joins rows that follow another key",
  subquery: "its parts go to different places",
  "reference-write": "it writes a table that is copied to every shard",
  "function-of-key": "the key is inside an expression",
  "key-update": "it changes the key",
  mixed: "it joins sharded and unsharded rows",
  unparsed: "it could not be parsed",
};

export const rungWords: Readonly<Record<Report["load"]["rungs"][number]["rung"], string>> = {
  tune: "tune",
  "scale-up": "scale up",
  replicas: "add replicas",
  partition: "partition",
  shard: "shard",
};

export const verdictWords: Readonly<Record<Report["load"]["rungs"][number]["verdict"], string>> = {
  "called-for": "do this",
  possible: "would help",
  "not-needed": "not needed",
  "not-enough": "not enough",
  unknown: "unknown",
};

export const lossWords = {
  imbalance: "uneven load",
  "hot-windows": "hot hours",
  "scatter-gather": "scatter-gather",
  "separated-rows": "related rows elsewhere",
  "key-updates": "key updates",
  "cross-shard-joins": "joins across shards",
  "cross-shard-transactions": "transactions across shards",
  "reference-writes": "writes to copies",
  copies: "copies",
  "long-keys": "long keys",
  "not-understood": "not understood",
} as const satisfies Record<ReportCandidate["byShardCount"][number]["losses"][number]["cause"], string>;

/** Tables with less of the work than this are listed in a line, unless everything is wanted. */
export const smallTable = 0.01;

export const baselineWords = {
  "primary-keys": "primary keys",
  "most-frequent-columns": "most frequent columns",
  "hash-of-id": "everything by id",
} as const satisfies Record<Report["designs"]["baselines"][number]["name"], string>;
