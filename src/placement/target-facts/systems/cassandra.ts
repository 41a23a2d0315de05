import type { SystemFacts } from "../../target-facts.ts";

/** Facts on cassandra, each with its status and sources; checked 2026-11-20. */
export const cassandra: SystemFacts = {
  name: "cassandra",
  title: "Apache Cassandra (5.x/6.0-dev)",
  kind: "wide-column, token ring",
  versions: "apache/cassandra trunk @00219074 (config), Murmur3Partitioner @031eb932",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "consistent-hash token ring with vnodes",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "hash",
      value:
        "MurmurHash3 x64 128, seed 0, first 64 bits (h1), signed; Cassandra variant " +
        "sign-extends TAIL bytes (full 16-byte blocks are unsigned)",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    { section: "placement", name: "seed", value: 0, status: "verified", sources: ["s1", "s2", "s3"] },
    {
      section: "placement",
      name: "slots",
      value: "2^64 tokens",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "virtual nodes",
      value: 16,
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "token(empty key)=-2^63; token = (h1 == -2^63) ? 2^63-1 : h1; owner = node with " +
        "smallest vnode token >= token (ring ranges are (prev, token]); replicas = next " +
        "distinct nodes/racks clockwise (NetworkTopologyStrategy)",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "encoding",
      value:
        "single-column partition key: raw serialized value (int=4B BE, bigint=8B BE, " +
        "text=utf8, uuid=16B); composite: for each component uint16BE len || bytes || 0x00",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "alternatives",
      value: "RandomPartitioner (MD5); ByteOrderedPartitioner",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "replication",
      name: "modes",
      value: "leaderless quorum, per-DC RF; hinted handoff; read repair / repair",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "default",
      value: "keyspace-defined (RF 3 typical); tunable consistency ONE..ALL, LOCAL_QUORUM",
      status: "verified",
      sources: ["s1"],
    },
    { section: "replication", name: "replication factor", value: 3, status: "verified", sources: ["s1"] },
    {
      section: "replication",
      name: "acknowledgement",
      value: "CL replicas; QUORUM=floor(RF/2)+1",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "lag",
      value: "eventually consistent; hints kept 3 h",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "num_tokens",
      value: 16,
      unit: "vnodes/node",
      scope: "cassandra.yaml default (1 if unset)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "allocate_tokens_for_local_replication_factor",
      value: 3,
      scope: "default in yaml",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "cells_per_partition",
      value: 2000000000,
      unit: "cells",
      scope: "hard",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "max_value_size",
      value: 256,
      unit: "MiB",
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "limits",
      name: "concurrent_reads/writes",
      value: 32,
      unit: "threads",
      scope: "default each",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "limits",
      name: "native_transport_max_threads",
      value: 128,
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "limits",
      name: "compaction_throughput",
      value: 64,
      unit: "MiB/s",
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "limits",
      name: "max_hint_window",
      value: 3,
      unit: "h",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "batch_size_fail_threshold",
      value: 50,
      unit: "KiB",
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "failover",
      name: "automatic",
      value: "no failover needed (leaderless)",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "failover",
      name: "phi_convict_threshold",
      value: 8,
      scope: "default failure detector",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "0 for CL<=available replicas",
      status: "derived",
      sources: ["s5"],
    },
    { section: "resharding", name: "unit", value: "token ranges", status: "verified", sources: ["s5"] },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "bootstrap/decommission/move streams SSTable ranges; then nodetool cleanup on old " +
        "owners",
      status: "verified",
      sources: ["s5"],
    },
    { section: "resharding", name: "online", value: true, status: "verified", sources: ["s5"] },
    {
      section: "resharding",
      name: "share moved",
      value:
        "adding k to n equal nodes: ~k/(n+k) of replica data streamed into the new nodes " +
        "(variance shrinks with vnodes)",
      status: "derived",
      sources: ["s5"],
    },
    {
      section: "resharding",
      name: "stream_throughput_outbound",
      value: 24,
      unit: "MiB/s per node",
      scope: "default (200 Mb/s pre-4.1)",
      status: "verified",
      sources: ["s5"],
    },
    {
      section: "resharding",
      name: "streaming_connections_per_host",
      value: 1,
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
  ],
  guidance: [
    "Partition cells N_v = N_r*(N_c - N_pk - N_s) + N_s; hard cap 2e9 cells.",
    "Partition bytes = sum(pk)+sum(static)+N_r*sum(clustering+regular)+N_v*8 (8 B/cell " +
      "metadata).",
    "Bucket (add month/hash column) when a partition grows without bound.",
  ],
  unverified: [
    "limits, partition_size_guidance: <=100 MB / 100k rows (community guidance)",
    "failover, time to recover: detector conviction ~10-20 s",
    "100 MB / 100k rows guidance only from secondary sources",
    "failure-detector wall time",
  ],
  sources: {
    s1: "apache/cassandra conf/cassandra_latest.yaml @00219074",
    s2: "src/java/org/apache/cassandra/dht/Murmur3Partitioner.java @031eb932",
    s3:
      "datastax ruby-driver spec/cassandra/murmur3_spec.rb and python-driver " +
      "test_metadata.py: 24 vectors incl. signed-tail cases",
    s4:
      "doc/modules/cassandra/pages/developing/data-modeling/data-modeling_refining.adoc " +
      "@18b4c186",
    s5: "src/java/org/apache/cassandra/config/Config.java @00219074",
  },
};
