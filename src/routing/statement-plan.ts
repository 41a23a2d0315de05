import type { Design } from "../placement/design.ts";
import type { ShardMap } from "../placement/shard-map.ts";
import type {
  AccessPattern,
  Assignment,
  Expr,
  Insert,
  Merge,
  Output,
  Query,
  Relation,
  RelationId,
  RowStatement,
  Select,
  SetOperation,
  Source,
} from "../sql/access.ts";
import { Closure, samePin, type Pin, type ValueOrder } from "../sql/constraints/closure.ts";
import { constantOf, rowsOf, type Constant } from "../sql/constraints/constant.ts";
import {
  allOf,
  anyOf,
  operandsOf,
  termsOf,
  trackedColumn,
  type ColumnId,
  type Fact,
  type FactScope,
  type Term,
} from "../sql/constraints/facts.ts";
import type { ColumnType } from "../sql/schema.ts";
import type { Literal, Slot, SlotValues } from "../sql/template.ts";
import { compareKeyValues, keyValueOf, type KeyValue } from "../workload/key-value.ts";
import { Merger } from "./merger.ts";
import { kindOf, kindsOf, leadersOf, withApart, type Apart, type InsertedRows, type Piece, type Plan } from "./plan.ts";
import type { RoutingRules } from "./routing-rules.ts";

export interface StatementPlan {
  readonly plans: readonly Plan[];
  /** How the literals of the plans' columns compare. */
  readonly order: ValueOrder;
}

export interface PlanOptions {
  readonly maps: (table: string) => ShardMap | undefined;
  readonly keyTypes: (table: string) => readonly ColumnType[] | undefined;
  readonly columnType: (table: string, column: string) => ColumnType | undefined;
  readonly columns: (table: string) => readonly string[] | undefined;
  readonly rules: RoutingRules;
  readonly slots: readonly Slot[] | undefined;
  readonly values: SlotValues | undefined;
  readonly counts: ((slot: number) => number | undefined) | undefined;
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
  const planner = new Planner(pattern.relations, design, options);
  const plans = planner.statement(pattern.statement, { env: undefined, facts: [], arm: "", depth: 0 });
  return { plans, order: planner.order };
}

/** Which occurrence a relation of the statement means here: a CTE that is used twice has its relations twice. */
interface Env {
  readonly occurrences: Map<RelationId, number>;
  readonly parent: Env | undefined;
}

interface Context {
  readonly env: Env | undefined;
  /** What holds for rows of the enclosing queries. */
  readonly facts: readonly Fact[];
  readonly arm: string;
  /** Queries around this one. */
  readonly depth: number;
  /** The derived table whose rows the query gives. */
  readonly gives?: Given | undefined;
  readonly recursion?: Recursion | undefined;
  /** The table that the query's rows are inserted into. */
  readonly insert?:
    | {
        readonly piece: (facts: readonly Fact[]) => Piece;
        readonly columns: readonly string[] | undefined;
        readonly occurrence: number;
      }
    | undefined;
}

interface Given {
  readonly occurrence: number;
  readonly columns: readonly string[];
  /** Nothing is known of the columns from outside: what the query says of them is asked for. */
  readonly alone?: true;
}

/** The rows found so far by a recursive CTE: where they are, in terms of its columns. */
interface Recursion {
  readonly map: ShardMap | undefined;
  readonly key: readonly KeyPart[];
  /** Values that columns of the CTE have in all of its rows. */
  readonly values?: readonly { readonly position: number; readonly pin: Pin }[];
}

/**
 * What a key column of a query's rows is: the position among the query's columns, the value that it is pinned to, or the key
 * column of an enclosing query's table that it is equal to.
 */
type KeyPart = number | Pin | { readonly outer: ColumnId };

/** Where a query's rows come from. */
interface Place {
  readonly map: ShardMap | undefined;
  readonly key: readonly KeyPart[];
  readonly types: readonly ColumnType[] | undefined;
}

interface PlaceOf {
  readonly place: Place;
  readonly occurrence: number;
  readonly columns: readonly string[];
  readonly alias: string;
  readonly plans: readonly Plan[];
}

/** On the way down the FROM tree: facts of the outer joins on the path. */
interface Path {
  readonly pins: readonly Fact[];
  readonly matches: readonly Fact[];
  readonly level: number;
  /** Conditions here are conditions of the whole block. */
  readonly required: boolean;
  readonly kept: boolean;
  /** The optional side of an outer join whose condition is never true. */
  readonly never?: true;
}

interface Item {
  readonly path: Path;
  readonly make: (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept">;
  readonly occurrence: number;
}

interface Child {
  readonly relation: Extract<Relation, { kind: "derived" }>;
  readonly occurrence: number;
  readonly env: Env;
  readonly path: Path;
  /** An arm of MINUS: without it the others' rows are still there. */
  readonly mayLack?: true;
}

interface Subquery {
  readonly query: Query;
  readonly env: Env;
  /** `(a, b) IN (SELECT x, y ...)`: rows of the query matter only where they equal these, as far as they are columns. */
  readonly left: readonly (ColumnId | undefined)[];
  /** As a condition on every row: the columns that take the query's values, `many` if there may be several. */
  readonly pins: { readonly columns: readonly (ColumnId | undefined)[]; readonly many: boolean } | undefined;
}

/** A FROM with its conditions, before alternatives are told apart. */
class Block {
  readonly items: Item[] = [];
  readonly children: Child[] = [];
  readonly subqueries: Subquery[] = [];
  readonly conditions: (readonly Term[])[] = [];
  /** Columns of derived tables that are columns of the tables in them. */
  readonly links: Fact[] = [];
  /** Outer joins: occurrences that are kept, and those that may be missing. */
  readonly outerJoins: { readonly kept: ReadonlySet<number>; readonly optional: ReadonlySet<number> }[] = [];
  readonly optional = new Set<number>();
}

const noOccurrences: ReadonlySet<number> = new Set();
const requiredPath: Path = { pins: [], matches: [], level: 0, required: true, kept: true };

class Planner {
  readonly #relations: readonly Relation[];
  readonly #design: Design;
  readonly #options: PlanOptions;
  readonly order: ValueOrder;
  readonly #closures = new WeakMap<readonly Fact[], Closure>();
  /** Tables behind occurrences, for the types of their columns. */
  readonly #tables: (string | undefined)[] = [];
  /** Types of columns that we made up to carry a key. */
  readonly #carriedTypes = new Map<ColumnId, ColumnType>();
  readonly #flattened = new Map<number, { readonly select: Select; readonly env: Env }>();
  /** Alternatives that may still be looked at; nested queries with alternatives of their own multiply. */
  #budget = 1000;
  /** Whether a subquery speaks of rows outside of it. */
  readonly #correlated = new Map<Query, boolean>();
  /** Data-modifying CTEs that a FROM has planned already. */
  readonly #modified = new Set<RowStatement>();

  constructor(relations: readonly Relation[], design: Design, options: PlanOptions) {
    this.#relations = relations;
    this.#design = design;
    this.#options = options;
    this.order = {
      canonical: (column, literal) => this.#canonical(column, literal),
      compare: (a, b) => compareKeyValues(a as KeyValue, b as KeyValue),
      alike: (a, b) => a === b || (a.startsWith("text:") && b.startsWith("text:") && folded(a) === folded(b)),
      ordered: (value) => !value.startsWith("text:"),
      combines: options.rules.conditions === "all",
      closesRanges: !options.rules.unseen.has("closed-range"),
      compares: (column, constant) => {
        const { decimals, textAsNumber } = options.rules;
        if (constant.number === true && textAsNumber === "converts" && this.#declaredType(column) === "text") return false;
        return constant.decimal !== true || decimals === "value" || !/^int/.test(this.#typeOf(column) ?? "int");
      },
      equates: (a, b) => {
        if (options.rules.textAsNumber === "value") return true;
        const types = [this.#declaredType(a), this.#declaredType(b)];
        return !types.includes("text") || !types.some((type) => /^int|^decimal$|^float$/.test(type ?? ""));
      },
    };
  }

  statement(statement: RowStatement, context: Context): readonly Plan[] {
    switch (statement.kind) {
      case "select":
        return this.#select(statement, context);
      case "set-operation":
        return this.#setOperation(statement, context);
      case "values":
        return this.#values(statement.rows, context);
      case "insert":
        return this.#insert(statement, context);
      case "update":
      case "delete": {
        const env = this.#enter(context.env, statement.from);
        const set = statement.kind === "update" ? statement.set : [];
        const block = this.#block(
          statement.from,
          [statement.where],
          [...set.map(({ value }) => value), ...expressionsOf(statement.outputs)],
          env,
          context,
        );
        const plans = this.#alternatives(block, context, env, statement.outputs, statement.with, undefined);
        return plans.map((plan) => ({
          ...plan,
          targets: statement.targets.length,
          keyUpdate: plan.keyUpdate || this.#changesKey(set, env, plan),
        }));
      }
      case "merge":
        return this.#merge(statement, context);
      default:
        return [];
    }
  }

  // Queries

  #select(select: Select, context: Context): readonly Plan[] {
    const env = this.#enter(context.env, select.from);
    const conditions = [
      select.where,
      ...(select.groupBy.length === 0 && !select.aggregate ? [select.having] : this.#groupedHaving(select)),
    ];
    const others = [
      ...expressionsOf(select.outputs),
      ...select.groupBy,
      ...select.orderBy,
      ...(conditions.includes(select.having) ? [] : [select.having]),
    ];
    const block = this.#block(select.from, conditions, others, env, context);
    return this.#alternatives(block, context, env, select.outputs, select.with, select);
  }

  /** HAVING on a grouping column is a condition on rows. */
  #groupedHaving(select: Select): (Expr | undefined)[] {
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

  #setOperation(operation: SetOperation, context: Context): readonly Plan[] {
    if (operation.recursive) return this.#recursive(operation, context);
    const arms = operation.arms.map((arm, index) => ({ arm, name: `${context.arm}/${index}` }));
    // Outside facts may not reach below a LIMIT, and MINUS must not lose what it takes away.
    const gives = operation.limit && context.gives?.alone !== true ? undefined : context.gives;
    const apart = this.#declared(operation.with, context, new Set());
    if (operation.operator === "union") {
      return withApart(
        arms.flatMap(({ arm, name }) => this.statement(arm, { ...context, gives, arm: name })),
        apart,
      );
    }
    const block = new Block();
    const occurrence = gives?.occurrence ?? this.#occurrence(undefined);
    const width = Math.max(0, ...arms.map(({ arm }) => outputCount(arm)));
    const columns = gives?.columns ?? Array.from({ length: width }, (_, index) => `#${index}`);
    const env: Env = { occurrences: new Map(), parent: context.env };
    for (const { arm } of arms) {
      const relation = { kind: "derived", alias: "", query: arm, columns, cte: false, lateral: false } as const;
      const mayLack = operation.operator === "except" && arm !== operation.arms[0];
      block.children.push({ relation, occurrence, env, path: requiredPath, ...(mayLack && { mayLack }) });
    }
    return this.#alternatives(block, context, env, [], operation.with, undefined);
  }

  #values(rows: readonly (readonly Expr[])[], context: Context): readonly Plan[] {
    const block = new Block();
    const env: Env = { occurrences: new Map(), parent: context.env };
    for (const row of rows) for (const expr of row) this.#findSubqueries(expr, env, block);
    const { gives } = context;
    if (gives !== undefined) block.conditions.push(this.#rowTerms(rows, gives.columns, gives.occurrence, env));
    const { insert } = context;
    if (insert === undefined) return this.#alternatives(block, context, env, [], [], undefined);
    const plans = this.#alternatives(block, { ...context, insert: undefined }, env, [], [], undefined);
    const target = insert.piece([]);
    const piece = { ...target, rows: this.#insertedRows(rows, insert.columns, target, env) };
    return plans.map((plan) => ({ ...plan, groups: [...plan.groups, { pieces: [piece] }] }));
  }

  /** The arms after the first see the rows found so far where the first arm's rows are, if theirs stay there too. */
  #recursive(operation: SetOperation, context: Context): readonly Plan[] {
    const [base, ...steps] = operation.arms;
    const occurrence = this.#occurrence(undefined);
    const columns = Array.from({ length: base === undefined ? 0 : outputCount(base) }, (_, index) => `#${index}`);
    const standalone: Context = {
      ...context,
      facts: context.facts,
      gives: { occurrence, columns },
      insert: undefined,
    };
    const basePlans = base === undefined ? [] : this.statement(base, { ...standalone, arm: `${context.arm}/0` });
    if (basePlans.length === 0) return [];
    const place = this.#commonPlace(basePlans, occurrence, columns);
    const stepsOf = (recursion: Recursion | undefined): readonly Plan[] =>
      steps.flatMap((step, index) =>
        this.statement(step, { ...standalone, arm: `${context.arm}/${index + 1}`, recursion }),
      );
    const recursion: Recursion | undefined = place === undefined ? undefined : { map: place.map, key: place.key };
    let stepPlans = stepsOf(recursion);
    const stepPlace = place === undefined ? undefined : this.#commonPlace(stepPlans, occurrence, columns);
    const onlySelf = (plan: Plan): boolean =>
      plan.apart.length === 0 &&
      plan.groups.every(
        (group) =>
          group.gathered === undefined &&
          group.pieces.every((piece) => piece.table === undefined && piece.inside === undefined),
      );
    const stays =
      stepPlans.every(onlySelf) || (place !== undefined && stepPlace !== undefined && samePlaces(place, stepPlace));
    if (place !== undefined && stepPlace !== undefined && samePlaces(place, stepPlace)) {
      // Rows that have the key of the rows before them all have that of the first ones.
      const values = this.#options.rules.seesThroughQueries ? this.#valuesOfKey(place, basePlans, occurrence) : [];
      if (values.length > 0) stepPlans = stepsOf({ map: place.map, key: place.key, values });
    }
    if (stays || [...basePlans, ...stepPlans].every((plan) => kindsOf(plan).every((kind) => kind !== "sharded"))) {
      return [...basePlans, ...stepPlans.map((plan) => ({ ...plan, arm: basePlans[0]?.arm ?? plan.arm }))];
    }
    return [
      {
        groups: [
          { pieces: [], gathered: basePlans },
          { pieces: [], gathered: stepPlans },
        ],
        apart: [],
        meets: true,
        given: [],
        arm: context.arm,
        keyUpdate: false,
      },
    ];
  }

  /** The values that all plans have in the columns that are the place's key. */
  #valuesOfKey({ key }: Place, plans: readonly Plan[], occurrence: number): NonNullable<Recursion["values"]> {
    return key.flatMap((position) => {
      if (typeof position !== "number") return [];
      const pins = plans.map((plan) => {
        const leader = plan.groups.flatMap(leadersOf)[0];
        return leader === undefined ? undefined : this.#closure(leader.pins).pin(`${occurrence}.#${position}`);
      });
      const [pin] = pins;
      return pin !== undefined && pins.every((other) => other !== undefined && samePin(pin, other))
        ? [{ position, pin }]
        : [];
    });
  }

  // Changes

  #insert(insert: Insert, context: Context): readonly Plan[] {
    const env = this.#enter(context.env, []);
    const occurrence = this.#occurrence(this.#relations[insert.target]);
    env.occurrences.set(insert.target, occurrence);
    const piece = (facts: readonly Fact[]): Piece => ({
      ...this.#tablePiece(insert.target, occurrence)(facts, facts),
      level: 0,
      kept: true,
    });
    const columns = insert.columns ?? this.#options.columns(piece([]).table ?? "");
    const inner: Context = { ...context, env, insert: { piece, columns, occurrence } };
    const source: Query = insert.source ?? { kind: "values", rows: [[]] };
    const plans = this.statement(source, inner);
    const block = new Block();
    for (const expr of [
      ...expressionsOf(insert.outputs),
      ...(insert.onConflict?.set.map(({ value }) => value) ?? []),
      insert.onConflict?.where,
    ])
      this.#findSubqueries(expr, env, block);
    const apart = [...this.#declared(insert.with, inner, new Set()), ...this.#asApart(block.subqueries, inner)];
    const keyUpdate = this.#changesKey(insert.onConflict?.set ?? [], env, undefined);
    return withApart(
      plans.map((plan) => ({ ...plan, keyUpdate: plan.keyUpdate || keyUpdate })),
      apart,
    );
  }

  #merge(merge: Merge, context: Context): readonly Plan[] {
    const env = this.#enter(context.env, merge.from);
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
    const block = this.#block(joined === undefined ? [] : [joined], [], others, env, context);
    const plans = this.#alternatives(block, context, env, merge.outputs, merge.with, undefined);
    return plans.map((plan) => ({
      ...plan,
      meets: plan.meets || !this.#insertsWhereItReads(merge, env, plan),
      keyUpdate: plan.keyUpdate || this.#changesKey(merge.set, env, plan),
    }));
  }

  /** Rows that MERGE inserts must belong where the rows are that they come from. */
  #insertsWhereItReads(merge: Merge, env: Env, plan: Plan): boolean {
    if (merge.insertValues.length === 0) return true;
    const occurrence = env.occurrences.get(merge.target);
    const target = plan.groups
      .flatMap((group) => group.pieces)
      .find((piece) => piece.key.some((column) => column.startsWith(`${occurrence}.`)));
    if (target === undefined) return true;
    const closure = this.#closure(target.matches);
    return target.key.every((column) => {
      const name = column.slice(column.indexOf(".") + 1);
      const value = merge.insertValues[merge.insertColumns?.indexOf(name) ?? -1];
      const source = value === undefined ? undefined : trackedColumn(value, this.#scope(env));
      return source !== undefined && closure.equal(source, column);
    });
  }

  #changesKey(set: readonly Assignment[], env: Env, plan: Plan | undefined): boolean {
    return set.some(({ relation, column, value }) => {
      const table = this.#relations[relation];
      const design = table?.kind === "table" ? this.#tableDesign(table.table) : undefined;
      if (design?.kind !== "sharded" || !design.shardKey.includes(column)) return false;
      const own: ColumnId = `${lookUp(env, relation)}.${column}`;
      const scope = this.#scope(env);
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
        this.#closure(pins).pin(own),
        this.#closure([{ kind: "values", column: own, constants: [constant] }]).pin(own),
      );
    });
  }

  // FROM

  #block(
    from: readonly Source[],
    conditions: readonly (Expr | undefined)[],
    others: readonly (Expr | undefined)[],
    env: Env,
    context: Context,
  ): Block {
    const block = new Block();
    const scope = this.#scope(env);
    for (const condition of conditions) {
      block.conditions.push(termsOf(condition, scope));
      this.#findSubqueries(condition, env, block, true);
    }
    for (const source of from) this.#walk(source, requiredPath, env, block, context);
    for (const subquery of block.subqueries) this.#takeValues(subquery, block, context);
    for (const expr of others) this.#findSubqueries(expr, env, block);
    return block;
  }

  /** `k IN (SELECT x ... WHERE x = 5)`: the values that a subquery's own conditions leave are those of `k`. */
  #takeValues({ query, env, pins }: Subquery, block: Block, context: Context): void {
    if (pins === undefined || !this.#options.rules.seesDerivedValues) return;
    const occurrence = this.#occurrence(undefined);
    const given = { occurrence, columns: pins.columns.map((_, index) => `#${index}`) };
    const exported = this.#valuesGiven(query, env, given, context);
    if (exported.length > 0)
      block.conditions.push(exported.map((term) => [...term, ...linksTo(occurrence, pins.columns)]));
  }

  /** What a query's own conditions say of its columns; nothing where that takes too long, or says nothing. */
  #valuesGiven(query: RowStatement, env: Env, given: Given, context: Context): readonly Term[] {
    // Each level is planned twice, alone and with what is known outside; far down the former is left out.
    if (context.depth > 5) return [];
    const alone = this.statement(query, {
      env,
      facts: context.facts,
      arm: "",
      depth: context.depth + 1,
      gives: { ...given, alone: true },
    });
    const columns = given.columns.map((column): ColumnId => `${given.occurrence}.${column}`);
    const exported = anyOf(alone.map((plan) => [this.#exported(plan, columns)]));
    return exported.some((term) => term.length === 0) ? [] : exported;
  }

  #walk(source: Source, path: Path, env: Env, block: Block, context: Context): void {
    if (source.kind === "relation") {
      this.#walkRelation(source.relation, path, env, block, context);
      return;
    }
    const on = termsOf(source.on, this.#scope(env));
    this.#findSubqueries(source.on, env, block, path.required && (source.type === "inner" || source.type === "cross"));
    const left = this.#occurrencesIn(source.left, env);
    const right = this.#occurrencesIn(source.right, env);
    const keepsLeft =
      (source.type === "left" || source.type === "full") &&
      !(source.type === "left" && rejects(block.conditions, right));
    const keepsRight =
      (source.type === "right" || source.type === "full") &&
      !(source.type === "right" && rejects(block.conditions, left));
    if (!keepsLeft && !keepsRight) {
      const inner = this.#conditioned(path, on, block);
      this.#walk(source.left, inner, env, block, context);
      this.#walk(source.right, inner, env, block, context);
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
      this.#optional(block, left);
      this.#optional(block, right);
      this.#walk(source.left, { ...path, required: false }, env, block, context);
      this.#walk(source.right, { ...optional, pins: path.pins, kept: path.kept }, env, block, context);
      return;
    }
    this.#optional(block, keepsLeft ? right : left);
    this.#walk(source.left, keepsLeft ? path : optional, env, block, context);
    this.#walk(source.right, keepsLeft ? optional : path, env, block, context);
  }

  #optional(block: Block, occurrences: ReadonlySet<number>): void {
    for (const occurrence of occurrences) block.optional.add(occurrence);
  }

  /** A condition on rows that must be there is one of the block; on optional rows it holds on the way down only. */
  #conditioned(path: Path, terms: readonly Term[], block: Block): Path {
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

  #walkRelation(id: RelationId, path: Path, env: Env, block: Block, context: Context): void {
    const relation = this.#relations[id]!;
    const occurrence = lookUp(env, id)!;
    if (path.never === true) {
      block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
      return;
    }
    switch (relation.kind) {
      case "table": {
        const make = this.#tablePiece(id, occurrence);
        block.items.push({ path, occurrence, make });
        break;
      }
      case "derived": {
        if (relation.query.kind === "values") {
          this.#walkValues(relation.query.rows, relation, occurrence, path, env, block);
          break;
        }
        const flat = this.#flattened.get(occurrence);
        if (flat === undefined) {
          this.#walkChild({ relation, occurrence, env, path }, block, context);
          break;
        }
        const inner = this.#conditioned(path, termsOf(flat.select.where, this.#scope(flat.env)), block);
        this.#findSubqueries(flat.select.where, flat.env, block, path.required);
        for (const expr of [...expressionsOf(flat.select.outputs), ...flat.select.orderBy])
          this.#findSubqueries(expr, flat.env, block);
        block.links.push(
          ...this.#linkFacts(
            flat.select.outputs,
            flat.env,
            { occurrence, columns: relation.columns },
            () => true,
            flat.select.from.length > 0,
          ),
        );
        for (const source of flat.select.from) this.#walk(source, inner, flat.env, block, context);
        if (flat.select.from.length === 0)
          block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
        break;
      }
      case "recursion": {
        const { recursion } = context;
        const values = (recursion?.values ?? []).map(({ position, pin }) =>
          pinFact(`${occurrence}.${relation.columns[position] ?? `#${position}`}`, pin),
        );
        const within = values.length === 0 ? path : this.#conditioned(path, [values], block);
        block.items.push({
          path: within,
          occurrence,
          make: (pins, matches) => this.#recursionPiece(relation, occurrence, recursion, pins, matches),
        });
        break;
      }
      case "function":
        for (const expr of relation.args) this.#findSubqueries(expr, env, block);
        block.items.push({ path, occurrence, make: tablelessPiece(relation.alias, occurrence) });
        break;
      case "values":
        this.#walkValues(relation.rows, relation, occurrence, path, env, block);
        break;
      default:
        break;
    }
  }

  #walkValues(
    rows: readonly (readonly Expr[])[],
    { alias, columns }: { alias: string; columns: readonly string[] },
    occurrence: number,
    path: Path,
    env: Env,
    block: Block,
  ): void {
    for (const row of rows) for (const expr of row) this.#findSubqueries(expr, env, block);
    this.#conditioned(path, this.#rowTerms(rows, columns, occurrence, env), block);
    block.items.push({ path, occurrence, make: tablelessPiece(alias, occurrence) });
  }

  /** A derived table that can't be dissolved into the FROM: its columns' values are conditions outside. */
  #walkChild(child: Child, block: Block, context: Context): void {
    block.children.push(child);
    const { query } = child.relation;
    const plain = query.kind === "select" || query.kind === "set-operation" || query.kind === "values";
    if (!plain || (query.kind === "set-operation" && query.operator !== "union")) return;
    if (!this.#options.rules.seesDerivedValues) return;
    const given = { occurrence: child.occurrence, columns: child.relation.columns };
    const exported = this.#valuesGiven(query, child.env, given, context);
    if (exported.length > 0) this.#conditioned(child.path, exported, block);
  }

  /** What a derived table's own conditions say of its columns. */
  #exported(plan: Plan, columns: readonly ColumnId[]): Term {
    const facts: Fact[] = [];
    // What holds for rows that an outer join may lack says nothing of the rows without them.
    const sources = plan.groups.flatMap((group) => group.pieces).filter((piece) => piece.level === 0);
    for (const piece of sources) {
      const closure = this.#closure(piece.pins);
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

  // Alternatives

  #alternatives(
    block: Block,
    context: Context,
    env: Env,
    outputs: readonly Output[],
    declared: readonly RowStatement[],
    select: Select | undefined,
  ): readonly Plan[] {
    const linked = this.#giveLinks(outputs, env, context, select);
    const plans: Plan[] = [];
    // Past the budget, conditions with alternatives count as none: less is known, nothing is known wrongly.
    const terms = allOf(
      this.#budget > 0 ? block.conditions : block.conditions.filter((alternatives) => alternatives.length < 2),
    );
    this.#budget -= terms.length;
    for (const term of terms) {
      // `WHERE e.id IS NULL` after an outer join asks for the rows without a match: it says nothing of rows of `e`.
      const seesNull = this.#options.rules.nullKey !== "unseen";
      const own = term.filter(
        (fact) => fact.kind !== "null" || (seesNull && !block.optional.has(occurrenceOf(fact.column))),
      );
      const facts = [...context.facts, ...linked, ...block.links, ...own];
      if (this.#closure(facts).contradictory) continue;
      const plan = this.#planTerm(block, facts, context);
      if (plan !== undefined) plans.push(plan);
    }
    return withApart(plans, this.#declared(declared, { ...context, env }, this.#modified));
  }

  #planTerm(block: Block, facts: readonly Fact[], context: Context): Plan | undefined {
    const merger = new Merger((matches) => this.#closure(matches), this.#options.rules);
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
      const member = this.#mergeChild(child, facts, context, merger, new Set(members.keys()));
      // A derived table without rows leaves none of the rows that must meet its own.
      if (member === undefined) return undefined;
      members.set(child.occurrence, member);
    }
    if (context.insert !== undefined)
      merger.addTarget(context.insert.piece(facts), this.#options.rules.insertFollowsQuery);
    merger.mergeAll();
    const given: Fact[] = [];
    const apart: Apart[] = [];
    for (const subquery of block.subqueries) {
      const plans = this.#planSubquery(subquery, facts, context);
      const lacking = plans.length === 0 && !givesAlways(subquery.query);
      // `k IN (SELECT ...)` of nothing is true of nothing.
      if (lacking && subquery.pins !== undefined) return undefined;
      if (lacking || (plans.length > 0 && merger.absorbs(plans))) continue;
      const place = plans.length > 0 && merger.onlyCopies() ? this.#commonPlace(plans, -1, []) : undefined;
      if (place !== undefined) {
        // Copies are where the subquery's one shard is.
        const inside: PlaceOf = { place, occurrence: this.#occurrence(undefined), columns: [], alias: "", plans };
        merger.add(this.#placePiece(inside, facts, facts, requiredPath));
        merger.mergeAll();
        continue;
      }
      const { columns = [], many = false } = subquery.pins ?? {};
      for (const column of columns)
        if (column !== undefined)
          given.push({ kind: "given", column, many, by: `subquery ${given.length} ${context.arm}` });
      if (plans.length > 0) apart.push({ plans, meets: this.#isCorrelated(subquery.query) });
    }
    const lacking = new Set(at(members, block.optional));
    const meets = block.outerJoins.some(({ kept, optional }) =>
      merger.repeats(at(members, kept), at(members, optional), lacking),
    );
    return { groups: merger.groups(), apart, meets, given, arm: context.arm, keyUpdate: false };
  }

  #planSubquery(subquery: Subquery, facts: readonly Fact[], context: Context): readonly Plan[] {
    const occurrence = this.#occurrence(undefined);
    return this.statement(subquery.query, {
      env: subquery.env,
      facts: [...facts, ...linksTo(occurrence, subquery.left)],
      arm: context.arm,
      depth: context.depth + 1,
      gives: { occurrence, columns: subquery.left.length < 2 ? ["#0"] : subquery.left.map((_, index) => `#${index}`) },
    });
  }

  #asApart(subqueries: readonly Subquery[], context: Context): Apart[] {
    return subqueries
      .map((subquery) => ({
        plans: this.#planSubquery(subquery, [], context),
        meets: this.#isCorrelated(subquery.query),
      }))
      .filter(({ plans }) => plans.length > 0);
  }

  /** `beside`: tables of the same FROM. */
  #mergeChild(
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
    if (changes) this.#modified.add(relation.query);
    const plans = this.statement(relation.query, {
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
    const place = this.#commonPlace(plans, occurrence, relation.columns, relation.lateral ? beside : noOccurrences);
    if (place === undefined) return merger.addGathered(plans);
    const inside: PlaceOf = { place, occurrence, columns: relation.columns, alias: relation.alias, plans };
    return merger.add(this.#placePiece(inside, [...facts, ...path.pins], matches, path));
  }

  /** What stands for a query whose rows come from one place. */
  #placePiece(
    { place, occurrence, columns, alias, plans }: PlaceOf,
    pins: readonly Fact[],
    matches: readonly Fact[],
    { level, kept }: Pick<Path, "level" | "kept">,
  ): Piece {
    const carried: Fact[] = [];
    const key = place.key.map((component, index): ColumnId => {
      if (typeof component === "number") return `${occurrence}.${columns[component]!}`;
      if ("outer" in component) return component.outer;
      const column: ColumnId = `${this.#occurrence(undefined)}.#key${index}`;
      const type = place.types?.[index];
      if (type !== undefined) this.#carriedTypes.set(column, type);
      carried.push(pinFact(column, component));
      return column;
    });
    return {
      kind: "sharded",
      table: undefined,
      alias,
      use: "read",
      occurrence,
      map: place.map,
      key,
      pins: [...pins, ...carried],
      matches: [...matches, ...carried],
      level,
      kept,
      inside: plans,
    };
  }

  /**
   * The one place that all alternatives' rows come from, in terms of the derived table's columns, of single values, or of
   * keys of the tables `beside` it that a lateral one speaks of.
   */
  #commonPlace(
    plans: readonly Plan[],
    occurrence: number,
    columns: readonly string[],
    beside: ReadonlySet<number> = noOccurrences,
  ): Place | undefined {
    let found: Place | undefined;
    for (const plan of plans) {
      if (plan.apart.length > 0 || plan.meets || plan.keyUpdate) return undefined;
      const sharded = plan.groups.filter((group) => kindOf(group) === "sharded");
      const rest = plan.groups.filter((group) => kindOf(group) !== "sharded");
      if (
        sharded.length !== 1 ||
        sharded[0]!.gathered !== undefined ||
        rest.some((group) => kindOf(group) !== "tableless")
      )
        return undefined;
      // Both sides of a FULL JOIN keep rows of their own: each must say the same.
      const [leader, ...others] = leadersOf(sharded[0]!);
      const key = leader === undefined ? undefined : this.#keyIn(leader, occurrence, columns, beside);
      if (leader === undefined || key === undefined) return undefined;
      if (others.some((other) => !sameKeys(key, this.#keyIn(other, occurrence, columns, beside)))) return undefined;
      const place = {
        map: leader.map,
        key,
        types: leader.table === undefined ? undefined : this.#options.keyTypes(leader.table),
      };
      if (found !== undefined && !samePlaces(found, place)) return undefined;
      found ??= place;
    }
    return found;
  }

  #keyIn(
    piece: Piece,
    occurrence: number,
    columns: readonly string[],
    beside: ReadonlySet<number>,
  ): readonly KeyPart[] | undefined {
    if (piece.rows !== undefined) return undefined;
    const closure = this.#closure(piece.pins);
    const key = piece.key.map((column, index): KeyPart | undefined => {
      const position =
        piece.level > 0
          ? -1
          : columns.findIndex((name) => closure.root(`${occurrence}.${name}`) === closure.root(column));
      if (position >= 0) return position;
      const outer =
        piece.level > 0 || beside.size === 0
          ? undefined
          : closure.equals(column).find((other) => beside.has(occurrenceOf(other)) && this.#isKey(other, index, piece));
      if (outer !== undefined) return { outer };
      const pin = closure.pin(column);
      return pin.to === "one" ? pin : undefined;
    });
    return key.every((component) => component !== undefined) ? key : undefined;
  }

  /** Whether the column is part `index` of a key that is placed like the piece's. */
  #isKey(column: ColumnId, index: number, { map }: Piece): boolean {
    const table = this.#tables[occurrenceOf(column)];
    const design = table === undefined ? undefined : this.#design.tables.get(table);
    return (
      design?.kind === "sharded" &&
      `${occurrenceOf(column)}.${design.shardKey[index]}` === column &&
      map !== undefined &&
      this.#options.maps(table!)?.identity === map.identity
    );
  }

  /**
   * Links the columns that a query gives to the derived table's, where a condition on the one is a condition on the
   * other.
   */
  #giveLinks(outputs: readonly Output[], env: Env, context: Context, select: Select | undefined): readonly Fact[] {
    const links: Fact[] = [];
    const { gives, insert } = context;
    if (gives !== undefined)
      links.push(
        ...this.#linkFacts(outputs, env, gives, this.#linked(select, gives), true),
      );
    if (insert !== undefined && insert.columns !== undefined) {
      links.push(
        ...this.#linkFacts(outputs, env, { occurrence: insert.occurrence, columns: insert.columns }, () => true, true),
      );
    }
    return links;
  }

  #linked(select: Select | undefined, { alone }: Given): (expr: Expr) => boolean {
    if (select === undefined) return () => true;
    if (alone !== true || !this.#options.rules.seesThroughQueries) return this.#passes(select);
    // ROLLUP adds rows in which the columns that it sums over are NULL.
    const rollsUp = select.groupBy.some((expr) => expr.kind === "other" && expr.name.startsWith("grouping-"));
    return rollsUp ? this.#passes(select) : () => true;
  }

  /** Whether conditions on an output column may be moved below the query's grouping, windows and limit. */
  #passes(select: Select): (expr: Expr) => boolean {
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

  #linkFacts(
    outputs: readonly Output[],
    env: Env,
    given: Given,
    passes: (expr: Expr) => boolean,
    hasTables: boolean,
  ): Fact[] {
    const scope = this.#scope(env);
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
      else if (constant !== undefined && (hasTables || this.#options.rules.seesDerivedValues))
        links.push({ kind: "values", column, constants: [constant] });
    }
    return links;
  }

  /** Derived tables that are `SELECT *` of one relation with unknown columns. */
  readonly #starLinks = new Map<number, number>();

  // Pieces

  #tablePiece(
    id: RelationId,
    occurrence: number,
  ): (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept"> {
    const relation = this.#relations[id];
    const table = relation?.kind === "table" ? relation : undefined;
    const design = table === undefined ? undefined : this.#tableDesign(table.table);
    const name = table === undefined ? "" : (this.#designName(table.table) ?? table.table);
    const kind =
      design !== undefined
        ? design.kind
        : table !== undefined && isCatalog(table.schema, table.table)
          ? "tableless"
          : "unresolved";
    const key = design?.kind === "sharded" ? design.shardKey.map((column): ColumnId => `${occurrence}.${column}`) : [];
    const map = design?.kind === "sharded" ? this.#options.maps(name) : undefined;
    return (pins, matches) => ({
      kind,
      table: name,
      alias: table?.alias ?? "",
      use: table?.use ?? "read",
      occurrence,
      map,
      key,
      pins,
      matches,
    });
  }

  #recursionPiece(
    relation: Relation & { kind: "recursion" },
    occurrence: number,
    recursion: Recursion | undefined,
    pins: readonly Fact[],
    matches: readonly Fact[],
  ): Omit<Piece, "level" | "kept"> {
    if (recursion === undefined) return tablelessPiece(relation.alias, occurrence)(pins, matches);
    const carried: Fact[] = [];
    const key = recursion.key.map((component, index): ColumnId => {
      if (typeof component === "number") return `${occurrence}.${relation.columns[component] ?? `#${component}`}`;
      if ("outer" in component) return component.outer;
      const column: ColumnId = `${occurrence}.#key${index}`;
      carried.push(pinFact(column, component));
      return column;
    });
    return {
      kind: "sharded",
      table: undefined,
      alias: relation.alias,
      use: "read",
      occurrence,
      map: recursion.map,
      key,
      pins: [...pins, ...carried],
      matches: [...matches, ...carried],
    };
  }

  #insertedRows(
    rows: readonly (readonly Expr[])[],
    columns: readonly string[] | undefined,
    target: Piece,
    env: Env,
  ): InsertedRows {
    const scope = this.#scope(env);
    const types = target.table === undefined ? undefined : this.#options.keyTypes(target.table);
    const positions = target.key.map((column) => columns?.indexOf(column.slice(column.indexOf(".") + 1)) ?? -1);
    const missing =
      positions.some((position) => position < 0) ||
      rows.some((row) =>
        positions.some((position) => row[position] === undefined || row[position]?.kind === "default"),
      );
    const keys: (readonly KeyValue[])[] = [];
    let unfit: string | undefined;
    let many = rows.length !== 1;
    let known = true;
    for (const row of rows) {
      const constants = positions.map(
        (position): Constant =>
          (row[position] === undefined ? undefined : constantOf(row[position], scope)) ?? {
            id: "?",
            many: false,
            literals: undefined,
          },
      );
      // Every column of a collapsed row has as many values as there are rows, whichever of them are keys.
      const all = row
        .map((expr) => constantOf(expr, scope))
        .filter((constant) => constant?.many === true) as Constant[];
      const count = all.map((constant) => constant.literals?.length).find((length) => length !== undefined);
      if (all.length > 0 && count !== 1) many = true;
      const values = positions.length === 0 ? undefined : rowsOf(constants);
      if (values === undefined || missing) known = false;
      else {
        for (const literals of values) {
          const key = literals.map((literal, index) => keyValueOf(literal, types?.[index] ?? "int64"));
          const wrong = key.indexOf(undefined);
          if (wrong < 0) keys.push(key as KeyValue[]);
          else
            unfit ??= `${JSON.stringify(literals[wrong]!.kind === "null" ? null : (literals[wrong] as { text: string }).text)} is no ${types?.[wrong] ?? "int64"}`;
        }
      }
    }
    return { many, keys: known && unfit === undefined ? keys : undefined, missing, unfit };
  }

  /** Each row of VALUES is an alternative; many rows are a list for each column. */
  #rowTerms(
    rows: readonly (readonly Expr[])[],
    columns: readonly string[],
    occurrence: number,
    env: Env,
  ): readonly Term[] {
    const scope = this.#scope(env);
    const left: Expr[] = columns.map((column) => ({ kind: "column", relation: -1 - occurrence, column }));
    const withColumns: FactScope = {
      ...scope,
      column: (relation, column) => (relation < 0 ? `${-1 - relation}.${column}` : scope.column(relation, column)),
    };
    return anyOf(
      rows.map((row) => {
        const conditions = row.slice(0, left.length).map((expr, index): readonly Term[] => {
          const constant = constantOf(expr, scope);
          return constant === undefined
            ? termsOf({ kind: "compare", op: "=", left: left[index]!, right: expr }, withColumns)
            : [[{ kind: "values", column: `${occurrence}.${columns[index]!}`, constants: [constant] }]];
        });
        return allOf(conditions);
      }),
    );
  }

  // Names and values

  #scope(env: Env): FactScope {
    return {
      slots: this.#options.slots,
      values: this.#options.values,
      counts: this.#options.counts,
      unseen: this.#options.rules.unseen,
      column: (relation, column) => {
        let occurrence = lookUp(env, relation);
        if (occurrence === undefined) return undefined;
        for (let inner = this.#starLinks.get(occurrence); inner !== undefined; inner = this.#starLinks.get(occurrence))
          occurrence = inner;
        return `${occurrence}.${column}`;
      },
    };
  }

  #enter(parent: Env | undefined, from: readonly Source[]): Env {
    const env: Env = { occurrences: new Map(), parent };
    for (const source of from) this.#declare(source, env);
    return env;
  }

  #declare(source: Source, env: Env): void {
    if (source.kind === "join") {
      this.#declare(source.left, env);
      this.#declare(source.right, env);
      return;
    }
    const relation = this.#relations[source.relation]!;
    const occurrence = this.#occurrence(relation);
    env.occurrences.set(source.relation, occurrence);
    if (relation.kind !== "derived" || !isPlain(relation.query)) return;
    const inner: Env = { occurrences: new Map(), parent: env };
    this.#flattened.set(occurrence, { select: relation.query, env: inner });
    for (const innerSource of relation.query.from) this.#declare(innerSource, inner);
    const [star, ...others] = relation.query.outputs;
    // `SELECT *` of one relation whose columns nobody knows keeps their names.
    if (star?.kind === "star" && others.length === 0 && star.relations.length === 1)
      this.#starLinks.set(occurrence, lookUp(inner, star.relations[0]!)!);
  }

  #occurrence(relation: Relation | undefined): number {
    this.#tables.push(relation?.kind === "table" ? (this.#designName(relation.table) ?? relation.table) : undefined);
    return this.#tables.length - 1;
  }

  #occurrencesIn(source: Source, env: Env): ReadonlySet<number> {
    const found = new Set<number>();
    const visit = (inner: Source, scope: Env): void => {
      if (inner.kind === "join") {
        visit(inner.left, scope);
        visit(inner.right, scope);
        return;
      }
      const occurrence = lookUp(scope, inner.relation)!;
      found.add(occurrence);
      const flat = this.#flattened.get(occurrence);
      for (const nested of flat?.select.from ?? []) visit(nested, flat!.env);
    };
    visit(source, env);
    return found;
  }

  #closure(facts: readonly Fact[]): Closure {
    let closure = this.#closures.get(facts);
    if (closure === undefined) this.#closures.set(facts, (closure = new Closure(facts, this.order)));
    return closure;
  }

  #typeOf(column: ColumnId): ColumnType | undefined {
    const table = this.#tables[occurrenceOf(column)];
    const name = column.slice(column.indexOf(".") + 1);
    return (
      this.#carriedTypes.get(column) ??
      (table === undefined ? undefined : (this.#keyType(table, name) ?? this.#options.columnType(table, name)))
    );
  }

  /** Undefined where the column's type was inferred from values. */
  #declaredType(column: ColumnId): ColumnType | undefined {
    const table = this.#tables[occurrenceOf(column)];
    const name = column.slice(column.indexOf(".") + 1);
    return table !== undefined && this.#options.columns(table) !== undefined
      ? this.#options.columnType(table, name)
      : undefined;
  }

  #canonical(column: ColumnId, literal: Literal): string | undefined {
    const type = this.#typeOf(column);
    if (type !== undefined) return keyValueOf(literal, type);
    return keyValueOf(literal, "int64") ?? keyValueOf(literal, "text");
  }

  #keyType(table: string, column: string): ColumnType | undefined {
    const design = this.#design.tables.get(table);
    const position = design?.kind === "sharded" ? design.shardKey.indexOf(column) : -1;
    return position < 0 ? undefined : this.#options.keyTypes(table)?.[position];
  }

  #tableDesign(table: string) {
    const name = this.#designName(table);
    return name === undefined ? undefined : this.#design.tables.get(name);
  }

  #designName(table: string): string | undefined {
    if (this.#design.tables.has(table)) return table;
    const lower = table.toLowerCase();
    return this.#design.tables.has(lower) ? lower : undefined;
  }

  // Subqueries

  #findSubqueries(expr: Expr | undefined, env: Env, block: Block, everyRow = false): void {
    if (expr === undefined) return;
    const scope = this.#scope(env);
    switch (expr.kind) {
      case "exists":
      case "subquery":
        block.subqueries.push({ query: expr.query, env, left: [], pins: undefined });
        return;
      case "in-query": {
        const left = expr.negated ? [] : trackedColumns(expr.left, scope);
        const pins = everyRow && isSome(left) ? { columns: left, many: true } : undefined;
        block.subqueries.push({ query: expr.query, env, left, pins });
        this.#findSubqueries(expr.left, env, block);
        return;
      }
      case "and":
        for (const arg of expr.args) this.#findSubqueries(arg, env, block, everyRow);
        return;
      case "compare": {
        const [side, query] = expr.right.kind === "subquery" ? [expr.left, expr.right] : [expr.right, expr.left];
        const columns = expr.op === "=" && everyRow ? trackedColumns(side, scope) : [];
        if (query.kind !== "subquery" || !isSome(columns)) break;
        block.subqueries.push({ query: query.query, env, left: [], pins: { columns, many: false } });
        this.#findSubqueries(side, env, block);
        return;
      }
      default:
        break;
    }
    for (const operand of operandsOf(expr)) this.#findSubqueries(operand, env, block);
  }

  /** Whether the query speaks of rows outside of it. */
  #isCorrelated(query: Query): boolean {
    let correlated = this.#correlated.get(query);
    if (correlated === undefined) this.#correlated.set(query, (correlated = this.#speaksOfOutside(query)));
    return correlated;
  }

  #speaksOfOutside(query: Query): boolean {
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
          visit(this.#relations[relation]);
        }
      }
      for (const value of Object.values(node)) visit(value);
    };
    visit(query);
    return [...used].some((relation) => !declared.has(relation));
  }

  /** Data-modifying CTEs run whether or not anything refers to them. */
  #declared(statements: readonly RowStatement[], context: Context, already: ReadonlySet<RowStatement>): Apart[] {
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
        plans: this.statement(statement, { env: context.env, facts: [], arm: context.arm, depth: context.depth + 1 }),
        meets: false,
      }))
      .filter(({ plans }) => plans.length > 0);
  }
}

function samePlaces(
  a: { map: ShardMap | undefined; key: readonly KeyPart[] },
  b: { map: ShardMap | undefined; key: readonly KeyPart[] },
): boolean {
  return a.map !== undefined && b.map !== undefined && a.map.identity === b.map.identity && sameKeys(a.key, b.key);
}

function sameKeys(a: readonly KeyPart[], b: readonly KeyPart[] | undefined): boolean {
  return (
    b !== undefined &&
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index]!;
      if (typeof left === "number" || typeof right === "number") return left === right;
      if ("outer" in left || "outer" in right) return "outer" in left && "outer" in right && left.outer === right.outer;
      return samePin(left, right);
    })
  );
}

/** Says of a column that it has the value that a pin knows. */
function pinFact(column: ColumnId, pin: Pin): Fact {
  const value = pin.values?.[0];
  return {
    kind: "values",
    column,
    constants: [
      value === undefined
        ? { id: pin.id ?? "?", many: false, literals: undefined }
        : { ...literalConstant(value as KeyValue), id: pin.id ?? value },
    ],
  };
}

function literalConstant(value: KeyValue): Constant {
  const colon = value.indexOf(":");
  const type = value.slice(0, colon);
  const text = value.slice(colon + 1);
  const literal: Literal =
    type === "null"
      ? { kind: "null" }
      : { kind: type === "int" || type === "decimal" || type === "float" ? "number" : "string", text };
  return { id: value, many: false, literals: [literal] };
}

function tablelessPiece(
  alias: string,
  occurrence: number,
): (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept"> {
  return (pins, matches) => ({
    kind: "tableless",
    table: undefined,
    alias,
    use: "read",
    occurrence,
    map: undefined,
    key: [],
    pins,
    matches,
  });
}

/** `SELECT count(*)` gives a row even of nothing. */
function givesAlways(query: RowStatement): boolean {
  if (query.kind === "set-operation") return query.operator === "union" && query.arms.some(givesAlways);
  return query.kind === "select" && query.aggregate && query.groupBy.length === 0;
}

/** What the loosest collations leave of a text: no case, no accents, no trailing spaces. */
const folded = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .trimEnd();

/** A derived table without grouping, windows or limit is its tables, filtered. */
function isPlain(query: RowStatement): query is Select {
  return (
    query.kind === "select" &&
    !query.limit &&
    !query.distinct &&
    !query.aggregate &&
    query.groupBy.length === 0 &&
    query.windows.length === 0 &&
    query.having === undefined &&
    query.with.every(
      (statement) => statement.kind === "select" || statement.kind === "set-operation" || statement.kind === "values",
    )
  );
}

function lookUp(env: Env | undefined, relation: RelationId): number | undefined {
  for (let scope = env; scope !== undefined; scope = scope.parent) {
    const occurrence = scope.occurrences.get(relation);
    if (occurrence !== undefined) return occurrence;
  }
  return undefined;
}

const occurrenceOf = (column: ColumnId): number => Number(column.slice(0, column.indexOf(".")));

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

/** The columns of `(a, b)`, or of `a` alone. */
const trackedColumns = (expr: Expr, scope: FactScope): readonly (ColumnId | undefined)[] =>
  (expr.kind === "row" ? expr.args : [expr]).map((arg) => trackedColumn(arg, scope));

const isSome = (columns: readonly (ColumnId | undefined)[]): boolean =>
  columns.some((column) => column !== undefined);

/** The query's first, second, ... column is equal to these. */
const linksTo = (occurrence: number, columns: readonly (ColumnId | undefined)[]): readonly Fact[] =>
  columns.flatMap((column, index): Fact[] =>
    column === undefined ? [] : [{ kind: "same", left: `${occurrence}.#${index}`, right: column }],
  );

const at = (members: ReadonlyMap<number, number>, occurrences: ReadonlySet<number>): number[] =>
  [...occurrences].flatMap((occurrence) => (members.has(occurrence) ? [members.get(occurrence)!] : []));

const expressionsOf = (outputs: readonly Output[]): Expr[] =>
  outputs.flatMap((output) => (output.kind === "column" ? [output.expr] : []));

function outputCount(query: Query): number {
  if (query.kind === "values") return query.rows[0]?.length ?? 0;
  return query.kind === "set-operation" ? outputCount(query.arms[0]!) : query.outputs.length;
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

/** Every server has its own catalog. */
function isCatalog(schema: string | undefined, table: string): boolean {
  return (
    /^(pg_catalog|information_schema|performance_schema|mysql|sys)$/i.test(schema ?? "") ||
    (schema === undefined && /^pg_(?!dist)/.test(table)) ||
    table === "dual"
  );
}
