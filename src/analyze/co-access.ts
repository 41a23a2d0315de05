import { byName } from "../base/order.ts";
import type { Workload } from "../workload/workload.ts";
import type { DesignTransactions } from "./design-transactions.ts";
import type { DesignedTable, JudgedDesign } from "./designs/judge-design.ts";
import { isUnknown, type Known } from "./known.ts";
import type { Relation } from "./relations.ts";

/** Where a design puts the rows of two tables that belong together. */
export type Neighbourhood = "colocated" | "copied" | "unsharded" | "apart";

/** Two tables that statements or transactions reach together, or that a foreign key or join relates. */
export interface CoAccess {
  readonly tables: readonly [string, string];
  /** Under the recommended design. */
  readonly together: Neighbourhood;
  /** A foreign key of the schema lies between them. */
  readonly foreignKey: boolean;
  /** Executions that reach both. */
  readonly statements: number;
  /** Of these, executions of which rows of two shards must meet. */
  readonly crossShardStatements: number;
  /** Committed transactions of several statements that reach both. */
  readonly transactions: number;
  /** Of these, those that touch two shards or more, or of which it is not known. */
  readonly crossShardTransactions: Known<number>;
}

interface Edge {
  readonly tables: readonly [string, string];
  statements: number;
  crossShardStatements: number;
  transactions: number;
  crossShardTransactions: number;
}

/** The pairs, in the order of their names. */
export function coAccessOf(
  workload: Workload,
  design: JudgedDesign | undefined,
  relations: readonly Relation[],
  fates: DesignTransactions["fates"] | undefined,
): readonly CoAccess[] {
  if (design === undefined) return [];
  const edges = new Map<string, Edge>();
  const places = new Map(design.tables.map((table) => [table.table, table]));
  const edgesOf = (tables: Iterable<string>): readonly Edge[] => pairsOf(tables, places).map((pair) => edgeOf(pair));
  const edgeOf = (tables: readonly [string, string]): Edge => {
    const name = JSON.stringify(tables);
    let edge = edges.get(name);
    if (edge === undefined) {
      edge = { tables, statements: 0, crossShardStatements: 0, transactions: 0, crossShardTransactions: 0 };
      edges.set(name, edge);
    }
    return edge;
  };
  for (const { use, cost } of design.templates) {
    for (const edge of edgesOf(cost.tables.map(({ table }) => table))) {
      edge.statements += use.executions;
      edge.crossShardStatements += cost.counts.crossShardJoin;
    }
  }
  workload.transactions.types.forEach(({ templates, committed }, type) => {
    const tables = templates.flatMap((template) =>
      workload.templates[template]!.shapes.map((shape) => workload.shapes[shape]!.shape.table),
    );
    for (const edge of edgesOf(tables)) {
      edge.transactions += committed;
      if (fates === undefined || isUnknown(fates)) continue;
      const { crossShard, unknownShare } = fates.byType[type]!.fate;
      edge.crossShardTransactions += committed * (crossShard + unknownShare);
    }
  });
  const foreignKeys = new Set<Edge>();
  for (const { from, to, kind } of relations)
    for (const edge of edgesOf([from, to])) if (kind === "foreign-key") foreignKeys.add(edge);
  return [...edges.values()]
    .sort((a, b) => byName(a.tables[0], b.tables[0]) || byName(a.tables[1], b.tables[1]))
    .map((edge) => ({
      ...edge,
      together: neighbourhoodOf(places.get(edge.tables[0])!, places.get(edge.tables[1])!),
      foreignKey: foreignKeys.has(edge),
      crossShardTransactions:
        fates === undefined
          ? { unknown: "no shard count was asked for" }
          : isUnknown(fates)
            ? fates
            : edge.crossShardTransactions,
    }));
}

/** Each two of the tables once, by name; what the design does not know is left out. */
function pairsOf(
  tables: Iterable<string>,
  known: ReadonlyMap<string, unknown>,
): readonly (readonly [string, string])[] {
  const names = [...new Set(tables)].filter((table) => known.has(table)).sort(byName);
  return names.flatMap((a, index) => names.slice(index + 1).map((b) => [a, b] as const));
}

function neighbourhoodOf(a: DesignedTable, b: DesignedTable): Neighbourhood {
  if (a.option.kind === "reference" || b.option.kind === "reference") return "copied";
  if (a.option.kind === "unsharded" && b.option.kind === "unsharded") return "unsharded";
  return a.option.kind === b.option.kind && a.leader === b.leader ? "colocated" : "apart";
}
