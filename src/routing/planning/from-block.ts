import type { Expr, RelationId, Source } from "../../sql/access.ts";
import { type Fact, type Term, termsOf } from "../../sql/constraints/facts.ts";
import { linkFacts, takeValues, valuesGiven } from "./derived-values.ts";
import { rowTerms } from "./inserted-rows.ts";
import { pinFact, recursionPiece, tablelessPiece, tablePiece } from "./pieces.ts";
import {
  Block,
  type Child,
  type Context,
  type Env,
  expressionsOf,
  lookUp,
  occurrenceOf,
  type Path,
  requiredPath,
} from "./planning-context.ts";
import type { Planning } from "./planning.ts";
import { findSubqueries } from "./subqueries.ts";

/** A FROM with the conditions on its rows and the subqueries in all expressions. */
export function blockOf(
  planning: Planning,
  from: readonly Source[],
  conditions: readonly (Expr | undefined)[],
  others: readonly (Expr | undefined)[],
  env: Env,
  context: Context,
): Block {
  const block = new Block();
  const scope = planning.scope(env);
  for (const condition of conditions) {
    block.conditions.push(termsOf(condition, scope));
    findSubqueries(planning, condition, env, block, true);
  }
  for (const source of from) walkSource(planning, source, requiredPath, env, block, context);
  for (const subquery of block.subqueries) takeValues(planning, subquery, block, context);
  for (const expr of others) findSubqueries(planning, expr, env, block);
  return block;
}

function walkSource(planning: Planning, source: Source, path: Path, env: Env, block: Block, context: Context): void {
  if (source.kind === "relation") {
    walkRelation(planning, source.relation, path, env, block, context);
    return;
  }
  const on = termsOf(source.on, planning.scope(env));
  findSubqueries(planning, source.on, env, block, path.required && (source.type === "inner" || source.type === "cross"));
  const left = planning.occurrencesIn(source.left, env);
  const right = planning.occurrencesIn(source.right, env);
  const keepsLeft =
    (source.type === "left" || source.type === "full") &&
    !(source.type === "left" && rejects(block.conditions, right));
  const keepsRight =
    (source.type === "right" || source.type === "full") &&
    !(source.type === "right" && rejects(block.conditions, left));
  if (!keepsLeft && !keepsRight) {
    const inner = conditionedBy(path, on, block);
    walkSource(planning, source.left, inner, env, block, context);
    walkSource(planning, source.right, inner, env, block, context);
    return;
  }
  const met = common(on);
  const optional: Path = {
    pins: [...path.pins, ...met],
    matches: [...path.matches, ...met],
    level: path.level + 1,
    required: false,
    kept: false,
    ...((path.never === true || (on.length === 0 && !(keepsLeft && keepsRight))) && { never: true as const }),
  };
  if (keepsLeft) block.outerJoins.push({ kept: left, optional: right });
  if (keepsRight) block.outerJoins.push({ kept: right, optional: left });
  if (keepsLeft && keepsRight) {
    // FULL: the condition says which rows meet, and restricts neither side.
    markOptional(block, left);
    markOptional(block, right);
    walkSource(planning, source.left, { ...path, required: false }, env, block, context);
    walkSource(planning, source.right, { ...optional, pins: path.pins, kept: path.kept }, env, block, context);
    return;
  }
  markOptional(block, keepsLeft ? right : left);
  walkSource(planning, source.left, keepsLeft ? path : optional, env, block, context);
  walkSource(planning, source.right, keepsLeft ? optional : path, env, block, context);
}

function markOptional(block: Block, occurrences: ReadonlySet<number>): void {
  for (const occurrence of occurrences) block.optional.add(occurrence);
}

/** A condition on rows that must be there is one of the block; on optional rows it holds on the way down only. */
function conditionedBy(path: Path, terms: readonly Term[], block: Block): Path {
  if (path.required) {
    block.conditions.push(terms);
    return path;
  }
  const facts = common(terms);
  const never = path.never === true || terms.length === 0;
  return {
    ...path,
    pins: [...path.pins, ...facts],
    matches: [...path.matches, ...facts],
    ...(never && { never }),
  };
}

function walkRelation(planning: Planning, id: RelationId, path: Path, env: Env, block: Block, context: Context): void {
  const relation = planning.relations[id]!;
  const occurrence = lookUp(env, id)!;
  if (path.never === true) {
    block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
    return;
  }
  switch (relation.kind) {
    case "table": {
      const make = tablePiece(planning, id, occurrence);
      block.items.push({ path, occurrence, make });
      break;
    }
    case "derived": {
      if (relation.query.kind === "values") {
        walkValues(planning, relation.query.rows, relation, occurrence, path, env, block);
        break;
      }
      const flat = planning.flattened.get(occurrence);
      if (flat === undefined) {
        walkChild(planning, { relation, occurrence, env, path }, block, context);
        break;
      }
      const inner = conditionedBy(path, termsOf(flat.select.where, planning.scope(flat.env)), block);
      findSubqueries(planning, flat.select.where, flat.env, block, path.required);
      for (const expr of [...expressionsOf(flat.select.outputs), ...flat.select.orderBy])
        findSubqueries(planning, expr, flat.env, block);
      block.links.push(
        ...linkFacts(
          planning,
          flat.select.outputs,
          flat.env,
          { occurrence, columns: relation.columns },
          () => true,
          flat.select.from.length > 0,
        ),
      );
      for (const source of flat.select.from) walkSource(planning, source, inner, flat.env, block, context);
      if (flat.select.from.length === 0)
        block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
      break;
    }
    case "recursion": {
      const { recursion } = context;
      const values = (recursion?.values ?? []).map(({ position, pin }) =>
        pinFact(`${occurrence}.${relation.columns[position] ?? `#${position}`}`, pin),
      );
      const within = values.length === 0 ? path : conditionedBy(path, [values], block);
      block.items.push({
        path: within,
        occurrence,
        make: (pins, matches) => recursionPiece(relation, occurrence, recursion, pins, matches),
      });
      break;
    }
    case "function":
      for (const expr of relation.args) findSubqueries(planning, expr, env, block);
      block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
      break;
    case "values":
      walkValues(planning, relation.rows, relation, occurrence, path, env, block);
      break;
    default:
      break;
  }
}

function walkValues(
  planning: Planning,
  rows: readonly (readonly Expr[])[],
  { alias, columns }: { alias: string; columns: readonly string[] },
  occurrence: number,
  path: Path,
  env: Env,
  block: Block,
): void {
  for (const row of rows) for (const expr of row) findSubqueries(planning, expr, env, block);
  conditionedBy(path, rowTerms(planning, rows, columns, occurrence, env), block);
  block.items.push({ path, occurrence, make: tablelessPiece(alias, occurrence) });
}

/** A derived table that can't be dissolved into the FROM: its columns' values are conditions outside. */
function walkChild(planning: Planning, child: Child, block: Block, context: Context): void {
  block.children.push(child);
  const { query } = child.relation;
  const plain = query.kind === "select" || query.kind === "set-operation" || query.kind === "values";
  if (!plain || (query.kind === "set-operation" && query.operator !== "union")) return;
  if (!planning.options.rules.seesDerivedValues) return;
  const given = { occurrence: child.occurrence, columns: child.relation.columns };
  const exported = valuesGiven(planning, query, child.env, given, context);
  if (exported.length > 0) conditionedBy(child.path, exported, block);
}

/** Whether a condition can't be true for the row of NULLs that stands for a missing one. */
function rejects(conditions: readonly (readonly Term[])[], occurrences: ReadonlySet<number>): boolean {
  const strict = (fact: Fact): boolean => {
    if (fact.kind === "same")
      return occurrences.has(occurrenceOf(fact.left)) || occurrences.has(occurrenceOf(fact.right));
    return (
      (fact.kind === "values" || fact.kind === "from" || fact.kind === "to") &&
      occurrences.has(occurrenceOf(fact.column))
    );
  };
  return conditions.some((terms) => terms.length > 0 && terms.every((term) => term.some(strict)));
}

/** Facts that all alternatives share: a conjunct without alternatives is the same fact in each of them. */
function common(terms: readonly Term[]): Term {
  const [first, ...others] = terms.map((term) => new Set(term));
  return first === undefined ? [] : [...first].filter((fact) => others.every((term) => term.has(fact)));
}
