import type {
  AccessPattern,
  CompareOperator,
  Expr,
  Query,
  Relation,
  RelationId,
  RowStatement,
  Source,
} from "./access.ts";
import { byName } from "../base/order.ts";
import { operandsOf } from "./constraints/facts.ts";

/** A column of a table of the database, however deep in derived tables and CTEs the statement names it. */
export interface ColumnUse {
  readonly table: string;
  readonly column: string;
}

export type FilterOperator = CompareOperator | "in" | "not in" | "like" | "not like";

/**
 * How a statement uses columns: what suggests shard keys. Only conditions that every row must meet count, so none
 * below an OR;
 * those of subqueries, derived tables and CTEs count as well. A column that could be of several tables is left out.
 * Each list
 * is free of duplicates.
 */
export interface Usage {
  /** In order of appearance. */
  readonly tables: readonly string[];
  /**
   * Columns that are compared with something that is no column of another relation. In order of name, then operator.
   */
  readonly filterColumns: readonly (ColumnUse & { readonly op: FilterOperator })[];
  /** Comparisons of the columns of two relations (maybe of one table); `left` is the one with the lesser name. */
  readonly joinPredicates: readonly {
    readonly left: ColumnUse;
    readonly right: ColumnUse;
    readonly op: CompareOperator;
  }[];
  readonly groupingColumns: readonly ColumnUse[];
  /** Columns that are inserted or assigned. */
  readonly writtenColumns: readonly ColumnUse[];
}

export function usageOf(access: AccessPattern): Usage {
  const collector = new Collector(access.kind === "rows" ? access.relations : []);
  if (access.kind === "rows") collector.statement(access.statement);
  return collector.usage();
}

class Collector {
  private readonly relations: readonly Relation[];
  private readonly tables = new Set<string>();
  private readonly filters = new Map<string, Usage["filterColumns"][number]>();
  private readonly joins = new Map<string, Usage["joinPredicates"][number]>();
  private readonly grouping = new Map<string, ColumnUse>();
  private readonly written = new Map<string, ColumnUse>();
  /** A CTE that is referred to twice is one statement. */
  private readonly seen = new Set<RowStatement>();

  constructor(relations: readonly Relation[]) {
    this.relations = relations;
  }

  usage(): Usage {
    const inOrder = <T>(found: ReadonlyMap<string, T>): T[] =>
      [...found].toSorted(([a], [b]) => byName(a, b)).map(([, value]) => value);
    return {
      tables: [...this.tables],
      filterColumns: inOrder(this.filters),
      joinPredicates: inOrder(this.joins),
      groupingColumns: inOrder(this.grouping),
      writtenColumns: inOrder(this.written),
    };
  }

  statement(statement: RowStatement): void {
    if (this.seen.has(statement)) return;
    this.seen.add(statement);
    if ("with" in statement) for (const cte of statement.with) this.statement(cte);
    switch (statement.kind) {
      case "select": {
        for (const source of statement.from) this.source(source);
        this.condition(statement.where);
        for (const expr of statement.groupBy) {
          this.nested(expr);
          const bare = plainColumn(expr);
          for (const column of bare === undefined ? [] : this.trace(bare.relation, bare.column))
            this.grouping.set(keyOf(column), column);
        }
        for (const expr of [statement.having, ...statement.orderBy, ...statement.windows.flat()]) this.nested(expr);
        break;
      }
      case "set-operation":
        for (const arm of statement.arms) this.statement(arm);
        break;
      case "values":
        for (const expr of statement.rows.flat()) this.nested(expr);
        break;
      case "insert":
        this.table(statement.target);
        for (const column of statement.columns ?? []) this.writes(statement.target, column);
        if (statement.source !== undefined) this.statement(statement.source);
        for (const { value } of statement.onConflict?.set ?? []) this.nested(value);
        this.nested(statement.onConflict?.where);
        break;
      case "update":
      case "delete":
        for (const source of statement.from) this.source(source);
        if (statement.kind === "update") this.assignments(statement.set);
        this.condition(statement.where);
        break;
      case "merge":
        for (const source of statement.from) this.source(source);
        this.condition(statement.on);
        this.assignments(statement.set);
        for (const column of statement.insertColumns ?? []) this.writes(statement.target, column);
        for (const expr of [...statement.insertValues, ...statement.conditions]) this.nested(expr);
        break;
    }
    if ("outputs" in statement)
      for (const output of statement.outputs) this.nested(output.kind === "column" ? output.expr : undefined);
  }

  private source(source: Source): void {
    if (source.kind === "join") {
      this.source(source.left);
      this.source(source.right);
      this.condition(source.on);
      return;
    }
    const relation = this.relations[source.relation];
    if (relation?.kind === "table") this.table(source.relation);
    if (relation?.kind === "derived") this.statement(relation.query);
    if (relation?.kind === "function") for (const arg of relation.args) this.nested(arg);
    if (relation?.kind === "values") for (const expr of relation.rows.flat()) this.nested(expr);
  }

  private assignments(set: readonly { relation: RelationId; column: string; value: Expr }[]): void {
    for (const { relation, column, value } of set) {
      this.writes(relation, column);
      this.nested(value);
    }
  }

  private table(id: RelationId): void {
    const relation = this.relations[id];
    if (relation?.kind === "table") this.tables.add(relation.table);
  }

  private writes(id: RelationId, name: string): void {
    const relation = this.relations[id];
    if (relation?.kind !== "table") return;
    const column = { table: relation.table, column: name };
    this.written.set(keyOf(column), column);
  }

  /** A condition that every row must meet. */
  private condition(expr: Expr | undefined): void {
    if (expr === undefined) return;
    if (expr.kind === "and") {
      for (const arg of expr.args) this.condition(arg);
      return;
    }
    this.nested(expr);
    if (expr.kind === "compare") this.comparison(expr.op, expr.left, expr.right);
    if (expr.kind === "in" || expr.kind === "in-query") this.member(expr.left, expr.negated ? "not in" : "in");
    if (expr.kind === "quantified" && expr.quantifier === "any" && expr.op === "=") this.member(expr.left, "in");
    if (expr.kind === "like") this.filter(expr.left, expr.negated ? "not like" : "like");
  }

  /** A row value is compared column by column. */
  private comparison(op: CompareOperator, left: Expr, right: Expr): void {
    if (left.kind === "row" && right.kind === "row" && left.args.length === right.args.length) {
      if (op === "=" || op === "<=>") left.args.forEach((arg, index) => this.comparison(op, arg, right.args[index]!));
      return;
    }
    const a = plainColumn(left);
    const b = plainColumn(right);
    if (a !== undefined && b !== undefined && a.relation !== b.relation) {
      for (const one of this.trace(a.relation, a.column))
        for (const other of this.trace(b.relation, b.column)) this.join(one, op, other);
      return;
    }
    if (a !== undefined && !this.usesOther(right, a.relation)) this.filter(left, op);
    if (b !== undefined && !this.usesOther(left, b.relation)) this.filter(right, mirrored[op]);
  }

  private member(left: Expr, op: "in" | "not in"): void {
    for (const expr of left.kind === "row" ? left.args : [left]) this.filter(expr, op);
  }

  private filter(expr: Expr, op: FilterOperator): void {
    const column = plainColumn(expr);
    if (column === undefined) return;
    for (const use of this.trace(column.relation, column.column))
      this.filters.set(`${keyOf(use)} ${op}`, { ...use, op });
  }

  private join(one: ColumnUse, op: CompareOperator, other: ColumnUse): void {
    const turned = byName(keyOf(one), keyOf(other)) > 0;
    const [left, right] = turned ? [other, one] : [one, other];
    const operator = turned ? mirrored[op] : op;
    this.joins.set(`${keyOf(left)} ${operator} ${keyOf(right)}`, { left, right, op: operator });
  }

  /** Whether an expression has a column of another relation: comparing with it says nothing about a value. */
  private usesOther(expr: Expr, relation: RelationId): boolean {
    if (expr.kind === "column") return expr.relation !== relation;
    return operandsOf(expr).some((operand) => this.usesOther(operand, relation));
  }

  /** Statements inside of an expression. */
  private nested(expr: Expr | undefined): void {
    if (expr === undefined) return;
    if (expr.kind === "in-query" || expr.kind === "exists" || expr.kind === "subquery") this.statement(expr.query);
    for (const operand of operandsOf(expr)) this.nested(operand);
  }

  /** The tables' columns behind a column, one for each arm of a union; none when it is computed. */
  private trace(id: RelationId, name: string): ColumnUse[] {
    const relation = this.relations[id];
    if (relation?.kind === "table") return [{ table: relation.table, column: name }];
    if (relation?.kind !== "derived") return [];
    return this.traceOutput(relation.query, relation.columns.indexOf(name), name);
  }

  private traceOutput(statement: RowStatement, index: number, name: string): ColumnUse[] {
    if (statement.kind === "set-operation") {
      // Behind a star of unknown width the arms' positions don't match.
      if (index > 0 && statement.arms.some(hasStar)) return [];
      return statement.arms.flatMap((arm: Query) => this.traceOutput(arm, index, name));
    }
    if (statement.kind === "values") return [];
    const stars = statement.outputs.filter((candidate) => candidate.kind === "star");
    const output = statement.outputs[index] ?? (stars.length === 1 ? stars[0] : undefined);
    if (output === undefined) return [];
    if (output.kind === "star") return output.relations.length === 1 ? this.trace(output.relations[0]!, name) : [];
    return output.expr.kind === "column" ? this.trace(output.expr.relation, output.expr.column) : [];
  }
}

function hasStar(query: Query): boolean {
  if (query.kind === "set-operation") return query.arms.some(hasStar);
  return query.kind === "select" && query.outputs.some((output) => output.kind === "star");
}

const mirrored: Readonly<Record<CompareOperator, CompareOperator>> = {
  "=": "=",
  "<>": "<>",
  "<=>": "<=>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A column, bare or cast, whose owner is known. */
function plainColumn(expr: Expr): (Expr & { kind: "column" }) | undefined {
  if (expr.kind === "cast") return plainColumn(expr.arg);
  return expr.kind === "column" && expr.ambiguous !== true ? expr : undefined;
}

function keyOf({ table, column }: ColumnUse): string {
  return `${table}.${column}`;
}
