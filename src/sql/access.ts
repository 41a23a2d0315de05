/**
 * What a statement does, bound to tables, in one vocabulary for all dialects. Made once per template by `parse.ts`; every
 * column reference is resolved to a relation of the statement (through aliases, CTEs, subqueries and joins), every literal
 * is a slot. `constraints.ts` reads from it what is pinned to which values; `routing` judges it against a design.
 */
export type AccessPattern =
  | { readonly kind: "unknown"; readonly reason: string }
  /** With a `slot` (`SET autocommit = ?`) its value decides: 0 or OFF is "autocommit-off", anything else as `control` says. */
  | {
      readonly kind: "control";
      readonly control: TransactionControl;
      readonly slot?: number;
      /** AND CHAIN: the next transaction begins where this one ends. */
      readonly chain?: boolean;
    }
  /** SET, SHOW, EXPLAIN, VACUUM, DDL, ...: no rows of a table are read or written by key. */
  | { readonly kind: "utility"; readonly command: string; readonly implicitCommit: boolean }
  | { readonly kind: "rows"; readonly statement: RowStatement; readonly relations: readonly Relation[] };

export type TransactionControl =
  | "begin"
  | "commit"
  | "rollback"
  | "savepoint"
  | "rollback-to-savepoint"
  | "release-savepoint"
  | "autocommit-on"
  | "autocommit-off";

/** Index into `relations`. */
export type RelationId = number;

export type Relation =
  | {
      readonly kind: "table";
      /** Lower case unless quoted in the log; without the schema. */
      readonly table: string;
      readonly schema: string | undefined;
      readonly alias: string;
      readonly use: "read" | "insert" | "update" | "delete";
    }
  /**
   * A subquery in FROM or a reference to a CTE. Two references to one CTE are two relations with the same `query` object.
   * `columns` stand beside the query's outputs one by one, `*` beside a star whose columns are not known.
   */
  | {
      readonly kind: "derived";
      readonly alias: string;
      readonly query: RowStatement;
      readonly columns: readonly string[];
      readonly cte: boolean;
      readonly lateral: boolean;
    }
  /** The inner reference of a recursive CTE to itself. */
  | { readonly kind: "recursion"; readonly alias: string; readonly columns: readonly string[] }
  | { readonly kind: "function"; readonly alias: string; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly kind: "values";
      readonly alias: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Expr[])[];
    };

export type RowStatement = Select | SetOperation | Values | Insert | Update | Delete | Merge;
export type Query = Select | SetOperation | Values;

export interface Select {
  readonly kind: "select";
  readonly from: readonly Source[];
  readonly where: Expr | undefined;
  readonly groupBy: readonly Expr[];
  readonly having: Expr | undefined;
  readonly outputs: readonly Output[];
  readonly distinct: boolean;
  readonly aggregate: boolean;
  /**
   * PARTITION BY lists of the window functions; one without PARTITION BY is an empty list. DISTINCT ON is one, too: it
   * keeps a row of each partition.
   */
  readonly windows: readonly (readonly Expr[])[];
  readonly orderBy: readonly Expr[];
  readonly limit: boolean;
  readonly locking: boolean;
  /** CTEs that are declared here, referenced or not (a data-modifying one runs all the same). */
  readonly with: readonly RowStatement[];
}

export interface SetOperation {
  readonly kind: "set-operation";
  readonly operator: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly arms: readonly Query[];
  readonly recursive: boolean;
  readonly limit: boolean;
  readonly with: readonly RowStatement[];
}

export interface Values {
  readonly kind: "values";
  readonly rows: readonly (readonly Expr[])[];
}

export interface Insert {
  readonly kind: "insert";
  readonly target: RelationId;
  readonly replace: boolean;
  /** Undefined when the statement names none and no schema is known. */
  readonly columns: readonly string[] | undefined;
  readonly source: Query | undefined;
  readonly onConflict:
    | { readonly action: "nothing" | "update"; readonly set: readonly Assignment[]; readonly where: Expr | undefined }
    | undefined;
  readonly outputs: readonly Output[];
  readonly with: readonly RowStatement[];
}

export interface Update {
  readonly kind: "update";
  readonly targets: readonly RelationId[];
  /** All sources, the targets among them. */
  readonly from: readonly Source[];
  readonly set: readonly Assignment[];
  readonly where: Expr | undefined;
  readonly limit: boolean;
  readonly outputs: readonly Output[];
  readonly with: readonly RowStatement[];
}

export interface Delete {
  readonly kind: "delete";
  readonly targets: readonly RelationId[];
  readonly from: readonly Source[];
  readonly where: Expr | undefined;
  readonly limit: boolean;
  readonly outputs: readonly Output[];
  readonly with: readonly RowStatement[];
}

export interface Merge {
  readonly kind: "merge";
  readonly target: RelationId;
  readonly from: readonly Source[];
  readonly on: Expr;
  readonly set: readonly Assignment[];
  readonly insertColumns: readonly string[] | undefined;
  readonly insertValues: readonly Expr[];
  /** `WHEN ... AND condition`, so that a subquery in one is not overlooked. */
  readonly conditions: readonly Expr[];
  readonly outputs: readonly Output[];
  readonly with: readonly RowStatement[];
}

export interface Assignment {
  readonly relation: RelationId;
  readonly column: string;
  readonly value: Expr;
}

/** `star` is `*` or `t.*`, of the given relations; otherwise one named expression. */
export type Output =
  | { readonly kind: "star"; readonly relations: readonly RelationId[] }
  | { readonly kind: "column"; readonly name: string; readonly expr: Expr };

export type Source =
  | { readonly kind: "relation"; readonly relation: RelationId }
  /** USING and NATURAL are already written out in `on`; `right` joins are kept as such. */
  | {
      readonly kind: "join";
      readonly type: "inner" | "left" | "right" | "full" | "cross";
      readonly left: Source;
      readonly right: Source;
      readonly on: Expr | undefined;
    };

export type CompareOperator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "<=>";

/** Column names are lower case. BETWEEN is written out as two comparisons (its negation as an OR). */
export type Expr =
  /** `ambiguous`: more than one relation could own the name and no schema decides; `relation` is then the first of them. */
  | { readonly kind: "column"; readonly relation: RelationId; readonly column: string; readonly ambiguous?: true }
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: null | boolean }
  | { readonly kind: "default" }
  | { readonly kind: "and" | "or"; readonly args: readonly Expr[] }
  | { readonly kind: "not"; readonly arg: Expr }
  | { readonly kind: "compare"; readonly op: CompareOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "in"; readonly left: Expr; readonly list: readonly Expr[]; readonly negated: boolean }
  | { readonly kind: "in-query"; readonly left: Expr; readonly query: Query; readonly negated: boolean }
  /** `left op ANY|ALL (array)`. */
  | {
      readonly kind: "quantified";
      readonly quantifier: "any" | "all";
      readonly op: CompareOperator;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: "is-null"; readonly arg: Expr; readonly negated: boolean }
  | { readonly kind: "is-boolean"; readonly arg: Expr; readonly value: boolean | null; readonly negated: boolean }
  | {
      readonly kind: "like";
      readonly left: Expr;
      readonly pattern: Expr;
      readonly negated: boolean;
      readonly caseInsensitive: boolean;
    }
  | { readonly kind: "exists"; readonly query: Query }
  | { readonly kind: "subquery"; readonly query: Query }
  | { readonly kind: "row"; readonly args: readonly Expr[] }
  | { readonly kind: "array"; readonly args: readonly Expr[] }
  | { readonly kind: "cast"; readonly arg: Expr; readonly type: string }
  | { readonly kind: "arithmetic"; readonly op: string; readonly args: readonly Expr[] }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly args: readonly Expr[];
      readonly aggregate: boolean;
      readonly window: boolean;
    }
  | { readonly kind: "case"; readonly args: readonly Expr[] }
  /** Anything else; its operands, so that a column or subquery in it is not overlooked. */
  | { readonly kind: "other"; readonly name: string; readonly args: readonly Expr[] };
