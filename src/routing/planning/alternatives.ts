import type { Output, RowStatement, Select } from "../../sql/access.ts";
import { allOf, type Fact } from "../../sql/constraints/facts.ts";
import { Merger } from "../merger.ts";
import { type Apart, kindsOf, type Plan, withApart } from "../plan.ts";
import { giveLinks } from "./derived-values.ts";
import { tablelessPiece } from "./pieces.ts";
import { commonPlace, type PlaceOf, placePiece } from "./places.ts";
import {
  type Block,
  type Child,
  type Context,
  type Env,
  noOccurrences,
  occurrenceOf,
  requiredPath,
} from "./planning-context.ts";
import type { Planning } from "./planning.ts";
import { declaredApart, givesAlways, isCorrelated, planSubquery } from "./subqueries.ts";

/** The alternatives of a block: one for each term of its conditions that a row can satisfy. */
export function alternativesOf(
  planning: Planning,
  block: Block,
  context: Context,
  env: Env,
  outputs: readonly Output[],
  declared: readonly RowStatement[],
  select: Select | undefined,
): readonly Plan[] {
  const linked = giveLinks(planning, outputs, env, context, select);
  const plans: Plan[] = [];
  // Past the budget, conditions with alternatives count as none: less is known, nothing is known wrongly.
  const terms = allOf(
    planning.budget > 0 ? block.conditions : block.conditions.filter((alternatives) => alternatives.length < 2),
  );
  planning.budget -= terms.length;
  for (const term of terms) {
    // `WHERE e.id IS NULL` after an outer join asks for the rows without a match: it says nothing of rows of `e`.
    const seesNull = planning.options.rules.nullKey !== "unseen";
    const own = term.filter(
      (fact) => fact.kind !== "null" || (seesNull && !block.optional.has(occurrenceOf(fact.column))),
    );
    const facts = [...context.facts, ...linked, ...block.links, ...own];
    if (planning.closure(facts).contradictory) continue;
    const plan = planTerm(planning, block, facts, context);
    if (plan !== undefined) plans.push(plan);
  }
  return withApart(plans, declaredApart(planning, declared, { ...context, env }, planning.modified));
}

function planTerm(planning: Planning, block: Block, facts: readonly Fact[], context: Context): Plan | undefined {
  const merger = new Merger((matches) => planning.closure(matches), planning.options.rules);
  const members = new Map<number, number>();
  for (const { path, make, occurrence } of block.items) {
    const matches = path.matches.length === 0 ? facts : [...facts, ...path.matches];
    members.set(
      occurrence,
      merger.add({
        ...make(path.pins.length === 0 ? facts : [...facts, ...path.pins], matches),
        level: path.level,
        kept: path.kept,
      }),
    );
  }
  for (const child of block.children) {
    const member = mergeChild(planning, child, facts, context, merger, new Set(members.keys()));
    // A derived table without rows leaves none of the rows that must meet its own.
    if (member === undefined) return undefined;
    members.set(child.occurrence, member);
  }
  if (context.insert !== undefined)
    merger.addTarget(context.insert.piece(facts), planning.options.rules.insertFollowsQuery);
  merger.mergeAll();
  const given: Fact[] = [];
  const apart: Apart[] = [];
  for (const subquery of block.subqueries) {
    const plans = planSubquery(planning, subquery, facts, context);
    const lacking = plans.length === 0 && !givesAlways(subquery.query);
    // `k IN (SELECT ...)` of nothing is true of nothing.
    if (lacking && subquery.pins !== undefined) return undefined;
    if (lacking || (plans.length > 0 && merger.absorbs(plans))) continue;
    const place = plans.length > 0 && merger.onlyCopies() ? commonPlace(planning, plans, -1, []) : undefined;
    if (place !== undefined) {
      // Copies are where the subquery's one shard is.
      const inside: PlaceOf = { place, occurrence: planning.occurrence(undefined), columns: [], alias: "", plans };
      merger.add(placePiece(planning, inside, facts, facts, requiredPath));
      merger.mergeAll();
      continue;
    }
    const { columns = [], many = false } = subquery.pins ?? {};
    for (const column of columns)
      if (column !== undefined)
        given.push({ kind: "given", column, many, by: `subquery ${given.length} ${context.arm}` });
    if (plans.length > 0) apart.push({ plans, meets: isCorrelated(planning, subquery.query) });
  }
  const lacking = new Set(at(members, block.optional));
  const meets = block.outerJoins.some(({ kept, optional }) =>
    merger.repeats(at(members, kept), at(members, optional), lacking),
  );
  return { groups: merger.groups(), apart, meets, given, arm: context.arm, keyUpdate: false };
}

/** `beside`: tables of the same FROM. */
function mergeChild(
  planning: Planning,
  child: Child,
  facts: readonly Fact[],
  context: Context,
  merger: Merger,
  beside: ReadonlySet<number>,
): number | undefined {
  const { relation, occurrence, env, path } = child;
  const matches = [...facts, ...path.matches];
  const changes =
    relation.query.kind === "insert" ||
    relation.query.kind === "update" ||
    relation.query.kind === "delete" ||
    relation.query.kind === "merge";
  if (changes) planning.modified.add(relation.query);
  const plans = planning.statement(relation.query, {
    env,
    facts: changes ? [] : matches,
    arm: context.arm,
    depth: context.depth + 1,
    gives: { occurrence, columns: relation.columns },
  });
  if (plans.length === 0 && path.required && !child.mayLack && !givesAlways(relation.query)) return undefined;
  const kinds = new Set(plans.flatMap(kindsOf).filter((kind) => kind !== "tableless"));
  const simple = plans.every(
    (plan) => plan.apart.length === 0 && !plan.meets && plan.groups.every((group) => group.gathered === undefined),
  );
  if (simple && !kinds.has("sharded") && !kinds.has("unresolved") && kinds.size <= 1) {
    const kind = [...kinds][0] ?? "tableless";
    return merger.add({
      ...tablelessPiece(relation.alias, occurrence)(matches, matches),
      level: path.level,
      kept: path.kept,
      kind,
      ...((plans.length > 0 || !givesAlways(relation.query)) && { inside: plans }),
    });
  }
  const place = commonPlace(planning, plans, occurrence, relation.columns, relation.lateral ? beside : noOccurrences);
  if (place === undefined) return merger.addGathered(plans);
  const inside: PlaceOf = { place, occurrence, columns: relation.columns, alias: relation.alias, plans };
  return merger.add(placePiece(planning, inside, [...facts, ...path.pins], matches, path));
}

export const at = (members: ReadonlyMap<number, number>, occurrences: ReadonlySet<number>): number[] =>
  [...occurrences].flatMap((occurrence) => (members.has(occurrence) ? [members.get(occurrence)!] : []));
