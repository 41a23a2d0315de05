import type { AccessPattern, CompareOperator } from "./access.ts";

/**
 * A statement as its grammar gives it, before names are looked up: one shape for all dialects, so that scopes,
 * aliases,
 * CTEs and stars are resolved in one place (`bind.ts`). Names of tables and columns are already folded as the dialect
 * folds them; every literal is a slot.
 */
export type StatementSyntax =
  Exclude<AccessPattern, { kind: "rows" }> | { readonly kind: "rows"; readonly statement: RowSyntax };

export type RowSyntax = QuerySyntax | InsertSyntax | UpdateSyntax | DeleteSyntax | MergeSyntax;
export type QuerySyntax = SelectSyntax | SetOperationSyntax | ValuesSyntax;

export interface WithSyntax {
  readonly recursive: boolean;
  readonly ctes: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly statement: RowSyntax;
  }[];
}

export interface SelectSyntax {
  readonly kind: "select";
  readonly with?: WithSyntax | undefined;
  readonly from: readonly SourceSyntax[];
  readonly where?: ExprSyntax | undefined;
  readonly groupBy: readonly ExprSyntax[];
  readonly having?: ExprSyntax | undefined;
  readonly outputs: readonly OutputSyntax[];
  readonly distinct: boolean;
  /** DISTINCT ON of PostgreSQL. */
  readonly distinctOn: readonly ExprSyntax[];
  readonly namedWindows: readonly NamedWindowSyntax[];
  readonly orderBy: readonly ExprSyntax[];
  readonly limit: boolean;
  readonly locking: boolean;
}

export interface SetOperationSyntax {
  readonly kind: "set-operation";
  readonly with?: WithSyntax | undefined;
  readonly operator: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly arms: readonly QuerySyntax[];
  readonly limit: boolean;
}

export interface ValuesSyntax {
  readonly kind: "values";
  readonly with?: WithSyntax | undefined;
  readonly rows: readonly (readonly ExprSyntax[])[];
}

export interface InsertSyntax {
  readonly kind: "insert";
  readonly with?: WithSyntax | undefined;
  readonly target: TableSyntax;
  readonly replace: boolean;
  readonly columns: readonly string[] | undefined;
  readonly source: QuerySyntax | undefined;
  readonly onConflict:
    | {
        readonly action: "nothing" | "update";
        readonly set: readonly AssignmentSyntax[];
        readonly where: ExprSyntax | undefined;
      }
    | undefined;
  /** `INSERT ... VALUES (...) AS new(a, b)` of MySQL: the name under which the new row is known. */
  readonly rowAlias?: { readonly name: string; readonly columns: readonly string[] } | undefined;
  readonly outputs: readonly OutputSyntax[];
}

export interface UpdateSyntax {
  readonly kind: "update";
  readonly with?: WithSyntax | undefined;
  /** The names (table or alias) that are changed; undefined: those that `set` names. */
  readonly from: readonly SourceSyntax[];
  readonly set: readonly AssignmentSyntax[];
  readonly where: ExprSyntax | undefined;
  readonly limit: boolean;
  /** PostgreSQL: only the first source can be changed, and the left sides of SET are its columns. */
  readonly firstOnly: boolean;
  readonly outputs: readonly OutputSyntax[];
}

export interface DeleteSyntax {
  readonly kind: "delete";
  readonly with?: WithSyntax | undefined;
  /** Tables or aliases whose rows go; undefined: the first source. */
  readonly targets: readonly { readonly schema: string | undefined; readonly table: string }[] | undefined;
  readonly from: readonly SourceSyntax[];
  readonly where: ExprSyntax | undefined;
  readonly limit: boolean;
  readonly outputs: readonly OutputSyntax[];
}

export interface MergeSyntax {
  readonly kind: "merge";
  readonly with?: WithSyntax | undefined;
  readonly target: TableSyntax;
  readonly source: SourceSyntax;
  readonly on: ExprSyntax;
  readonly clauses: readonly MergeClauseSyntax[];
  readonly outputs: readonly OutputSyntax[];
}

export interface MergeClauseSyntax {
  readonly action: "insert" | "update" | "delete" | "nothing";
  readonly condition: ExprSyntax | undefined;
  readonly set: readonly AssignmentSyntax[];
  readonly columns: readonly string[] | undefined;
  readonly values: readonly ExprSyntax[];
}

/** `qualifier` names the table where a dialect allows several to be changed. */
export interface AssignmentSyntax {
  readonly qualifier: string | undefined;
  readonly column: string;
  readonly value: ExprSyntax;
}

export type OutputSyntax =
  | { readonly kind: "star"; readonly qualifier: string | undefined }
  | { readonly kind: "expr"; readonly name: string; readonly expr: ExprSyntax };

export interface TableSyntax {
  readonly kind: "table";
  readonly schema: string | undefined;
  readonly table: string;
  readonly alias: string | undefined;
  readonly columnAliases: readonly string[];
}

export type SourceSyntax =
  | TableSyntax
  | {
      readonly kind: "query";
      readonly alias: string;
      readonly columnAliases: readonly string[];
      readonly query: QuerySyntax;
      readonly lateral: boolean;
    }
  | {
      readonly kind: "function";
      readonly alias: string;
      readonly columnAliases: readonly string[];
      readonly name: string;
      readonly args: readonly ExprSyntax[];
    }
  | {
      readonly kind: "join";
      readonly type: "inner" | "left" | "right" | "full" | "cross";
      readonly left: SourceSyntax;
      readonly right: SourceSyntax;
      readonly on: ExprSyntax | undefined;
      readonly using: readonly string[];
      readonly natural: boolean;
      /** `(a JOIN b USING (id)) AS j` */
      readonly alias: string | undefined;
    };

export interface WindowSyntax {
  /** `OVER w`, or `OVER (w ORDER BY ...)`: the PARTITION BY is that of the named window. */
  readonly base: string | undefined;
  readonly partitionBy: readonly ExprSyntax[];
  readonly orderBy: readonly ExprSyntax[];
}

export interface NamedWindowSyntax extends WindowSyntax {
  readonly name: string;
}

export type ExprSyntax =
  | {
      readonly kind: "column";
      readonly schema: string | undefined;
      readonly qualifier: string | undefined;
      readonly column: string;
    }
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "constant"; readonly value: null | boolean }
  | { readonly kind: "default" }
  | { readonly kind: "and" | "or"; readonly args: readonly ExprSyntax[] }
  | { readonly kind: "not"; readonly arg: ExprSyntax }
  | { readonly kind: "compare"; readonly op: CompareOperator; readonly left: ExprSyntax; readonly right: ExprSyntax }
  | {
      readonly kind: "between";
      readonly arg: ExprSyntax;
      readonly low: ExprSyntax;
      readonly high: ExprSyntax;
      readonly negated: boolean;
      readonly symmetric: boolean;
    }
  | { readonly kind: "in"; readonly left: ExprSyntax; readonly list: readonly ExprSyntax[]; readonly negated: boolean }
  | { readonly kind: "in-query"; readonly left: ExprSyntax; readonly query: QuerySyntax; readonly negated: boolean }
  | {
      readonly kind: "quantified";
      readonly quantifier: "any" | "all";
      readonly op: CompareOperator;
      readonly left: ExprSyntax;
      readonly right: ExprSyntax;
    }
  | { readonly kind: "is-null"; readonly arg: ExprSyntax; readonly negated: boolean }
  | {
      readonly kind: "is-boolean";
      readonly arg: ExprSyntax;
      readonly value: boolean | null;
      readonly negated: boolean;
    }
  | {
      readonly kind: "like";
      readonly left: ExprSyntax;
      readonly pattern: ExprSyntax;
      readonly negated: boolean;
      readonly caseInsensitive: boolean;
    }
  | { readonly kind: "exists" | "subquery"; readonly query: QuerySyntax }
  | { readonly kind: "row" | "array" | "case"; readonly args: readonly ExprSyntax[] }
  | { readonly kind: "cast"; readonly arg: ExprSyntax; readonly type: string }
  | { readonly kind: "arithmetic"; readonly op: string; readonly args: readonly ExprSyntax[] }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly args: readonly ExprSyntax[];
      readonly aggregate: boolean;
      readonly over: WindowSyntax | undefined;
    }
  /** `VALUES(column)` of ON DUPLICATE KEY UPDATE: the column of the new row. */
  | { readonly kind: "new-row-column"; readonly column: string }
  | { readonly kind: "other"; readonly name: string; readonly args: readonly ExprSyntax[] };
