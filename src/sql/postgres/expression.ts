import type { A_Expr, FuncCall, Node, SubLink, TypeName, WindowDef } from "libpg-query";
import type { CompareOperator } from "../access.ts";
import { isAggregate } from "../aggregates.ts";
import { GrammarError } from "../grammar-error.ts";
import { slotOfNumber, slotOfString } from "../sentinel.ts";
import type { ExprSyntax, QuerySyntax, WindowSyntax } from "../syntax.ts";
import type { Template } from "../template.ts";

/** What the reader of expressions needs from the one of statements, which in turn needs this one. */
export interface Context {
  readonly template: Template;
  readonly query: (node: Node) => QuerySyntax;
}

/** Translates an expression of PostgreSQL's parse tree (`nodes/parsenodes.h`, `nodes/primnodes.h`). */
export function readExpr(node: Node, context: Context): ExprSyntax {
  const read = (child: Node | undefined): ExprSyntax => (child === undefined ? nothing : readExpr(child, context));
  const readAll = (children: readonly Node[] | undefined): ExprSyntax[] => (children ?? []).map(read);

  if ("ColumnRef" in node) return readColumn(node.ColumnRef.fields ?? []);
  if ("ParamRef" in node) return { kind: "slot", slot: (node.ParamRef.number ?? 1) - 1 };
  if ("A_Const" in node) {
    const constant = node.A_Const;
    if (constant.isnull === true) return { kind: "constant", value: null };
    if (constant.boolval !== undefined) return { kind: "constant", value: constant.boolval.boolval ?? false };
    if (constant.ival !== undefined) return readNumber(constant.ival.ival ?? 0, context.template);
    if (constant.fval !== undefined) return readNumber(Number(constant.fval.fval), context.template);
    return readString(constant.sval?.sval ?? constant.bsval?.bsval ?? "", context.template);
  }
  if ("BoolExpr" in node) {
    const args = readAll(node.BoolExpr.args);
    if (node.BoolExpr.boolop !== "NOT_EXPR") return { kind: node.BoolExpr.boolop === "OR_EXPR" ? "or" : "and", args };
    const arg = args[0] ?? nothing;
    return arg.kind === "in-query" || arg.kind === "in" ? { ...arg, negated: !arg.negated } : { kind: "not", arg };
  }
  if ("A_Expr" in node) return readOperator(node.A_Expr, context);
  if ("SubLink" in node) return readSubLink(node.SubLink, context);
  if ("NullTest" in node) {
    return { kind: "is-null", arg: read(node.NullTest.arg), negated: node.NullTest.nulltesttype === "IS_NOT_NULL" };
  }
  if ("BooleanTest" in node) {
    const test = node.BooleanTest.booltesttype ?? "IS_TRUE";
    const value = test.endsWith("UNKNOWN") ? null : test.endsWith("TRUE");
    return { kind: "is-boolean", arg: read(node.BooleanTest.arg), value, negated: test.startsWith("IS_NOT") };
  }
  if ("TypeCast" in node)
    return { kind: "cast", arg: read(node.TypeCast.arg), type: castType(node.TypeCast.typeName) };
  if ("CollateClause" in node) return read(node.CollateClause.arg);
  if ("FuncCall" in node) return readCall(node.FuncCall, context);
  if ("RowExpr" in node) return { kind: "row", args: readAll(node.RowExpr.args) };
  if ("A_ArrayExpr" in node) return { kind: "array", args: readAll(node.A_ArrayExpr.elements) };
  if ("CaseExpr" in node) {
    const whens = (node.CaseExpr.args ?? []).flatMap((when) =>
      "CaseWhen" in when ? [read(when.CaseWhen.expr), read(when.CaseWhen.result)] : [],
    );
    const operands = [node.CaseExpr.arg, node.CaseExpr.defresult].filter((operand) => operand !== undefined);
    return { kind: "case", args: [...readAll(operands), ...whens] };
  }
  if ("CoalesceExpr" in node) return call("coalesce", readAll(node.CoalesceExpr.args));
  if ("MinMaxExpr" in node)
    return call(node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest", readAll(node.MinMaxExpr.args));
  if ("SQLValueFunction" in node)
    return call((node.SQLValueFunction.op ?? "").replace(/^SVFOP_|_N$/g, "").toLowerCase(), []);
  if ("SetToDefault" in node) return { kind: "default" };
  if ("NamedArgExpr" in node) return read(node.NamedArgExpr.arg);
  if ("GroupingFunc" in node) return call("grouping", readAll(node.GroupingFunc.args));
  if ("List" in node) return { kind: "row", args: readAll(node.List.items) };
  if ("MultiAssignRef" in node) return readMultiAssignment(node.MultiAssignRef, context);
  // Everything else is kept with its operands, so that no column or subquery in it is overlooked.
  const [tag = "node"] = Object.keys(node);
  return { kind: "other", name: tag, args: operandsOf(Object.values(node)[0], context) };
}

const nothing: ExprSyntax = { kind: "other", name: "nothing", args: [] };

function readColumn(fields: readonly Node[]): ExprSyntax {
  const names = fields.map((field) => ("String" in field ? (field.String.sval ?? "") : "*"));
  const column = names.at(-1) ?? "";
  const qualifier = names.at(-2);
  // `count(t.*)`, `t.*` as a value: the whole row.
  if (column === "*") return { kind: "other", name: "whole-row", args: [] };
  return { kind: "column", schema: names.at(-3), qualifier, column: column.toLowerCase() };
}

function readNumber(value: number, template: Template): ExprSyntax {
  const slot = slotOfNumber(Math.abs(value), template);
  // A bare number outside of a slot is one that the template spelled out; nobody can know its value from here.
  if (slot === undefined) return { kind: "other", name: "literal", args: [] };
  return value < 0 ? { kind: "arithmetic", op: "-", args: [{ kind: "slot", slot }] } : { kind: "slot", slot };
}

function readString(value: string, template: Template): ExprSyntax {
  const slot = slotOfString(value, template);
  return slot === undefined ? { kind: "other", name: "literal", args: [] } : { kind: "slot", slot };
}

const comparisons: ReadonlyMap<string, CompareOperator> = new Map([
  ["=", "="],
  ["<>", "<>"],
  ["!=", "<>"],
  ["<", "<"],
  ["<=", "<="],
  [">", ">"],
  [">=", ">="],
]);
const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "^"]);

function readOperator(expr: A_Expr, context: Context): ExprSyntax {
  const operator = nameOf(expr.name);
  const compare = comparisons.get(operator);
  const left = (): ExprSyntax => (expr.lexpr === undefined ? nothing : readExpr(expr.lexpr, context));
  const right = (): ExprSyntax => (expr.rexpr === undefined ? nothing : readExpr(expr.rexpr, context));
  const list = (): readonly ExprSyntax[] => {
    const read = right();
    return read.kind === "row" ? read.args : [read];
  };
  const between = (negated: boolean, symmetric: boolean): ExprSyntax => {
    const [low = nothing, high = nothing] = list();
    return { kind: "between", arg: left(), low, high, negated, symmetric };
  };
  const other = (): ExprSyntax => ({
    kind: "other",
    name: operator,
    args: expr.lexpr === undefined ? [right()] : [left(), right()],
  });

  switch (expr.kind ?? "AEXPR_OP") {
    case "AEXPR_OP": {
      if (compare !== undefined && expr.lexpr !== undefined)
        return { kind: "compare", op: compare, left: left(), right: right() };
      if (!arithmetic.has(operator)) return other();
      return { kind: "arithmetic", op: operator, args: expr.lexpr === undefined ? [right()] : [left(), right()] };
    }
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL": {
      if (compare === undefined) return other();
      return {
        kind: "quantified",
        quantifier: expr.kind === "AEXPR_OP_ANY" ? "any" : "all",
        op: compare,
        left: left(),
        right: right(),
      };
    }
    case "AEXPR_NOT_DISTINCT":
      return { kind: "compare", op: "<=>", left: left(), right: right() };
    case "AEXPR_DISTINCT":
      return { kind: "not", arg: { kind: "compare", op: "<=>", left: left(), right: right() } };
    case "AEXPR_NULLIF":
      return call("nullif", [left(), right()]);
    case "AEXPR_IN":
      return { kind: "in", left: left(), list: list(), negated: operator === "<>" };
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
      return {
        kind: "like",
        left: left(),
        pattern: right(),
        negated: operator.startsWith("!"),
        caseInsensitive: expr.kind === "AEXPR_ILIKE",
      };
    case "AEXPR_BETWEEN":
      return between(false, false);
    case "AEXPR_NOT_BETWEEN":
      return between(true, false);
    case "AEXPR_BETWEEN_SYM":
      return between(false, true);
    case "AEXPR_NOT_BETWEEN_SYM":
      return between(true, true);
    case "AEXPR_SIMILAR":
    default:
      return other();
  }
}

function readSubLink(link: SubLink, context: Context): ExprSyntax {
  if (link.subselect === undefined) throw new GrammarError("a subquery without a query");
  const query = context.query(link.subselect);
  const left = link.testexpr === undefined ? nothing : readExpr(link.testexpr, context);
  const operator = link.operName === undefined ? "=" : nameOf(link.operName);
  const compare = comparisons.get(operator);
  const asValue: ExprSyntax = { kind: "subquery", query };
  switch (link.subLinkType) {
    case "EXISTS_SUBLINK":
      return { kind: "exists", query };
    case "EXPR_SUBLINK":
      return asValue;
    case "ROWCOMPARE_SUBLINK":
      return { kind: "compare", op: compare ?? "=", left, right: asValue };
    case "ANY_SUBLINK": {
      if (operator === "=") return { kind: "in-query", left, query, negated: false };
      if (compare !== undefined) return { kind: "quantified", quantifier: "any", op: compare, left, right: asValue };
      return { kind: "other", name: operator, args: [left, asValue] };
    }
    case "ALL_SUBLINK": {
      if (compare === "<>") return { kind: "in-query", left, query, negated: true };
      if (compare !== undefined) return { kind: "quantified", quantifier: "all", op: compare, left, right: asValue };
      return { kind: "other", name: operator, args: [left, asValue] };
    }
    default:
      return { kind: "other", name: "array-subquery", args: [asValue] };
  }
}

function readCall(node: FuncCall, context: Context): ExprSyntax {
  const name = functionName(node.funcname);
  const readAll = (nodes: readonly Node[] | undefined): ExprSyntax[] =>
    (nodes ?? []).map((child) => readExpr(child, context));
  const order = (node.agg_order ?? []).flatMap((item) =>
    "SortBy" in item && item.SortBy.node !== undefined ? [item.SortBy.node] : [],
  );
  const args = [
    ...readAll(node.args),
    ...readAll(order),
    ...readAll(node.agg_filter === undefined ? [] : [node.agg_filter]),
  ];
  const aggregateSyntax =
    node.agg_star === true ||
    node.agg_distinct === true ||
    node.agg_within_group === true ||
    node.agg_order !== undefined ||
    node.agg_filter !== undefined;
  return {
    kind: "function",
    name,
    args,
    aggregate: aggregateSyntax || isAggregate(name),
    over: node.over === undefined ? undefined : readWindow(node.over, context),
  };
}

/**
 * `OVER w` has its reference in `name`, `OVER (w ...)` in `refname`; in a WINDOW clause `name` is the one that is
 * declared.
 */
export function readWindow(window: WindowDef, context: Context, declared = false): WindowSyntax {
  return {
    base: declared ? window.refname : (window.refname ?? window.name),
    partitionBy: (window.partitionClause ?? []).map((expr) => readExpr(expr, context)),
    orderBy: (window.orderClause ?? []).flatMap((item) =>
      "SortBy" in item && item.SortBy.node !== undefined ? [readExpr(item.SortBy.node, context)] : [],
    ),
  };
}

/** `SET (a, b) = (1, 2)` gives each column its own value; `SET (a, b) = (SELECT ...)` keeps the query at the first. */
function readMultiAssignment(node: { source?: Node; colno?: number }, context: Context): ExprSyntax {
  const index = (node.colno ?? 1) - 1;
  const source = node.source;
  if (source !== undefined && "RowExpr" in source) {
    const value = source.RowExpr.args?.[index];
    return value === undefined ? nothing : readExpr(value, context);
  }
  if (source === undefined || index > 0) return { kind: "other", name: "multi-assignment", args: [] };
  return { kind: "other", name: "multi-assignment", args: [readExpr(source, context)] };
}

export function call(name: string, args: readonly ExprSyntax[]): ExprSyntax {
  return { kind: "function", name, args, aggregate: false, over: undefined };
}

export function functionName(names: readonly Node[] | undefined): string {
  const parts = (names ?? []).map((part) => ("String" in part ? (part.String.sval ?? "") : ""));
  return (parts[0] === "pg_catalog" ? parts.slice(1) : parts).join(".").toLowerCase();
}

/** The type's name without modifiers: `int4`, `int4[]`, `numeric`, `public.mood`. */
export function readType(type: TypeName | undefined): string {
  const name = functionName(type?.names);
  return (type?.arrayBounds ?? []).length > 0 ? `${name}[]` : name;
}

/** `varchar(?)`: the length is a slot, and what is longer is cut off. */
function castType(type: TypeName | undefined): string {
  return (type?.typmods ?? []).length > 0 ? `${readType(type)}(?)` : readType(type);
}

function nameOf(names: readonly Node[] | undefined): string {
  const last = names?.at(-1);
  return last !== undefined && "String" in last ? (last.String.sval ?? "") : "";
}

/** All expressions and queries inside a node that has no translation of its own. */
function operandsOf(value: unknown, context: Context): ExprSyntax[] {
  if (Array.isArray(value)) return value.flatMap((item) => operandsOf(item, context));
  if (typeof value !== "object" || value === null) return [];
  const [tag] = Object.keys(value);
  if (tag === undefined) return [];
  if (tag === "SelectStmt") return [{ kind: "subquery", query: context.query(value as Node) }];
  if (/^[A-Z]/.test(tag)) return notOperands.has(tag) ? [] : [readExpr(value as Node, context)];
  return Object.values(value).flatMap((item) => operandsOf(item, context));
}

const notOperands: ReadonlySet<string> = new Set([
  "String",
  "Integer",
  "Float",
  "Boolean",
  "BitString",
  "TypeName",
  "Alias",
  "A_Star",
]);
