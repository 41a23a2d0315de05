import type { SystemFacts } from "../../target-facts.ts";

/** Facts on scylladb, each with its status and sources; checked 2026-11-20. */
export const scylladb: SystemFacts = {
  name: "scylladb",
  title: "ScyllaDB",
  kind: "wide-column, shard-per-core; vnodes or tablets",
  versions: "scylladb/scylladb test & docs snapshots 2024-25",
  facts: [
    {
      section: "placement",
      name: "family",
      value:
        "token ring (vnodes) or tablets (power-of-two token ranges); plus intra-node CPU " +
        "shard",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "hash",
      value: "same Murmur3 token as Cassandra (signed tail)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "slots",
      value: "tablets: power of two per table",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "CPU shard = ((token + 2^63) << ignore_msb (12 default)) * nShards >> 64 (uint64 " +
        "wrap before multiply); minimum token -> 0.",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "encoding",
      value: "as Cassandra",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "target_tablet_size",
      value: 5,
      unit: "GiB",
      scope: "default",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "tablet_split_trigger",
      value: 2,
      unit: "x target average",
      scope: "doubles tablet count",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "tablet_merge_trigger",
      value: 0.5,
      unit: "x target average",
      scope: "halves tablet count",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "murmur3_partitioner_ignore_msb_bits",
      value: 12,
      unit: "bits",
      scope: "default",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "resharding",
      name: "unit",
      value: "tablet (or vnode range)",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "tablet load balancer streams whole SSTables (file-based), several nodes may join at " +
        "once; vnode mode streams ranges like Cassandra",
      status: "verified",
      sources: ["s4"],
    },
    { section: "resharding", name: "online", value: true, status: "verified", sources: ["s4"] },
    {
      section: "resharding",
      name: "share moved",
      value: "k/(n+k) of replica data; split/merge moves no data across nodes by itself",
      status: "derived",
      sources: ["s4"],
    },
  ],
  guidance: [
    "Tablet keyspaces must stay RF-rack-valid.",
    "Tablet count is rounded to powers of two and can overshoot goal by 2x.",
    "Reducing shard (core) count of a node with tablets is unsupported; no reshard on " +
      "restart.",
  ],
  unverified: [
    "placement, virtual nodes: 256 per node default in vnode mode",
    "placement, formula: Tablet id = top log2(tabletCount) bits of (token + 2^63)",
    "replication, modes: leaderless quorum; Raft topology; tablets",
    "replication, default: RF per keyspace (3)",
    "replication, replication factor: 3",
    "replication, acknowledgement: tunable CL",
    "replication, lag: hinted handoff",
    "limits, tablets_per_shard_goal: 100 (soft goal default value)",
    "failover, automatic: leaderless",
    "failover, time to recover: 0 for available CL",
    "num_tokens=256, tablets_per_shard_goal=100 numeric default, tablet id bit formula, " +
      "replication defaults",
  ],
  sources: {
    s1: "scylladb/scylladb test/boost/partitioner_test.cc @01e3307c",
    s2: "db/config.cc murmur3_partitioner_ignore_msb_bits default 12",
    s3:
      "tablet allocator forward header (path inferred service/tablet_allocator_fwd.hh) " +
      "default_target_tablet_size = 5 GiB",
    s4: "docs/architecture/tablets.rst @0b84f43e",
  },
};
