import type { SystemFacts } from "../../target-facts.ts";

/** Facts on elasticsearch, each with its status and sources; checked 2026-11-20. */
export const elasticsearch: SystemFacts = {
  name: "elasticsearch",
  title: "Elasticsearch",
  kind: "search engine",
  versions: "elastic/elasticsearch docs 8.x snapshot (older text) + source tests",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "fixed primary shards with routing shards (splittable)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "hash",
      value: "MurmurHash3 x86 32, seed 0, over UTF-16LE bytes of the routing string (signed)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    { section: "placement", name: "seed", value: 0, status: "verified", sources: ["s1", "s2"] },
    {
      section: "placement",
      name: "slots",
      value:
        "number_of_routing_shards (power-of-two multiple of primaries; <=1024 unless " +
        "primaries > 512, then 2x primaries)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "routingShards default = primaries * 2^max(1, 10 - ceil(log2(primaries))); " +
        "routing_factor = routingShards/primaries; shard = floorMod(hash(_routing or _id) [+ " +
        "partition offset], routingShards) / routing_factor",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "encoding",
      value: "UTF-16 little-endian",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "shard_size_guidance",
      value: "10-50 GB",
      scope: "guidance (logs/time series)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "shards_per_GB_heap",
      value: 20,
      scope: "guidance (<=8.2 era)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "max_shards_per_node",
      value: 1000,
      scope: "default cluster.max_shards_per_node",
      status: "quoted",
      sources: ["s6"],
    },
    { section: "resharding", name: "unit", value: "shard", status: "verified", sources: ["s4", "s5"] },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "_split (multiple of primaries within routingShards, index read-only, hard links " +
        "then delete-by-routing), _shrink; auto-rebalance moves shards",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "resharding",
      name: "online",
      value: "split needs write block; rebalance online",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "resharding",
      name: "share moved",
      value: "k/(n+k) shards when nodes join; split rewrites only deleted docs (hard links)",
      status: "derived",
      sources: ["s4", "s5"],
    },
    {
      section: "resharding",
      name: "cluster_concurrent_rebalance",
      value: 2,
      scope: "default",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "resharding",
      name: "node_concurrent_recoveries",
      value: 2,
      unit: "in+out each",
      scope: "default",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "resharding",
      name: "indices.recovery.max_bytes_per_sec",
      value: 40,
      unit: "MB/s per node",
      scope: "default",
      status: "verified",
      sources: ["s5"],
    },
  ],
  guidance: [
    "Fewer, 10-50 GB shards; avoid oversharding.",
    "Custom routing risks hot shards; use index.routing_partition_size to spread a tenant.",
  ],
  unverified: [
    "replication, modes: primary-replica sync",
    "replication, default: 1 replica per primary by default",
    "replication, replication factor: 1+replicas",
    "replication, acknowledgement: primary + in-sync copies",
    "replication, lag: refresh 1 s",
    "failover, automatic: yes",
    "failover, time to recover: replica promotion ~ seconds; allocation delayed 1 min by " +
      "default",
    "replica defaults, newer <=200M docs/shard guidance, delayed timeout",
  ],
  sources: {
    s1: "elastic/elasticsearch server/src/test/.../Murmur3HashFunctionTests.java @67bed573",
    s2:
      "elastic/elasticsearch IndexMetadata.java, calculateNumRoutingShards and " +
      "OperationRouting getShardNum",
    s3: "docs/reference/how-to/size-your-shards.asciidoc @01b66e52",
    s4: "docs/reference/modules/cluster/shards_allocation.asciidoc @129d2432",
    s5: "docs/reference/modules/indices/recovery.asciidoc @02cb4663",
    s6: "Elasticsearch manual, in a secondary copy",
  },
};
