import type { Expr, Query, RelationId, RowStatement } from "../../sql/access.ts";
import { type ColumnId, type Fact, type FactScope, operandsOf, trackedColumn } from "../../sql/constraints/facts.ts";
import type { Apart, Plan } from "../plan.ts";
import type { Block, Context, Env, Subquery } from "./planning-context.ts";
import type { Planning } from "./planning.ts";

/** Notes the subqueries of an expression in the block. `everyRow`: the expression must be true of every row. */
export function findSubqueries(
  planning: Planning,
  expr: Expr | undefined,
  env: Env,
  block: Block,
  everyRow = false,
): void {
  if (expr === undefined) return;
  const scope = planning.scope(env);
  switch (expr.kind) {
    case "exists":
    case "subquery":
      block.subqueries.push({ query: expr.query, env, left: [], pins: undefined });
      return;
    case "in-query": {
      const left = expr.negated ? [] : trackedColumns(expr.left, scope);
      const pins = everyRow && isSome(left) ? { columns: left, many: true } : undefined;
      block.subqueries.push({ query: expr.query, env, left, pins });
      findSubqueries(planning, expr.left, env, block);
      return;
    }
    case "and":
      for (const arg of expr.args) findSubqueries(planning, arg, env, block, everyRow);
      return;
    case "compare": {
      const [side, query] = expr.right.kind === "subquery" ? [expr.left, expr.right] : [expr.right, expr.left];
      const columns = expr.op === "=" && everyRow ? trackedColumns(side, scope) : [];
      if (query.kind !== "subquery" || !isSome(columns)) break;
      block.subqueries.push({ query: query.query, env, left: [], pins: { columns, many: false } });
      findSubqueries(planning, side, env, block);
      return;
    }
    default:
      break;
  }
  for (const operand of operandsOf(expr)) findSubqueries(planning, operand, env, block);
}

/** The alternatives of a subquery, where the facts hold of the rows around it. */
export function planSubquery(
  planning: Planning,
  subquery: Subquery,
  facts: readonly Fact[],
  context: Context,
): readonly Plan[] {
  const occurrence = planning.occurrence(undefined);
  return planning.statement(subquery.query, {
    env: subquery.env,
    facts: [...facts, ...linksTo(occurrence, subquery.left)],
    arm: context.arm,
    depth: context.depth + 1,
    gives: { occurrence, columns: subquery.left.length < 2 ? ["#0"] : subquery.left.map((_, index) => `#${index}`) },
  });
}

/** Subqueries that run by themselves, such as those of RETURNING. */
export function asApart(planning: Planning, subqueries: readonly Subquery[], context: Context): Apart[] {
  return subqueries
    .map((subquery) => ({
      plans: planSubquery(planning, subquery, [], context),
      meets: isCorrelated(planning, subquery.query),
    }))
    .filter(({ plans }) => plans.length > 0);
}

/** Whether the query speaks of rows outside of it. */
export function isCorrelated(planning: Planning, query: Query): boolean {
  let correlated = planning.correlated.get(query);
  if (correlated === undefined) planning.correlated.set(query, (correlated = speaksOfOutside(planning, query)));
  return correlated;
}

function speaksOfOutside(planning: Planning, query: Query): boolean {
  const declared = new Set<RelationId>();
  const used = new Set<RelationId>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) {
      for (const item of node) visit(item);
      return;
    }
    const { kind, relation } = node as { kind?: unknown; relation?: unknown };
    if (typeof relation === "number") {
      if (kind === "column") used.add(relation);
      else if (kind === "relation" && !declared.has(relation)) {
        declared.add(relation);
        visit(planning.relations[relation]);
      }
    }
    for (const value of Object.values(node)) visit(value);
  };
  visit(query);
  return [...used].some((relation) => !declared.has(relation));
}

/** Data-modifying CTEs run whether or not anything refers to them. */
export function declaredApart(
  planning: Planning,
  statements: readonly RowStatement[],
  context: Context,
  already: ReadonlySet<RowStatement>,
): Apart[] {
  return statements
    .filter(
      (statement) =>
        (statement.kind === "insert" ||
          statement.kind === "update" ||
          statement.kind === "delete" ||
          statement.kind === "merge") &&
        !already.has(statement),
    )
    .map((statement) => ({
      plans: planning.statement(statement, { env: context.env, facts: [], arm: context.arm, depth: context.depth + 1 }),
      meets: false,
    }))
    .filter(({ plans }) => plans.length > 0);
}

/** `SELECT count(*)` gives a row even of nothing. */
export function givesAlways(query: RowStatement): boolean {
  if (query.kind === "set-operation") return query.operator === "union" && query.arms.some(givesAlways);
  return query.kind === "select" && query.aggregate && query.groupBy.length === 0;
}

/** The columns of `(a, b)`, or of `a` alone. */
const trackedColumns = (expr: Expr, scope: FactScope): readonly (ColumnId | undefined)[] =>
  (expr.kind === "row" ? expr.args : [expr]).map((arg) => trackedColumn(arg, scope));

const isSome = (columns: readonly (ColumnId | undefined)[]): boolean =>
  columns.some((column) => column !== undefined);

/** The query's first, second, ... column is equal to these. */
export const linksTo = (occurrence: number, columns: readonly (ColumnId | undefined)[]): readonly Fact[] =>
  columns.flatMap((column, index): Fact[] =>
    column === undefined ? [] : [{ kind: "same", left: `${occurrence}.#${index}`, right: column }],
  );
