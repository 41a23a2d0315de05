import type { SystemFacts } from "../../target-facts.ts";

/** Facts on bigquery, each with its status and sources; checked 2026-11-20. */
export const bigquery: SystemFacts = {
  name: "bigquery",
  title: "Google BigQuery",
  kind: "analytics (serverless)",
  versions: "release notes copies",
  facts: [
    {
      section: "limits",
      name: "max_partitions_per_table",
      value: 10000,
      scope: "since 2024-05-29 (4,000 before)",
      status: "verified",
      sources: ["s1"],
    },
  ],
  guidance: ["Offload analytics; never a system of record for OLTP keys."],
  unverified: [
    "placement, family: partitioning (time/int-range) + clustering",
    "placement, slots: compute slots",
    "placement, formula: partition by date/int range; cluster up to 4 columns",
    "replication, modes: managed",
    "replication, default: managed",
    "replication, replication factor: managed",
    "replication, acknowledgement: managed",
    "replication, lag: streaming buffer",
    "limits, cluster_columns: 4 (hard)",
    "failover, automatic: managed",
    "failover, time to recover: managed",
    "resharding, unit: partition",
    "resharding, mechanism: automatic recluster",
    "resharding, online: yes",
    "resharding, share moved: managed",
    "all other limits",
  ],
  sources: { s1: "BigQuery release notes 2024-05-29" },
};
