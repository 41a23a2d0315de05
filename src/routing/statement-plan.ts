import type { Design } from "../placement/design.ts";
import type { AccessPattern, RowStatement } from "../sql/access.ts";
import type { ValueOrder } from "../sql/constraints/closure.ts";
import type { Plan } from "./plan.ts";
import { alternativesOf } from "./planning/alternatives.ts";
import { blockOf } from "./planning/from-block.ts";
import { changesKey, planInsert, planMerge } from "./planning/plan-changes.ts";
import { planSelect, planSetOperation, planValues } from "./planning/plan-queries.ts";
import { type Context, expressionsOf, type PlanOptions } from "./planning/planning-context.ts";
import { Planning } from "./planning/planning.ts";

export interface StatementPlan {
  readonly plans: readonly Plan[];
  /** How the literals of the plans' columns compare. */
  readonly order: ValueOrder;
}

/**
 * The alternatives of a statement under a design; none when no row can match. Every alternative says which tables can
 * be asked together. Tables go together when their shard keys are equal in every row that matters, by equalities that
 * pass through joins, derived tables, CTEs, unions and enclosing queries, and their maps place equal keys alike.
 */
export function planStatement(
  pattern: AccessPattern & { kind: "rows" },
  design: Design,
  options: PlanOptions,
): StatementPlan {
  const planning = new Planning(pattern.relations, design, options, planOf);
  const plans = planning.statement(pattern.statement, { env: undefined, facts: [], arm: "", depth: 0 });
  return { plans, order: planning.order };
}

function planOf(planning: Planning, statement: RowStatement, context: Context): readonly Plan[] {
  switch (statement.kind) {
    case "select":
      return planSelect(planning, statement, context);
    case "set-operation":
      return planSetOperation(planning, statement, context);
    case "values":
      return planValues(planning, statement.rows, context);
    case "insert":
      return planInsert(planning, statement, context);
    case "update":
    case "delete": {
      const env = planning.enter(context.env, statement.from);
      const set = statement.kind === "update" ? statement.set : [];
      const block = blockOf(
        planning,
        statement.from,
        [statement.where],
        [...set.map(({ value }) => value), ...expressionsOf(statement.outputs)],
        env,
        context,
      );
      const plans = alternativesOf(planning, block, context, env, statement.outputs, statement.with, undefined);
      return plans.map((plan) => ({
        ...plan,
        targets: statement.targets.length,
        keyUpdate: plan.keyUpdate || changesKey(planning, set, env, plan),
      }));
    }
    case "merge":
      return planMerge(planning, statement, context);
    default:
      return [];
  }
}
