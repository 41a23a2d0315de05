import type { SystemFacts } from "../../target-facts.ts";

/** Facts on mongodb, each with its status and sources; checked 2026-11-20. */
export const mongodb: SystemFacts = {
  name: "mongodb",
  title: "MongoDB (replica sets, sharded cluster)",
  kind: "document",
  versions: "docs 6.x-8.x text; server source (pre-8.0 initial_split_policy.cpp)",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "range of shard-key or range of 64-bit hash (chunks/ranges)",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "hash",
      value: "MD5 (first 8 bytes, little-endian signed int64)",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    { section: "placement", name: "seed", value: 0, status: "verified", sources: ["s1", "s2", "s3"] },
    {
      section: "placement",
      name: "slots",
      value:
        "unbounded ranges; initial hashed chunks = numShards (1/shard from 8.0; 2/shard " +
        "before)",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "initial hashed split points for n chunks: iv=((2^63-1)/n)*2 (integer div); even n: " +
        "0, +-iv, +-2iv...; odd n: +-iv/2, +-(iv/2+iv)...; chunk i -> shard (i / " +
        "chunksPerShard) % nShards in a shuffled shard list",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "encoding",
      value:
        "md5( int32LE(seed=0) || int32LE(canonicalType) || value bytes ); numbers -> int64 " +
        "LE after truncation toward zero (NaN -> 0; |x|>2^63 saturates); string/symbol -> " +
        "int32LE(len+1)||utf8||0x00; ObjectId 12 bytes; bool 1 byte; BinData int32LE " +
        "len||subtype||bytes; Date/Timestamp 8 bytes",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "canonical types",
      value:
        "MinKey -1, EOO/Undefined 0, Null 5, Number 10, String/Symbol 15, Object 20, Array " +
        "25, BinData 30, ObjectId 35, Bool 40, Date 45, Timestamp 47 in current source (45 " +
        "in the 2013 tests), RegEx 50, DBRef 55, Code 60, CodeWScope 65, MaxKey 127",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "placement",
      name: "alternatives",
      value: "ranged; compound hashed (one hashed field); zones",
      status: "verified",
      sources: ["s1", "s2", "s3"],
    },
    {
      section: "replication",
      name: "modes",
      value: "replica set (oplog pull, Raft-like pv1)",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "replication",
      name: "default",
      value: "w:majority implicit since 5.0 (w:1 with some arbiter topologies)",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "3 typical; max 50 members, 7 voting",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "write concern w / j / wtimeout",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "replication",
      name: "lag",
      value: "flow-controlled",
      status: "verified",
      sources: ["s4", "s5"],
    },
    {
      section: "limits",
      name: "range_size_default",
      value: 128,
      unit: "MB",
      scope: "default chunk/range size (64 MB before 6.0)",
      status: "verified",
      sources: ["s6"],
    },
    {
      section: "limits",
      name: "balance_threshold",
      value: 3,
      unit: "x range size (384 MB)",
      scope: "data-size difference that triggers balancing",
      status: "verified",
      sources: ["s6"],
    },
    {
      section: "limits",
      name: "replica_set_members",
      value: 50,
      scope: "hard",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "voting_members",
      value: 7,
      scope: "hard",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "oplog_auto_max",
      value: 50,
      unit: "GB",
      scope: "auto-sized upper bound",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "indexes_per_collection",
      value: 64,
      scope: "hard",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "jumbo_docs_factor",
      value: 1.3,
      unit: "x (rangeSize/avgObjSize) docs",
      scope: "range not movable above this",
      status: "verified",
      sources: ["s7"],
    },
    {
      section: "limits",
      name: "write_batch_ops",
      value: 100000,
      unit: "ops",
      scope: "hard per batch",
      status: "verified",
      sources: ["s4"],
    },
    { section: "failover", name: "automatic", value: true, status: "verified", sources: ["s8"] },
    {
      section: "failover",
      name: "heartbeat_interval",
      value: 2,
      unit: "s",
      scope: "default",
      status: "verified",
      sources: ["s8"],
    },
    {
      section: "failover",
      name: "electionTimeoutMillis",
      value: 10000,
      unit: "ms",
      scope: "default",
      status: "verified",
      sources: ["s8"],
    },
    {
      section: "failover",
      name: "median_election",
      value: 12,
      unit: "s",
      scope: "\"should not typically exceed\"",
      status: "verified",
      sources: ["s8"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "detect 10 s + election ~2 s => <=12 s median; writes unavailable meanwhile",
      status: "derived",
      sources: ["s8"],
    },
    {
      section: "resharding",
      name: "unit",
      value: "range",
      status: "verified",
      sources: ["s6", "s9", "s10"],
    },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "balancer moveRange (copy docs, catch-up, brief critical section, async range " +
        "delete); reshardCollection clones to a new temp collection then cuts over",
      status: "verified",
      sources: ["s6", "s9", "s10"],
    },
    {
      section: "resharding",
      name: "online",
      value: true,
      status: "verified",
      sources: ["s6", "s9", "s10"],
    },
    {
      section: "resharding",
      name: "share moved",
      value:
        "add shard: balancer moves until max-min data diff < 3*range size => ~ k/(n+k) of " +
        "each collection; reshardCollection copies 100%",
      status: "derived",
      sources: ["s6", "s9", "s10"],
    },
    {
      section: "resharding",
      name: "concurrent_migrations",
      value: "floor(nShards/2)",
      scope: "cluster; 1 per shard",
      status: "verified",
      sources: ["s6"],
    },
    {
      section: "resharding",
      name: "rangeDeleterBatchDelayMS",
      value: 20,
      unit: "ms",
      scope: "default",
      status: "verified",
      sources: ["s6"],
    },
    {
      section: "resharding",
      name: "secondaryThrottle",
      value: "unset",
      scope: "default: no per-doc replication wait",
      status: "verified",
      sources: ["s6"],
    },
    {
      section: "resharding",
      name: "reshard_min_duration",
      value: 5,
      unit: "min",
      scope: "always",
      status: "verified",
      sources: ["s9"],
    },
    {
      section: "resharding",
      name: "reshard_write_block",
      value: 2,
      unit: "s",
      scope: "max tolerated write block",
      status: "verified",
      sources: ["s10"],
    },
    {
      section: "resharding",
      name: "reshard_storage",
      value: "((collection+index)*2)/targetShards",
      scope: "free space per shard (24 h oplog)",
      status: "verified",
      sources: ["s10"],
    },
    {
      section: "resharding",
      name: "reshard_numInitialChunks",
      value: 90,
      scope: "default (rewriteCollection page)",
      status: "verified",
      sources: ["s10"],
    },
  ],
  guidance: [
    "Cardinality bounds the number of ranges (a 7-value key => at most 7 chunks).",
    "A single shard-key value cannot be split: frequency caps the hottest range.",
    "Monotonic ranged keys concentrate inserts on the max chunk; hash them.",
    "Doubles are truncated before hashing: do not use hashed index on floating point " +
      "values with meaningful fractions.",
  ],
  unverified: [
    "replication, lag: secondaries usually <1 s",
    "limits, bson_document_max: 16 MiB (hard)",
    "limits, jumbo_docs_factor: docs up to 4.4; 6.0+ text uses 2x",
    "BSON 16 MiB (well known, include not expanded)",
    "2x docs factor in newer manuals",
    "Timestamp canonical type in current releases: vectors exist only for the 2013-14 test " +
      "(Date and Timestamp both 45)",
    "typical secondary lag",
  ],
  sources: {
    s1: "mongodb/mongo src/mongo/db/hasher_test.cpp @d75d3297 and @0f422b4c",
    s2:
      "src/mongo/db/hasher.cpp (copy @07b11864 is a renamed fork; algorithm re-verified by " +
      "reproducing all upstream vectors)",
    s3:
      "mongodb/mongo src/mongo/db/s/config/initial_split_policy.cpp @00e1cefe " +
      "(calculateHashedSplitPoints)",
    s4: "mongodb/docs source/reference/limits.txt @00221c16",
    s5: "MongoDB manual \"Write Concern\" (implicit default w:majority)",
    s6: "mongodb/docs source/core/sharding-balancer-administration.txt @01f1a929",
    s7: "mongodb/docs source/includes/limits-sharding-maximum-documents-chunk.rst @0c934ca2",
    s8:
      "mongodb/docs source/core/replica-set-elections.txt @007b0403 + " +
      "includes/fact-election-latency.rst",
    s9: "mongodb/docs source/core/sharding-reshard-a-collection.txt @0a281751",
    s10:
      "https://www.mongodb.com/docs/manual/tutorial/resharding-for-adding-and-removing-shards, " +
      ".../v6.1/core/sharding-reshard-a-collection, .../reference/command/rewritecollection",
  },
};
