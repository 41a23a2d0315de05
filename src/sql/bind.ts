import type {
  AccessPattern,
  Assignment,
  Delete,
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
  Update,
  Values,
} from "./access.ts";
import type { Schema } from "./schema.ts";
import type {
  AssignmentSyntax,
  DeleteSyntax,
  ExprSyntax,
  InsertSyntax,
  MergeSyntax,
  OutputSyntax,
  QuerySyntax,
  RowSyntax,
  SelectSyntax,
  SetOperationSyntax,
  SourceSyntax,
  TableSyntax,
  UpdateSyntax,
  ValuesSyntax,
  WindowSyntax,
  WithSyntax,
} from "./syntax.ts";
import type { Dialect } from "./template.ts";
import {
  bareIn,
  cteNamed,
  entry,
  entryNamed,
  hasColumn,
  knownOutside,
  commonColumns,
  newSelectState,
  part,
  surely,
  type Cte,
  type CteScope,
  type Entry,
  type Environment,
  type Scope,
  type SelectState,
} from "./scope.ts";
import { columnsOfFunction } from "./function-columns.ts";
import { outputNames, renamed, valuesNames } from "./output-names.ts";
import { assert, unreachable } from "../base/assert.ts";

/**
 * Looks up every name of a statement: each column becomes a relation's column, stars are written out where the schema
 * knows the columns, USING and NATURAL become conditions, CTEs become relations with the query they stand for.
 */
export function bind(statement: RowSyntax, schema: Schema, dialect: Dialect): AccessPattern {
  const binder = new Binder(schema, dialect);
  const bound = binder.row(statement, { scope: undefined, ctes: undefined });
  return { kind: "rows", statement: bound, relations: binder.relations };
}

class Binder {
  readonly relations: Relation[] = [];
  private readonly schema: Schema;
  private readonly dialect: Dialect;
  /** The CTE whose body is bound next, so that its first arm can tell the columns to the arms that refer to it. */
  private recursion: Cte | undefined;
  /** FROM of the select bound last: ON DUPLICATE KEY UPDATE may refer to the tables of the query that it inserts. */
  private lastScope: Scope | undefined;

  constructor(schema: Schema, dialect: Dialect) {
    this.schema = schema;
    this.dialect = dialect;
  }

  row(statement: RowSyntax, outside: Environment): RowStatement {
    switch (statement.kind) {
      case "select":
      case "set-operation":
      case "values":
        return this.query(statement, outside);
      case "insert":
        return this.insert(statement, outside);
      case "update":
        return this.update(statement, outside);
      case "delete":
        return this.delete(statement, outside);
      case "merge":
        return this.merge(statement, outside);
      default:
        return unreachable(statement);
    }
  }

  private query(statement: QuerySyntax, outside: Environment): Query {
    switch (statement.kind) {
      case "select":
        return this.select(statement, outside);
      case "set-operation":
        return this.setOperation(statement, outside);
      case "values":
        return this.values(statement, outside);
      default:
        return unreachable(statement);
    }
  }

  private select(statement: SelectSyntax, outside: Environment): Select {
    this.recursion = undefined;
    const declared = this.with(statement.with, outside);
    const state: SelectState = {
      aggregate: statement.groupBy.length > 0,
      windows: [],
      namedWindows: new Map(statement.namedWindows.map((window) => [window.name, window])),
    };
    const inside = this.from(statement.from, declared.outside, state);
    const where = this.optional(statement.where, inside);
    const outputs = this.outputs(statement.outputs, inside);
    const groupBy = statement.groupBy.map((expr) => this.groupingExpr(expr, statement, outputs, inside));
    const having =
      statement.having === undefined ? undefined : this.havingExpr(statement.having, statement, outputs, inside);
    const orderBy = statement.orderBy.map((expr) => this.outputNamed(expr, outputs) ?? this.expr(expr, inside));
    const distinctOn = statement.distinctOn.map((expr) => this.outputNamed(expr, outputs) ?? this.expr(expr, inside));
    orderBy.push(...distinctOn);
    if (distinctOn.length > 0) state.windows.push(distinctOn);
    this.lastScope = inside.scope;
    return {
      kind: "select",
      from: inside.sources,
      where,
      groupBy,
      having,
      outputs,
      distinct: statement.distinct,
      aggregate: state.aggregate || having !== undefined,
      windows: state.windows,
      orderBy,
      limit: statement.limit,
      locking: statement.locking,
      with: declared.statements(),
    };
  }

  private setOperation(statement: SetOperationSyntax, outside: Environment): SetOperation {
    const cte = this.recursion;
    this.recursion = undefined;
    const declared = this.with(statement.with, outside);
    const arms: Query[] = [];
    for (const arm of statement.arms) {
      arms.push(this.query(arm, declared.outside));
      if (arms.length === 1 && cte !== undefined)
        cte.columns = renamed(outputNames(arms[0]!, this.dialect), cte.columnAliases);
    }
    return {
      kind: "set-operation",
      operator: statement.operator,
      all: statement.all,
      arms,
      recursive: cte?.recursive ?? false,
      limit: statement.limit,
      with: declared.statements(),
    };
  }

  /** With CTEs of its own it is the select of all its rows. */
  private values(statement: ValuesSyntax, outside: Environment): Values | Select {
    if (statement.with !== undefined) {
      const source: SourceSyntax = {
        kind: "query",
        alias: "",
        columnAliases: [],
        query: { kind: "values", rows: statement.rows },
        lateral: false,
      };
      return this.select(
        {
          kind: "select",
          with: statement.with,
          from: [source],
          outputs: [{ kind: "star", qualifier: undefined }],
          groupBy: [],
          distinct: false,
          distinctOn: [],
          namedWindows: [],
          orderBy: [],
          limit: false,
          locking: false,
        },
        outside,
      );
    }
    this.recursion = undefined;
    const inside = this.from([], outside, newSelectState());
    return { kind: "values", rows: statement.rows.map((row) => row.map((expr) => this.expr(expr, inside))) };
  }

  private insert(statement: InsertSyntax, outside: Environment): Insert {
    const declared = this.with(statement.with, outside);
    const target = this.table(statement.target, "insert");
    const definition = this.definition(statement.target.table);
    const columns =
      statement.columns ?? (definition?.provenance === "declared" ? [...definition.columns.keys()] : undefined);
    this.lastScope = undefined;
    const source = statement.source === undefined ? undefined : this.query(statement.source, declared.outside);
    const sourceScope = this.dialect === "mysql" ? this.lastScope : undefined;

    const scope: Scope = {
      parent: sourceScope ?? declared.outside.scope,
      entries: [target],
      merged: new Map(),
      select: newSelectState(),
    };
    const inside: Environment = { scope, ctes: declared.outside.ctes };
    const newRow = (alias: string, names: ReadonlyMap<string, string>): Entry => ({
      alias,
      schema: undefined,
      relation: target.relation,
      columns: names,
      open: true,
      newRow: true,
    });
    const entries = [...scope.entries];
    if (this.dialect === "postgres") entries.push(newRow("excluded", new Map()));
    if (statement.rowAlias !== undefined) {
      const names = new Map(statement.rowAlias.columns.map((name, index) => [name, columns?.[index] ?? name]));
      entries.push(newRow(statement.rowAlias.name, names));
    }
    const conflictInside: Environment = { scope: { ...scope, entries }, ctes: inside.ctes };
    const conflict = statement.onConflict;
    const onConflict =
      conflict === undefined
        ? undefined
        : {
            action: conflict.action,
            set: conflict.set.map((assignment) => this.assignmentTo(target.relation, assignment, conflictInside)),
            where: this.optional(conflict.where, conflictInside),
          };
    const outputs = this.outputs(statement.outputs, this.withOldAndNew(inside, target));
    return {
      kind: "insert",
      target: target.relation,
      replace: statement.replace,
      columns,
      source,
      onConflict,
      outputs,
      with: declared.statements(),
    };
  }

  private update(statement: UpdateSyntax, outside: Environment): Update {
    const declared = this.with(statement.with, outside);
    const inside = this.from(statement.from, declared.outside, newSelectState());
    const first = inside.scope.entries[0];
    assert(first !== undefined, "an UPDATE names a table");
    const set = statement.set.map((assignment) => {
      if (statement.firstOnly) return this.assignmentTo(first.relation, assignment, inside);
      const column = this.column(undefined, assignment.qualifier, assignment.column, inside.scope);
      const owner = column.kind === "column" ? column : { relation: first.relation, column: assignment.column };
      return { relation: owner.relation, column: owner.column, value: this.expr(assignment.value, inside) };
    });
    const targets = statement.firstOnly ? [first.relation] : distinct(set.map((assignment) => assignment.relation));
    for (const target of targets) this.use(target, "update");
    const where = this.optional(statement.where, inside);
    const outputs = this.outputs(statement.outputs, this.withOldAndNew(inside, first));
    return {
      kind: "update",
      targets,
      from: inside.sources,
      set,
      where,
      limit: statement.limit,
      outputs,
      with: declared.statements(),
    };
  }

  private delete(statement: DeleteSyntax, outside: Environment): Delete {
    const declared = this.with(statement.with, outside);
    const inside = this.from(statement.from, declared.outside, newSelectState());
    const first = inside.scope.entries[0];
    assert(first !== undefined, "a DELETE names a table");
    const targets =
      statement.targets === undefined
        ? [first.relation]
        : distinct(
            statement.targets.map(
              (target) => entryNamed(inside.scope, target.schema, target.table)?.relation ?? first.relation,
            ),
          );
    for (const target of targets) this.use(target, "delete");
    const where = this.optional(statement.where, inside);
    const outputs = this.outputs(statement.outputs, this.withOldAndNew(inside, first));
    return {
      kind: "delete",
      targets,
      from: inside.sources,
      where,
      limit: statement.limit,
      outputs,
      with: declared.statements(),
    };
  }

  private merge(statement: MergeSyntax, outside: Environment): Merge {
    const declared = this.with(statement.with, outside);
    const inside = this.from([statement.target, statement.source], declared.outside, newSelectState());
    const target = inside.scope.entries[0];
    assert(target !== undefined, "a MERGE names its target");
    this.use(target.relation, "update");
    const on = this.expr(statement.on, inside);
    const definition = this.definition(statement.target.table);
    const inserts = statement.clauses.filter((clause) => clause.action === "insert");
    const insertColumns =
      inserts[0]?.columns ??
      (definition?.provenance !== "declared" || inserts.length === 0 ? undefined : [...definition.columns.keys()]);
    const insertValues = inserts.map((clause) => clause.values.map((value) => this.expr(value, inside)));
    return {
      kind: "merge",
      target: target.relation,
      from: inside.sources,
      on,
      set: statement.clauses.flatMap((clause) =>
        clause.set.map((assignment) => this.assignmentTo(target.relation, assignment, inside)),
      ),
      insertColumns,
      insertValues: eitherRow(insertValues),
      conditions: statement.clauses.flatMap((clause) =>
        clause.condition === undefined ? [] : [this.expr(clause.condition, inside)],
      ),
      outputs: this.outputs(statement.outputs, this.withOldAndNew(inside, target)),
      with: declared.statements(),
    };
  }

  /** PostgreSQL 18 lets RETURNING name the row before and after: `old.x`, `new.x`. */
  private withOldAndNew(inside: Environment, target: Entry): Environment & { scope: Scope } {
    const scope = inside.scope;
    assert(scope !== undefined, "a changed table has a scope");
    if (this.dialect !== "postgres") return { scope, ctes: inside.ctes };
    const extra = ["old", "new"]
      .filter((alias) => entryNamed(scope, undefined, alias) === undefined)
      .map((alias): Entry => ({ ...target, alias, members: [target] }));
    return { scope: { ...scope, entries: [...scope.entries, ...extra] }, ctes: inside.ctes };
  }

  private assignmentTo(relation: RelationId, assignment: AssignmentSyntax, inside: Environment): Assignment {
    return { relation, column: assignment.column, value: this.expr(assignment.value, inside) };
  }

  private use(relation: RelationId, use: "update" | "delete"): void {
    const target = this.relations[relation];
    if (target?.kind === "table") this.relations[relation] = { ...target, use };
  }

  /** Declares the CTEs. Each is bound where it stands; under RECURSIVE also when an earlier one refers to it. */
  private with(
    clause: WithSyntax | undefined,
    outside: Environment,
  ): { outside: Environment; statements: () => RowStatement[] } {
    if (clause === undefined) return { outside, statements: () => [] };
    let ctes: CteScope = { parent: outside.ctes, ctes: new Map() };
    const declared: Cte[] = [];
    for (const { name, columns, statement } of clause.ctes) {
      const visible = ctes;
      const cte: Cte = {
        name,
        columnAliases: columns,
        state: "waiting",
        query: undefined,
        columns,
        recursive: false,
        bindNow: () => {
          this.recursion = clause.recursive ? cte : undefined;
          return this.row(statement, { scope: outside.scope, ctes: clause.recursive ? ctes : visible });
        },
      };
      declared.push(cte);
      if (clause.recursive) ctes.ctes.set(name, cte);
      else {
        this.bindCte(cte);
        ctes = { parent: ctes, ctes: new Map([[name, cte]]) };
      }
    }
    for (const cte of declared) if (cte.state === "waiting") this.bindCte(cte);
    return { outside: { scope: outside.scope, ctes }, statements: () => declared.map((cte) => cte.query!) };
  }

  private bindCte(cte: Cte): void {
    cte.state = "binding";
    const query = cte.bindNow();
    // Whether it refers to itself shows only while its arms are bound.
    cte.query = query.kind === "set-operation" ? { ...query, recursive: cte.recursive } : query;
    cte.columns = renamed(outputNames(query, this.dialect), cte.columnAliases);
    cte.state = "bound";
  }

  private from(
    sources: readonly SourceSyntax[],
    outside: Environment,
    select: SelectState,
  ): Environment & { scope: Scope; sources: Source[] } {
    const scope: Scope = { parent: outside.scope, entries: [], merged: new Map(), select };
    return { scope, ctes: outside.ctes, sources: sources.map((source) => this.source(source, scope, outside)) };
  }

  private source(source: SourceSyntax, scope: Scope, outside: Environment): Source {
    switch (source.kind) {
      case "table":
        return this.add(scope, this.tableOrCte(source, outside));
      case "query": {
        const seen = source.lateral ? { scope, ctes: outside.ctes } : outside;
        if (source.query.kind === "values" && source.query.with === undefined) {
          const inside = this.from([], seen, newSelectState());
          const rows = source.query.rows.map((row) => row.map((expr) => this.expr(expr, inside)));
          const columns = renamed(valuesNames(rows[0]?.length ?? 0, this.dialect), source.columnAliases);
          const relation = this.relate({ kind: "values", alias: source.alias, columns, rows });
          return this.add(scope, entry(source.alias, undefined, relation, columns));
        }
        const query = this.query(source.query, seen);
        const columns = renamed(outputNames(query, this.dialect), source.columnAliases);
        const relation = this.relate({
          kind: "derived",
          alias: source.alias,
          query,
          columns,
          cte: false,
          lateral: source.lateral,
        });
        return this.add(scope, entry(source.alias, undefined, relation, columns));
      }
      case "function": {
        const args = source.args.map((arg) => this.expr(arg, { scope, ctes: outside.ctes }));
        const relation = this.relate({ kind: "function", alias: source.alias, name: source.name, args });
        const known = columnsOfFunction(source.name, source.alias);
        const columns = source.columnAliases.length > 0 ? source.columnAliases : (known ?? [source.alias]);
        const bound = entry(source.alias, undefined, relation, columns);
        return this.add(scope, { ...bound, open: source.columnAliases.length === 0 && known === undefined });
      }
      case "join":
        return this.join(source, scope, outside);
      default:
        return unreachable(source);
    }
  }

  private join(join: SourceSyntax & { kind: "join" }, scope: Scope, outside: Environment): Source {
    const start = scope.entries.length;
    const left = this.source(join.left, scope, outside);
    const middle = scope.entries.length;
    const right = this.source(join.right, scope, outside);
    const leftScope = part(scope, start, middle);
    const rightScope = part(scope, middle, scope.entries.length);
    const both: Environment = { scope: part(scope, start, scope.entries.length), ctes: outside.ctes };

    const conditions: Expr[] = [];
    const names = join.natural ? commonColumns(leftScope, rightScope) : join.using;
    if (names === undefined) conditions.push({ kind: "other", name: "natural-join", args: [] });
    for (const name of names ?? []) {
      const inLeft = this.column(undefined, undefined, name, { ...leftScope, parent: undefined });
      const inRight = this.column(undefined, undefined, name, { ...rightScope, parent: undefined });
      conditions.push({ kind: "compare", op: "=", left: inLeft, right: inRight });
      const shown = join.type === "right" ? inRight : inLeft;
      if (shown.kind === "column") scope.merged.set(name, shown.relation);
    }
    if (join.on !== undefined) conditions.push(this.expr(join.on, both));
    if (join.alias !== undefined) {
      const members = scope.entries.slice(start);
      scope.entries.push({ ...members[0]!, alias: join.alias, schema: undefined, members });
    }
    return { kind: "join", type: join.type, left, right, on: conjunction(conditions) };
  }

  private tableOrCte(table: TableSyntax, outside: Environment): Entry {
    const cte = table.schema === undefined ? cteNamed(outside.ctes, table.table) : undefined;
    if (cte === undefined) return this.table(table, "read");
    const alias = table.alias ?? table.table;
    if (cte.state === "waiting") this.bindCte(cte);
    if (cte.state === "binding") {
      cte.recursive = true;
      const columns = renamed(cte.columns, table.columnAliases);
      return entry(alias, undefined, this.relate({ kind: "recursion", alias, columns }), columns);
    }
    const query = cte.query;
    assert(query !== undefined, "a bound CTE has its query");
    const columns = renamed(cte.columns, table.columnAliases);
    return entry(
      alias,
      undefined,
      this.relate({ kind: "derived", alias, query, columns, cte: true, lateral: false }),
      columns,
    );
  }

  private table(table: TableSyntax, use: "read" | "insert"): Entry {
    const definition = this.definition(table.table);
    const alias = table.alias ?? table.table;
    const relation = this.relate({
      kind: "table",
      table: definition?.name ?? table.table,
      schema: table.schema,
      alias,
      use,
    });
    const own = [...(definition?.columns.keys() ?? [])];
    // An inferred table has the columns that were seen, in no order, and may have more.
    const declared = definition?.provenance === "declared";
    const columns = new Map(
      own.map((column, index) => [(declared ? table.columnAliases[index] : undefined) ?? column, column]),
    );
    // Without a schema the aliases `t(a, b)` can't be traced back to the table's own columns; they are taken as they
    // are.
    if (!declared) for (const column of table.columnAliases) columns.set(column, column);
    const schema = table.alias === undefined ? table.schema : undefined;
    return { alias, schema, relation, columns, open: !declared };
  }

  private definition(table: string) {
    return this.schema.tables.get(table.toLowerCase());
  }

  private relate(relation: Relation): RelationId {
    this.relations.push(relation);
    return this.relations.length - 1;
  }

  private add(scope: Scope, bound: Entry): Source {
    scope.entries.push(bound);
    return { kind: "relation", relation: bound.relation };
  }

  private outputs(outputs: readonly OutputSyntax[], inside: Environment & { scope: Scope }): Output[] {
    return outputs.flatMap((output): Output[] => {
      if (output.kind === "expr") return [{ kind: "column", name: output.name, expr: this.expr(output.expr, inside) }];
      if (output.qualifier === undefined) return this.star(inside.scope, inside.scope.entries, true);
      for (let scope: Scope | undefined = inside.scope; scope !== undefined; scope = scope.parent) {
        const found = entryNamed(scope, undefined, output.qualifier);
        if (found !== undefined) return this.star(scope, found.members ?? [found], false);
      }
      return [{ kind: "column", name: "*", expr: { kind: "other", name: `${output.qualifier}.*`, args: [] } }];
    });
  }

  /** A star of relations with known columns is written out; the others stay a star. */
  private star(scope: Scope, entries: readonly Entry[], mergeColumns: boolean): Output[] {
    const outputs: Output[] = [];
    for (const { relation, columns, open, newRow, members } of entries) {
      if (newRow === true || (mergeColumns && members !== undefined)) continue;
      if (open) outputs.push({ kind: "star", relations: [relation] });
      else {
        for (const [name, column] of columns) {
          if (mergeColumns && (scope.merged.get(name) ?? relation) !== relation) continue;
          outputs.push({ kind: "column", name, expr: { kind: "column", relation, column } });
        }
      }
    }
    return outputs;
  }

  /** A bare name in ORDER BY means an output before it means a column. */
  private outputNamed(expr: ExprSyntax, outputs: readonly Output[]): Expr | undefined {
    if (expr.kind !== "column" || expr.qualifier !== undefined) return undefined;
    const output = outputs.find((candidate) => candidate.kind === "column" && candidate.name === expr.column);
    return output?.kind === "column" ? output.expr : undefined;
  }

  /**
   * A bare name in GROUP BY means a column before it means an output, where it is known that there is such a column.
   */
  private groupingExpr(
    expr: ExprSyntax,
    statement: SelectSyntax,
    outputs: readonly Output[],
    inside: Environment & { scope: Scope },
  ): Expr {
    if (expr.kind === "column" && expr.qualifier === undefined && !hasColumn(inside.scope, expr.column)) {
      const named = statement.outputs.some(
        (output) => output.kind === "expr" && output.name === expr.column && output.expr.kind !== "column",
      );
      if (named) return this.outputNamed(expr, outputs) ?? this.expr(expr, inside);
    }
    return this.expr(expr, inside);
  }

  /** MySQL lets HAVING use the names of outputs. */
  private havingExpr(
    expr: ExprSyntax,
    statement: SelectSyntax,
    outputs: readonly Output[],
    inside: Environment & { scope: Scope },
  ): Expr {
    if (this.dialect !== "mysql") return this.expr(expr, inside);
    const aliases = new Map<string, Expr>();
    for (const output of statement.outputs) {
      if (output.kind !== "expr" || output.expr.kind === "column") continue;
      const bound = outputs.find((candidate) => candidate.kind === "column" && candidate.name === output.name);
      if (bound?.kind === "column") aliases.set(output.name, bound.expr);
    }
    this.havingAliases = aliases;
    const bound = this.expr(expr, inside);
    this.havingAliases = undefined;
    return bound;
  }

  private havingAliases: ReadonlyMap<string, Expr> | undefined;

  private optional(expr: ExprSyntax | undefined, inside: Environment): Expr | undefined {
    return expr === undefined ? undefined : this.expr(expr, inside);
  }

  private expr(expr: ExprSyntax, inside: Environment): Expr {
    const bindAll = (args: readonly ExprSyntax[]): Expr[] => args.map((arg) => this.expr(arg, inside));
    switch (expr.kind) {
      case "column": {
        const alias = expr.qualifier === undefined ? this.havingAliases?.get(expr.column) : undefined;
        if (alias !== undefined && !(inside.scope !== undefined && hasColumn(inside.scope, expr.column))) return alias;
        return this.column(expr.schema, expr.qualifier, expr.column, inside.scope);
      }
      case "slot":
      case "constant":
      case "default":
        return expr;
      case "and":
      case "or":
      case "row":
      case "array":
      case "case":
        return { kind: expr.kind, args: bindAll(expr.args) };
      case "not":
        return { kind: "not", arg: this.expr(expr.arg, inside) };
      case "compare":
        return { ...expr, left: this.expr(expr.left, inside), right: this.expr(expr.right, inside) };
      case "between":
        return this.between(expr, inside);
      case "in":
        return { ...expr, left: this.expr(expr.left, inside), list: bindAll(expr.list) };
      case "in-query":
        return { ...expr, left: this.expr(expr.left, inside), query: this.subquery(expr.query, inside) };
      case "quantified":
        return { ...expr, left: this.expr(expr.left, inside), right: this.expr(expr.right, inside) };
      case "is-null":
      case "is-boolean":
      case "cast":
        return { ...expr, arg: this.expr(expr.arg, inside) };
      case "like":
        return { ...expr, left: this.expr(expr.left, inside), pattern: this.expr(expr.pattern, inside) };
      case "exists":
      case "subquery":
        return { kind: expr.kind, query: this.subquery(expr.query, inside) };
      case "arithmetic":
        return { ...expr, args: bindAll(expr.args) };
      case "other":
        return { ...expr, args: bindAll(expr.args) };
      case "new-row-column":
        return this.newRowColumn(expr.column, inside.scope);
      case "function": {
        const state = inside.scope?.select;
        if (expr.over !== undefined) state?.windows.push(this.partition(expr.over, state, inside));
        else if (expr.aggregate && state !== undefined) state.aggregate = true;
        return {
          kind: "function",
          name: expr.name,
          args: bindAll(expr.args),
          aggregate: expr.aggregate && expr.over === undefined,
          window: expr.over !== undefined,
        };
      }
      default:
        return unreachable(expr);
    }
  }

  private subquery(query: QuerySyntax, inside: Environment): Query {
    const aliases = this.havingAliases;
    this.havingAliases = undefined;
    const lastScope = this.lastScope;
    const bound = this.query(query, inside);
    this.lastScope = lastScope;
    this.havingAliases = aliases;
    return bound;
  }

  private between(expr: ExprSyntax & { kind: "between" }, inside: Environment): Expr {
    const arg = this.expr(expr.arg, inside);
    const low = this.expr(expr.low, inside);
    const high = this.expr(expr.high, inside);
    const within = (from: Expr, to: Expr): Expr => ({
      kind: expr.negated ? "or" : "and",
      args: [
        { kind: "compare", op: expr.negated ? "<" : ">=", left: arg, right: from },
        { kind: "compare", op: expr.negated ? ">" : "<=", left: arg, right: to },
      ],
    });
    if (!expr.symmetric) return within(low, high);
    return { kind: expr.negated ? "and" : "or", args: [within(low, high), within(high, low)] };
  }

  private partition(window: WindowSyntax, state: SelectState, inside: Environment): Expr[] {
    const base = window.base === undefined ? undefined : state.namedWindows.get(window.base);
    const inherited = base === undefined ? [] : this.partition(base, state, inside);
    return [...inherited, ...window.partitionBy.map((expr) => this.expr(expr, inside))];
  }

  private newRowColumn(column: string, scope: Scope | undefined): Expr {
    const target = scope?.entries[0];
    if (target === undefined) return { kind: "other", name: "excluded", args: [] };
    return { kind: "other", name: "excluded", args: [{ kind: "column", relation: target.relation, column }] };
  }

  private column(
    schema: string | undefined,
    qualifier: string | undefined,
    name: string,
    scope: Scope | undefined,
  ): Expr {
    return qualifier === undefined
      ? this.bareColumn(name, scope)
      : this.qualifiedColumn(schema, qualifier, name, scope);
  }

  private qualifiedColumn(
    schema: string | undefined,
    qualifier: string,
    name: string,
    start: Scope | undefined,
  ): Expr {
    for (let scope = start; scope !== undefined; scope = scope.parent) {
      const found = entryNamed(scope, schema, qualifier);
      if (found === undefined) continue;
      if (found.newRow === true) return this.newRowColumn(found.columns.get(name) ?? name, scope);
      return (
        bareIn(found.members ?? [found], name) ?? {
          kind: "column",
          relation: found.relation,
          column: found.columns.get(name) ?? name,
        }
      );
    }
    return { kind: "other", name: `${qualifier}.${name}`, args: [] };
  }

  private bareColumn(name: string, start: Scope | undefined): Expr {
    for (let scope = start; scope !== undefined; scope = scope.parent) {
      const merged = scope.merged.get(name);
      const mergedEntry =
        merged === undefined ? undefined : scope.entries.find((candidate) => candidate.relation === merged);
      if (mergedEntry !== undefined)
        return { kind: "column", relation: mergedEntry.relation, column: mergedEntry.columns.get(name) ?? name };
      const entries = scope.entries.filter((candidate) => candidate.members === undefined);
      // `AS new(a, b)` names columns that no table in sight need have.
      const newRow = surely(
        entries.filter((candidate) => candidate.newRow !== true),
        name,
      )
        ? undefined
        : entries.find((candidate) => candidate.newRow === true && candidate.columns.has(name));
      if (newRow !== undefined) return this.newRowColumn(newRow.columns.get(name) ?? name, scope);
      const found = bareIn(
        entries.filter((candidate) => candidate.newRow !== true),
        name,
      );
      if (found !== undefined)
        return found.ambiguous === true || (!surely(entries, name) && knownOutside(scope.parent, name))
          ? { ...found, ambiguous: true }
          : found;
      if (entries.some((candidate) => candidate.alias === name)) return { kind: "other", name: "whole-row", args: [] };
    }
    return this.unknownColumn(name, start);
  }

  /** The schema knows no such column (a system column, a schema older than the log): the nearest relation is taken. */
  private unknownColumn(name: string, start: Scope | undefined): Expr {
    for (let scope = start; scope !== undefined; scope = scope.parent) {
      const entries = scope.entries.filter(
        (candidate) => candidate.members === undefined && candidate.newRow !== true,
      );
      const first = entries[0];
      if (first === undefined) continue;
      const column = { kind: "column" as const, relation: first.relation, column: name };
      return entries.length === 1 ? column : { ...column, ambiguous: true };
    }
    return { kind: "other", name, args: [] };
  }
}

function conjunction(conditions: readonly Expr[]): Expr | undefined {
  return conditions.length > 1 ? { kind: "and", args: conditions } : conditions[0];
}

/** Several WHEN ... INSERT of one MERGE: where their values differ, one of them. */
function eitherRow(rows: readonly (readonly Expr[])[]): Expr[] {
  const [first, ...others] = rows;
  if (first === undefined || others.length === 0) return [...(first ?? [])];
  return first.map((expr, index) => ({
    kind: "case",
    args: [expr, ...others.map((row) => row[index] ?? { kind: "default" as const })],
  }));
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
