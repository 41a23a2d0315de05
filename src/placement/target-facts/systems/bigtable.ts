import type { SystemFacts } from "../../target-facts.ts";

/** Facts on bigtable, each with its status and sources; checked 2026-11-20. */
export const bigtable: SystemFacts = {
  name: "bigtable",
  title: "Google Cloud Bigtable",
  kind: "managed wide-column, range tablets",
  versions: "docs copies 2025-26",
  facts: [
    {
      section: "replication",
      name: "modes",
      value: "single cluster (zonal); multi-cluster async, up to 8 regions per instance",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "replication",
      name: "default",
      value: "1 cluster; app profile routing",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "clusters",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "async, last-writer-wins",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "ssd_reads_per_node",
      value: 17000,
      unit: "rows/s (1 KB)",
      scope: "guidance (14,000 in older text)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "ssd_writes_per_node",
      value: 14000,
      unit: "rows/s (1 KB)",
      scope: "guidance",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "ssd_scan_per_node",
      value: 220,
      unit: "MB/s",
      scope: "guidance",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "hdd_reads_per_node",
      value: 500,
      unit: "rows/s",
      scope: "guidance",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "hdd_writes_per_node",
      value: 10000,
      unit: "rows/s",
      scope: "guidance",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "hdd_scan_per_node",
      value: 180,
      unit: "MB/s",
      scope: "guidance",
      status: "verified",
      sources: ["s1"],
    },
  ],
  guidance: [
    "Sequential or timestamp-first row keys hotspot a single tablet.",
    "Throughput scales linearly with nodes only when keys are spread.",
  ],
  unverified: [
    "placement, family: range (lexicographic row key) -> tablets, storage separated " +
      "(Colossus)",
    "placement, slots: dynamic tablets",
    "placement, formula: tablet = range containing row key; tablets are reassigned between " +
      "nodes by metadata only",
    "replication, lag: eventual (seconds)",
    "limits, storage_per_node_ssd: 5 TB (hard (autoscale target ~70%))",
    "limits, storage_per_node_hdd: 16 TB (hard)",
    "limits, row_size: 256 MB (hard)",
    "limits, row_key_size: 4 KB (hard)",
    "failover, automatic: managed; automatic with multi-cluster routing",
    "failover, time to recover: seconds",
    "resharding, unit: tablet",
    "resharding, mechanism: automatic split/merge/rebalance; no data copy because nodes " +
      "hold pointers",
    "resharding, online: yes",
    "resharding, share moved: ~0 bytes copied",
    "resharding, throttle: takes up to ~20 min to benefit after adding nodes",
    "storage per node, row/key size, rebalance time, tablet mechanics (known, page body " +
      "not retrieved)",
  ],
  sources: {
    s1:
      "https://cloud.google.com/bigtable/docs/performance (es-419/de/it/pt copies; SSD " +
      "17,000 r/s or 14,000 w/s or 220 MB/s)",
    s2: "https://cloud.google.com/bigtable/docs/instances-clusters-nodes",
  },
};
