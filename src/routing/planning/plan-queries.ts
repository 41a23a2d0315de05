import type { Expr, Select, SetOperation } from "../../sql/access.ts";
import { operandsOf } from "../../sql/constraints/facts.ts";
import { type Plan, withApart } from "../plan.ts";
import { alternativesOf } from "./alternatives.ts";
import { blockOf } from "./from-block.ts";
import { insertedRows, rowTerms } from "./inserted-rows.ts";
import { planRecursive } from "./plan-recursion.ts";
import { Block, type Context, type Env, expressionsOf, outputCount, requiredPath } from "./planning-context.ts";
import type { Planning } from "./planning.ts";
import { declaredApart, findSubqueries } from "./subqueries.ts";

/** The alternatives of a SELECT. */
export function planSelect(planning: Planning, select: Select, context: Context): readonly Plan[] {
  const env = planning.enter(context.env, select.from);
  const conditions = [
    select.where,
    ...(select.groupBy.length === 0 && !select.aggregate ? [select.having] : groupedHaving(select)),
  ];
  const others = [
    ...expressionsOf(select.outputs),
    ...select.groupBy,
    ...select.orderBy,
    ...(conditions.includes(select.having) ? [] : [select.having]),
  ];
  const block = blockOf(planning, select.from, conditions, others, env, context);
  return alternativesOf(planning, block, context, env, select.outputs, select.with, select);
}

/** HAVING on a grouping column is a condition on rows. */
function groupedHaving(select: Select): (Expr | undefined)[] {
  const conjuncts =
    select.having?.kind === "and" ? select.having.args : select.having === undefined ? [] : [select.having];
  const grouped = new Set(
    select.groupBy.flatMap((expr) => (expr.kind === "column" ? [`${expr.relation}.${expr.column}`] : [])),
  );
  return conjuncts.filter((conjunct) => {
    const columns = plainColumns(conjunct);
    return columns !== undefined && columns.length > 0 && columns.every((column) => grouped.has(column));
  });
}

/** The arms of a UNION are alternatives; the rows of INTERSECT and EXCEPT must meet. */
export function planSetOperation(planning: Planning, operation: SetOperation, context: Context): readonly Plan[] {
  if (operation.recursive) return planRecursive(planning, operation, context);
  const arms = operation.arms.map((arm, index) => ({ arm, name: `${context.arm}/${index}` }));
  // Outside facts may not reach below a LIMIT, and MINUS must not lose what it takes away.
  const gives = operation.limit && context.gives?.alone !== true ? undefined : context.gives;
  const apart = declaredApart(planning, operation.with, context, new Set());
  if (operation.operator === "union") {
    return withApart(
      arms.flatMap(({ arm, name }) => planning.statement(arm, { ...context, gives, arm: name })),
      apart,
    );
  }
  const block = new Block();
  const occurrence = gives?.occurrence ?? planning.occurrence(undefined);
  const width = Math.max(0, ...arms.map(({ arm }) => outputCount(arm)));
  const columns = gives?.columns ?? Array.from({ length: width }, (_, index) => `#${index}`);
  const env: Env = { occurrences: new Map(), parent: context.env };
  for (const { arm } of arms) {
    const relation = { kind: "derived", alias: "", query: arm, columns, cte: false, lateral: false } as const;
    const mayLack = operation.operator === "except" && arm !== operation.arms[0];
    block.children.push({ relation, occurrence, env, path: requiredPath, ...(mayLack && { mayLack }) });
  }
  return alternativesOf(planning, block, context, env, [], operation.with, undefined);
}

/** Rows of VALUES: tuples that an INSERT adds, or values of a derived table. */
export function planValues(planning: Planning, rows: readonly (readonly Expr[])[], context: Context): readonly Plan[] {
  const block = new Block();
  const env: Env = { occurrences: new Map(), parent: context.env };
  for (const row of rows) for (const expr of row) findSubqueries(planning, expr, env, block);
  const { gives } = context;
  if (gives !== undefined) block.conditions.push(rowTerms(planning, rows, gives.columns, gives.occurrence, env));
  const { insert } = context;
  if (insert === undefined) return alternativesOf(planning, block, context, env, [], [], undefined);
  const plans = alternativesOf(planning, block, { ...context, insert: undefined }, env, [], [], undefined);
  const target = insert.piece([]);
  const piece = { ...target, rows: insertedRows(planning, rows, insert.columns, target, env) };
  return plans.map((plan) => ({ ...plan, groups: [...plan.groups, { pieces: [piece] }] }));
}

/** Columns of an expression that has no aggregate and no subquery; undefined otherwise. */
function plainColumns(expr: Expr): string[] | undefined {
  if (expr.kind === "column") return [`${expr.relation}.${expr.column}`];
  if (
    expr.kind === "exists" ||
    expr.kind === "subquery" ||
    expr.kind === "in-query" ||
    (expr.kind === "function" && (expr.aggregate || expr.window))
  )
    return undefined;
  const columns: string[] = [];
  for (const operand of operandsOf(expr)) {
    const inner = plainColumns(operand);
    if (inner === undefined) return undefined;
    columns.push(...inner);
  }
  return columns;
}
