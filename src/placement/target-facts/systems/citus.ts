import type { SystemFacts } from "../../target-facts.ts";

/** Facts on citus, each with its status and sources; checked 2026-11-20. */
export const citus: SystemFacts = {
  name: "citus",
  title: "Citus (14.0, PostgreSQL extension)",
  kind: "distributed relational (PostgreSQL)",
  versions: "citusdata/citus @a3d5708a (v14.0.0, 2026-05-07); citus_docs @74f978bc (2025-04-11)",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "hash-range over int32 space (fixed shards)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "hash",
      value:
        "PostgreSQL standard (non-extended) hash function of the column type: " +
        "hashint4/hashint8/hashtext/uuid_hash... (32-bit, no seed)",
      status: "verified",
      sources: ["s1"],
    },
    { section: "placement", name: "slots", value: 32, status: "verified", sources: ["s1"] },
    {
      section: "placement",
      name: "formula",
      value:
        "range = floor(2^32/shardCount); shard i = [ -2^31 + i*range, -2^31 + (i+1)*range - " +
        "1 ], last shard ends at 2^31-1; index = min( floor((hash + 2^31)/range), " +
        "shardCount-1 ); initial placement = shardIndex % workerCount over the sorted worker " +
        "list",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding",
      value: "same encodings as PostgreSQL (int8 folds to equal int4 hash)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "alternatives",
      value:
        "reference tables (full copy); schema-based sharding (one colocation group per " +
        "schema); range/append (legacy)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "modes",
      value:
        "none at shard level by default (shard_replication_factor=1); node-level PostgreSQL " +
        "streaming replication; statement replication (legacy)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "default",
      value: "shard_replication_factor=1",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: 1,
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "2PC for multi-shard writes",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "lag",
      value: "per node standby",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "citus.shard_count",
      value: 32,
      unit: "shards",
      scope: "default per colocation group",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "MAX_SHARD_COUNT",
      value: 64000,
      unit: "shards",
      scope: "hard",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "citus.max_adaptive_executor_pool_size",
      value: 16,
      unit: "conn/worker/session",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "citus.max_shared_pool_size",
      value: 0,
      unit: "= coordinator max_connections",
      scope: "default (auto)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "shard_count_multitenant",
      value: "32-128",
      scope: "docs guidance (32 when <100 GB)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "shard_count_analytics",
      value: "2x-4x total worker cores",
      scope: "docs guidance",
      status: "verified",
      sources: ["s2"],
    },
    { section: "failover", name: "automatic", value: false, status: "verified", sources: ["s2"] },
    {
      section: "failover",
      name: "note",
      value: "Delegated to PostgreSQL HA per node (Patroni supports Citus)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "resharding",
      name: "unit",
      value: "colocated shard group",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "citus_rebalance_start(): logical replication copy, brief write lock while switching " +
        "metadata; citus_split_shard_by_split_points / isolate_tenant_to_new_shard split a " +
        "hash range; alter_distributed_table rewrites all rows",
      status: "verified",
      sources: ["s1", "s2"],
    },
    { section: "resharding", name: "online", value: true, status: "verified", sources: ["s1", "s2"] },
    {
      section: "resharding",
      name: "share moved",
      value:
        "n->n+k workers: moves ~S*k/(n+k) shards (exactly the surplus above floor/ceil " +
        "balance); split: only that shard; alter_distributed_table: 100%",
      status: "derived",
      sources: ["s1", "s2"],
    },
    {
      section: "resharding",
      name: "citus.max_background_task_executors_per_node",
      value: 1,
      scope: "default (shards of one colocation group move sequentially)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "rebalance_strategy_default",
      value: "by_disk_size",
      scope: "since 12.0 (by_shard_count before)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "by_disk_size.threshold",
      value: 0.1,
      unit: "ratio",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "by_disk_size.minimum_threshold",
      value: 0.01,
      unit: "ratio",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "by_disk_size.improvement_threshold",
      value: 0.5,
      unit: "ratio",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "rebalancer_by_disk_size_base_cost",
      value: 104857600,
      unit: "bytes",
      scope: "added per shard group",
      status: "verified",
      sources: ["s1"],
    },
  ],
  guidance: [
    "Distribution column must be part of every PK/UNIQUE constraint.",
    "Choose high cardinality, even distribution; never the timestamp (use partitioning for " +
      "time).",
    "Connections: (concurrent queries x shard count) should stay below (workers x " +
      "max_connections).",
    "Table needs PK or replica identity for online moves; REPLICA IDENTITY FULL " +
      "discouraged.",
  ],
  unverified: ["No upstream throughput-per-worker numbers"],
  sources: {
    s1:
      "citusdata/citus: operations/create_shards.c, utils/shardinterval_utils.c " +
      "(CalculateUniformHashRangeIndex), shared_library_init.c, sql/citus--9.1-1--9.2-1.sql, " +
      "citus--10.0-4--10.1-1.sql, citus--11.3-2--12.0-1.sql, " +
      "include/distributed/shared_library_init.h",
    s2:
      "citusdata/citus_docs: admin_guide/cluster_management.rst, faq/faq.rst, " +
      "sharding/data_modeling.rst, develop/api_guc.rst, develop/api_udf.rst",
  },
};
