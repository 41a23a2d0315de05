import type { SystemFacts } from "../../target-facts.ts";

/** Facts on postgres, each with its status and sources; checked 2026-11-20. */
export const postgres: SystemFacts = {
  name: "postgres",
  title: "PostgreSQL (single primary + streaming replicas; declarative hash partitioning)",
  kind: "relational/single-writer",
  versions: "15.18 run locally; algorithm stable since 11",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "hash-modulo (declarative partitions)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "hash",
      value:
        "per-type extended hash (lookup3-based hash_bytes_extended / " +
        "hash_bytes_uint32_extended) with seed 0x7A5B22367996DCFD, columns combined with " +
        "hash_combine64",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "rowHash=0; for each key column that is NOT NULL: h=hash_extended(value, seed); " +
        "rowHash ^= h + 0x49a0f4dd15e5a8e3 + (rowHash<<54) + (rowHash>>7) (all mod 2^64); " +
        "partition matches when rowHash (unsigned 64) % modulus == remainder",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding of int2, int4",
      value: "32-bit value hashed directly",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding of int8",
      value:
        "fold: lo32 ^ (v>=0 ? hi32 : ~hi32), then the 32-bit hash (so equal int4/int8 values " +
        "collide on purpose)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding of text, varchar",
      value: "raw UTF-8 bytes (deterministic collation)",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding of uuid",
      value: "16 raw bytes",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "encoding of null",
      value: "NULL columns are skipped; all-NULL key => rowHash 0 => remainder 0",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "alternatives",
      value: "range partitions; list partitions",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "placement",
      name: "scope",
      value: "Partitions live on one server unless combined with postgres_fdw/Citus/SPQR",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "replication",
      name: "modes",
      value: "async (default); sync FIRST n (priority); quorum ANY n",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "default",
      value: "async (synchronous_standby_names empty)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "replication factor",
      value: "user-defined; 1 primary + N standbys",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "acknowledgement",
      value: "synchronous_commit: off|local|remote_write|on(remote flush)|remote_apply; default on",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "lag",
      value: "async lag unbounded; Patroni docs: typical steady state well under 1 s",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "limits",
      name: "max_connections",
      value: 100,
      unit: "connections",
      scope: "per server, default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "superuser_reserved_connections",
      value: 3,
      unit: "connections",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "max_wal_senders",
      value: 10,
      unit: "standbys/slots",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "max_replication_slots",
      value: 10,
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "block_size",
      value: 8192,
      unit: "bytes",
      scope: "compile-time default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "max_table_size",
      value: 32,
      unit: "TiB",
      scope: "hard per relation at 8 KiB pages (2^32 pages)",
      note: "2^32 * 8 KiB",
      status: "derived",
      sources: ["s1"],
    },
    {
      section: "limits",
      name: "autovacuum_freeze_max_age",
      value: 200000000,
      unit: "xids",
      scope: "default; wraparound risk drives vacuum capacity",
      status: "verified",
      sources: ["s1"],
    },
    { section: "failover", name: "automatic", value: false, status: "verified", sources: ["s1"] },
    {
      section: "failover",
      name: "note",
      value:
        "No built-in automatic failover; use Patroni etc. " +
        "wal_receiver_timeout/wal_sender_timeout 60 s are the link-loss detectors",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "wal_receiver_timeout",
      value: 60000,
      unit: "ms",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "wal_sender_timeout",
      value: 60000,
      unit: "ms",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "wal_receiver_status_interval",
      value: 10,
      unit: "s",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "max_standby_streaming_delay",
      value: 30000,
      unit: "ms",
      scope: "default",
      status: "verified",
      sources: ["s1"],
    },
    { section: "resharding", name: "unit", value: "partition", status: "derived", sources: ["s1"] },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "ATTACH/DETACH; to refine modulus replace one (m,r) partition by (k*m, r), (k*m, " +
        "r+m) ... and copy only that partition; changing global modulus rewrites rows",
      status: "derived",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "online",
      value: "copy is user-driven; DETACH CONCURRENTLY exists (14+)",
      status: "derived",
      sources: ["s1"],
    },
    {
      section: "resharding",
      name: "share moved",
      value:
        "splitting one partition of modulus m into k parts rewrites 1/m of rows; m->m2 " +
        "everywhere moves 1 - min(m,m2)/lcm(m,m2)",
      status: "derived",
      sources: ["s1"],
    },
  ],
  guidance: [
    "PK/UNIQUE constraints must include every partition key column (PostgreSQL rule).",
    "Pick modulus as a power of two (or at least composite) so later splits only touch one " +
      "partition.",
  ],
  unverified: [
    "\"few thousand partitions\" practical ceiling not re-read",
    "max_table_size derived, not quoted",
  ],
  sources: {
    s1:
      "local PostgreSQL 15.18 server (Debian pkg postgresql-15), pg_settings + real " +
      "partition placement of 191 rows; src: postgres/postgres src/common/hashfn.c, " +
      "src/backend/partitioning/partbounds.c (algorithm reimplemented and matched 46 hashes " +
      "/ 191 placements) (2026-11-20)",
    s2: "patroni/patroni docs/replication_modes.rst @de6b22c8 (2026-07-24)",
  },
};
