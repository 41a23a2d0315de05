import type { Design } from "../../placement/design.ts";
import type { Query, Relation, RowStatement, Select, Source } from "../../sql/access.ts";
import { Closure, type ValueOrder } from "../../sql/constraints/closure.ts";
import type { ColumnId, Fact, FactScope } from "../../sql/constraints/facts.ts";
import type { ColumnType } from "../../sql/schema.ts";
import type { Literal } from "../../sql/template.ts";
import { compareKeyValues, type KeyValue, keyValueOf } from "../../workload/key-value.ts";
import type { Plan } from "../plan.ts";
import { type Context, type Env, lookUp, occurrenceOf, type PlanOptions } from "./planning-context.ts";

/** What all parts of a plan share: the statement's relations, the design, and what was found so far. */
export class Planning {
  readonly relations: readonly Relation[];
  readonly design: Design;
  readonly options: PlanOptions;
  readonly order: ValueOrder;
  readonly #closures = new WeakMap<readonly Fact[], Closure>();
  /** Tables behind occurrences, for the types of their columns. */
  readonly tables: (string | undefined)[] = [];
  /** Types of columns that we made up to carry a key. */
  readonly carriedTypes = new Map<ColumnId, ColumnType>();
  readonly flattened = new Map<number, { readonly select: Select; readonly env: Env }>();
  /** Alternatives that may still be looked at; nested queries with alternatives of their own multiply. */
  budget = 1000;
  /** Whether a subquery speaks of rows outside of it. */
  readonly correlated = new Map<Query, boolean>();
  /** Data-modifying CTEs that a FROM has planned already. */
  readonly modified = new Set<RowStatement>();
  /** Derived tables that are `SELECT *` of one relation with unknown columns. */
  readonly starLinks = new Map<number, number>();
  /** Plans a statement inside of this one. */
  readonly #plan: (planning: Planning, statement: RowStatement, context: Context) => readonly Plan[];

  constructor(
    relations: readonly Relation[],
    design: Design,
    options: PlanOptions,
    plan: (planning: Planning, statement: RowStatement, context: Context) => readonly Plan[],
  ) {
    this.#plan = plan;
    this.relations = relations;
    this.design = design;
    this.options = options;
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
    return this.#plan(this, statement, context);
  }

  scope(env: Env): FactScope {
    return {
      slots: this.options.slots,
      values: this.options.values,
      counts: this.options.counts,
      unseen: this.options.rules.unseen,
      column: (relation, column) => {
        let occurrence = lookUp(env, relation);
        if (occurrence === undefined) return undefined;
        for (let inner = this.starLinks.get(occurrence); inner !== undefined; inner = this.starLinks.get(occurrence))
          occurrence = inner;
        return `${occurrence}.${column}`;
      },
    };
  }

  enter(parent: Env | undefined, from: readonly Source[]): Env {
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
    const relation = this.relations[source.relation]!;
    const occurrence = this.occurrence(relation);
    env.occurrences.set(source.relation, occurrence);
    if (relation.kind !== "derived" || !isPlain(relation.query)) return;
    const inner: Env = { occurrences: new Map(), parent: env };
    this.flattened.set(occurrence, { select: relation.query, env: inner });
    for (const innerSource of relation.query.from) this.#declare(innerSource, inner);
    const [star, ...others] = relation.query.outputs;
    // `SELECT *` of one relation whose columns nobody knows keeps their names.
    if (star?.kind === "star" && others.length === 0 && star.relations.length === 1)
      this.starLinks.set(occurrence, lookUp(inner, star.relations[0]!)!);
  }

  occurrence(relation: Relation | undefined): number {
    this.tables.push(relation?.kind === "table" ? (this.designName(relation.table) ?? relation.table) : undefined);
    return this.tables.length - 1;
  }

  occurrencesIn(source: Source, env: Env): ReadonlySet<number> {
    const found = new Set<number>();
    const visit = (inner: Source, scope: Env): void => {
      if (inner.kind === "join") {
        visit(inner.left, scope);
        visit(inner.right, scope);
        return;
      }
      const occurrence = lookUp(scope, inner.relation)!;
      found.add(occurrence);
      const flat = this.flattened.get(occurrence);
      for (const nested of flat?.select.from ?? []) visit(nested, flat!.env);
    };
    visit(source, env);
    return found;
  }

  closure(facts: readonly Fact[]): Closure {
    let closure = this.#closures.get(facts);
    if (closure === undefined) this.#closures.set(facts, (closure = new Closure(facts, this.order)));
    return closure;
  }

  #typeOf(column: ColumnId): ColumnType | undefined {
    const table = this.tables[occurrenceOf(column)];
    const name = column.slice(column.indexOf(".") + 1);
    return (
      this.carriedTypes.get(column) ??
      (table === undefined ? undefined : (this.#keyType(table, name) ?? this.options.columnType(table, name)))
    );
  }

  /** Undefined where the column's type was inferred from values. */
  #declaredType(column: ColumnId): ColumnType | undefined {
    const table = this.tables[occurrenceOf(column)];
    const name = column.slice(column.indexOf(".") + 1);
    return table !== undefined && this.options.columns(table) !== undefined
      ? this.options.columnType(table, name)
      : undefined;
  }

  #canonical(column: ColumnId, literal: Literal): string | undefined {
    const type = this.#typeOf(column);
    if (type !== undefined) return keyValueOf(literal, type);
    return keyValueOf(literal, "int64") ?? keyValueOf(literal, "text");
  }

  #keyType(table: string, column: string): ColumnType | undefined {
    const design = this.design.tables.get(table);
    const position = design?.kind === "sharded" ? design.shardKey.indexOf(column) : -1;
    return position < 0 ? undefined : this.options.keyTypes(table)?.[position];
  }

  tableDesign(table: string) {
    const name = this.designName(table);
    return name === undefined ? undefined : this.design.tables.get(name);
  }

  designName(table: string): string | undefined {
    if (this.design.tables.has(table)) return table;
    const lower = table.toLowerCase();
    return this.design.tables.has(lower) ? lower : undefined;
  }
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
