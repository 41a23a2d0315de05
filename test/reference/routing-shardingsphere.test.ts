import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import type { Dialect } from "../../src/sql/template.ts";
import { describeReference, referenceLines } from "./reference.ts";
import {
  classByCount,
  designContext,
  expectAgreement,
  peerClass,
  sameShards,
  schemaOf,
  type RoutingCase,
} from "./routing-suite.ts";

interface Case {
  readonly id: string;
  readonly sql: string;
  readonly core: boolean;
  readonly dialect: string;
  readonly parameters: readonly string[];
  readonly expected: { readonly class: string; readonly shards: readonly number[] };
}

/** The rules of `sharding-rule.yaml`: two tables by `account_id % 2`, two broadcast, the rest on one node. */
const design = {
  version: 1,
  target: "shardingsphere",
  shards: 2,
  tables: {
    t_account: { shardKey: ["account_id"] },
    t_account_detail: { shardKey: ["account_id"], colocatedWith: "t_account" },
    t_config: { kind: "reference" },
    t_order_type: { kind: "reference" },
    t_order: { kind: "unsharded" },
    t_order_item: { kind: "unsharded" },
    t_order_extend: { kind: "unsharded" },
  },
};

const schema = schemaOf([
  [
    "t_account",
    [
      ["account_id", "int"],
      ["amount", "decimal"],
      ["status", "varchar"],
    ],
  ],
  [
    "t_account_detail",
    [
      ["detail_id", "int"],
      ["account_id", "int"],
      ["amount", "decimal"],
      ["status", "varchar"],
    ],
  ],
]);

function dialectsOf(name: string, sql: string): readonly Dialect[] {
  if (name.includes("mysql"))
    return name.includes("postgres") && !sql.includes("`") && !sql.includes("?") ? ["mysql", "postgres"] : ["mysql"];
  return ["postgres"];
}

function toCases({ id, sql, dialect, parameters, expected }: Case): RoutingCase[] {
  const { shards } = expected;
  return dialectsOf(dialect, sql).map((name) => ({
    id,
    sql,
    dialect: name,
    parameters: parameters.map((text) =>
      text.startsWith("'") ? { kind: "string", text: text.slice(1, -1) } : { kind: "number", text },
    ),
    context: designContext(design, schema),
    expected: `${expected.class} [${shards.join(",")}]`,
    needsMore: shards.length > 1,
    agrees: (ours) => {
      if (expected.class === "reference" || expected.class === "unsharded") return peerClass(ours) === expected.class;
      // With two shards a list that covers both is all shards; the router tells the two apart by the statement.
      const said =
        Array.isArray(ours.shards) && ours.shards.length < 2 ? classByCount(ours.shards, 2) : peerClass(ours);
      return sameShards(ours.shards, shards) && said === expected.class;
    },
  }));
}

describeReference("ShardingSphere's rewriting", () => {
  beforeAll(async () => {
    await loadGrammar("mysql");
    await loadGrammar("postgres");
  });

  test("shards of statements", () => {
    const cases = referenceLines<Case>("routing/shardingsphere/cases.jsonl")
      .filter(({ core }) => core)
      .flatMap(toCases);
    expectAgreement("shardingsphere", cases, {});
  });
});
