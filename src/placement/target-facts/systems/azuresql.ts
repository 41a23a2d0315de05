import type { SystemFacts } from "../../target-facts.ts";

/** Facts on azuresql, each with its status and sources; checked 2026-11-20. */
export const azuresql: SystemFacts = {
  name: "azuresql",
  title: "Azure SQL Database",
  kind: "managed relational",
  versions: "sql-docs 2022-07 snapshot",
  facts: [
    {
      section: "replication",
      name: "modes",
      value:
        "General Purpose: remote storage; Business Critical: 3 sync replicas; Hyperscale: " +
        "page servers + 0-4 HA secondaries",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "default",
      value: "tier dependent",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "3 (BC)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "managed",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "lag",
      value: "named replicas async",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "hyperscale_size",
      value: 100,
      unit: "TB",
      scope: "at snapshot date",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "gp_bc_size",
      value: 4,
      unit: "TB",
      scope: "max",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "hyperscale_ha_replicas",
      value: "0-4",
      status: "verified",
      sources: ["s1"],
    },
    { section: "limits", name: "named_replicas", value: 30, status: "verified", sources: ["s1"] },
    {
      section: "limits",
      name: "gp_iops_per_vcore",
      value: 500,
      unit: "IOPS, max 7000",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "bc_iops_per_vcore",
      value: 5000,
      unit: "IOPS, max 200000",
      status: "verified",
      sources: ["s1"],
    },
    { section: "failover", name: "automatic", value: true, status: "verified", sources: ["s2"] },
    {
      section: "failover",
      name: "reconfiguration",
      value: "<60 s",
      scope: "\"most ... finish in less than 60 seconds\"",
      status: "verified",
      sources: ["s2"],
    },
    { section: "failover", name: "time to recover", value: "<60 s", status: "derived", sources: ["s2"] },
  ],
  guidance: [],
  unverified: [
    "placement, family: none; Elastic Database client library uses shard map " +
      "(range/list/hash by app)",
    "limits, hyperscale_size: 128 TB newer",
    "resharding, unit: application",
    "resharding, mechanism: Elastic split-merge tool (application shard map)",
    "resharding, online: app-dependent",
    "resharding, share moved: application",
    "128 TB current Hyperscale maximum",
    "Elastic tools",
  ],
  sources: {
    s1:
      "MicrosoftDocs/sql-docs azure-sql/database/service-tier-hyperscale.md @01b0c3af " +
      "(2022-07-25)",
    s2: "Azure SQL troubleshoot transient errors",
  },
};
