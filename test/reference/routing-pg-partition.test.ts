import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { describeReference, readReference, referenceLines } from "./reference.ts";
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
  readonly tables: Readonly<Record<string, { readonly kind: string; readonly shard_key: readonly string[] | null }>>;
  readonly expected: { readonly class: string; readonly partitions: readonly number[] };
}

/** PostgreSQL's answer is the set of partitions that the plan scans: a class is what the number of them means. */
function toCase({ id, sql, tables, expected }: Case, schema: Schema): RoutingCase {
  const design = Object.fromEntries(
    Object.entries(tables).map(([name, { kind, shard_key }]) => [
      name,
      kind === "sharded" ? { shardKey: shard_key } : { kind: "reference" },
    ]),
  );
  const { partitions } = expected;
  return {
    id,
    sql,
    dialect: "postgres",
    context: designContext({ version: 1, target: "postgres", shards: 8, tables: design }, schema),
    expected: `${expected.class} [${partitions.join(",")}]`,
    needsMore: partitions.length > 1,
    agrees: (ours) => {
      if (expected.class === "reference" || expected.class === "none") return peerClass(ours) === expected.class;
      return sameShards(ours.shards, partitions) && classByCount(partitions, 8) === expected.class;
    },
  };
}

function readSchema(): Schema {
  const ddl = readReference("routing/pg-partition-oracle/schema_hash8.sql");
  return schemaOf(
    [...ddl.matchAll(/CREATE TABLE (\w+) \(\s*\n([\s\S]*?)\n\)/g)].map(
      ([, table, body]) =>
        [
          table!,
          [...body!.matchAll(/^\s+(\w+)\s+([^\n]*)/gm)]
            .filter(([, name]) => !/^(PRIMARY|FOREIGN|UNIQUE)$/.test(name!))
            .map(([, name, type]) => [name!, type!] as const),
        ] as const,
    ),
  );
}

describeReference("PostgreSQL's partition pruning", () => {
  beforeAll(() => loadGrammar("postgres"));

  test("partitions of TPC-C and CH-benCHmark statements", () => {
    const schema = readSchema();
    const cases = referenceLines<Case>("routing/pg-partition-oracle/cases.jsonl").map((line) => toCase(line, schema));
    expectAgreement("pg-partition", cases, {});
  });
});
