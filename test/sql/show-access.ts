import type { AccessPattern, Expr, Output, Relation, RowStatement, Source } from "../../src/sql/access.ts";

/**
 * An access pattern as one line: relations as alias or table, slots as `#n`, a column as `relation.column` (`?` after
 * it when
 * ambiguous), a derived table as its query in braces.
 */
export function showAccess(access: AccessPattern): string {
  switch (access.kind) {
    case "unknown":
      return `unknown: ${access.reason}`;
    case "control":
      return access.slot === undefined ? access.control : `${access.control} if #${access.slot}`;
    case "utility":
      return access.implicitCommit ? `${access.command} (commits)` : access.command;
    case "rows":
      return showStatement(access.statement, access.relations);
  }
}

export function showStatement(statement: RowStatement, relations: readonly Relation[]): string {
  const name = (relation: number): string => nameOf(relations[relation]!);
  const expr = (value: Expr): string => showExpr(value, relations);
  const list = (values: readonly Expr[]): string => values.map(expr).join(", ");
  const inner = (value: RowStatement): string => showStatement(value, relations);
  const withs =
    "with" in statement && statement.with.length > 0
      ? `with ${statement.with.map((cte) => `{${inner(cte)}}`).join(" ")} `
      : "";
  const outputs = (values: readonly Output[]): string =>
    values
      .map((output) =>
        output.kind === "star" ? `${output.relations.map(name).join("+")}.*` : named(output.name, expr(output.expr)),
      )
      .join(", ");
  const sources = (values: readonly Source[]): string => values.map((value) => showSource(value, relations)).join(", ");
  const assignments = (values: readonly { relation: number; column: string; value: Expr }[]): string =>
    values.map(({ relation, column, value }) => `${name(relation)}.${column} := ${expr(value)}`).join(", ");
  const clause = (word: string, text: string): string => (text === "" ? "" : ` ${word} ${text}`);
  const returning =
    "outputs" in statement && statement.kind !== "select" ? clause("returning", outputs(statement.outputs)) : "";
  switch (statement.kind) {
    case "values":
      return `values ${statement.rows.map((row) => `(${list(row)})`).join(" ")}`;
    case "set-operation":
      return `${withs}${statement.recursive ? "recursive " : ""}${statement.arms.map((arm) => `(${inner(arm)})`).join(` ${statement.operator}${statement.all ? " all" : ""} `)}${statement.limit ? " limit" : ""}`;
    case "select":
      return (
        `${withs}select${statement.distinct ? " distinct" : ""}${statement.aggregate ? " aggregate" : ""} ${outputs(statement.outputs)}${clause("from", sources(statement.from))}` +
        `${clause("where", statement.where === undefined ? "" : expr(statement.where))}${clause("group by", list(statement.groupBy))}` +
        `${clause("having", statement.having === undefined ? "" : expr(statement.having))}${statement.windows.map((window) => ` window (${list(window)})`).join("")}` +
        `${clause("order by", list(statement.orderBy))}${statement.limit ? " limit" : ""}${statement.locking ? " locking" : ""}`
      );
    case "insert":
      return (
        `${withs}${statement.replace ? "replace" : "insert"} ${name(statement.target)}(${statement.columns?.join(", ") ?? "?"})${clause("from", statement.source === undefined ? "" : inner(statement.source))}` +
        `${statement.onConflict === undefined ? "" : ` on conflict ${statement.onConflict.action}${clause("set", assignments(statement.onConflict.set))}${clause("where", statement.onConflict.where === undefined ? "" : expr(statement.onConflict.where))}`}${returning}`
      );
    case "update":
      return `${withs}update ${statement.targets.map(name).join(", ")} from ${sources(statement.from)} set ${assignments(statement.set)}${clause("where", statement.where === undefined ? "" : expr(statement.where))}${statement.limit ? " limit" : ""}${returning}`;
    case "delete":
      return `${withs}delete ${statement.targets.map(name).join(", ")} from ${sources(statement.from)}${clause("where", statement.where === undefined ? "" : expr(statement.where))}${statement.limit ? " limit" : ""}${returning}`;
    case "merge":
      return (
        `${withs}merge ${name(statement.target)} from ${sources(statement.from)} on ${expr(statement.on)}${clause("set", assignments(statement.set))}` +
        `${statement.insertValues.length > 0 ? ` insert (${statement.insertColumns?.join(", ") ?? "?"}) values (${list(statement.insertValues)})` : ""}${clause("if", list(statement.conditions))}${returning}`
      );
  }
}

function named(name: string, text: string): string {
  return text.replace(/\?$/, "").endsWith(`.${name}`) ? text : `${text} as ${name}`;
}

function nameOf(relation: Relation): string {
  return relation.kind === "table" ? (relation.alias === "" ? relation.table : relation.alias) : relation.alias;
}

function showSource(source: Source, relations: readonly Relation[]): string {
  if (source.kind === "join") {
    const on = source.on === undefined ? "" : ` on ${showExpr(source.on, relations)}`;
    return `(${showSource(source.left, relations)} ${source.type} join ${showSource(source.right, relations)}${on})`;
  }
  const relation = relations[source.relation]!;
  switch (relation.kind) {
    case "table":
      return `${relation.schema === undefined ? "" : `${relation.schema}.`}${relation.table}${relation.alias === relation.table ? "" : ` ${relation.alias}`}`;
    case "derived":
      return `${relation.lateral ? "lateral " : ""}${relation.cte ? "cte" : `{${showStatement(relation.query, relations)}}`} ${relation.alias}(${relation.columns.join(", ")})`;
    case "recursion":
      return `recursion ${relation.alias}(${relation.columns.join(", ")})`;
    case "function":
      return `${relation.name}(${relation.args.map((arg) => showExpr(arg, relations)).join(", ")}) ${relation.alias}`;
    case "values":
      return `values ${relation.rows.map((row) => `(${row.map((item) => showExpr(item, relations)).join(", ")})`).join(" ")} ${relation.alias}(${relation.columns.join(", ")})`;
  }
}

export function showExpr(expr: Expr, relations: readonly Relation[]): string {
  const show = (value: Expr): string => showExpr(value, relations);
  const list = (values: readonly Expr[]): string => values.map(show).join(", ");
  const query = (value: RowStatement): string => `{${showStatement(value, relations)}}`;
  const not = (negated: boolean): string => (negated ? "not " : "");
  switch (expr.kind) {
    case "column":
      return `${nameOf(relations[expr.relation]!)}.${expr.column}${expr.ambiguous === true ? "?" : ""}`;
    case "slot":
      return `#${expr.slot}`;
    case "constant":
      return String(expr.value);
    case "default":
      return "default";
    case "and":
    case "or":
      return `(${expr.args.map(show).join(` ${expr.kind} `)})`;
    case "not":
      return `not ${show(expr.arg)}`;
    case "compare":
      return `${show(expr.left)} ${expr.op} ${show(expr.right)}`;
    case "in":
      return `${show(expr.left)} ${not(expr.negated)}in (${list(expr.list)})`;
    case "in-query":
      return `${show(expr.left)} ${not(expr.negated)}in ${query(expr.query)}`;
    case "quantified":
      return `${show(expr.left)} ${expr.op} ${expr.quantifier} (${show(expr.right)})`;
    case "is-null":
      return `${show(expr.arg)} is ${not(expr.negated)}null`;
    case "is-boolean":
      return `${show(expr.arg)} is ${not(expr.negated)}${expr.value === null ? "unknown" : expr.value}`;
    case "like":
      return `${show(expr.left)} ${not(expr.negated)}${expr.caseInsensitive ? "ilike" : "like"} ${show(expr.pattern)}`;
    case "exists":
      return `exists ${query(expr.query)}`;
    case "subquery":
      return query(expr.query);
    case "row":
      return `(${list(expr.args)})`;
    case "array":
      return `[${list(expr.args)}]`;
    case "cast":
      return `${show(expr.arg)}::${expr.type}`;
    case "arithmetic":
      return expr.args.length === 1
        ? `${expr.op}${show(expr.args[0]!)}`
        : `(${expr.args.map(show).join(` ${expr.op} `)})`;
    case "function":
      return `${expr.name}(${list(expr.args)})${expr.window ? " over" : ""}`;
    case "case":
      return `case(${list(expr.args)})`;
    case "other":
      return `<${expr.name}>(${list(expr.args)})`;
  }
}
