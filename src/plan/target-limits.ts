import { assert } from "../base/assert.ts";
import { type Fact, factsOf } from "../placement/target-facts.ts";

/** What a system limits. */
export type LimitedBy = "replicas" | "shards" | "shard-bytes" | "all-bytes" | "connections";

/** A verified limit of a system, in the unit of what it limits. */
export interface TargetLimit {
  readonly what: LimitedBy;
  readonly most: number;
  readonly system: string;
  /** The fact's own name, value, unit and scope. */
  readonly fact: string;
  /** A default can be raised and guidance passed over; what is hard can't. */
  readonly kind: "hard" | "default" | "guidance";
  readonly sources: readonly string[];
}

/** Facts that limit what a plan decides. Which of them are verified, and their values, stand with the facts. */
const limiting: readonly { readonly system: string; readonly fact: string; readonly what: LimitedBy; readonly less?: number }[] = [
  { system: "postgres", fact: "max_connections", what: "connections" },
  { system: "postgres", fact: "max_wal_senders", what: "replicas" },
  { system: "mysql", fact: "max_connections", what: "connections" },
  // Members include the primary.
  { system: "mongodb", fact: "replica_set_members", what: "replicas", less: 1 },
  { system: "citus", fact: "MAX_SHARD_COUNT", what: "shards" },
  { system: "vitess", fact: "max_shards_GenerateShardRanges", what: "shards" },
  { system: "vitess", fact: "recommended_shard_size", what: "shard-bytes" },
  { system: "aurora", fact: "aurora_replicas", what: "replicas" },
  { system: "aurora", fact: "aurora_volume_max", what: "all-bytes" },
  { system: "cosmosdb", fact: "physical_partition_size", what: "shard-bytes" },
  { system: "yugabytedb", fact: "max_tablets_per_table", what: "shards" },
  { system: "redis", fact: "recommended_max_nodes", what: "shards" },
  { system: "redis", fact: "maxclients", what: "connections" },
  { system: "azuresql", fact: "hyperscale_size", what: "all-bytes" },
];

const units: Readonly<Record<string, number>> = { GB: 1e9, TB: 1e12, GiB: 2 ** 30, TiB: 2 ** 40 };

/** The limits of a system that were verified; what was only heard of, quoted or derived limits nothing. */
export function limitsOf(system: string): readonly TargetLimit[] {
  const facts = factsOf(system);
  if (facts === undefined) return [];
  return limiting.flatMap(({ system: owner, fact: name, what, less = 0 }): TargetLimit[] => {
    if (owner !== system) return [];
    const fact = facts.facts.find((one) => one.section === "limits" && one.name === name);
    assert(fact !== undefined && typeof fact.value === "number", `${system} has a fact ${name} that is a number`);
    if (fact.status !== "verified") return [];
    const unit = what.endsWith("bytes") ? units[fact.unit?.split(" ")[0] ?? ""] : 1;
    assert(unit !== undefined, `the unit of ${system}'s ${name} is known`);
    return [
      {
        what,
        most: fact.value * unit - less,
        system,
        fact: factText(fact),
        kind: kindOf(fact),
        sources: fact.sources.map((source) => facts.sources[source] ?? source),
      },
    ];
  });
}

function factText({ name, value, unit, scope }: Fact): string {
  return `${name} ${String(value)}${unit === undefined ? "" : ` ${unit}`}${scope === undefined ? "" : `, ${scope}`}`;
}

function kindOf({ scope = "" }: Fact): TargetLimit["kind"] {
  if (scope.includes("guidance")) return "guidance";
  return scope.includes("default") ? "default" : "hard";
}
