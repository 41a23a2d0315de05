import { beforeAll, test } from "vitest";
import { loadGrammar } from "../../src/sql/parse.ts";
import { describeReference, readReference, referenceLines } from "./reference.ts";
import {
  classByCount,
  designContext,
  expectAgreement,
  peerClass,
  sameShards,
  schemaOf,
  typeOf,
  type RoutingCase,
} from "./routing-suite.ts";

interface Table {
  readonly table: string;
  readonly kind: "sharded" | "reference";
  readonly shard_key: readonly string[] | null;
  readonly hash: readonly string[] | null;
  readonly key_types: readonly string[] | null;
  readonly key_ranges: readonly { readonly from: string; readonly shard: string }[] | null;
  readonly default_shard: string | null;
  readonly columns: readonly string[] | null;
}

interface Case {
  readonly id: string;
  readonly sql: string;
  readonly core: boolean;
  readonly tables: readonly Table[];
  readonly expected: {
    readonly class: string;
    readonly shards: readonly string[];
    readonly all_shards: readonly string[];
  };
}

/** `ALTER DISTRIBUTION ds1 DEFAULT SHARD sh1`, which the cases' tables leave out. */
function defaultShardOf(id: string, setup: Readonly<Record<string, readonly string[]>>): string | undefined {
  const commands = setup[id.replace(/^spqr\/(.*)#\d+$/, "$1")] ?? [];
  return commands
    .map((command) => /DEFAULT SHARD (\w+)/i.exec(command)?.[1])
    .findLast((shard) => shard !== undefined);
}

function designOf(table: Table, defaultShard: string | undefined): object {
  if (table.kind === "reference") return { kind: "reference" };
  const hash = table.hash ?? ["identity"];
  const types = (table.key_types ?? []).map((type) => typeOf(type));
  const keyRanges = (table.key_ranges ?? []).map(({ from, shard }) => ({ from: boundOf(from), shard }));
  return {
    shardKey: table.shard_key,
    strategy: "range",
    hash,
    ...(types.length > 0 && { type: types }),
    ...(keyRanges.length > 0 && { keyRanges }),
    ...(defaultShard !== undefined && { default: defaultShard }),
  };
}

/** `0, 2147483648` and `'8888-...'` as the console wrote them. */
function boundOf(text: string): (string | number)[] {
  return text.split(",").map((part) => part.trim().replace(/^'(.*)'$/, "$1"));
}

function toCase(
  { id, sql, tables, expected }: Case,
  setup: Readonly<Record<string, readonly string[]>>,
): RoutingCase {
  const defaultShard = defaultShardOf(id, setup);
  const { all_shards } = expected;
  const shards = expected.shards.map((name) => all_shards.indexOf(name));
  const schema = schemaOf(
    tables
      .filter(({ columns }) => columns !== null && columns.length > 0)
      .map(
        ({ table, columns, shard_key, key_types }) =>
          [
            table,
            columns!.map((column) => [column, key_types?.[shard_key?.indexOf(column) ?? -1] ?? "int"] as const),
          ] as const,
      ),
  );
  return {
    id,
    sql,
    dialect: "postgres",
    context: designContext(
      {
        version: 1,
        target: "spqr",
        shards: all_shards,
        tables: Object.fromEntries(tables.map((table) => [table.table, designOf(table, defaultShard)])),
      },
      schema,
    ),
    expected: `${expected.class} [${shards.join(",")}]`,
    needsMore: shards.length > 1,
    agrees: (ours) => {
      if (expected.class === "reference") return peerClass(ours) === "reference";
      return sameShards(ours.shards, shards) && classByCount(shards, all_shards.length) === expected.class;
    },
  };
}

describeReference("SPQR's router", () => {
  beforeAll(() => loadGrammar("postgres"));

  test("shards of statements", () => {
    const setup = JSON.parse(readReference("routing/spqr/console_setup.json")) as Record<string, string[]>;
    const cases = referenceLines<Case>("routing/spqr/cases.jsonl")
      .filter(({ core }) => core)
      .map((line) => toCase(line, setup));
    expectAgreement("spqr", cases, {
      "spqr/postprocessing#10":
        "letters as keys of an integer column: SPQR hashes them as they are, PostgreSQL refuses them",
    });
  });
});
