import type { SystemFacts } from "../../target-facts.ts";

/** Facts on cloudsql, each with its status and sources; checked 2026-11-20. */
export const cloudsql: SystemFacts = {
  name: "cloudsql",
  title: "Google Cloud SQL",
  kind: "managed relational",
  versions: "docs copies",
  facts: [
    { section: "placement", name: "family", value: "none", status: "verified", sources: ["s1"] },
    {
      section: "replication",
      name: "modes",
      value: "HA: synchronous regional disk to standby in second zone; read replicas async",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "default",
      value: "zonal; HA optional",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "2 zones",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "write committed to both zones before ack",
      status: "verified",
      sources: ["s1"],
    },
    { section: "replication", name: "lag", value: "replica async", status: "verified", sources: ["s1"] },
    { section: "limits", name: "storage_max", value: 64, unit: "TB", scope: "dedicated core", status: "verified", sources: ["s2"] },
    { section: "limits", name: "storage_max_shared_core", value: 3, unit: "TB", scope: "shared core", status: "verified", sources: ["s2"] },
    { section: "limits", name: "table_size", value: 16, unit: "TB", scope: "hard (MySQL)", status: "verified", sources: ["s2"] },
    {
      section: "limits",
      name: "tables",
      value: 50000,
      scope: "default; 500,000 from 32 cores and 200 GB of memory on (MySQL)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "max_connections",
      value: "by the memory of the machine type",
      scope: "default; a flag sets it",
      status: "verified",
      sources: ["s2"],
    },
  ],
  guidance: ["HA doubles instance cost (CPU, RAM, storage)."],
  unverified: [
    "failover, automatic: HA config",
    "failover, failover_time: ~60 s (commonly quoted)",
    "failover, time to recover: same IP after failover; ~60 s",
    "resharding, unit: none",
    "resharding, mechanism: application sharding",
  ],
  sources: {
    s1:
      "https://cloud.google.com/sql/docs/high-availability (ja copy) and " +
      "https://docs.cloud.google.com/sql/docs/availability.md.txt",
    s2: "https://cloud.google.com/sql/docs/mysql/quotas (a copy of 2026-04-10)",
  },
};
