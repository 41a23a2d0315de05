import { strategyNames, type StrategyName } from "../design.ts";
import { strategies } from "../strategies.ts";
import { columnTypeNames } from "../table-options.ts";
import { sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { generic, numberedShards } from "./generic.ts";

/**
 * Targets whose placement can't be known from outside, because the hash is not published or ranges are cut by size
 * and load while the system runs. They project with our own strategies, and `caveat` says so wherever a shard is
 * shown.
 */
function modelled(
  name: string,
  summary: string,
  caveat: string,
  offered: readonly StrategyName[],
): Target {
  return {
    name,
    summary,
    placement: "model",
    caveat,
    defaultStrategy: offered[0]!,
    strategies: offered,
    options: (strategy) => ["type", ...strategies[strategy].options],
    keyTypes: () => columnTypeNames,
    hashes: () => [],
    shardNames: numberedShards,
    shardMap: generic.shardMap,
  };
}

/** MySQL itself has no shards: the application chooses, so every strategy is on offer. */
export const mysql = modelled(
  "mysql",
  "MySQL sharded by the application: every strategy over our own documented hash",
  "MySQL does not shard; the application must place keys with the same function",
  strategyNames,
);

export const dynamodb: Target = {
  ...modelled(
    "dynamodb",
    "Amazon DynamoDB: partitions of an unpublished hash",
    "DynamoDB's hash is not published; an even 64-bit hash stands in for it",
    ["hash"],
  ),
  // Partitions are split, never dealt anew: slices whose number is a multiple of the partitions' refine them.
  slotLayout: (request) => {
    const partitions = request.shards.length;
    const size = { unit: "slice", count: sliceCount(partitions), grain: "slices", balancedBy: "count" } as const;
    return slotLayout(request, size, (slice) => slice % partitions, generic.shardMap);
  },
};

export const spanner = modelled(
  "spanner",
  "Google Cloud Spanner: splits of the primary key by size and load",
  "Spanner cuts and moves splits by size and load; even quantiles of the data stand in for them",
  ["range"],
);

export const bigtable = modelled(
  "bigtable",
  "Google Cloud Bigtable: tablets of the row key by size and load",
  "Bigtable cuts and moves tablets by size and load; even quantiles of the data stand in for them",
  ["range"],
);

export const cockroachdb = modelled(
  "cockroachdb",
  "CockroachDB: ranges of the primary key; hash-sharded indexes",
  "ranges are cut by size and load, hash-sharded indexes hash an internal encoding; quantiles and an even hash stand in",
  ["range", "hash"],
);

export const tidb = modelled(
  "tidb",
  "TiDB: regions of the row key by size",
  "regions are cut and moved by size and load; even quantiles of the data stand in for them",
  ["range"],
);

export const redshift = modelled(
  "redshift",
  "Amazon Redshift: slices by an unpublished hash of the DISTKEY",
  "Redshift's hash is not published; an even 64-bit hash stands in for it",
  ["hash"],
);
