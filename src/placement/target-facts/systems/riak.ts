import type { SystemFacts } from "../../target-facts.ts";

/** Facts on riak, each with its status and sources; checked 2026-11-20. */
export const riak: SystemFacts = {
  name: "riak",
  title: "Riak KV",
  kind: "key-value, Dynamo ring",
  versions: "basho/riak_core @25d9a6fa (2023-06), basho_docs KV 2.2.3",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "fixed-partition ring (consistent hashing, claimed vnodes)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "hash",
      value: "SHA-1 of Erlang term_to_binary({Bucket,Key})",
      status: "verified",
      sources: ["s1", "s2"],
    },
    { section: "placement", name: "slots", value: 64, status: "verified", sources: ["s1", "s2"] },
    {
      section: "placement",
      name: "virtual nodes",
      value: "ring_size/nodes",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "h = SHA1(bytes) as 160-bit int; inc = 2^160 div ringSize (source uses " +
        "trunc(pow(2,160)-1), which is 2^160 in floating point); first partition index = ((h " +
        "div inc)+1) mod ringSize; preflist = next n_val partitions",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "encoding",
      value:
        "131,104,2, 109,len32BE,bucket, 109,len32BE,key  (typed bucket replaces bucket by " +
        "{Type,Bucket}: 104,2,109..,109..)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "alternatives",
      value: "chash_bucketonly_keyfun",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "modes",
      value: "leaderless sloppy quorum, hinted handoff, AAE, MDC replication",
      status: "verified",
      sources: ["s1", "s3"],
    },
    {
      section: "replication",
      name: "default",
      value: "n_val=3, r=w=dw=rw=quorum, pr=pw=0",
      status: "verified",
      sources: ["s1", "s3"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: 3,
      status: "verified",
      sources: ["s1", "s3"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "quorum = floor(N/2)+1",
      status: "verified",
      sources: ["s1", "s3"],
    },
    { section: "replication", name: "lag", value: "eventual", status: "verified", sources: ["s1", "s3"] },
    {
      section: "limits",
      name: "ring_size",
      value: 64,
      unit: "partitions",
      scope: "default, power of two, fixed before start",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "partitions_per_node_min",
      value: 10,
      scope: "guidance (10-50)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "target_n_val",
      value: 4,
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "transfer_limit",
      value: 2,
      unit: "concurrent transfers/node",
      scope: "default",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "object_size",
      value: "<1-2 MB",
      scope: "guidance",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "min_nodes_production",
      value: 5,
      scope: "guidance",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "disk_alert",
      value: "50-60%",
      scope: "add capacity above",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "failover",
      name: "automatic",
      value: "leaderless; fallback vnodes",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "~0 with sloppy quorum",
      status: "derived",
      sources: ["s3"],
    },
    {
      section: "resharding",
      name: "unit",
      value: "partition (vnode)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "resharding",
      name: "mechanism",
      value: "cluster plan/commit -> ownership handoff; ring resize feature deprecated",
      status: "verified",
      sources: ["s3"],
    },
    { section: "resharding", name: "online", value: true, status: "verified", sources: ["s3"] },
    {
      section: "resharding",
      name: "share moved",
      value:
        "claim moves ~ringSize/(n+1) partitions to a joining node; ring_size itself cannot " +
        "be changed in practice",
      status: "derived",
      sources: ["s3"],
    },
    {
      section: "resharding",
      name: "transfer_limit",
      value: 2,
      scope: "default",
      status: "verified",
      sources: ["s3"],
    },
  ],
  guidance: [
    "Suggested ring: 3-5 nodes 64/128; 6 nodes 64-256; 7-10 nodes 128/256; 11-12 nodes " +
      "128-512; 1024 only >20 nodes.",
    "Disk = objects * avg size * n_val.",
  ],
  unverified: ["failover, net_ticktime: 60 s (Erlang default)", "net_ticktime"],
  sources: {
    s1:
      "basho/riak_core src/chash.erl, riak_core_util.erl, riak_core_bucket_props.erl, " +
      "priv/riak_core.schema @25d9a6fa",
    s2:
      "basho/basho_docs content/riak/kv/2.2.3/learn/concepts/replication.md (worked example " +
      "reproduced)",
    s3:
      "basho_docs kv/2.2.3: setup/planning/cluster-capacity.md, configuring/reference.md, " +
      "developing/app-guide/replication-properties.md, using/cluster-operations/handoff.md " +
      "@6409dd9c",
  },
};
