import type { SystemFacts } from "../../target-facts.ts";

/** Facts on cosmosdb, each with its status and sources; checked 2026-11-20. */
export const cosmosdb: SystemFacts = {
  name: "cosmosdb",
  title: "Azure Cosmos DB (NoSQL API)",
  kind: "managed document/multi-model",
  versions: "MicrosoftDocs/azure-docs 2021-22 pages; azure-sdk-for-js hashing code",
  facts: [
    {
      section: "placement",
      name: "family",
      value: "hash range over effective partition key (EPK)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "hash",
      value: "V2: MurmurHash3 x64 128 (seed 0, standard unsigned tail) of typed encoding",
      status: "verified",
      sources: ["s1", "s2"],
    },
    { section: "placement", name: "seed", value: 0, status: "verified", sources: ["s1", "s2"] },
    {
      section: "placement",
      name: "slots",
      value: "EPK space 00..3F FF..(top 2 bits cleared)",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "formula",
      value:
        "epk = hex( BE64(h2) || BE64(h1) ), first byte &= 0x3F, upper case; physical " +
        "partition = contiguous EPK range, hash space divided evenly",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "placement",
      name: "encoding",
      value:
        "components concatenated; string: 08 || utf8 || FF; number: 05 || float64 " +
        "little-endian; null 01; false 02; true 03; undefined/{} 00",
      status: "verified",
      sources: ["s1", "s2"],
    },
    {
      section: "replication",
      name: "modes",
      value: "4+ replica set per physical partition; multi-region single or multi write",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "replication",
      name: "default",
      value: "at least 4 replicas per physical partition",
      status: "verified",
      sources: ["s3"],
    },
    { section: "replication", name: "replication factor", value: 4, status: "verified", sources: ["s3"] },
    {
      section: "replication",
      name: "lag",
      value: "cross-region async unless Strong",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "logical_partition_size",
      value: 20,
      unit: "GB",
      scope: "hard",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "physical_partition_size",
      value: 50,
      unit: "GB",
      scope: "30 GB for Cassandra API",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "physical_partition_throughput",
      value: 10000,
      unit: "RU/s",
      scope: "hard (serverless 5000, quoted)",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "logical_partition_throughput",
      value: 10000,
      unit: "RU/s",
      scope: "implied",
      status: "verified",
      sources: ["s3"],
    },
    {
      section: "limits",
      name: "container_initial_partitions_manual",
      value: "ceil(RU/6000)",
      scope: "creation heuristic (6000 RU/s per partition; 10000 for autoscale)",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "min_throughput",
      value: "max(400, GB*1 RU/s, maxEver/100)",
      unit: "RU/s",
      scope: "typical",
      status: "verified",
      sources: ["s4"],
    },
    {
      section: "limits",
      name: "document_size",
      value: 2,
      unit: "MB",
      scope: "hard",
      status: "quoted",
      sources: ["s5"],
    },
    {
      section: "resharding",
      name: "unit",
      value: "physical partition split into 2",
      status: "verified",
      sources: ["s3", "s4"],
    },
    {
      section: "resharding",
      name: "mechanism",
      value:
        "automatic split when RU/s > P*10,000 or size > 50 GB; splits until P = " +
        "ceil(RU/10000)",
      status: "verified",
      sources: ["s3", "s4"],
    },
    {
      section: "resharding",
      name: "online",
      value: "yes; scale-up async, typically 4-6 h",
      status: "verified",
      sources: ["s3", "s4"],
    },
    {
      section: "resharding",
      name: "share moved",
      value:
        "each split re-homes half of the parent; even split formula: set RU = " +
        "10000*P*2^ceil(log2(S/(10000*P))) then lower",
      status: "derived",
      sources: ["s3", "s4"],
    },
    {
      section: "resharding",
      name: "throttle",
      value: "4-6 h typical",
      status: "verified",
      sources: ["s3", "s4"],
    },
  ],
  guidance: [
    "Key value must be immutable, high cardinality, spread RU and storage evenly.",
    "Worry about cross-partition queries beyond ~30,000 RU/s or 100 GB.",
    "item id is a good key for write-heavy or small read-heavy containers.",
    "Convert large numbers to strings (IEEE-754 limits).",
  ],
  unverified: [
    "placement, hash: V1 (containers with partition-key definition version 1): different " +
      "32-bit Murmur-based scheme, not covered",
    "replication, default: consistency default Session",
    "replication, acknowledgement: local majority",
    "failover, automatic: managed",
    "failover, time to recover: in-region replica failover transparent; region failover " +
      "service-managed or manual",
    "V1 hash",
    "default consistency",
    "exact even-split EPK boundaries (e.g. 1FFF... for 2 partitions)",
    "RTO",
  ],
  sources: {
    s1:
      "Azure/azure-sdk-for-js sdk/cosmosdb/cosmos/test/internal/unit/hashing/v2.spec.ts " +
      "@363ae387 (13 vectors)",
    s2: ".../src/utils/hashing/v2.ts, murmurHash.ts, encoding/prefix.ts",
    s3:
      "MicrosoftDocs/azure-docs articles/cosmos-db/partitioning-overview.md @01ae410e " +
      "(2022-03)",
    s4: "articles/cosmos-db/scaling-provisioned-throughput-best-practices.md (2021-08)",
    s5: "Azure Cosmos DB manual, in secondary copies",
  },
};
