import type { Expr, RelationId, RowStatement } from "./access.ts";
import type { WindowSyntax } from "./syntax.ts";

/** What a statement sees from outside: columns of enclosing queries, and the CTEs that are declared so far. */
export interface Environment {
  readonly scope: Scope | undefined;
  readonly ctes: CteScope | undefined;
}

/** The relations of one FROM. Names that it does not have are looked for in `parent`, the enclosing query. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly entries: Entry[];
  /** Columns merged by USING or NATURAL, and the relation whose column the bare name means. */
  readonly merged: Map<string, RelationId>;
  readonly select: SelectState;
}

export interface Entry {
  readonly alias: string;
  readonly schema: string | undefined;
  readonly relation: RelationId;
  /** Columns that the relation certainly has, by the name they have here, with the relation's own name for each. */
  readonly columns: ReadonlyMap<string, string>;
  /** It may have more columns than `columns`: no schema knows the table, or a star in it could not be written out. */
  readonly open: boolean;
  /** The row to be inserted (`excluded`, `new`): seen under its alias only. */
  readonly newRow?: true;
  /** Another name for entries that are listed already, such as that of a join in parentheses. */
  readonly members?: readonly Entry[];
}

/** Facts about a select that come up while its expressions are bound. */
export interface SelectState {
  aggregate: boolean;
  readonly windows: (readonly Expr[])[];
  readonly namedWindows: ReadonlyMap<string, WindowSyntax>;
}

export interface CteScope {
  readonly parent: CteScope | undefined;
  readonly ctes: Map<string, Cte>;
}

export interface Cte {
  readonly name: string;
  readonly columnAliases: readonly string[];
  readonly bindNow: () => RowStatement;
  state: "waiting" | "binding" | "bound";
  query: RowStatement | undefined;
  /** Known once the first arm of its union is bound; what a reference to itself has as columns. */
  columns: readonly string[];
  recursive: boolean;
}

export function newSelectState(): SelectState {
  return { aggregate: false, windows: [], namedWindows: new Map() };
}

export function entry(
  alias: string,
  schema: string | undefined,
  relation: RelationId,
  columns: readonly string[],
): Entry {
  const known = columns.filter((column) => column !== "*");
  return {
    alias,
    schema,
    relation,
    columns: new Map(known.map((column) => [column, column])),
    open: known.length < columns.length || columns.length === 0,
  };
}

/** A part of a FROM, for the condition of a join in it; what it lacks is looked for in the whole. */
export function part(scope: Scope, from: number, to: number): Scope {
  const entries = scope.entries.slice(from, to);
  const merged = new Map(
    [...scope.merged].filter(([, relation]) => entries.some((candidate) => candidate.relation === relation)),
  );
  return { parent: scope, entries, merged, select: scope.select };
}

export function entryNamed(scope: Scope, schema: string | undefined, name: string): Entry | undefined {
  const exact = scope.entries.filter((candidate) => candidate.alias === name);
  const found =
    exact.length > 0
      ? exact
      : scope.entries.filter((candidate) => candidate.alias.toLowerCase() === name.toLowerCase());
  if (schema === undefined) return found[0];
  return (
    found.find((candidate) => candidate.schema === schema) ?? found.find((candidate) => candidate.schema === undefined)
  );
}

export function cteNamed(scope: CteScope | undefined, name: string): Cte | undefined {
  for (let level = scope; level !== undefined; level = level.parent) {
    const found = level.ctes.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The owner of a bare name among these: one that surely has it, else the only one that may have it. */
export function bareIn(entries: readonly Entry[], name: string): (Expr & { kind: "column" }) | undefined {
  const known = entries.filter((candidate) => candidate.columns.has(name));
  const owners = known.length > 0 ? known : entries.filter((candidate) => candidate.open);
  const first = owners[0];
  if (first === undefined) return undefined;
  const column = { kind: "column" as const, relation: first.relation, column: first.columns.get(name) ?? name };
  return owners.length === 1 ? column : { ...column, ambiguous: true };
}

export function surely(entries: readonly Entry[], name: string): boolean {
  return entries.some((candidate) => candidate.columns.has(name));
}

export function knownOutside(start: Scope | undefined, name: string): boolean {
  for (let scope = start; scope !== undefined; scope = scope.parent) if (surely(scope.entries, name)) return true;
  return false;
}

export function hasColumn(scope: Scope, name: string): boolean {
  return scope.merged.has(name) || surely(scope.entries, name);
}

/** Columns that NATURAL joins on; undefined when a side's columns are not known. */
export function commonColumns(left: Scope, right: Scope): string[] | undefined {
  if (left.entries.some((side) => side.open) || right.entries.some((side) => side.open)) return undefined;
  const inRight = new Set(right.entries.flatMap((side) => [...side.columns.keys()]));
  return [...new Set(left.entries.flatMap((side) => [...side.columns.keys()]))].filter((name) => inRight.has(name));
}
