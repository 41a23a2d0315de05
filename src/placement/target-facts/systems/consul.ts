import type { SystemFacts } from "../../target-facts.ts";

/** Facts on consul, each with its status and sources; checked 2026-11-20. */
export const consul: SystemFacts = {
  name: "consul",
  title: "HashiCorp Consul",
  kind: "coordination (Raft KV)",
  versions: "HashiCorp docs copies",
  facts: [
    { section: "failover", name: "automatic", value: true, status: "verified", sources: ["s1"] },
    {
      section: "failover",
      name: "raft_multiplier_unit",
      value: "heartbeat 1000 ms, election 1000 ms, leader lease 500 ms per unit",
      scope: "multiplier 1 recommended for production",
      status: "verified",
      sources: ["s1"],
    },
    {
      section: "failover",
      name: "time to recover",
      value: "5-10 s default, 1-2 s with multiplier 1",
      status: "derived",
      sources: ["s1"],
    },
  ],
  guidance: [],
  unverified: [
    "placement, family: none (full copy)",
    "replication, modes: Raft",
    "replication, default: 3/5 servers",
    "replication, replication factor: 3/5",
    "replication, acknowledgement: majority",
    "limits, kv_value_size: 512 KB (default)",
    "failover, raft_multiplier_default: 5 (default => 5 s / 5 s / 2.5 s)",
    "resharding, unit: member",
    "resharding, mechanism: autopilot",
    "resharding, online: yes",
    "resharding, share moved: full dataset",
    "default multiplier, KV value limit",
  ],
  sources: { s1: "HashiCorp Consul production docs" },
};
