import type { Literal } from "../template.ts";

/** A command as a driver sends it or the log prints it: the first key names the command, its value the collection. */
export type MongoDocument = Readonly<Record<string, unknown>>;

/** Stands in a template's command where an execution has a value of its own: `slot` of the template. */
export class SlotValue {
  readonly slot: number;
  /** Any number of values: the items of a list, or one per repeated part of the command. */
  readonly many: boolean;
  /** Always a number: a collation does not matter to it. */
  readonly isNumber: boolean;

  constructor(slot: number, many: boolean, isNumber: boolean) {
    this.slot = slot;
    this.many = many;
    this.isNumber = isNumber;
  }
}

/** May the value be a text, which compares as a collation has it? */
export const mayBeText = (value: unknown): boolean =>
  typeof value === "string" || (value instanceof SlotValue && !value.isNumber);

export function documentOf(value: unknown): MongoDocument | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp) && !(value instanceof SlotValue)
    ? (value as MongoDocument)
    : undefined;
}

export function listOf(value: unknown): MongoDocument[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((item) => {
    const document = documentOf(item);
    return document === undefined ? [] : [document];
  });
}

/** Extended JSON for one value, such as `{"$numberLong": "5"}`. */
const extendedKeys = [
  "$numberInt",
  "$numberLong",
  "$numberDouble",
  "$numberDecimal",
  "$oid",
  "$uuid",
  "$date",
  "$binary",
  "$timestamp",
  "$minKey",
  "$maxKey",
  "$symbol",
];

export const isExtendedValue = (document: MongoDocument): boolean => extendedKeys.includes(Object.keys(document)[0] ?? "");

export function isPattern(value: unknown): boolean {
  const first = Object.keys(documentOf(value) ?? {})[0];
  return first === "$regex" || first === "$regularExpression";
}

export function isPlainValue(value: unknown): boolean {
  const document = documentOf(value);
  return (
    value === null ||
    value instanceof SlotValue ||
    ["string", "number", "boolean", "bigint"].includes(typeof value) ||
    (document !== undefined && isExtendedValue(document))
  );
}

export function literalOf(value: unknown): Literal | undefined {
  if (value === null || value === undefined) return { kind: "null" };
  if (typeof value === "number" || typeof value === "bigint") return { kind: "number", text: String(value) };
  if (typeof value === "string" || typeof value === "boolean") return { kind: "string", text: String(value) };
  const [key, inner] = Object.entries(documentOf(value) ?? {})[0] ?? ["", undefined];
  if (/^\$number/.test(key)) return { kind: "number", text: String(inner) };
  if (key === "$oid" || key === "$uuid" || key === "$symbol") return { kind: "string", text: String(inner) };
  if (key === "$date" && typeof inner === "string") return { kind: "string", text: inner };
  return undefined;
}

/** The value at a path in a document that is stored. */
export function valueAt(document: MongoDocument, path: readonly string[]): unknown {
  let value: unknown = document;
  for (const step of path) {
    const inner = documentOf(value);
    const key =
      inner === undefined ? undefined : Object.keys(inner).find((name) => name.toLowerCase() === step.toLowerCase());
    if (inner === undefined || key === undefined) return undefined;
    value = inner[key];
  }
  return value;
}

/**
 * The value that a filter's equalities give a path: by the dotted name, or from inside an object that a prefix
 * equals.
 */
export function equalityAt(filter: MongoDocument, path: string): { readonly value: unknown } | undefined {
  for (const [field, condition] of Object.entries(filter)) {
    if (field === "$and") {
      const found = listOf(condition)
        .map((part) => equalityAt(part, path))
        .find((value) => value !== undefined);
      if (found !== undefined) return found;
      continue;
    }
    const name = field.toLowerCase();
    if (name !== path && !path.startsWith(`${name}.`)) continue;
    const operators = documentOf(condition);
    const hasOperators =
      operators !== undefined &&
      !isExtendedValue(operators) &&
      Object.keys(operators).some((key) => key.startsWith("$"));
    const equal = !hasOperators ? condition : "$eq" in operators ? operators["$eq"] : undefined;
    if (equal === undefined || Array.isArray(equal) || isPattern(equal)) continue;
    if (name === path) return { value: equal };
    const inner = documentOf(equal);
    if (inner !== undefined) return { value: valueAt(inner, path.slice(name.length + 1).split(".")) ?? null };
  }
  return undefined;
}
