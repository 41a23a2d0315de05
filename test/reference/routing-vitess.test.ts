import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { describeReference, readReference, referenceLines } from "./reference.ts";
import {
  designContext,
  expectAgreement,
  peerClass,
  sameShards,
  schemaOf,
  type RoutingCase,
} from "./routing-suite.ts";

interface VschemaTable {
  readonly kind: string;
  readonly shard_key: readonly string[];
  readonly shard_key_vindex_type: string | null;
  readonly columns: readonly string[];
}

interface Vschemas {
  readonly vschemas: Readonly<
    Record<
      string,
      { readonly keyspaces: Readonly<Record<string, { readonly tables: Readonly<Record<string, VschemaTable>> }>> }
    >
  >;
}

interface Case {
  readonly id: string;
  readonly sql: string;
  readonly core: boolean;
  readonly vschema: string;
  readonly tables: readonly {
    readonly keyspace: string;
    readonly table: string;
    readonly kind: string;
    readonly shard_key: readonly string[];
    readonly shard_key_vindex_type: string | null;
  }[];
  readonly expected: { readonly class: string; readonly worst_route: string | null };
}

/** Vindexes of the tests' vschemas that only tests have, by the real one that behaves alike. */
const standIns: Readonly<Record<string, string>> = { hash_test: "hash", multicol_test: "multicol" };

function designOf(tables: readonly Case["tables"][number][]): object {
  return Object.fromEntries(
    tables
      .filter(({ table }) => table !== "dual")
      .map(({ table, kind, shard_key, shard_key_vindex_type }) => {
        if (kind === "reference") return [table, { kind }];
        if (kind !== "sharded") return [table, { kind: "unsharded" }];
        const type = shard_key_vindex_type ?? "hash";
        return [table, { shardKey: shard_key, vindex: standIns[type] ?? type, type: "int64" }];
      }),
  );
}

/** VSchemas list some columns of some tables: enough to tell whose column a bare name is. */
function listedColumns(tables: Case["tables"], declared: readonly (readonly [string, VschemaTable])[]): Schema {
  const used = new Set(tables.map(({ table }) => table));
  const schema = schemaOf(
    declared
      .filter(([name, { columns }]) => used.has(name) && columns.length > 0)
      .map(
        ([name, { columns, shard_key }]) =>
          [
            name,
            [...new Set([...shard_key, ...columns].map((column) => column.toLowerCase()))].map(
              (column) =>
                [column, shard_key.some((key) => key.toLowerCase() === column) ? "bigint" : "text"] as const,
            ),
          ] as const,
      ),
  );
  return { tables: new Map([...schema.tables].map(([name, table]) => [name, { ...table, provenance: "inferred" }])) };
}

function toCase({ id, sql, vschema, tables, expected }: Case, vschemas: Vschemas): RoutingCase {
  const declared = Object.values(vschemas.vschemas[vschema]?.keyspaces ?? {}).flatMap((keyspace) =>
    Object.entries(keyspace.tables),
  );
  const several = expected.class === "cross-shard-join" || expected.class === "multi-route";
  const worst = several ? (expected.worst_route ?? expected.class) : expected.class;
  return {
    id,
    sql,
    dialect: "mysql",
    context: designContext(
      { version: 1, target: "vitess", shards: 4, tables: designOf(tables) },
      listedColumns(tables, declared),
    ),
    expected: several ? `${expected.class} worst ${worst}` : expected.class,
    needsMore: !["single-shard", "reference", "unsharded", "none"].includes(expected.class),
    agrees: (ours) => {
      const said = peerClass(ours);
      if (expected.class === "none") return said === "none" || said === "single-shard" || said === "scatter";
      if (!several) return said === expected.class;
      const reach = ours.worstRequest === "scatter-gather" ? "scatter" : (ours.worstRequest ?? said);
      return reach === worst;
    },
  };
}

interface Vtexplain {
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly sharded: boolean;
        readonly shard_key: readonly string[];
        readonly vindex: string | null;
        readonly vindex_params: Readonly<Record<string, string>> | null;
      }
    >
  >;
  readonly cases: readonly {
    readonly id: string;
    readonly sql: string;
    readonly shard_layout: readonly string[];
    readonly executions: readonly { readonly keyspace: string; readonly shard: string; readonly query: string }[];
  }[];
}

const isText = (column: string): boolean => ["name", "email", "lkp"].includes(column);

function vtexplainDesign(tables: Vtexplain["tables"]): object {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { sharded, shard_key, vindex, vindex_params }]) => [
      name.replace(/^.*\./, ""),
      !sharded
        ? { kind: "unsharded" }
        : {
            shardKey: shard_key,
            vindex,
            type: shard_key.map((column) => (isText(column) ? "text" : "int64")),
            ...(vindex_params !== null && {
              columnVindex: vindex_params["column_vindex"]!.split(","),
              columnBytes: vindex_params["column_bytes"]!.split(",").map(Number),
            }),
          },
    ]),
  );
}

/**
 * The shards that the statement's own tables are asked on; undefined where a lookup vindex decided, or the user did.
 */
function askedShards({
  id,
  sql,
  executions,
  shard_layout,
}: Vtexplain["cases"][number]): readonly number[] | undefined {
  const named = (query: string): string | undefined =>
    /\b(?:from|into|update)\s+`?(\w+)/i.exec(query.replaceAll(/\/\*.*?\*\//g, ""))?.[1];
  const own = new Set([...sql.matchAll(/\b(?:from|into|update|join)\s+`?(\w+)/gi)].map(([, table]) => table));
  const asked = executions.filter(({ query }) => query !== "begin" && query !== "commit");
  const looksUp = asked.some(
    ({ query }) => /^select/i.test(query) && !own.has(named(query)) && !/^insert/i.test(sql),
  );
  if (looksUp || id.startsWith("vtexplain/target")) return undefined;
  return [
    ...new Set(
      asked
        .filter(({ query, keyspace }) => own.has(named(query)) && keyspace === "ks_sharded")
        .map(({ shard }) => shard_layout.indexOf(shard)),
    ),
  ].toSorted((a, b) => a - b);
}

describeReference("VTGate's planner", () => {
  beforeAll(() => loadGrammar("mysql"));

  test("classes of plans", () => {
    const vschemas = JSON.parse(readReference("routing/vitess/vschemas.json")) as Vschemas;
    const cases = referenceLines<Case>("routing/vitess/cases.jsonl")
      .filter(({ core }) => core)
      .map((line) => toCase(line, vschemas));
    expectAgreement("vitess", cases, {
      "vitess/from_cases.json#126": "a view whose definition the case does not give",
    });
  });

  test("shards of vtexplain", () => {
    const { tables, cases } = JSON.parse(readReference("routing/vitess/vtexplain_shards.json")) as Vtexplain;
    const design = vtexplainDesign(tables);
    expectAgreement(
      "vtexplain",
      cases.flatMap((given): RoutingCase[] => {
        const shards = askedShards(given);
        if (shards === undefined) return [];
        return [
          {
            id: given.id,
            sql: given.sql,
            dialect: "mysql",
            context: designContext(
              { version: 1, target: "vitess", shards: given.shard_layout, tables: design },
              schemaOf([]),
            ),
            expected: `[${shards.join(",")}]`,
            needsMore: shards.length > 1,
            agrees: (ours) =>
              sameShards(ours.shards, shards) || (ours.shards === "not-logged" && ours.because === "subquery"),
          },
        ];
      }),
      {},
    );
  });
});
