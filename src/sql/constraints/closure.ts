import type { Literal } from "../template.ts";
import type { Constant } from "./constant.ts";
import type { ColumnId, Fact } from "./facts.ts";

/** How literals of a column become comparable; undefined where the literal is no value of the column's type. */
export interface ValueOrder {
  readonly canonical: (column: ColumnId, literal: Literal) => string | undefined;
  readonly compare: (a: string, b: string) => number;
  /** Whether a server may take two values for equal, as a collation without case does. */
  readonly alike: (a: string, b: string) => boolean;
  /** Whether `compare` is the server's order; that of text is its collation's to say. */
  readonly ordered: (value: string) => boolean;
  /** Whether a comparison of the column with the constant is one of the column's own values. */
  readonly compares: (column: ColumnId, constant: Constant) => boolean;
  /** Whether columns that the server finds equal have one and the same value. */
  readonly equates: (a: ColumnId, b: ColumnId) => boolean;
  /** Whether several conditions on a column narrow it together, or only the best of them counts. */
  readonly combines: boolean;
  /** Whether `k BETWEEN 5 AND 5` is `k = 5`. */
  readonly closesRanges: boolean;
}

export interface Bound {
  readonly constant: Constant;
  /** Undefined while the value is not known. */
  readonly value: string | undefined;
  readonly inclusive: boolean;
}

/** What a column is restricted to. */
export interface Pin {
  /** "one": exactly one value, known or not. "many": one of a list. "none": no value can satisfy the facts. */
  readonly to: "one" | "many" | "none" | "anything";
  /** The values, canonical and distinct, in the order of the list; undefined when the log does not have them. */
  readonly values: readonly string[] | undefined;
  /** The constant or subquery that pins it to one value: equal ids are equal values. */
  readonly id: string | undefined;
  readonly from: Bound | undefined;
  readonly until: Bound | undefined;
  readonly isNull: boolean;
  /** A literal among the values that is none of the column's type. */
  readonly unfit: string | undefined;
  /** Pinned to a list whose elements a subquery gives. */
  readonly given: boolean;
  /** Why it is unrestricted although the statement speaks of it. */
  readonly compared: "inequality" | "function" | undefined;
}

/** The facts of one conjunction, closed under equality: columns that are equal share what is known of any of them. */
export class Closure {
  readonly #parent = new Map<ColumnId, ColumnId>();
  readonly #facts = new Map<ColumnId, Fact[]>();
  readonly #pins = new Map<ColumnId, Pin>();
  readonly #order: ValueOrder;

  constructor(facts: readonly Fact[], order: ValueOrder) {
    this.#order = order;
    for (const fact of facts)
      if (fact.kind === "same" && order.equates(fact.left, fact.right))
        this.#parent.set(this.root(fact.left), this.root(fact.right));
    for (const fact of facts) {
      if (fact.kind === "same") continue;
      const root = this.root(fact.column);
      const known = this.#facts.get(root);
      if (known === undefined) this.#facts.set(root, [fact]);
      else known.push(fact);
    }
  }

  /** The column that stands for all that are equal to this one. */
  root(column: ColumnId): ColumnId {
    let root = column;
    for (let next = this.#parent.get(root); next !== undefined && next !== root; next = this.#parent.get(root))
      root = next;
    return root;
  }

  /** The columns that are equal to this one by equalities, in the order of the facts. */
  equals(column: ColumnId): readonly ColumnId[] {
    const root = this.root(column);
    return [...new Set([column, ...this.#parent.keys(), root])].filter((other) => this.root(other) === root);
  }

  /** Whether the two are equal in every row: by an equality, or because both have the same one value. */
  equal(a: ColumnId, b: ColumnId): boolean {
    if (this.root(a) === this.root(b)) return true;
    return samePin(this.pin(a), this.pin(b));
  }

  pin(column: ColumnId): Pin {
    let pin = this.#pins.get(column);
    if (pin === undefined)
      this.#pins.set(column, (pin = pinOf(column, this.#facts.get(this.root(column)) ?? [], this.#order)));
    return pin;
  }

  /** No row can satisfy all facts. */
  get contradictory(): boolean {
    return [...this.#facts.keys()].some((root) => this.pin(root).to === "none");
  }
}

/** Both pinned to one value, and to the same. */
export function samePin(a: Pin, b: Pin): boolean {
  if (a.to !== "one" || b.to !== "one") return false;
  if (a.id !== undefined && a.id === b.id) return true;
  return a.values !== undefined && b.values !== undefined && a.values[0] === b.values[0];
}

/** Literals are read as values of `column`, whichever equal column they were written beside. */
function pinOf(column: ColumnId, facts: readonly Fact[], order: ValueOrder): Pin {
  let to: Pin["to"] = "anything";
  let values: readonly string[] | undefined;
  let id: string | undefined;
  let isNull = false;
  let equals = false;
  let given = false;
  let unfit: string | undefined;
  let compared: Pin["compared"];
  let from: Bound | undefined;
  let until: Bound | undefined;
  for (const fact of facts) {
    if (convertsColumn(column, fact, order)) {
      compared = "function";
      continue;
    }
    switch (fact.kind) {
      case "values": {
        equals = true;
        const one = fact.constants.length === 1 && (!fact.constants[0]!.many || isOneValue(fact.constants[0]!));
        const known = knownValues(column, fact.constants, order);
        if (known === undefined) unfit ??= unfitLiteral(column, fact.constants, order);
        if (!order.combines) {
          if (one ? to !== "one" : to === "anything") values = known;
        } else if (known !== undefined)
          values =
            values === undefined ? known : values.filter((value) => known.some((other) => order.alike(value, other)));
        if (one) {
          to = "one";
          id ??= fact.constants[0]!.id;
        } else if (to !== "one") to = "many";
        break;
      }
      case "given":
        equals = true;
        if (!fact.many) {
          to = "one";
          id ??= fact.by;
        } else if (to !== "one") {
          if (to === "anything") given = true;
          to = "many";
        }
        break;
      case "null":
        isNull = true;
        break;
      case "from":
        from = narrower(from, boundOf(column, fact, order), order, 1);
        break;
      case "to":
        until = narrower(until, boundOf(column, fact, order), order, -1);
        break;
      case "compared":
        if (compared !== "function") compared = fact.how;
        break;
      default:
        break;
    }
  }
  if (values !== undefined && order.combines) {
    values = values.filter((value) => within(value, from, until, order));
    if (values.length === 1) to = "one";
    else if (values.length === 0) to = "none";
    else if (to === "one") values = undefined; // A list that is known and one value that is not: one of the list.
  }
  if (from?.value !== undefined && until?.value !== undefined && order.combines && order.ordered(from.value)) {
    const span = order.compare(from.value, until.value);
    if (span > 0 || (span === 0 && !(from.inclusive && until.inclusive))) to = "none";
    else if (span === 0 && to !== "one" && to !== "none" && order.closesRanges)
      [to, values, id] = ["one", [from.value], from.constant.id];
  } else if (
    order.closesRanges &&
    from !== undefined &&
    until !== undefined &&
    from.constant.id === until.constant.id &&
    from.inclusive &&
    until.inclusive &&
    to !== "one" &&
    to !== "none"
  ) {
    [to, id] = ["one", from.constant.id];
  }
  // `k = 5 AND k IS NULL`, `k > 5 AND k IS NULL`.
  if (order.combines && isNull && (equals || from !== undefined || until !== undefined)) to = "none";
  return {
    to,
    values: to === "none" ? [] : values,
    id,
    from,
    until,
    isNull,
    unfit: values === undefined ? unfit : undefined,
    given: given && to === "many",
    compared,
  };
}

/** A list that holds one value in this execution. */
const isOneValue = (constant: Constant): boolean =>
  constant.literals?.filter((literal) => literal.kind !== "null").length === 1;

function convertsColumn(column: ColumnId, fact: Fact, order: ValueOrder): boolean {
  if (fact.kind === "values") return !fact.constants.every((constant) => order.compares(column, constant));
  return (fact.kind === "from" || fact.kind === "to") && !order.compares(column, fact.bound);
}

/**
 * Undefined when one of the values is not known. A literal that can't be a value of the column's type matches no row.
 */
function knownValues(
  column: ColumnId,
  constants: readonly Constant[],
  order: ValueOrder,
): readonly string[] | undefined {
  const values = new Set<string>();
  for (const { literals } of constants) {
    if (literals === undefined) return undefined;
    for (const literal of literals) {
      if (literal.kind === "null") continue;
      const value = order.canonical(column, literal);
      if (value === undefined) return undefined;
      values.add(value);
    }
  }
  return [...values];
}

function unfitLiteral(column: ColumnId, constants: readonly Constant[], order: ValueOrder): string | undefined {
  for (const literal of constants.flatMap(({ literals }) => literals ?? [])) {
    if (literal.kind !== "null" && order.canonical(column, literal) === undefined) return literal.text;
  }
  return undefined;
}

function boundOf(column: ColumnId, fact: Fact & { kind: "from" | "to" }, order: ValueOrder): Bound {
  const literal = fact.bound.literals?.[0];
  const value = literal === undefined || literal.kind === "null" ? undefined : order.canonical(column, literal);
  return { constant: fact.bound, value, inclusive: fact.inclusive };
}

/** The tighter of two bounds; a known one before an unknown one. `sign` is 1 for lower bounds, -1 for upper ones. */
function narrower(a: Bound | undefined, b: Bound, order: ValueOrder, sign: 1 | -1): Bound {
  if (a === undefined || (a.value === undefined && b.value !== undefined)) return b;
  if (a.value === undefined || b.value === undefined) return a;
  const difference = order.compare(a.value, b.value) * sign;
  if (difference !== 0) return difference > 0 ? a : b;
  return a.inclusive ? b : a;
}

function within(value: string, from: Bound | undefined, until: Bound | undefined, order: ValueOrder): boolean {
  if (!order.ordered(value)) return true;
  if (from?.value !== undefined) {
    const difference = order.compare(value, from.value);
    if (difference < 0 || (difference === 0 && !from.inclusive)) return false;
  }
  if (until?.value !== undefined) {
    const difference = order.compare(value, until.value);
    if (difference > 0 || (difference === 0 && !until.inclusive)) return false;
  }
  return true;
}
