import type { SystemFacts } from "../../target-facts.ts";

/** Facts on spqr, each with its status and sources; checked 2026-11-20. */
export const spqr: SystemFacts = {
  name: "spqr",
  title: "SPQR (Stateless Postgres Query Router)",
  kind: "router over independent PostgreSQL",
  versions: "pg-sharding/spqr @d4a5cb99 (2026-08-22)",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "key ranges over raw key or over a 32-bit hash",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "hash",
      value: "identity (default), murmur = MurmurHash3 x86 32 seed 0, city = CityHash32",
      status: "verified",
      sources: ["s1"],
    },
    { section: "placement", name: "seed", value: 0, status: "verified", sources: ["s1"] },
    {
      section: "placement",
      name: "slots",
      value: "uint32 space 0..4294967295",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "integer -> Go PutUvarint of the (two's complement) uint64 in an 8-byte zero padded " +
        "buffer (10 bytes when value >= 2^56, incl. all negatives); varchar -> raw bytes; " +
        "uuid -> canonical lower-case text bytes; hash compared to key range lower bounds",
      status: "verified",
      sources: ["s1"],
    },
    { section: "placement", name: "encoding", value: "see formula", status: "verified", sources: ["s1"] },
    {
      section: "replication",
      name: "modes",
      value: "PostgreSQL per shard",
      status: "verified",
      sources: ["s2"],
    },
    { section: "replication", name: "default", value: "delegated", status: "verified", sources: ["s2"] },
    {
      section: "replication",
      name: "replication factor",
      value: "user",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "PostgreSQL",
      status: "verified",
      sources: ["s2"],
    },
    { section: "replication", name: "lag", value: "PostgreSQL", status: "verified", sources: ["s2"] },
    {
      section: "limits",
      name: "hash_space",
      value: "0..2^32-1",
      scope: "hard",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "limits",
      name: "data_move_bound_batch_size",
      value: 10000,
      unit: "rows",
      scope: "coordinator default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "automatic",
      value: "none (etcd for metadata)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "per-shard PostgreSQL HA",
      status: "derived",
      sources: ["s2"],
    },
    { section: "resharding", name: "unit", value: "key range", status: "verified", sources: ["s2"] },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "SPLIT KEY RANGE then REDISTRIBUTE KEY RANGE in batches (epsilon-split, no logical " +
        "replication)",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "resharding",
      name: "online",
      value: "rows of the in-flight batch briefly read-only",
      status: "verified",
      sources: ["s2"],
    },
    {
      section: "resharding",
      name: "share moved",
      value: "only the moved ranges; adding shards is explicit (user picks ranges)",
      status: "derived",
      sources: ["s2"],
    },
    {
      section: "resharding",
      name: "BATCH SIZE",
      value: 10000,
      unit: "rows",
      scope: "coordinator data_move_bound_batch_size default; docs examples use 1000/100",
      status: "verified",
      sources: ["s1"],
    },
  ],
  guidance: ["Create key ranges from the highest bound downwards."],
  unverified: [],
  sources: {
    s1:
      "pg-sharding/spqr pkg/models/hashfunction/hashfunction.go + _test.go, " +
      "pkg/config/coordinator.go",
    s2:
      "docs/sharding/hashed.mdx, docs/sharding/manual_rebalancing.mdx, " +
      "docs/sharding/balancing/details.mdx",
  },
};
