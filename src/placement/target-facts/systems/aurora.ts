import type { SystemFacts } from "../../target-facts.ts";

/** Facts on aurora, each with its status and sources; checked 2026-11-20. */
export const aurora: SystemFacts = {
  name: "aurora",
  title: "Amazon Aurora / RDS",
  kind: "managed relational (shared storage)",
  versions: "AWS docs copies to 2026-10",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "none (single writer); Aurora Limitless Database not covered",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "modes",
      value: "Aurora: 6 copies over 3 AZ, shared storage; RDS Multi-AZ: synchronous standby",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "default",
      value: "Aurora 1 writer + up to 15 readers",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "6 storage copies",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "lag",
      value: "Aurora replicas usually well below 100 ms",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "aurora_volume_max",
      value: 256,
      unit: "TiB",
      scope: "specific engine versions (128 TiB others)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "aurora_replicas",
      value: 15,
      scope: "hard",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "rds_pg_max_connections",
      value: "LEAST(DBInstanceClassMemory/9531392,5000)",
      scope: "default formula",
      status: "quoted",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "aurora_replica_lag",
      value: "<100",
      unit: "ms",
      scope: "usual",
      status: "verified",
      sources: ["s2"],
    },
    { section: "failover", name: "automatic", value: true, status: "verified", sources: ["s1", "s5"] },
    {
      section: "failover",
      name: "aurora_failover",
      value: "<60 s, often <30 s",
      scope: "with replica",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "aurora_no_replica",
      value: "<10 min",
      scope: "recreate writer",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "rds_multi_az",
      value: "60-120 s",
      scope: "typical",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "use 30-60 s (Aurora), 60-120 s (RDS)",
      status: "derived",
      sources: ["s1", "s5"],
    },
  ],
  guidance: ["Single writer bounds write capacity: shard outside."],
  unverified: [
    "replication, acknowledgement: 4/6 write quorum",
    "resharding, unit: none",
    "resharding, mechanism: vertical scaling + read replicas; application sharding across " +
      "clusters",
    "4/6 quorum",
  ],
  sources: {
    s1:
      "AuroraUserGuide Concepts.AuroraHighAvailability " +
      "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
    s2: "Aurora.Managing.Performance read scaling, Aurora.Overview",
    s3:
      "Aurora.Overview.StorageReliability \"up to 256 tebibytes (TiB) for specific engine " +
      "versions\"",
    s4: "Amazon Aurora manual, in a secondary copy",
    s5: "RDS Concepts.MultiAZ.Failover \"typically 60-120 seconds\"",
  },
};
