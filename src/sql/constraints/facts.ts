import { arrayElements } from "../array-text.ts";
import type { Expr, RelationId } from "../access.ts";
import { constantOf, isNull, rowsOf, type Constant, type SlotKnowledge } from "./constant.ts";

/** A column of one occurrence of a relation in the statement. */
export type ColumnId = string;

/** What a row must meet to matter to the statement, as far as it speaks of which columns have which values. */
export type Fact =
  | { readonly kind: "same"; readonly left: ColumnId; readonly right: ColumnId }
  /** The column has one of these values. */
  | { readonly kind: "values"; readonly column: ColumnId; readonly constants: readonly Constant[] }
  | { readonly kind: "from" | "to"; readonly column: ColumnId; readonly bound: Constant; readonly inclusive: boolean }
  | { readonly kind: "null"; readonly column: ColumnId }
  /** Pinned to what a subquery gives: one value (`= (SELECT ...)`) or many (`IN (SELECT ...)`). */
  | { readonly kind: "given"; readonly column: ColumnId; readonly many: boolean; readonly by: string }
  /** Restricts nothing that a router could use; kept because it is the reason. */
  | { readonly kind: "compared"; readonly column: ColumnId; readonly how: "inequality" | "function" };

/** A conjunction. A condition is a disjunction of terms: no term means that no row can match, an empty term any row. */
export type Term = readonly Fact[];

/** Ways to pin a column that not every router sees through. */
export const forms = [
  "null-safe-equality", // `k <=> 5`, `k IS NOT DISTINCT FROM 5`
  "cast-of-column", // `k::bigint = 5`
  "truth-test", // `(k = 5) IS TRUE`
  "closed-range", // `k BETWEEN 5 AND 5`
] as const;

export type Form = (typeof forms)[number];

export interface FactScope extends SlotKnowledge {
  /** Forms that are taken as no restriction. */
  readonly unseen?: ReadonlySet<Form> | undefined;
  /** Undefined for a column that can't be told apart, such as an ambiguous one. */
  readonly column: (relation: RelationId, column: string) => ColumnId | undefined;
}

/** A condition with more alternatives than this is taken as no restriction, or as one list per column. */
export const termLimit = 32;

export const anyRow: readonly Term[] = [[]];

/**
 * The rows for which `expr` is true (`wanted`), or false, as a disjunction of conjunctions. What can't be expressed is
 * left out, so that the terms never exclude a row that matches. Three-valued: NULL is neither true nor false.
 */
export function termsOf(expr: Expr | undefined, scope: FactScope, wanted = true): readonly Term[] {
  if (expr === undefined) return anyRow;
  switch (expr.kind) {
    case "and":
    case "or": {
      const args = expr.args.map((arg) => termsOf(arg, scope, wanted));
      return (expr.kind === "and") === wanted ? allOf(args) : anyOf(args);
    }
    case "not":
      return termsOf(expr.arg, scope, !wanted);
    case "compare":
      return comparison(expr, scope, wanted);
    case "in":
      return inList(expr.left, expr.list, scope, expr.negated !== wanted);
    case "quantified":
      return quantified(expr, scope, wanted);
    case "is-null":
      return isNullTerms(expr, scope, wanted);
    case "is-boolean": {
      if (expr.value === null || expr.negated === wanted || scope.unseen?.has("truth-test") === true)
        return mentioned(expr.arg, scope);
      return termsOf(expr.arg, scope, expr.value);
    }
    case "constant":
      return expr.value === wanted ? anyRow : [];
    case "slot":
    case "arithmetic":
    case "function":
      return truth(expr, scope, wanted);
    case "column":
    case "like":
      return mentioned(expr, scope);
    case "row":
      return expr.args.length === 1 ? termsOf(expr.args[0], scope, wanted) : anyRow;
    default:
      return mentioned(expr, scope);
  }
}

/**
 * Every one of these must hold. Alternatives multiply; past the limit the conditions with most of them are left out.
 */
export function allOf(conditions: readonly (readonly Term[])[]): readonly Term[] {
  if (conditions.some((terms) => terms.length === 0)) return [];
  let product: readonly Term[] = anyRow;
  for (const terms of conditions.toSorted((a, b) => a.length - b.length)) {
    if (product.length * terms.length > termLimit) break;
    product = product.flatMap((left) => terms.map((right) => [...left, ...right]));
  }
  return product;
}

/** One of these must hold. Lists of values for one column become one list. */
export function anyOf(conditions: readonly (readonly Term[])[]): readonly Term[] {
  const terms = conditions.flat();
  const column = onlyListed(terms);
  if (column !== undefined) {
    return [
      [
        {
          kind: "values",
          column,
          constants: terms.flatMap((term) => (term[0]!.kind === "values" ? term[0]!.constants : [])),
        },
      ],
    ];
  }
  return terms.length > termLimit ? anyRow : terms;
}

function onlyListed(terms: readonly Term[]): ColumnId | undefined {
  const first = terms[0]?.[0];
  if (first?.kind !== "values" || terms.length < 2) return undefined;
  return terms.every((term) => term.length === 1 && term[0]!.kind === "values" && term[0]!.column === first.column)
    ? first.column
    : undefined;
}

/** The columns that an expression without use to us speaks of, as reasons. */
function mentioned(expr: Expr, scope: FactScope, how: "inequality" | "function" = "inequality"): readonly Term[] {
  return [columnsIn(expr, scope).map((column): Fact => ({ kind: "compared", column, how }))];
}

export function columnsIn(expr: Expr, scope: FactScope): ColumnId[] {
  if (expr.kind === "column") {
    const column = trackedColumn(expr, scope);
    return column === undefined ? [] : [column];
  }
  return operandsOf(expr).flatMap((operand) => columnsIn(operand, scope));
}

/** Sub-expressions, without those inside subqueries. */
export function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "column":
    case "slot":
    case "constant":
    case "default":
    case "exists":
    case "subquery":
      return [];
    case "not":
    case "is-null":
    case "is-boolean":
    case "cast":
      return [expr.arg];
    case "compare":
    case "quantified":
      return [expr.left, expr.right];
    case "in":
      return [expr.left, ...expr.list];
    case "in-query":
      return [expr.left];
    case "like":
      return [expr.left, expr.pattern];
    default:
      return expr.args;
  }
}

/** The column that an expression is as it stands; a cast keeps it only where equal stays equal. */
export function trackedColumn(expr: Expr, scope: FactScope): ColumnId | undefined {
  if (expr.kind === "column") return expr.ambiguous === true ? undefined : scope.column(expr.relation, expr.column);
  if (expr.kind === "row" && expr.args.length === 1) return trackedColumn(expr.args[0]!, scope);
  if (
    expr.kind === "cast" &&
    /^(big|small|tiny|medium)?int|^int\d|^uuid$|^text$|^varchar$|^character varying$/i.test(expr.type)
  ) {
    return widening(expr.type) && scope.unseen?.has("cast-of-column") !== true
      ? trackedColumn(expr.arg, scope)
      : undefined;
  }
  return undefined;
}

/** `key::bigint = 5` finds the rows of `key = 5`; `key::int` could fail or, from a decimal, round. */
const widening = (type: string): boolean => /^(bigint|int8|text|varchar|character varying|uuid)$/i.test(type);

function comparison(expr: Expr & { kind: "compare" }, scope: FactScope, wanted: boolean): readonly Term[] {
  const { left, right } = expr;
  const truthOf =
    left.kind === "constant" && typeof left.value === "boolean"
      ? ([right, left.value] as const)
      : right.kind === "constant" && typeof right.value === "boolean"
        ? ([left, right.value] as const)
        : undefined;
  if (truthOf !== undefined && (expr.op === "=" || expr.op === "<>") && isCondition(truthOf[0])) {
    return termsOf(truthOf[0], scope, (expr.op === "=") === (truthOf[1] === wanted));
  }
  if (left.kind === "row" && right.kind === "row" && left.args.length === right.args.length && left.args.length > 1)
    return rowComparison(expr, left.args, right.args, scope, wanted);
  if (left.kind === "in-query" || right.kind === "in-query") return anyRow;
  if (expr.op === "<=>" && scope.unseen?.has("null-safe-equality") === true)
    return mentionedSides(left, right, scope);
  const op = wanted ? expr.op : opposite[expr.op];
  const constantLeft = constantOf(left, scope);
  const constantRight = constantOf(right, scope);
  if (constantLeft !== undefined && constantRight !== undefined)
    return constantComparison(constantLeft, op, constantRight);
  if (constantLeft !== undefined)
    return columnComparison(right, op === undefined ? undefined : mirrored[op], constantLeft, scope);
  if (constantRight !== undefined) return columnComparison(left, op, constantRight, scope);
  const columnLeft = trackedColumn(left, scope);
  const columnRight = trackedColumn(right, scope);
  if (columnLeft !== undefined && columnRight !== undefined && (op === "=" || op === "<=>"))
    return [[{ kind: "same", left: columnLeft, right: columnRight }]];
  return mentionedSides(left, right, scope);
}

function mentionedSides(left: Expr, right: Expr, scope: FactScope): readonly Term[] {
  return [
    [left, right].flatMap(
      (side) => mentioned(side, scope, trackedColumn(side, scope) === undefined ? "function" : "inequality")[0]!,
    ),
  ];
}

function isCondition(expr: Expr): boolean {
  return [
    "and",
    "or",
    "not",
    "compare",
    "in",
    "in-query",
    "quantified",
    "is-null",
    "is-boolean",
    "like",
    "exists",
  ].includes(expr.kind);
}

type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=" | "<=>";

/** The operator that is true where this one is false; nothing is known of the rows where `<=>` is false. */
const opposite: Record<Operator, Operator | undefined> = {
  "=": "<>",
  "<>": "=",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "<=>": undefined,
};
const mirrored: Record<Operator, Operator> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "<=>": "<=>",
};

function rowComparison(
  expr: Expr & { kind: "compare" },
  left: readonly Expr[],
  right: readonly Expr[],
  scope: FactScope,
  wanted: boolean,
): readonly Term[] {
  const equality = expr.op === "=" || expr.op === "<=>" ? wanted : expr.op === "<>" ? !wanted : undefined;
  if (equality === true) {
    return allOf(
      left.map((arg, index) =>
        comparison(
          { kind: "compare", op: expr.op === "<=>" ? "<=>" : "=", left: arg, right: right[index]! },
          scope,
          true,
        ),
      ),
    );
  }
  if (equality === false) return mentionedSides(expr.left, expr.right, scope);
  // `(a, b) > (1, 2)` bounds `a` from 1 on, whichever way the rest goes.
  const op = wanted ? expr.op : opposite[expr.op];
  const loose = op === "<" || op === "<=" ? "<=" : ">=";
  return comparison({ kind: "compare", op: loose, left: left[0]!, right: right[0]! }, scope, true);
}

/** `1 = 0`: true or false for every row, or open until the values are known. */
function constantComparison(left: Constant, op: Operator | undefined, right: Constant): readonly Term[] {
  if (op === "<=>") return anyRow;
  if (isNull(left) || isNull(right)) return [];
  if (op === undefined || left.many || right.many) return anyRow;
  const a = left.literals?.[0];
  const b = right.literals?.[0];
  if (a === undefined || b === undefined || a.kind === "null" || b.kind === "null") return anyRow;
  const numeric = /^[+-]?\d+(\.\d+)?$/;
  const order =
    numeric.test(a.text) && numeric.test(b.text)
      ? Number(a.text) - Number(b.text)
      : a.kind === b.kind && a.text === b.text
        ? 0
        : undefined;
  if (order === undefined) return anyRow;
  const holds = {
    "=": order === 0,
    "<>": order !== 0,
    "<": order < 0,
    "<=": order <= 0,
    ">": order > 0,
    ">=": order >= 0,
  }[op];
  return holds ? anyRow : [];
}

function columnComparison(
  side: Expr,
  op: Operator | undefined,
  constant: Constant,
  scope: FactScope,
): readonly Term[] {
  if (isNull(constant) && op !== "<=>" && op !== undefined) return [];
  const column = trackedColumn(side, scope);
  if (column === undefined) return mentioned(side, scope, "function");
  switch (op) {
    case "=":
      return [[{ kind: "values", column, constants: [constant] }]];
    case "<=>":
      return isNull(constant) ? [[{ kind: "null", column }]] : [[{ kind: "values", column, constants: [constant] }]];
    case "<":
    case "<=":
      return [[{ kind: "to", column, bound: constant, inclusive: op === "<=" }]];
    case ">":
    case ">=":
      return [[{ kind: "from", column, bound: constant, inclusive: op === ">=" }]];
    default:
      return mentioned(side, scope);
  }
}

/** `left IN (list)` for rows where it is true (`included`), `NOT IN` otherwise. */
function inList(left: Expr, list: readonly Expr[], scope: FactScope, included: boolean): readonly Term[] {
  if (!included) {
    // `k NOT IN (1, NULL)` is never true.
    if (
      list.some(
        (item) => constantOf(item, scope, true)?.literals?.some((literal) => literal.kind === "null") === true,
      )
    )
      return [];
    return mentioned(left, scope, trackedColumn(left, scope) === undefined ? "function" : "inequality");
  }
  if (left.kind === "row" && left.args.length > 1) return rowInList(left.args, list, scope);
  const column = trackedColumn(left, scope);
  const constants = list.map((item) => constantOf(item, scope, true));
  if (column !== undefined && constants.every((constant) => constant !== undefined)) return listed(column, constants);
  const constantLeft = constantOf(left, scope);
  if (column === undefined && constantLeft === undefined) return mentioned(left, scope, "function");
  return anyOf(list.map((item) => comparison({ kind: "compare", op: "=", left, right: item }, scope, true)));
}

function listed(column: ColumnId, constants: readonly Constant[]): readonly Term[] {
  const matching = constants.filter((constant) => !isNull(constant));
  return matching.length === 0 ? [] : [[{ kind: "values", column, constants: matching }]];
}

/** `(a, b) IN ((1, 2), (3, 4))`: a term for each row while they are few and known, else a list for each column. */
function rowInList(left: readonly Expr[], list: readonly Expr[], scope: FactScope): readonly Term[] {
  const alternatives: Term[] = [];
  for (const item of list) {
    if (item.kind === "slot") {
      // A list of rows bound as one parameter: each column is in a list that we don't see into.
      const list = (index: number): Constant => ({
        id: `slot ${item.slot}[${index}]`,
        many: true,
        literals: undefined,
      });
      alternatives.push(...allOf(left.map((arg, index) => pinnedTo(arg, list(index), scope))));
      continue;
    }
    if (item.kind !== "row" || item.args.length !== left.length)
      return [left.flatMap((arg) => mentioned(arg, scope)[0]!)];
    const constants = item.args.map((arg) => constantOf(arg, scope, true));
    if (!constants.every((constant) => constant !== undefined)) {
      alternatives.push(
        ...rowComparison(
          { kind: "compare", op: "=", left: { kind: "row", args: left }, right: item },
          left,
          item.args,
          scope,
          true,
        ),
      );
      continue;
    }
    const rows = constants.some((constant) => constant.many) ? rowsOf(constants) : undefined;
    if (rows !== undefined && rows.length <= termLimit) {
      for (const row of rows) {
        alternatives.push(
          ...allOf(
            row.map((literal, index) =>
              columnComparison(left[index]!, "=", literalConstant(constants[index]!, literal), scope),
            ),
          ),
        );
      }
    } else alternatives.push(...allOf(constants.map((constant, index) => pinnedTo(left[index]!, constant, scope))));
  }
  if (alternatives.length <= termLimit) return alternatives;
  return allOf(
    left.map((arg, index) =>
      inList(
        arg,
        list.map((item) => (item.kind === "row" ? item.args[index]! : item)),
        scope,
        true,
      ),
    ),
  );
}

function pinnedTo(side: Expr, constant: Constant, scope: FactScope): readonly Term[] {
  const column = trackedColumn(side, scope);
  return column === undefined ? mentioned(side, scope, "function") : listed(column, [constant]);
}

function literalConstant(list: Constant, literal: NonNullable<Constant["literals"]>[number]): Constant {
  const { decimal, number } = list;
  const id = literal.kind === "null" ? "null" : `${list.id}: ${literal.text}`;
  return { id, many: false, literals: [literal], ...(decimal && { decimal }), ...(number && { number }) };
}

function quantified(expr: Expr & { kind: "quantified" }, scope: FactScope, wanted: boolean): readonly Term[] {
  const any = expr.quantifier === "any" && expr.op === "=" && wanted;
  const none = expr.quantifier === "all" && expr.op === "<>" && !wanted;
  if (!any && !none) return mentioned(expr.left, scope);
  const items = arrayItems(expr.right);
  if (items !== undefined) return inList(expr.left, items, scope, true);
  const column = trackedColumn(expr.left, scope);
  const array = constantOf(expr.right, scope, true);
  if (column === undefined || array === undefined) return mentioned(expr.left, scope);
  if (array.many && !isArrayText(array)) return listed(column, [array]);
  const literals = array.literals?.length === 1 ? arrayLiterals(array.literals[0]!) : undefined;
  return listed(column, [{ ...array, many: true, literals, array: true }]);
}

function arrayItems(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "cast") return arrayItems(expr.arg);
  return expr.kind === "array" ? expr.args : undefined;
}

const isArrayText = (array: Constant): boolean =>
  array.literals?.length === 1 && array.literals[0]!.kind === "string" && array.literals[0]!.text.startsWith("{");

/** `'{1,2,"a b"}'`, the text form of a one-dimensional array. */
function arrayLiterals(literal: NonNullable<Constant["literals"]>[number]): Constant["literals"] {
  if (literal.kind === "null") return [];
  return arrayElements(literal.text)?.map((text) => (text === null ? { kind: "null" } : { kind: "string", text }));
}

function isNullTerms(expr: Expr & { kind: "is-null" }, scope: FactScope, wanted: boolean): readonly Term[] {
  const holds = expr.negated !== wanted;
  const constant = constantOf(expr.arg, scope);
  if (constant?.literals !== undefined && !constant.many) return isNull(constant) === holds ? anyRow : [];
  const column = trackedColumn(expr.arg, scope);
  return column !== undefined && holds ? [[{ kind: "null", column }]] : mentioned(expr.arg, scope);
}

/** `WHERE 1`, `AND false`: a bare value as a condition. */
function truth(expr: Expr, scope: FactScope, wanted: boolean): readonly Term[] {
  const constant = constantOf(expr, scope);
  const literal = constant?.many === false ? constant.literals?.[0] : undefined;
  if (literal === undefined) return mentioned(expr, scope, "function");
  if (literal.kind === "null") return [];
  const isTrue =
    /^t(rue)?$/i.test(literal.text) || (Number(literal.text) !== 0 && !Number.isNaN(Number(literal.text)));
  return isTrue === wanted ? anyRow : [];
}
