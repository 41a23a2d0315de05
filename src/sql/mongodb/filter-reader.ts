import type { Expr, RelationId } from "../access.ts";
import {
  documentOf,
  equalityAt,
  isExtendedValue,
  isPattern,
  isPlainValue,
  listOf,
  mayBeText,
  type MongoDocument,
  SlotValue,
} from "./document.ts";

/** Variables of `let`, as expressions. */
export type Variables = ReadonlyMap<string, Expr>;

/** What a filter's reader needs to know of the command around it. */
interface FilterValues {
  /** The values are a template's: what has no slot pins nothing. */
  readonly ofTemplate: boolean;
  /** The constant that a value is. */
  readonly slot: (value: unknown) => Expr;
  readonly keyFieldsOf: (relation: RelationId) => readonly string[];
}

/** Reads filters and expressions as conditions. */
export class FilterReader {
  /** Strings don't compare as the shard key's order does. */
  collated = false;
  readonly #values: FilterValues;

  constructor(values: FilterValues) {
    this.#values = values;
  }

  filter(filter: unknown, relation: RelationId, variables: Variables): Expr | undefined {
    const document = documentOf(filter);
    if (document === undefined) return undefined;
    const conditions = Object.entries(document).map(([field, condition]) =>
      this.#condition(field, condition, relation, variables),
    );
    const nested = this.#wholeKey(document, relation);
    return conjunction([...conditions, ...(nested === undefined ? [] : [nested])]);
  }

  /** `{a: {x: 1}, "b.y": 2}` pins a whole key of `a.x` and `b.y`. */
  #wholeKey(document: MongoDocument, relation: RelationId): Expr | undefined {
    const fields = this.#values.keyFieldsOf(relation);
    const values = fields.map((field) => equalityAt(document, field.toLowerCase()));
    if (fields.length === 0 || !values.every((value) => value !== undefined)) return undefined;
    if (this.collated && values.some(({ value }) => mayBeText(value))) return undefined;
    return conjunction(fields.map((field, index) => this.equal(field, values[index]!.value, relation)));
  }

  #condition(field: string, condition: unknown, relation: RelationId, variables: Variables): Expr {
    switch (field) {
      case "$and":
      case "$or":
      case "$nor": {
        const args = listOf(condition).map(
          (part) => this.filter(part, relation, variables) ?? { kind: "constant" as const, value: true },
        );
        const combined: Expr = { kind: field === "$and" ? "and" : "or", args };
        return field === "$nor" ? { kind: "not", arg: combined } : combined;
      }
      case "$expr":
        return this.#expression(condition, relation, variables);
      default:
        break;
    }
    if (field.startsWith("$")) return { kind: "constant", value: true };
    const operators = documentOf(condition);
    if (
      operators === undefined ||
      !Object.keys(operators).some((key) => key.startsWith("$")) ||
      isExtendedValue(operators)
    )
      return this.equal(field, condition, relation);
    const conditions = Object.entries(operators).map(([operator, value]) =>
      this.#operator(field, operator, value, relation),
    );
    return conjunction(conditions) ?? { kind: "constant", value: true };
  }

  #operator(field: string, operator: string, value: unknown, relation: RelationId): Expr {
    const left = column(relation, field);
    const other: Expr = { kind: "other", name: operator, args: [left] };
    if (operator === "$eq") return this.equal(field, value, relation);
    if (operator === "$not") {
      const inner = Object.entries(documentOf(value) ?? {}).map(([name, argument]) =>
        this.#operator(field, name, argument, relation),
      );
      return { kind: "not", arg: conjunction(inner) ?? other };
    }
    if (operator === "$in" && Array.isArray(value)) {
      if (
        value.some((item) => !isPlainValue(item)) ||
        (this.collated && value.some(mayBeText))
      )
        return other;
      if (value.includes(null)) return { kind: "or", args: value.map((item) => this.equal(field, item, relation)) };
      return { kind: "in", left, list: value.map((item) => this.#values.slot(item)), negated: false };
    }
    const comparison = ({ $gt: ">", $gte: ">=", $lt: "<", $lte: "<=", $ne: "<>" } as const)[operator];
    if (comparison === undefined || !isPlainValue(value) || (this.collated && mayBeText(value)))
      return other;
    if (value === null && (comparison !== "<>" || this.#values.ofTemplate)) return other;
    return { kind: "compare", op: comparison, left, right: this.#values.slot(value) };
  }

  equal(field: string, value: unknown, relation: RelationId): Expr {
    const left = column(relation, field);
    // A pattern or an array is looked for in the field's values: no one value.
    if (
      value instanceof RegExp ||
      Array.isArray(value) ||
      isPattern(value) ||
      (this.collated && mayBeText(value))
    )
      return { kind: "other", name: "$eq", args: [left] };
    if (value instanceof SlotValue && value.many)
      return { kind: "in", left, list: [this.#values.slot(value)], negated: false };
    return { kind: "compare", op: "<=>", left, right: this.#values.slot(value) };
  }

  /** `{$eq: ["$field", value]}` and its like. */
  #expression(expression: unknown, relation: RelationId, variables: Variables): Expr {
    const [operator, argument] = Object.entries(documentOf(expression) ?? {})[0] ?? ["", undefined];
    const args = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    if (operator === "$and" || operator === "$or")
      return {
        kind: operator === "$and" ? "and" : "or",
        args: args.map((arg) => this.#expression(arg, relation, variables)),
      };
    if (operator === "$not") return { kind: "not", arg: this.#expression(args[0], relation, variables) };
    const op = ({ $eq: "=", $gt: ">", $gte: ">=", $lt: "<", $lte: "<=", $ne: "<>" } as const)[operator];
    const [left, right] = args.map((arg) => this.operand(arg, relation, variables));
    const collatedText = this.collated && args.some((arg) => mayBeText(arg) && !`${arg}`.startsWith("$"));
    if (op === undefined || left === undefined || right === undefined || collatedText)
      return { kind: "other", name: operator, args: args.map((arg) => this.operand(arg, relation, variables)) };
    return { kind: "compare", op, left, right };
  }

  operand(value: unknown, relation: RelationId | undefined, variables: Variables): Expr {
    if (typeof value === "string" && value.startsWith("$$")) {
      const [name, ...path] = value.slice(2).split(".");
      const variable = variables.get(name!);
      return variable !== undefined && path.length === 0 ? variable : { kind: "other", name: value, args: [] };
    }
    if (typeof value === "string" && value.startsWith("$"))
      return relation === undefined ? { kind: "other", name: value, args: [] } : column(relation, value.slice(1));
    const document = documentOf(value);
    if (document !== undefined && "$literal" in document) return this.#values.slot(document["$literal"]);
    return isPlainValue(value)
      ? this.#values.slot(value)
      : {
          kind: "other",
          name: "expression",
          args: Object.values(document ?? {}).map((inner) => this.operand(inner, relation, variables)),
        };
  }
}

/** Does the command, or the write, compare strings in another order than their bytes'? */
export function isCollated(command: MongoDocument): boolean {
  const locale = documentOf(command["collation"])?.["locale"];
  return typeof locale === "string" && locale !== "simple";
}

/** A field is a column by its dotted path, in lower case as design files are. */
export const column = (relation: RelationId, path: string): Expr => ({
  kind: "column",
  relation,
  column: path.toLowerCase(),
});

export function conjunction(conditions: readonly Expr[]): Expr | undefined {
  return conditions.length > 1 ? { kind: "and", args: conditions } : conditions[0];
}
