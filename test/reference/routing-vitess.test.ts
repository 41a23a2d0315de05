import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import { describeReference, readReference, referenceLines } from "./reference.ts";
import { designContext, expectAgreement, peerClass, sameShards, schemaOf, typeOf, type RoutingCase } from "./routing-suite.ts";

interface VschemaTable {
  readonly kind: string;
  readonly shard_key: readonly string[];
  readonly shard_key_vindex_type: string | null;
  readonly columns: readonly string[];
}

interface Vschemas {
  readonly vschemas: Readonly<Record<string, { readonly keyspaces: Readonly<Record<string, { readonly tables: Readonly<Record<string, VschemaTable>> }>> }>>;
}

interface Case {
  readonly id: string;
  readonly sql: string;
  readonly core: boolean;
  readonly vschema: string;
  readonly tables: readonly { readonly keyspace: string; readonly table: string; readonly kind: string; readonly shard_key: readonly string[]; readonly shard_key_vindex_type: string | null }[];
  readonly expected: { readonly class: string; readonly worst_route: string | null };
}

/** Vindexes of the tests' vschemas that only tests have, by the real one that behaves alike. */
const standIns: Readonly<Record<string, string>> = { hash_test: "hash", multicol_test: "multicol" };

function designOf(tables: readonly Case["tables"][number][]): object {
  return Object.fromEntries(tables.filter(({ table }) => table !== "dual").map(({ table, kind, shard_key, shard_key_vindex_type }) => {
    if (kind === "reference") return [table, { kind }];
    if (kind !== "sharded") return [table, { kind: "unsharded" }];
    const type = shard_key_vindex_type ?? "hash";
    return [table, { shardKey: shard_key, vindex: standIns[type] ?? type, type: "int64" }];
  }));
}

function toCase({ id, sql, vschema, tables, expected }: Case, vschemas: Vschemas): RoutingCase {
  const known = Object.values(vschemas.vschemas[vschema]?.keyspaces ?? {}).flatMap((keyspace) => Object.entries(keyspace.tables));
  void known;
  const several = expected.class === "cross-shard-join" || expected.class === "multi-route";
  const worst = several ? expected.worst_route ?? expected.class : expected.class;
  return {
    id,
    sql,
    dialect: "mysql",
    context: designContext({ version: 1, target: "vitess", shards: 4, tables: designOf(tables) }, schemaOf([])),
    expected: several ? `${expected.class} worst ${worst}` : expected.class,
    needsMore: !["single-shard", "reference", "unsharded", "none"].includes(expected.class),
    agrees: (ours) => {
      const said = peerClass(ours);
      if (expected.class === "none") return said === "none" || said === "single-shard" || said === "scatter";
      if (!several) return said === expected.class;
      const reach = ours.worstRequest === "scatter-gather" ? "scatter" : ours.worstRequest ?? said;
      return reach === worst;
    },
  };
}

describeReference("VTGate's planner", () => {
  beforeAll(() => loadGrammar("mysql"));

  test("classes of plans", () => {
    const vschemas = JSON.parse(readReference("routing/vitess/vschemas.json")) as Vschemas;
    const cases = referenceLines<Case>("routing/vitess/cases.jsonl").filter(({ core }) => core).map((line) => toCase(line, vschemas));
    expectAgreement("vitess", cases, {});
  });
});
void sameShards;
void typeOf;
