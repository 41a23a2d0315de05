import type { ShardMap } from "../../placement/shard-map.ts";
import type { Expr, Output, Query, Relation, RelationId } from "../../sql/access.ts";
import type { Pin } from "../../sql/constraints/closure.ts";
import type { ColumnId, Fact, Term } from "../../sql/constraints/facts.ts";
import type { ColumnType } from "../../sql/schema.ts";
import type { Slot, SlotValues } from "../../sql/template.ts";
import type { Piece } from "../plan.ts";
import type { RoutingRules } from "../routing-rules.ts";

export interface PlanOptions {
  readonly maps: (table: string) => ShardMap | undefined;
  readonly keyTypes: (table: string) => readonly ColumnType[] | undefined;
  readonly columnType: (table: string, column: string) => ColumnType | undefined;
  readonly columns: (table: string) => readonly string[] | undefined;
  readonly rules: RoutingRules;
  readonly slots: readonly Slot[] | undefined;
  readonly values: SlotValues | undefined;
  readonly counts: ((slot: number) => number | undefined) | undefined;
}

/** Which occurrence a relation of the statement means here: a CTE that is used twice has its relations twice. */
export interface Env {
  readonly occurrences: Map<RelationId, number>;
  readonly parent: Env | undefined;
}

export interface Context {
  readonly env: Env | undefined;
  /** What holds for rows of the enclosing queries. */
  readonly facts: readonly Fact[];
  readonly arm: string;
  /** Queries around this one. */
  readonly depth: number;
  /** The derived table whose rows the query gives. */
  readonly gives?: Given | undefined;
  readonly recursion?: Recursion | undefined;
  /** The table that the query's rows are inserted into. */
  readonly insert?:
    | {
        readonly piece: (facts: readonly Fact[]) => Piece;
        readonly columns: readonly string[] | undefined;
        readonly occurrence: number;
      }
    | undefined;
}

export interface Given {
  readonly occurrence: number;
  readonly columns: readonly string[];
  /** Nothing is known of the columns from outside: what the query says of them is asked for. */
  readonly alone?: true;
}

/** The rows found so far by a recursive CTE: where they are, in terms of its columns. */
export interface Recursion {
  readonly map: ShardMap | undefined;
  readonly key: readonly KeyPart[];
  /** Values that columns of the CTE have in all of its rows. */
  readonly values?: readonly { readonly position: number; readonly pin: Pin }[];
}

/**
 * What a key column of a query's rows is: the position among the query's columns, the value that it is pinned to, or the key
 * column of an enclosing query's table that it is equal to.
 */
export type KeyPart = number | Pin | { readonly outer: ColumnId };

/** On the way down the FROM tree: facts of the outer joins on the path. */
export interface Path {
  readonly pins: readonly Fact[];
  readonly matches: readonly Fact[];
  readonly level: number;
  /** Conditions here are conditions of the whole block. */
  readonly required: boolean;
  readonly kept: boolean;
  /** The optional side of an outer join whose condition is never true. */
  readonly never?: true;
}

interface Item {
  readonly path: Path;
  readonly make: (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept">;
  readonly occurrence: number;
}

export interface Child {
  readonly relation: Extract<Relation, { kind: "derived" }>;
  readonly occurrence: number;
  readonly env: Env;
  readonly path: Path;
  /** An arm of MINUS: without it the others' rows are still there. */
  readonly mayLack?: true;
}

export interface Subquery {
  readonly query: Query;
  readonly env: Env;
  /** `(a, b) IN (SELECT x, y ...)`: rows of the query matter only where they equal these, as far as they are columns. */
  readonly left: readonly (ColumnId | undefined)[];
  /** As a condition on every row: the columns that take the query's values, `many` if there may be several. */
  readonly pins: { readonly columns: readonly (ColumnId | undefined)[]; readonly many: boolean } | undefined;
}

/** A FROM with its conditions, before alternatives are told apart. */
export class Block {
  readonly items: Item[] = [];
  readonly children: Child[] = [];
  readonly subqueries: Subquery[] = [];
  readonly conditions: (readonly Term[])[] = [];
  /** Columns of derived tables that are columns of the tables in them. */
  readonly links: Fact[] = [];
  /** Outer joins: occurrences that are kept, and those that may be missing. */
  readonly outerJoins: { readonly kept: ReadonlySet<number>; readonly optional: ReadonlySet<number> }[] = [];
  readonly optional = new Set<number>();
}

export const noOccurrences: ReadonlySet<number> = new Set();

export const requiredPath: Path = { pins: [], matches: [], level: 0, required: true, kept: true };

export function lookUp(env: Env | undefined, relation: RelationId): number | undefined {
  for (let scope = env; scope !== undefined; scope = scope.parent) {
    const occurrence = scope.occurrences.get(relation);
    if (occurrence !== undefined) return occurrence;
  }
  return undefined;
}

export const occurrenceOf = (column: ColumnId): number => Number(column.slice(0, column.indexOf(".")));

export const expressionsOf = (outputs: readonly Output[]): Expr[] =>
  outputs.flatMap((output) => (output.kind === "column" ? [output.expr] : []));

export function outputCount(query: Query): number {
  if (query.kind === "values") return query.rows[0]?.length ?? 0;
  return query.kind === "set-operation" ? outputCount(query.arms[0]!) : query.outputs.length;
}
