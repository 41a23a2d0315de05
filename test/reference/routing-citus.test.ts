import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import { describeReference, referenceLines } from "./reference.ts";
import { designContext, expectAgreement, peerClass, schemaOf, type RoutingCase } from "./routing-suite.ts";

interface Table {
  readonly table: string;
  readonly kind: "sharded" | "reference";
  readonly shard_key: readonly string[] | null;
  readonly shard_count: number | null;
  readonly columns: readonly string[] | null;
  readonly column_types: Readonly<Record<string, string>> | null;
}

interface Case {
  readonly id: string;
  readonly sql: string;
  readonly core: boolean;
  readonly tables: readonly Table[];
  readonly local_tables: readonly string[];
  readonly tags: readonly string[];
  readonly expected: { readonly class: string };
}

/** Citus says either how many tasks run, or only that there is more than one shard ("not-single-shard"). */
function toCase({ id, sql, tables, local_tables, tags, expected }: Case): RoutingCase {
  const shards = tables.find(({ shard_count }) => shard_count !== null)?.shard_count ?? 4;
  const design = {
    ...Object.fromEntries(local_tables.map((table) => [table, { kind: "unsharded" }])),
    ...Object.fromEntries(
      tables.map(({ table, kind, shard_key, shard_count }) => [
        table,
        // Tables with different numbers of shards are not colocated.
        kind === "sharded" ? { shardKey: shard_key, slots: shard_count ?? shards } : { kind: "reference" },
      ]),
    ),
  };
  const schema = schemaOf(
    tables
      .filter(({ columns }) => columns !== null && columns.length > 0)
      .map(
        ({ table, columns, column_types }) =>
          [table, columns!.map((column) => [column, column_types?.[column] ?? "int"] as const)] as const,
      ),
  );
  const constant = tags.includes("constant-predicate");
  return {
    id,
    sql,
    dialect: "postgres",
    context: designContext({ version: 1, target: "citus", shards, tables: design }, schema),
    expected: expected.class,
    needsMore: expected.class !== "single-shard" && expected.class !== "reference",
    agrees: (ours) => {
      // The router's classes are of placements: rows of one insert that happen to share a shard are one task.
      const oneShard = Array.isArray(ours.shards) && ours.shards.length === 1 && ours.class === "multi-shard";
      const said = oneShard ? "single-shard" : peerClass(ours);
      if (said === "none") return constant || expected.class === "none";
      if (expected.class === "not-single-shard") return ["multi-shard", "scatter", "cross-shard-join"].includes(said);
      return said === expected.class;
    },
  };
}

describeReference("Citus' planner", () => {
  beforeAll(() => loadGrammar("postgres"));

  test("single-shard, multi-shard and reference statements", () => {
    const cases = referenceLines<Case>("routing/citus/cases.jsonl")
      .filter(({ core }) => core)
      .map(toCase);
    expectAgreement("citus", cases, {});
  });
});
