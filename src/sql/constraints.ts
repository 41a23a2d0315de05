import { byName } from "../base/order.ts";
import type {
  AccessPattern,
  Assignment,
  Expr,
  Output,
  Query,
  Relation,
  RelationId,
  RowStatement,
  Source,
} from "./access.ts";
import { constantOf } from "./constraints/constant.ts";
import {
  operandsOf,
  termsOf,
  trackedColumn,
  type ColumnId,
  type Fact,
  type FactScope,
  type Term,
} from "./constraints/facts.ts";
import type { Slot } from "./template.ts";

export interface PinnedColumn {
  readonly column: string;
  readonly slot: number;
  readonly list?: true;
  readonly array?: true;
}

/** How a statement reaches one table: the columns that it pins, bounds, joins on, changes, or hides in expressions. */
export interface TableAccess {
  readonly relation: RelationId;
  readonly table: string;
  readonly use: "read" | "insert" | "update" | "delete";
  /**
   * Columns pinned to one slot on every path; with `list`, to the values of a slot that may hold several, with `array`
   * to the elements of the array in it.
   */
  readonly equal: readonly PinnedColumn[];
  readonly ranges: readonly {
    readonly column: string;
    readonly from?: { readonly slot: number; readonly inclusive: boolean };
    readonly to?: { readonly slot: number; readonly inclusive: boolean };
  }[];
  /** Columns that equal a column of another table's relation, in every row that matters. */
  readonly joins: readonly {
    readonly column: string;
    readonly otherRelation: RelationId;
    readonly otherColumn: string;
  }[];
  readonly setColumns: readonly string[];
  readonly functionColumns: readonly string[];
}

/**
 * The accesses of a statement to tables, in the order of relations, columns by name. Equalities count wherever they
 * are written (ON, WHERE, USING, an enclosing query) and pass through joins, derived tables and CTEs. With `slots`,
 * the template's, a slot is a list exactly when it may hold several values; without, when it stands in a list or an
 * inserted row.
 */
export function accessesOf(pattern: AccessPattern, slots?: readonly Slot[]): readonly TableAccess[] {
  if (pattern.kind !== "rows") return [];
  const collector = new Collector(pattern.relations, slots);
  collector.statement(pattern.statement, []);
  return collector.accesses();
}

interface ColumnName {
  readonly relation: RelationId;
  readonly column: string;
}

const idOf = (relation: RelationId, column: string): ColumnId => `${relation}.${column}`;

function nameOf(id: ColumnId): ColumnName {
  const point = id.indexOf(".");
  return { relation: Number(id.slice(0, point)), column: id.slice(point + 1) };
}

/**
 * Walks the statement once. Each relation remembers the facts that hold for its rows: of its own query, of the
 * enclosing ones, and, on the optional side of an outer join, of that join's condition.
 */
class Collector {
  readonly #relations: readonly Relation[];
  readonly #scope: FactScope;
  readonly #facts = new Map<RelationId, Fact[]>();
  readonly #inserted = new Map<
    RelationId,
    { readonly column: string; readonly slot: number; readonly list: boolean }[]
  >();
  readonly #set = new Map<RelationId, Set<string>>();
  readonly #seen = new Set<RowStatement>();

  constructor(relations: readonly Relation[], slots: readonly Slot[] | undefined) {
    this.#relations = relations;
    this.#scope = { slots, column: idOf };
  }

  accesses(): TableAccess[] {
    const accesses: TableAccess[] = [];
    for (const [id, relation] of this.#relations.entries()) {
      if (relation.kind !== "table") continue;
      const facts = this.#facts.get(id) ?? [];
      accesses.push({
        relation: id,
        table: relation.table,
        use: relation.use,
        ...this.#pins(id, facts),
        setColumns: [...(this.#set.get(id) ?? [])].toSorted(byName),
        functionColumns: distinctColumns(
          facts.flatMap((fact) => (fact.kind === "compared" && fact.how === "function" ? [fact.column] : [])),
          id,
        ),
      });
    }
    return accesses;
  }

  /** `outer` are the facts of enclosing queries, which hold for the rows of this one that matter. */
  statement(statement: RowStatement, outer: readonly Fact[]): readonly Fact[] {
    // A CTE that is referred to twice is one set of relations: its first use decides.
    if (this.#seen.has(statement)) return [];
    this.#seen.add(statement);
    switch (statement.kind) {
      case "select": {
        // Above a LIMIT or an ungrouped aggregate nothing outside narrows the rows that are read.
        const reached = statement.limit || (statement.aggregate && statement.groupBy.length === 0) ? [] : outer;
        const having = statement.aggregate ? undefined : statement.having;
        const facts = this.#block(statement.from, [statement.where, having], reached, statement.with);
        for (const expr of [
          ...expressionsOf(statement.outputs),
          ...statement.orderBy,
          ...statement.groupBy,
          statement.having,
        ])
          this.#subqueries(expr, facts);
        return facts;
      }
      case "set-operation":
        this.#declared(statement.with, outer);
        for (const arm of statement.arms) this.statement(arm, statement.limit ? [] : outer);
        return [];
      case "values":
        for (const row of statement.rows) for (const expr of row) this.#subqueries(expr, outer);
        return [];
      case "insert": {
        this.#declared(statement.with, outer);
        this.#insert(statement.target, statement.columns, statement.source, outer);
        for (const expr of [
          ...expressionsOf(statement.outputs),
          ...(statement.onConflict?.set.map((set) => set.value) ?? []),
        ])
          this.#subqueries(expr, outer);
        this.#assignments(statement.onConflict?.set ?? []);
        return [];
      }
      case "update":
      case "delete": {
        const facts = this.#block(statement.from, [statement.where], outer, statement.with);
        if (statement.kind === "update") {
          this.#assignments(statement.set);
          for (const { value } of statement.set) this.#subqueries(value, facts);
        }
        for (const expr of expressionsOf(statement.outputs)) this.#subqueries(expr, facts);
        return facts;
      }
      case "merge": {
        const facts = this.#block(statement.from, [statement.on], outer, statement.with);
        this.#assignments(statement.set);
        for (const expr of [
          ...statement.set.map((set) => set.value),
          ...statement.insertValues,
          ...statement.conditions,
        ])
          this.#subqueries(expr, facts);
        return facts;
      }
      default:
        return [];
    }
  }

  #block(
    from: readonly Source[],
    conditions: readonly (Expr | undefined)[],
    outer: readonly Fact[],
    declared: readonly RowStatement[],
  ): readonly Fact[] {
    const own: Fact[] = [...outer];
    for (const condition of conditions) own.push(...this.#common(condition));
    for (const source of from) own.push(...this.#innerFacts(source));
    for (const source of from) this.#place(source, own);
    for (const condition of conditions) this.#subqueries(condition, own);
    this.#declared(declared, []);
    return own;
  }

  #declared(statements: readonly RowStatement[], outer: readonly Fact[]): void {
    for (const statement of statements) this.statement(statement, outer);
  }

  /** Facts that hold for every row that the source gives: of inner joins, and of derived tables' columns. */
  #innerFacts(source: Source): readonly Fact[] {
    if (source.kind === "relation") return this.#derivedFacts(source.relation);
    const left = source.type === "right" || source.type === "full" ? [] : this.#innerFacts(source.left);
    const right = source.type === "left" || source.type === "full" ? [] : this.#innerFacts(source.right);
    const on = source.type === "inner" || source.type === "cross" ? this.#common(source.on) : [];
    return [...left, ...right, ...on];
  }

  #derivedFacts(id: RelationId): readonly Fact[] {
    const relation = this.#relations[id]!;
    if (relation.kind !== "derived" || relation.query.kind !== "select") return [];
    const { query } = relation;
    const facts: Fact[] = [...this.#common(query.where), ...query.from.flatMap((source) => this.#innerFacts(source))];
    for (const [output, column] of outputColumns(query.outputs, relation.columns)) {
      const inner = trackedColumn(output, this.#scope);
      const constant = constantOf(output, this.#scope);
      if (inner !== undefined) facts.push({ kind: "same", left: idOf(id, column), right: inner });
      else if (constant !== undefined)
        facts.push({ kind: "values", column: idOf(id, column), constants: [constant] });
    }
    return facts;
  }

  #place(source: Source, facts: readonly Fact[]): void {
    if (source.kind === "join") {
      const on = this.#common(source.on);
      const sides = [...this.#innerFacts(source.left), ...this.#innerFacts(source.right)];
      this.#place(source.left, source.type === "right" ? [...facts, ...on, ...sides] : facts);
      this.#place(source.right, source.type === "left" ? [...facts, ...on, ...sides] : facts);
      this.#subqueries(source.on, [...facts, ...on]);
      return;
    }
    const relation = this.#relations[source.relation]!;
    if (relation.kind === "table") this.#facts.set(source.relation, [...facts]);
    else if (relation.kind === "derived") this.statement(relation.query, facts);
    else
      for (const expr of relation.kind === "function"
        ? relation.args
        : relation.kind === "values"
          ? relation.rows.flat()
          : [])
        this.#subqueries(expr, facts);
  }

  #insert(
    target: RelationId,
    columns: readonly string[] | undefined,
    source: Query | undefined,
    outer: readonly Fact[],
  ): void {
    const inserted: { column: string; slot: number; list: boolean }[] = [];
    this.#inserted.set(target, inserted);
    if (source === undefined) return;
    if (source.kind === "values") {
      const several = source.rows.length > 1;
      for (const [index, column] of columns?.entries() ?? []) {
        const constant = several ? undefined : constantIn(source.rows[0]?.[index], this.#scope);
        if (constant?.slot !== undefined) inserted.push({ column, slot: constant.slot, list: constant.many });
      }
      this.statement(source, outer);
      return;
    }
    const facts = this.statement(source, outer);
    if (source.kind !== "select") return;
    const same: Fact[] = [...facts];
    const outputs = source.outputs.every((output) => output.kind === "column") ? source.outputs : [];
    for (const [index, column] of columns?.entries() ?? []) {
      const output = outputs[index];
      const origin = output?.kind === "column" ? trackedColumn(output.expr, this.#scope) : undefined;
      const constant = output?.kind === "column" ? constantOf(output.expr, this.#scope) : undefined;
      if (origin !== undefined) same.push({ kind: "same", left: idOf(target, column), right: origin });
      else if (constant !== undefined)
        same.push({ kind: "values", column: idOf(target, column), constants: [constant] });
    }
    this.#facts.set(target, same);
  }

  #assignments(assignments: readonly Assignment[]): void {
    for (const { relation, column } of assignments) {
      const columns = this.#set.get(relation) ?? new Set();
      this.#set.set(relation, columns.add(column));
    }
  }

  #subqueries(expr: Expr | undefined, facts: readonly Fact[]): void {
    if (expr === undefined) return;
    if (expr.kind === "exists" || expr.kind === "subquery") this.statement(expr.query, facts);
    if (expr.kind === "in-query") {
      const left = trackedColumn(expr.left, this.#scope);
      const output = expr.query.kind === "select" && !expr.negated ? expr.query.outputs[0] : undefined;
      const right = output?.kind === "column" ? trackedColumn(output.expr, this.#scope) : undefined;
      this.statement(
        expr.query,
        left !== undefined && right !== undefined ? [...facts, { kind: "same", left, right }] : facts,
      );
    }
    for (const operand of operandsOf(expr)) this.#subqueries(operand, facts);
  }

  /**
   * Facts on every path through a condition; a column that every alternative pins to one and the same slot is pinned.
   */
  #common(condition: Expr | undefined): readonly Fact[] {
    const terms = termsOf(condition, this.#scope);
    return terms.length === 1 ? terms[0]! : commonFacts(terms);
  }

  #pins(id: RelationId, facts: readonly Fact[]): Pick<TableAccess, "equal" | "ranges" | "joins"> {
    const classOf = equalityClasses(facts);
    const mine = (column: ColumnId): readonly string[] =>
      (classOf.get(column) ?? [column]).map(nameOf).flatMap((name) => (name.relation === id ? [name.column] : []));
    const equal = new Map<string, PinnedColumn>();
    const lists = new Map<string, PinnedColumn>();
    const ranges = new Map<
      string,
      { column: string; from?: { slot: number; inclusive: boolean }; to?: { slot: number; inclusive: boolean } }
    >();
    for (const fact of facts) {
      if (fact.kind === "values") {
        const slot = fact.constants.length === 1 ? fact.constants[0]!.slot : undefined;
        if (slot === undefined) continue;
        const { many, array } = fact.constants[0]!;
        for (const column of mine(fact.column))
          if (!(many ? lists : equal).has(column))
            (many ? lists : equal).set(column, { column, slot, ...(many && { list: true }), ...(array && { array }) });
      } else if ((fact.kind === "from" || fact.kind === "to") && fact.bound.slot !== undefined) {
        const bound = { slot: fact.bound.slot, inclusive: fact.inclusive };
        for (const column of mine(fact.column)) {
          const range = ranges.get(column) ?? { column };
          ranges.set(column, range);
          range[fact.kind] ??= bound;
        }
      }
    }
    for (const { column, slot, list } of this.#inserted.get(id) ?? [])
      equal.set(column, { column, slot, ...(list && { list: true }) });
    for (const [column, pinned] of lists) if (!equal.has(column)) equal.set(column, pinned);
    return {
      equal: [...equal.values()].toSorted((a, b) => byName(a.column, b.column)),
      ranges: [...ranges.values()]
        .filter(({ column }) => !equal.has(column))
        .toSorted((a, b) => byName(a.column, b.column)),
      joins: this.#joins(id, classOf),
    };
  }

  #joins(id: RelationId, classOf: ReadonlyMap<ColumnId, readonly ColumnId[]>): TableAccess["joins"] {
    const joins: { column: string; otherRelation: RelationId; otherColumn: string }[] = [];
    for (const members of new Set(classOf.values())) {
      const names = members.map(nameOf);
      for (const own of names.filter((name) => name.relation === id)) {
        for (const other of names) {
          if (other.relation === id || this.#relations[other.relation]?.kind !== "table") continue;
          joins.push({ column: own.column, otherRelation: other.relation, otherColumn: other.column });
        }
      }
    }
    return joins.toSorted(
      (a, b) =>
        byName(a.column, b.column) || a.otherRelation - b.otherRelation || byName(a.otherColumn, b.otherColumn),
    );
  }
}

/** The slot of an inserted value; in a row that may stand for several it is a list. */
function constantIn(expr: Expr | undefined, scope: FactScope) {
  return expr === undefined ? undefined : constantOf(expr, scope, true);
}

function commonFacts(terms: readonly Term[]): readonly Fact[] {
  const [first, ...others] = terms;
  if (first === undefined) return [];
  const key = (fact: Fact): string =>
    JSON.stringify(
      fact.kind === "values" ? { ...fact, constants: fact.constants.map((constant) => constant.id) } : fact,
    );
  const inAll = others.map((term) => new Set(term.map(key)));
  const mentioned = terms.flat().filter((fact) => fact.kind === "compared");
  return [...first.filter((fact) => inAll.every((keys) => keys.has(key(fact)))), ...mentioned];
}

/** Each column with all columns that are equal to it. */
function equalityClasses(facts: readonly Fact[]): ReadonlyMap<ColumnId, readonly ColumnId[]> {
  const classes = new Map<ColumnId, ColumnId[]>();
  for (const fact of facts) {
    if (fact.kind !== "same") continue;
    const left = classes.get(fact.left) ?? [fact.left];
    const right = classes.get(fact.right) ?? [fact.right];
    if (left === right) continue;
    const joined = [...new Set([...left, ...right])];
    for (const column of joined) classes.set(column, joined);
  }
  return classes;
}

function* outputColumns(outputs: readonly Output[], columns: readonly string[]): Generator<[Expr, string]> {
  // Behind a star of unknown width the positions are not known.
  for (const [index, output] of outputs.entries()) {
    if (output.kind === "star") return;
    yield [output.expr, columns[index] ?? output.name];
  }
}

const expressionsOf = (outputs: readonly Output[]): Expr[] =>
  outputs.flatMap((output) => (output.kind === "column" ? [output.expr] : []));

const distinctColumns = (columns: readonly ColumnId[], relation: RelationId): string[] =>
  [...new Set(columns.map(nameOf).flatMap((name) => (name.relation === relation ? [name.column] : [])))].toSorted(
    byName,
  );
