import type { SystemFacts } from "../../target-facts.ts";

/** Facts on mysql, each with its status and sources; checked 2026-11-20. */
export const mysql: SystemFacts = {
  name: "mysql",
  title: "MySQL 8.x (async, semi-sync, Group Replication)",
  kind: "relational/single-writer (GR optionally multi-primary)",
  versions: "8.0/8.4 manual copies; semi-sync source code",
  facts: [
    {
      section: "replication",
      name: "modes",
      value:
        "async (default); semi-sync (AFTER_SYNC); Group Replication (Paxos-like, " +
        "single-primary default)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    { section: "replication", name: "default", value: "async", status: "verified", sources: ["s1", "s2"] },
    {
      section: "replication",
      name: "replication factor",
      value: "1 source + N replicas; GR up to 9 members",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value:
        "semi-sync: wait for rpl_semi_sync_source_wait_for_replica_count ACKs of relay-log " +
        "receipt, then silently degrade to async after timeout; GR: majority certification",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "lag",
      value: "async lag unbounded (single/parallel applier)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "max_connections",
      value: 151,
      unit: "connections",
      scope: "server default",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "group_replication_max_members",
      value: 9,
      unit: "members",
      scope: "hard",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "max_partitions_per_table",
      value: 8192,
      unit: "partitions incl. subpartitions",
      scope: "hard (non-NDB)",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "semi_sync_timeout",
      value: 10000,
      unit: "ms",
      scope: "default, then falls back to async",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "automatic",
      value: "only with Group Replication/InnoDB Cluster",
      status: "verified",
      sources: ["s2", "s5"],
    },
    {
      section: "failover",
      name: "gr_detection_period",
      value: 5,
      unit: "s",
      scope: "fixed initial",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "failover",
      name: "group_replication_member_expel_timeout",
      value: 5,
      unit: "s",
      scope: "default since 8.0.21 => ~10 s before expulsion",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "failover",
      name: "time to recover",
      value:
        "async/semi-sync: external tool (Orchestrator, VTOrc). GR: 5 s detect + 5 s expel + " +
        "primary election",
      status: "derived",
      sources: ["s2", "s5"],
    },
  ],
  guidance: [
    "Partitioning does not scale writes: all partitions share one instance.",
    "Every UNIQUE/PK must contain all partition columns.",
    "For large GR transactions keep messages deliverable within the 5 s window or members " +
      "are suspected.",
  ],
  unverified: [
    "placement, family: none cross-server (application or Vitess shards); local HASH/KEY " +
      "partitions",
    "placement, hash: PARTITION BY HASH(expr): MOD(expr, N); LINEAR HASH: power-of-two " +
      "mask; PARTITION BY KEY: server-internal hash (not portable)",
    "placement, formula: HASH: p = MOD(expr, N)",
    "limits, semi_sync_wait_for_replica_count: 1 (default)",
    "failover, replica_net_timeout: 60 s (default; Orchestrator recommends 4 s)",
    "resharding, unit: none built in",
    "resharding, mechanism: application-level copy (MyDumper/clone + binlog catch-up) or " +
      "move to Vitess",
    "resharding, share moved: application defined; modulo N->M moves 1 - min(N,M)/lcm(N,M)",
    "KEY() partition hash internals",
    "replica_net_timeout=60 and wait_for_replica_count=1 defaults not re-read",
    "HASH()/LINEAR HASH formula not re-read",
  ],
  sources: {
    s1:
      "MySQL/MariaDB source plugin/semisync (sysvar rpl_semi_sync_master_timeout default " +
      "10000)",
    s2:
      "MySQL Reference Manual 20.3.2 Group Replication Limitations + 20.7.6 " +
      "https://dev.mysql.com/doc/refman/8.0/en/group-replication-limitations.html",
    s3: "mysql sql/sys_vars.cc max_connections DEFAULT(151)",
    s4: "https://dev.mysql.com/doc/refman/8.0/en/partitioning-limitations.html",
    s5: "openark/orchestrator docs/configuration-failure-detection.md @730db91f",
  },
};
