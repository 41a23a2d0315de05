import type { SystemFacts } from "../../target-facts.ts";

/** Facts on clickhouse, each with its status and sources; checked 2026-11-20. */
export const clickhouse: SystemFacts = {
  name: "clickhouse",
  title: "ClickHouse",
  kind: "analytics (column store)",
  versions: "docs 2025-26",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "modulo by weighted sharding expression (Distributed engine)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "hash",
      value: "user expression, commonly cityHash64/sipHash64/xxHash64/intHash64(key)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "slots",
      value: "sum of shard weights",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "r = sharding_expr mod sum(weights); shard whose half-open interval [prev_weights, " +
        "prev_weights+weight) contains r; expression must return integer (use cityHash64)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "modes",
      value: "ReplicatedMergeTree async (Keeper); internal_replication=false duplicates writes",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "default",
      value: "async; internal_replication false unless set",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "replicas per shard",
      status: "verified",
      sources: ["s1"],
    },
    { section: "replication", name: "lag", value: "seconds", status: "verified", sources: ["s1"] },
    {
      section: "limits",
      name: "no_automatic_rebalance",
      value: true,
      scope: "data is not moved when shards are added",
      status: "derived",
      sources: ["s1"],
    },
    { section: "failover", name: "automatic", value: "replica retry", status: "verified", sources: ["s1"] },
    {
      section: "failover",
      name: "time to recover",
      value: "skip_unavailable_shards optional",
      status: "derived",
      sources: ["s1"],
    },
    { section: "resharding", name: "unit", value: "none automatic", status: "derived", sources: ["s1"] },
    {
      section: "resharding",
      name: "mechanism",
      value: "change weights for new writes; re-insert or copy old data manually",
      status: "derived",
      sources: ["s1"],
    },
    { section: "resharding", name: "online", value: "new data only", status: "derived", sources: ["s1"] },
    {
      section: "resharding",
      name: "share moved",
      value: "0 unless rewritten; mod change N->M would move 1-min(N,M)/lcm(N,M)",
      status: "derived",
      sources: ["s1"],
    },
  ],
  guidance: [
    "Sharding key only matters for INSERT through Distributed and " +
      "optimize_skip_unused_shards.",
  ],
  unverified: [
    "replication, acknowledgement: insert_quorum optional",
    "limits, max_partitions_per_insert_block: 100 (default)",
    "max_partitions_per_insert_block, insert_quorum",
  ],
  sources: { s1: "ClickHouse/ClickHouse docs/en/engines/table-engines/special/distributed.md @015dbe83" },
};
