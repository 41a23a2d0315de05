import type { CompareOperator } from "../access.ts";
import { isAggregate } from "../aggregates.ts";
import { GrammarError } from "../grammar-error.ts";
import { slotOfNumber, slotOfPlaceholder, slotOfString } from "../sentinel.ts";
import type { ExprSyntax, QuerySyntax, WindowSyntax } from "../syntax.ts";
import type { Template } from "../template.ts";
import { xorMarker } from "./rewrites.ts";
import { identifier, listOf, nameParts, present, textOfLeaf, variantOf, type Tree } from "./tree.ts";

/** What the reader of expressions needs from the one of statements, which in turn needs this one. */
export interface Context {
  readonly template: Template;
  readonly query: (node: Tree) => QuerySyntax;
}

/** Translates an expression of sqlparser-rs (`ast::Expr`). */
export function readExpr(node: Tree | undefined, context: Context): ExprSyntax {
  const { tag, payload } = variantOf(node);
  const read = (child: Tree | undefined): ExprSyntax => readExpr(child, context);
  const readAll = (children: unknown): ExprSyntax[] => listOf(children).map(read);
  const field = (name: string): Tree | undefined => present(payload?.[name]);
  const negated = (payload?.["negated"] as unknown) === true;

  switch (tag) {
    case "Identifier":
      return readColumn([identifier(payload)]);
    case "CompoundIdentifier":
      return readColumn(listOf(payload).map(identifier));
    case "Value":
      return readValue(payload?.["value"], context.template);
    case "Nested":
      return read(payload);
    case "Tuple":
      return { kind: "row", args: readAll(payload) };
    case "BinaryOp":
      return readBinary(node, context);
    case "UnaryOp": {
      const arg = read(field("expr"));
      const operator = variantOf(payload?.["op"]).tag;
      if (operator === "Not")
        return arg.kind === "in" || arg.kind === "in-query" ? { ...arg, negated: !arg.negated } : { kind: "not", arg };
      if (operator === "Plus") return arg;
      return operator === "Minus"
        ? { kind: "arithmetic", op: "-", args: [arg] }
        : { kind: "other", name: operator.toLowerCase(), args: [arg] };
    }
    case "IsNull":
      return { kind: "is-null", arg: read(payload), negated: false };
    case "IsNotNull":
      return { kind: "is-null", arg: read(payload), negated: true };
    case "IsTrue":
    case "IsNotTrue":
      return { kind: "is-boolean", arg: read(payload), value: true, negated: tag === "IsNotTrue" };
    case "IsFalse":
    case "IsNotFalse":
      return { kind: "is-boolean", arg: read(payload), value: false, negated: tag === "IsNotFalse" };
    case "IsUnknown":
    case "IsNotUnknown":
      return { kind: "is-boolean", arg: read(payload), value: null, negated: tag === "IsNotUnknown" };
    case "Between":
      return {
        kind: "between",
        arg: read(field("expr")),
        low: read(field("low")),
        high: read(field("high")),
        negated,
        symmetric: false,
      };
    case "InList":
      return { kind: "in", left: asRow(read(field("expr"))), list: readAll(field("list")).map(asRow), negated };
    case "InSubquery":
      return { kind: "in-query", left: asRow(read(field("expr"))), query: context.query(field("subquery")!), negated };
    case "Like":
      return {
        kind: "like",
        left: read(field("expr")),
        pattern: read(field("pattern")),
        negated,
        caseInsensitive: false,
      };
    case "AnyOp":
    case "AllOp":
      return readQuantified(tag, payload!, context);
    case "Exists": {
      const exists: ExprSyntax = { kind: "exists", query: context.query(field("subquery")!) };
      return negated ? { kind: "not", arg: exists } : exists;
    }
    case "Subquery":
      return { kind: "subquery", query: context.query(payload!) };
    case "Cast":
    case "Convert": {
      const type = field("data_type");
      const arg = read(field("expr"));
      if (type === undefined) return { kind: "other", name: "convert-using", args: [arg] };
      return {
        kind: "cast",
        arg,
        type: castType(type),
      };
    }
    case "Collate": {
      // A stricter collation finds fewer rows; a looser one finds keys that are written differently.
      const arg = read(field("expr"));
      return /_(?:bin|cs|as_cs)$/.test(nameParts(field("collation")).at(-1) ?? "")
        ? arg
        : { kind: "other", name: "collate", args: [arg] };
    }
    case "Prefixed":
      return read(field("value"));
    case "TypedString":
      return {
        kind: "cast",
        arg: readValue(present(field("value")?.["value"]), context.template),
        type: variantOf(field("data_type")).tag.toLowerCase(),
      };
    case "Case": {
      const whens = listOf(field("conditions")).flatMap((when) => [read(when["condition"]), read(when["result"])]);
      const operands = [field("operand"), field("else_result")].filter((operand) => operand !== undefined);
      return { kind: "case", args: [...operands.map(read), ...whens] };
    }
    case "Function":
      return readCall(payload!, context);
    case "IsDistinctFrom":
    case "IsNotDistinctFrom":
      // The grammar at hand takes it, and lets it bind looser than OR.
      throw new GrammarError("IS DISTINCT FROM is not MySQL's");
    default:
      return { kind: "other", name: tag.toLowerCase(), args: operandsOf(payload, context) };
  }
}

function readColumn(parts: readonly string[]): ExprSyntax {
  const column = parts.at(-1) ?? "";
  const first = parts[0] ?? "";
  if (parts.length === 1 && column === "default") return { kind: "default" };
  // `@v` and `@@session.x` are variables.
  if (first.startsWith("@")) return { kind: "other", name: "variable", args: [] };
  return { kind: "column", schema: parts.at(-3), qualifier: parts.at(-2), column };
}

/** `char(?)`: the length is a slot, and what is longer is cut off. */
function castType(type: Tree): string {
  const { tag, payload } = variantOf(type);
  const name = tag.toLowerCase().replace(/^(un)?signedinteger$/, "$1signed");
  return typeof payload === "object" && payload !== null ? `${name}(?)` : name;
}

function readValue(node: Tree | undefined, template: Template): ExprSyntax {
  const { tag, payload } = variantOf(node);
  if (tag === "Null") return { kind: "constant", value: null };
  if (tag === "Boolean") return { kind: "constant", value: (payload as unknown) === true };
  const text = textOfLeaf(tag === "Number" ? listOf(payload)[0] : payload);
  const slot =
    tag === "Number"
      ? slotOfNumber(Number(text), template)
      : tag === "Placeholder"
        ? slotOfPlaceholder(text, template)
        : slotOfString(text, template);
  return slot === undefined ? { kind: "other", name: "literal", args: [] } : { kind: "slot", slot };
}

const comparisons: ReadonlyMap<string, CompareOperator> = new Map([
  ["Eq", "="],
  ["NotEq", "<>"],
  ["Lt", "<"],
  ["LtEq", "<="],
  ["Gt", ">"],
  ["GtEq", ">="],
  ["Spaceship", "<=>"],
]);

const arithmetic: ReadonlyMap<string, string> = new Map([
  ["Plus", "+"],
  ["Minus", "-"],
  ["Multiply", "*"],
  ["Divide", "/"],
  ["MyIntegerDivide", "div"],
  ["Modulo", "%"],
]);

/** A chain such as `a OR b OR c` leans to the left, and may be thousands long: it is walked, not recursed into. */
function readBinary(start: Tree | undefined, context: Context): ExprSyntax {
  const operator = variantOf(start?.["BinaryOp"]?.["op"]).tag;
  const right: (Tree | undefined)[] = [];
  let node = start;
  while (
    variantOf(node).tag === "BinaryOp" &&
    variantOf(node?.["BinaryOp"]?.["op"]).tag === operator &&
    (operator === "And" || operator === "Or" || right.length === 0)
  ) {
    right.unshift(node?.["BinaryOp"]?.["right"]);
    node = node?.["BinaryOp"]?.["left"];
  }
  const args = [node, ...right].map((operand) => readExpr(operand, context));
  if (operator === "And") return { kind: "and", args };
  if (operator === "Or") {
    const operands = args.filter((arg) => !(arg.kind === "function" && arg.name === xorMarker));
    return operands.length === args.length ? { kind: "or", args } : { kind: "other", name: "xor", args: operands };
  }
  const [left, last] = args as [ExprSyntax, ExprSyntax];
  const compare = comparisons.get(operator);
  if (compare !== undefined) return { kind: "compare", op: compare, left: asRow(left), right: asRow(last) };
  const sign = arithmetic.get(operator);
  if (sign !== undefined) return { kind: "arithmetic", op: sign, args };
  return { kind: "other", name: operator.toLowerCase(), args };
}

/** `ROW(1, 2)` is the row `(1, 2)`. */
function asRow(expr: ExprSyntax): ExprSyntax {
  return expr.kind === "function" && expr.name === "row" ? { kind: "row", args: expr.args } : expr;
}

function readQuantified(tag: "AnyOp" | "AllOp", payload: Tree, context: Context): ExprSyntax {
  const left = readExpr(payload["left"], context);
  const right = readExpr(payload["right"], context);
  const operator = variantOf(payload["compare_op"]).tag;
  const compare = comparisons.get(operator);
  if (compare === undefined) return { kind: "other", name: operator, args: [left, right] };
  if (right.kind === "subquery" && tag === "AnyOp" && compare === "=")
    return { kind: "in-query", left, query: right.query, negated: false };
  if (right.kind === "subquery" && tag === "AllOp" && compare === "<>")
    return { kind: "in-query", left, query: right.query, negated: true };
  return { kind: "quantified", quantifier: tag === "AnyOp" ? "any" : "all", op: compare, left, right };
}

function readCall(payload: Tree, context: Context): ExprSyntax {
  const name = nameParts(payload["name"]).join(".");
  const list = present(payload["args"])?.["List"];
  const subquery = present(payload["args"])?.["Subquery"];
  const args = listOf(list?.["args"]).flatMap((arg) => readArgument(arg, context));
  if (subquery !== undefined) args.push({ kind: "subquery", query: context.query(subquery) });
  const clauses = listOf(list?.["clauses"]).flatMap((clause) => operandsOf(clause, context));
  const over = present(payload["over"]);
  const first = args[0];
  if (name === "values" && first?.kind === "column") return { kind: "new-row-column", column: first.column };
  // The unit of TIMESTAMPDIFF(DAY, a, b) looks like a column.
  const operands = unitFunctions.has(name) ? args.slice(1) : args;
  return {
    kind: "function",
    name,
    args: [...operands, ...clauses],
    aggregate: isAggregate(name),
    over: over === undefined ? undefined : readWindow(over, context),
  };
}

const unitFunctions: ReadonlySet<string> = new Set(["timestampdiff", "timestampadd", "get_format"]);

function readArgument(node: Tree, context: Context): ExprSyntax[] {
  const { tag, payload } = variantOf(node);
  const arg = variantOf(tag === "Named" ? payload?.["arg"] : payload);
  return arg.tag === "Expr" ? [readExpr(arg.payload, context)] : [];
}

export function readWindow(node: Tree, context: Context): WindowSyntax {
  const { tag, payload } = variantOf(node);
  if (tag === "NamedWindow") return { base: identifier(payload), partitionBy: [], orderBy: [] };
  const spec = tag === "WindowSpec" ? payload : node;
  const base = present(spec?.["window_name"]);
  return {
    base: base === undefined ? undefined : identifier(base),
    partitionBy: listOf(spec?.["partition_by"]).map((expr) => readExpr(expr, context)),
    orderBy: listOf(spec?.["order_by"]).map((item) => readExpr(item["expr"], context)),
  };
}

/** All expressions and queries inside a node that has no translation of its own. */
function operandsOf(node: unknown, context: Context): ExprSyntax[] {
  if (Array.isArray(node)) return node.flatMap((item) => operandsOf(item, context));
  if (typeof node !== "object" || node === null) return [];
  const tree = node as Tree;
  const { tag, payload } = variantOf(tree);
  if (expressions.has(tag) && Object.keys(tree).length === 1) return [readExpr(tree, context)];
  if ("body" in tree) return [{ kind: "subquery", query: context.query(tree) }];
  // Some nodes hold a bare value where others hold an expression.
  if (tag === "value") {
    const value = readValue(payload, context.template);
    if (value.kind === "slot") return [value];
  }
  return Object.values(tree).flatMap((item) => operandsOf(item, context));
}

const expressions: ReadonlySet<string> = new Set(
  `
    Identifier CompoundIdentifier Value Nested Tuple BinaryOp UnaryOp IsNull IsNotNull IsTrue IsNotTrue IsFalse
    IsNotFalse IsUnknown IsNotUnknown Between InList InSubquery Like AnyOp AllOp Exists Subquery Cast Convert
    Collate Prefixed TypedString Case Function Interval Substring Trim Position Extract MatchAgainst MemberOf
    RLike Ceil Floor Overlay
  `
    .trim()
    .split(/\s+/),
);
