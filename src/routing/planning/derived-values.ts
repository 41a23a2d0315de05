import type { Expr, Output, RowStatement, Select } from "../../sql/access.ts";
import { constantOf } from "../../sql/constraints/constant.ts";
import { anyOf, type ColumnId, type Fact, type Term, trackedColumn } from "../../sql/constraints/facts.ts";
import type { KeyValue } from "../../workload/key-value.ts";
import type { Plan } from "../plan.ts";
import { literalConstant } from "./pieces.ts";
import type { Block, Context, Env, Given, Subquery } from "./planning-context.ts";
import type { Planning } from "./planning.ts";
import { linksTo } from "./subqueries.ts";

/** `k IN (SELECT x ... WHERE x = 5)`: the values that a subquery's own conditions leave are those of `k`. */
export function takeValues(planning: Planning, { query, env, pins }: Subquery, block: Block, context: Context): void {
  if (pins === undefined || !planning.options.rules.seesDerivedValues) return;
  const occurrence = planning.occurrence(undefined);
  const given = { occurrence, columns: pins.columns.map((_, index) => `#${index}`) };
  const exported = valuesGiven(planning, query, env, given, context);
  if (exported.length > 0)
    block.conditions.push(exported.map((term) => [...term, ...linksTo(occurrence, pins.columns)]));
}

/** What a query's own conditions say of its columns; nothing where that takes too long, or says nothing. */
export function valuesGiven(
  planning: Planning,
  query: RowStatement,
  env: Env,
  given: Given,
  context: Context,
): readonly Term[] {
  // Each level is planned twice, alone and with what is known outside; far down the former is left out.
  if (context.depth > 5) return [];
  const alone = planning.statement(query, {
    env,
    facts: context.facts,
    arm: "",
    depth: context.depth + 1,
    gives: { ...given, alone: true },
  });
  const columns = given.columns.map((column): ColumnId => `${given.occurrence}.${column}`);
  const exported = anyOf(alone.map((plan) => [exportedValues(planning, plan, columns)]));
  return exported.some((term) => term.length === 0) ? [] : exported;
}

/** What a derived table's own conditions say of its columns. */
function exportedValues(planning: Planning, plan: Plan, columns: readonly ColumnId[]): Term {
  const facts: Fact[] = [];
  // What holds for rows that an outer join may lack says nothing of the rows without them.
  const sources = plan.groups.flatMap((group) => group.pieces).filter((piece) => piece.level === 0);
  for (const piece of sources) {
    const closure = planning.closure(piece.pins);
    for (const column of columns) {
      const pin = closure.pin(column);
      if (pin.to === "one" && pin.values?.length === 1)
        facts.push({ kind: "values", column, constants: [literalConstant(pin.values[0]! as KeyValue)] });
      else if ((pin.to === "one" || pin.to === "many") && pin.values !== undefined && pin.values.length > 0)
        facts.push({
          kind: "values",
          column,
          constants: pin.values.map((value) => literalConstant(value as KeyValue)),
        });
      else if (pin.to === "one" && pin.id !== undefined)
        facts.push({ kind: "values", column, constants: [{ id: pin.id, many: false, literals: undefined }] });
    }
  }
  return facts;
}

/**
 * Links the columns that a query gives to the derived table's, where a condition on the one is a condition on the
 * other.
 */
export function giveLinks(
  planning: Planning,
  outputs: readonly Output[],
  env: Env,
  context: Context,
  select: Select | undefined,
): readonly Fact[] {
  const links: Fact[] = [];
  const { gives, insert } = context;
  if (gives !== undefined)
    links.push(
      ...linkFacts(planning, outputs, env, gives, passesWhere(planning, select, gives), true),
    );
  if (insert !== undefined && insert.columns !== undefined) {
    links.push(
      ...linkFacts(planning, outputs, env, { occurrence: insert.occurrence, columns: insert.columns }, () => true, true),
    );
  }
  return links;
}

function passesWhere(planning: Planning, select: Select | undefined, { alone }: Given): (expr: Expr) => boolean {
  if (select === undefined) return () => true;
  if (alone !== true || !planning.options.rules.seesThroughQueries) return passesBelow(select);
  // ROLLUP adds rows in which the columns that it sums over are NULL.
  const rollsUp = select.groupBy.some((expr) => expr.kind === "other" && expr.name.startsWith("grouping-"));
  return rollsUp ? passesBelow(select) : () => true;
}

/** Whether conditions on an output column may be moved below the query's grouping, windows and limit. */
function passesBelow(select: Select): (expr: Expr) => boolean {
  if (select.limit) return () => false;
  const same =
    (expr: Expr) =>
    (other: Expr): boolean =>
      other.kind === "column" &&
      expr.kind === "column" &&
      other.relation === expr.relation &&
      other.column === expr.column;
  return (expr) => {
    if (expr.kind !== "column") return true;
    if ((select.aggregate || select.groupBy.length > 0) && !select.groupBy.some(same(expr))) return false;
    return select.windows.every((partition) => partition.some(same(expr)));
  };
}

export function linkFacts(
  planning: Planning,
  outputs: readonly Output[],
  env: Env,
  given: Given,
  passes: (expr: Expr) => boolean,
  hasTables: boolean,
): Fact[] {
  const scope = planning.scope(env);
  const links: Fact[] = [];
  let position = 0;
  for (const output of outputs) {
    // Behind a star of unknown width the positions are not known.
    if (output.kind === "star") return links;
    const column: ColumnId = `${given.occurrence}.${given.columns[position++] ?? output.name}`;
    if (!passes(output.expr)) continue;
    const inner = trackedColumn(output.expr, scope);
    const constant = inner === undefined ? constantOf(output.expr, scope) : undefined;
    if (inner !== undefined) links.push({ kind: "same", left: column, right: inner });
    else if (constant !== undefined && (hasTables || planning.options.rules.seesDerivedValues))
      links.push({ kind: "values", column, constants: [constant] });
  }
  return links;
}
