import { byName } from "../base/order.ts";
import { accessesOf } from "../sql/constraints.ts";
import type { Schema } from "../sql/schema.ts";
import type { Workload } from "../workload/workload.ts";
import type { TableLoad } from "./table-load.ts";

/** Two tables whose rows belong together where the columns are equal, pair by pair. */
export interface Relation {
  readonly from: string;
  readonly fromColumns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
  /** "transaction": the columns have the same value in nearly every transaction. */
  readonly kind: "foreign-key" | "join" | "transaction";
}

/** Foreign keys of the schema and joins of the statements, between tables of the workload; each once, in order. */
export function relationsOf(workload: Workload, schema: Schema, tables: ReadonlySet<string>): readonly Relation[] {
  const found = new Map<string, Relation>();
  const add = (relation: Relation): void => {
    if (relation.from === relation.to || !tables.has(relation.from) || !tables.has(relation.to)) return;
    const name = `${relation.from}(${relation.fromColumns.join()})=${relation.to}(${relation.toColumns.join()})`;
    const back = `${relation.to}(${relation.toColumns.join()})=${relation.from}(${relation.fromColumns.join()})`;
    if (!found.has(name) && !found.has(back)) found.set(name, relation);
  };
  for (const table of schema.tables.values()) {
    for (const key of table.foreignKeys) {
      add({
        from: table.name,
        fromColumns: key.columns,
        to: key.table,
        toColumns: key.references,
        kind: "foreign-key",
      });
    }
  }
  for (const { pattern, executions } of workload.templates) {
    if (pattern.kind !== "rows" || executions === 0) continue;
    for (const access of accessesOf(pattern)) {
      const others = new Map<number, { own: string[]; other: string[] }>();
      for (const { column, otherRelation, otherColumn } of access.joins) {
        const pairs = others.get(otherRelation) ?? { own: [], other: [] };
        others.set(otherRelation, { own: [...pairs.own, column], other: [...pairs.other, otherColumn] });
      }
      for (const [other, { own, other: otherColumns }] of others) {
        const relation = pattern.relations[other];
        if (relation?.kind !== "table") continue;
        add({ from: access.table, fromColumns: own, to: relation.table, toColumns: otherColumns, kind: "join" });
      }
    }
  }
  return [...found].sort(([a], [b]) => byName(a, b)).map(([, relation]) => relation);
}

/** What a key keeps together with its table's rows. */
export interface Togetherness {
  /** Tables whose related rows can live on the same shard, with the columns that their key must then have. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** Related tables whose rows are elsewhere, in order. */
  readonly separated: readonly string[];
  /** Share of the related tables' work (this table's included) that is not separated from it: 0..1. */
  readonly share: number;
}

/**
 * Follows foreign keys and joins from a key: a relation keeps rows together when it equates every column of the key,
 * and then hands the key on to the other table. Reference tables are on every shard and never separated.
 */
export function togethernessOf(
  table: string,
  key: readonly string[],
  relations: readonly Relation[],
  loads: readonly TableLoad[],
): Togetherness {
  const byTable = new Map(loads.map((load) => [load.table, load]));
  const copies = referenceTables(relations, loads);
  const related = reachable(table, relations);
  const kept = new Map<string, readonly string[]>([[table, key]]);
  const queue = [table];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    for (const [other, own, others] of edgesOf(name, relations)) {
      const columns = kept.get(name)!;
      if (kept.has(other) || !columns.every((column) => own.includes(column))) continue;
      kept.set(
        other,
        columns.map((column) => others[own.indexOf(column)]!),
      );
      queue.push(other);
    }
  }
  let all = 0;
  let together = 0;
  const separated: string[] = [];
  for (const name of related) {
    if (name !== table && copies.has(name)) continue;
    const { work } = byTable.get(name)!;
    all += work;
    if (kept.has(name)) together += work;
    else separated.push(name);
  }
  return { kept, separated: separated.sort(byName), share: all === 0 ? 1 : together / all };
}

/**
 * Tables that can be copied to every shard for the sake of those that refer to them or join them: the log only reads
 * them while it writes others, and they refer to no other table, so they are not the children of something that
 * grows. Their size is not in the log.
 */
export function referenceTables(relations: readonly Relation[], loads: readonly TableLoad[]): ReadonlySet<string> {
  if (!loads.some(({ writes }) => writes > 0)) return new Set();
  const children = new Set(relations.filter(({ kind }) => kind === "foreign-key").map(({ from }) => from));
  const related = new Set(relations.flatMap(({ from, to }) => [from, to]));
  return new Set(
    loads
      .filter(({ table, writes }) => writes === 0 && related.has(table) && !children.has(table))
      .map(({ table }) => table),
  );
}

function reachable(start: string, relations: readonly Relation[]): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const name of seen) for (const [other] of edgesOf(name, relations)) seen.add(other);
  return seen;
}

function edgesOf(
  name: string,
  relations: readonly Relation[],
): readonly (readonly [string, readonly string[], readonly string[]])[] {
  return relations.flatMap((relation) => [
    ...(relation.from === name ? [[relation.to, relation.fromColumns, relation.toColumns] as const] : []),
    ...(relation.to === name ? [[relation.from, relation.toColumns, relation.fromColumns] as const] : []),
  ]);
}
