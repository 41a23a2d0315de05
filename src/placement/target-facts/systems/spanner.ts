import type { SystemFacts } from "../../target-facts.ts";

/** Facts on spanner, each with its status and sources; checked 2026-11-20. */
export const spanner: SystemFacts = {
  name: "spanner",
  title: "Google Cloud Spanner",
  kind: "managed distributed SQL, range splits",
  versions: "docs copies 2024-26",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "range splits over primary key (interleaved), size/load based",
      status: "verified",
      sources: ["s2"],
    },
    { section: "placement", name: "slots", value: "dynamic splits", status: "verified", sources: ["s2"] },
    {
      section: "placement",
      name: "formula",
      value: "split = contiguous key range [split start, split limit)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "regional_read_qps_per_node",
      value: 22500,
      unit: "QPS (1 KB)",
      scope: "guidance, SSD, per region",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "regional_write_qps_per_node",
      value: 3500,
      unit: "QPS (1 KB)",
      scope: "guidance, SSD, total",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "processing_units_per_node",
      value: 1000,
      unit: "PU",
      scope: "definition",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "mutations_per_commit",
      value: 80000,
      unit: "mutations",
      scope: "hard",
      status: "quoted",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "servers_per_node_regional",
      value: 3,
      scope: "at least; 5 multi-region",
      status: "verified",
      sources: ["s4"],
    },
    { section: "resharding", name: "unit", value: "split", status: "verified", sources: ["s2"] },
    {
      section: "resharding",
      name: "mechanism",
      value: "automatic size- and load-based splitting and movement; pre-split with split points",
      status: "verified",
      sources: ["s2"],
    },
    { section: "resharding", name: "online", value: true, status: "verified", sources: ["s2"] },
    {
      section: "resharding",
      name: "share moved",
      value: "metadata/managed",
      status: "derived",
      sources: ["s2"],
    },
  ],
  guidance: [
    "Avoid monotonically increasing leading key (timestamps, sequences): UUIDv4, " +
      "bit-reverse, hash prefix or swap key order.",
    "CPU_USAGE_SCORE >50% = warm split, 100% = hot; >10 min persistent means redesign the " +
      "key.",
  ],
  unverified: [
    "replication, modes: Paxos, synchronous",
    "replication, default: regional: 3 read-write replicas; multi-region: 5 (2+2+witness)",
    "replication, replication factor: 3",
    "replication, acknowledgement: Paxos majority",
    "replication, lag: strong reads; stale reads optional",
    "limits, storage_per_node: 10 TiB (quota)",
    "failover, automatic: managed Paxos",
    "failover, time to recover: seconds",
    "10 TiB per node",
    "replica counts, RTO",
    "split size threshold",
  ],
  sources: {
    s1:
      "https://cloud.google.com/spanner/docs/performance (es-419 copy: regional SSD 22,500 " +
      "reads, 3,500 writes)",
    s2: "https://cloud.google.com/spanner/docs/introspection/hot-split-statistics",
    s3: "Spanner bulk-load doc -> /spanner/quotas",
    s4: "https://docs.cloud.google.com/spanner/docs/compute-capacity",
  },
};
