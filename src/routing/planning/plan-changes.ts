import type { Assignment, Insert, Merge, Query, Source } from "../../sql/access.ts";
import { samePin } from "../../sql/constraints/closure.ts";
import { constantOf } from "../../sql/constraints/constant.ts";
import { type ColumnId, type Fact, trackedColumn } from "../../sql/constraints/facts.ts";
import { type Piece, type Plan, withApart } from "../plan.ts";
import { alternativesOf } from "./alternatives.ts";
import { blockOf } from "./from-block.ts";
import { tablePiece } from "./pieces.ts";
import { Block, type Context, type Env, expressionsOf, lookUp } from "./planning-context.ts";
import type { Planning } from "./planning.ts";
import { asApart, declaredApart, findSubqueries } from "./subqueries.ts";

/** An INSERT, from VALUES or a query, with its upsert. */
export function planInsert(planning: Planning, insert: Insert, context: Context): readonly Plan[] {
  const env = planning.enter(context.env, []);
  const occurrence = planning.occurrence(planning.relations[insert.target]);
  env.occurrences.set(insert.target, occurrence);
  const piece = (facts: readonly Fact[]): Piece => ({
    ...tablePiece(planning, insert.target, occurrence)(facts, facts),
    level: 0,
    kept: true,
  });
  const columns = insert.columns ?? planning.options.columns(piece([]).table ?? "");
  const inner: Context = { ...context, env, insert: { piece, columns, occurrence } };
  const source: Query = insert.source ?? { kind: "values", rows: [[]] };
  const plans = planning.statement(source, inner);
  const block = new Block();
  for (const expr of [
    ...expressionsOf(insert.outputs),
    ...(insert.onConflict?.set.map(({ value }) => value) ?? []),
    insert.onConflict?.where,
  ])
    findSubqueries(planning, expr, env, block);
  const apart = [...declaredApart(planning, insert.with, inner, new Set()), ...asApart(planning, block.subqueries, inner)];
  const keyUpdate = changesKey(planning, insert.onConflict?.set ?? [], env, undefined);
  return withApart(
    plans.map((plan) => ({ ...plan, keyUpdate: plan.keyUpdate || keyUpdate })),
    apart,
  );
}

/** A MERGE. */
export function planMerge(planning: Planning, merge: Merge, context: Context): readonly Plan[] {
  const env = planning.enter(context.env, merge.from);
  const others = [
    ...merge.set.map(({ value }) => value),
    ...merge.insertValues,
    ...merge.conditions,
    ...expressionsOf(merge.outputs),
  ];
  // What is not matched is inserted or left, so the condition restricts neither side; it says which rows meet.
  const joined = merge.from.reduce<Source | undefined>(
    (left, right) => (left === undefined ? right : { kind: "join", type: "right", left, right, on: merge.on }),
    undefined,
  );
  const block = blockOf(planning, joined === undefined ? [] : [joined], [], others, env, context);
  const plans = alternativesOf(planning, block, context, env, merge.outputs, merge.with, undefined);
  return plans.map((plan) => ({
    ...plan,
    meets: plan.meets || !insertsWhereItReads(planning, merge, env, plan),
    keyUpdate: plan.keyUpdate || changesKey(planning, merge.set, env, plan),
  }));
}

/** Rows that MERGE inserts must belong where the rows are that they come from. */
function insertsWhereItReads(planning: Planning, merge: Merge, env: Env, plan: Plan): boolean {
  if (merge.insertValues.length === 0) return true;
  const occurrence = env.occurrences.get(merge.target);
  const target = plan.groups
    .flatMap((group) => group.pieces)
    .find((piece) => piece.key.some((column) => column.startsWith(`${occurrence}.`)));
  if (target === undefined) return true;
  const closure = planning.closure(target.matches);
  return target.key.every((column) => {
    const name = column.slice(column.indexOf(".") + 1);
    const value = merge.insertValues[merge.insertColumns?.indexOf(name) ?? -1];
    const source = value === undefined ? undefined : trackedColumn(value, planning.scope(env));
    return source !== undefined && closure.equal(source, column);
  });
}

/** Whether an assignment may give a row another shard key than it has. */
export function changesKey(planning: Planning, set: readonly Assignment[], env: Env, plan: Plan | undefined): boolean {
  return set.some(({ relation, column, value }) => {
    const table = planning.relations[relation];
    const design = table?.kind === "table" ? planning.tableDesign(table.table) : undefined;
    if (design?.kind !== "sharded" || !design.shardKey.includes(column)) return false;
    const own: ColumnId = `${lookUp(env, relation)}.${column}`;
    const scope = planning.scope(env);
    if (trackedColumn(value, scope) === own) return false;
    // `ON CONFLICT DO UPDATE SET k = excluded.k`, `k = VALUES(k)`: the row's own key again.
    if (
      (value.kind === "other" || value.kind === "function") &&
      /^(excluded|values)$/.test(value.name) &&
      value.args[0]?.kind === "column" &&
      value.args[0].column === column
    )
      return false;
    const constant = constantOf(value, scope);
    const pins = plan?.groups.flatMap((group) => group.pieces).find((piece) => piece.key.includes(own))?.pins;
    if (constant === undefined || pins === undefined) return true;
    return !samePin(
      planning.closure(pins).pin(own),
      planning.closure([{ kind: "values", column: own, constants: [constant] }]).pin(own),
    );
  });
}
