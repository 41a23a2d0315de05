import { Document } from "yaml";
import type { ExportRequest, Exported, Gap, ShardedTable } from "../exported.ts";
import { keysWithinShards } from "../keys-across-shards.ts";

/**
 * The rules section of ShardingSphere's YAML configuration: INLINE by database, data sources ds_0, ds_1, ... in the order of
 * the shards. https://shardingsphere.apache.org/document/current/en/user-manual/shardingsphere-jdbc/yaml-config/rules/sharding/
 */
export function exportShardingSphere({ design, sharded, reference, unsharded }: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const usable = sharded.filter((table) => isUsable(table, gaps));
  for (const table of usable) gaps.push(...keysWithinShards(table));
  const count = design.shards.length;
  const nodes = count === 1 ? "ds_0" : `ds_\${0..${count - 1}}`;
  const columns = [...new Set(usable.map(({ shardKey }) => shardKey[0]!))];
  const sharding = {
    tables: Object.fromEntries(
      usable.map(({ name, shardKey }) => [
        name,
        {
          actualDataNodes: `${nodes}.${name}`,
          databaseStrategy: {
            standard: { shardingColumn: shardKey[0], shardingAlgorithmName: `${shardKey[0]!}_modulo` },
          },
        },
      ]),
    ),
    bindingTables: bindings(usable),
    shardingAlgorithms: Object.fromEntries(
      columns.map((column) => [
        `${column}_modulo`,
        { type: "INLINE", props: { "algorithm-expression": `ds_\${${column} % ${count}}` } },
      ]),
    ),
  };
  const rules = [
    { tag: "!SHARDING", value: sharding },
    ...(reference.length === 0 ? [] : [{ tag: "!BROADCAST", value: { tables: reference.map(({ name }) => name) } }]),
    ...(unsharded.length === 0
      ? []
      : [{ tag: "!SINGLE", value: { tables: unsharded.map(({ name }) => `ds_0.${name}`) } }]),
  ];
  const document = new Document({ rules: [] });
  for (const { tag, value } of rules) {
    const node = document.createNode(value);
    node.tag = tag;
    document.addIn(["rules"], node);
  }
  document.commentBefore = ` Apache ShardingSphere: data source ds_N is shard N, ${design.shards.join(", ")} in this order.`;
  return { files: [{ name: "rules.yaml", text: document.toString({ lineWidth: 0 }) }], gaps };
}

const plain = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What names no variable: https://groovy-lang.org/syntax.html#_keywords */
const groovyWords: ReadonlySet<string> = new Set(
  (
    "abstract assert break case catch class const continue def default do else enum extends final finally for goto if implements " +
    "import in instanceof interface native new null package private protected public return static strictfp super switch " +
    "synchronized this threadsafe throw throws transient try while true false as boolean byte char double float int long short void volatile"
  ).split(" "),
);

function isUsable({ name, shardKey }: ShardedTable, gaps: Gap[]): boolean {
  const why =
    shardKey.length > 1
      ? `the INLINE algorithm takes one column, not ${shardKey.join(", ")}`
      : !plain.test(shardKey[0]!) || !plain.test(name)
        ? "an inline expression takes plain names only"
        : groovyWords.has(shardKey[0]!)
          ? `an inline expression is Groovy, where ${shardKey[0]!} is a word of the language`
          : undefined;
  if (why === undefined) return true;
  gaps.push({ table: name, what: `${why}: it is left out` });
  return false;
}

/** Tables that are joined on one shard must be said to belong together. */
function bindings(sharded: readonly ShardedTable[]): readonly string[] {
  const leaders = [...new Set(sharded.map(({ leader }) => leader))];
  return leaders
    .map((leader) => sharded.filter((table) => table.leader === leader))
    .filter(({ length }) => length > 1)
    .map((group) => group.map(({ name }) => name).join(","));
}
