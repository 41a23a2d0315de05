import type { Expr } from "../access.ts";
import type { Literal, Slot, SlotValues } from "../template.ts";

/**
 * A value that a statement names and no row decides: a literal, a parameter, or a computation on them. `literals` is
 * undefined when the log does not have the value or we can't compute it; that it is one value is known all the same.
 */
export interface Constant {
  /** Equal ids stand for equal values: the same parameter used twice has one id. */
  readonly id: string;
  /** Stands for any number of values: a collapsed list. */
  readonly many: boolean;
  readonly literals: readonly Literal[] | undefined;
  /** Present when it is a slot as it stands, cast or not. */
  readonly slot?: number;
  /** The slot holds an array, as in `= ANY($1)`: the values are its elements. */
  readonly array?: true;
  /**
   * Written or cast as a number with a point or an exponent: PostgreSQL converts an integer column to compare with
   * it.
   */
  readonly decimal?: true;
  /** Written, computed or cast as a number or truth value: MySQL converts a text column to compare with it. */
  readonly number?: true;
}

/** What is known of the slots. Without `slots` a slot is taken for one value, and for many in a list. */
export interface SlotKnowledge {
  readonly slots?: readonly Slot[] | undefined;
  readonly values?: SlotValues | undefined;
  /** How many values a collapsed slot holds, where that is known without the values. */
  readonly counts?: ((slot: number) => number | undefined) | undefined;
}

/** The constant that `expr` is, or undefined when a row, a subquery or chance decides its value. */
export function constantOf(expr: Expr, known: SlotKnowledge, inList = false): Constant | undefined {
  switch (expr.kind) {
    case "slot":
      return slotConstant(expr.slot, known, inList);
    case "constant":
      return {
        id: String(expr.value),
        many: false,
        literals: [wordLiteral(expr.value)],
        ...(expr.value !== null && { number: true as const }),
      };
    case "cast":
      return castConstant(constantOf(expr.arg, known, inList), expr.type);
    case "arithmetic":
      return numeric(computed(expr.op, expr.args, known, arithmetic), expr.op !== "||");
    case "function": {
      if (expr.aggregate || expr.window || !steadyFunctions.has(expr.name)) return undefined;
      return computed(expr.name, expr.args, known, callOf);
    }
    case "row":
      return expr.args.length === 1 ? constantOf(expr.args[0]!, known, inList) : undefined;
    default:
      return undefined;
  }
}

/**
 * `(a, b)` pairs up several lists, one value each; undefined when the values are not known or the lists differ in
 * length.
 */
export function rowsOf(constants: readonly Constant[]): readonly (readonly Literal[])[] | undefined {
  const lists = constants.map((constant) => constant.literals);
  if (lists.includes(undefined)) return undefined;
  const length = Math.max(...lists.map((list, index) => (constants[index]!.many ? (list?.length ?? 0) : 1)));
  const rows: Literal[][] = [];
  for (let row = 0; row < length; row++) {
    const literals: Literal[] = [];
    for (const [index, list] of lists.entries()) {
      const literal = constants[index]!.many ? list?.[row] : list?.[0];
      if (literal === undefined) return undefined;
      literals.push(literal);
    }
    rows.push(literals);
  }
  return rows;
}

export const isNull = (constant: Constant): boolean =>
  constant.literals?.length === 1 && constant.literals[0]!.kind === "null";

function slotConstant(index: number, { slots, values, counts }: SlotKnowledge, inList: boolean): Constant {
  const slot = slots?.[index];
  const literals = values?.(index);
  const count = literals?.length ?? counts?.(index);
  const many =
    slot === undefined ? (count === undefined ? inList : count !== 1) : slot.repeat !== "one" && count !== 1;
  const id = slot?.parameter !== undefined && slot.repeat === "one" ? `parameter ${slot.parameter}` : `slot ${index}`;
  const decimal =
    literals?.some(
      (literal) => literal.kind === "number" && /[.eE]/.test(literal.text) && !/^[+-]?0x/i.test(literal.text),
    ) === true;
  const number = slot?.kind === "number";
  return { id, many, literals, slot: index, ...(decimal && { decimal }), ...(number && { number }) };
}

function numeric(constant: Constant | undefined, number: boolean): Constant | undefined {
  return constant === undefined || !number ? constant : { ...constant, number: true };
}

function wordLiteral(value: null | boolean): Literal {
  return value === null ? { kind: "null" } : { kind: "string", text: String(value) };
}

function castConstant(arg: Constant | undefined, type: string): Constant | undefined {
  if (arg === undefined) return undefined;
  const literals = arg.literals?.map((literal) => castLiteral(literal, type));
  const known = literals?.every((literal) => literal !== undefined) === true ? literals : undefined;
  const { decimal: _, number: __, ...plain } = arg;
  const decimal = /^(numeric|decimal|float|double|real|number)/i.test(type);
  const number = decimal || /int|serial|signed/i.test(type);
  return {
    ...plain,
    id: `${arg.id}::${type}`,
    literals: known,
    ...(decimal && { decimal }),
    ...(number && { number }),
  };
}

/**
 * Undefined where the cast may change the value in a way that we don't compute (rounding, cutting off a time of day).
 */
function castLiteral(literal: Literal, type: string): Literal | undefined {
  if (literal.kind === "null") return literal;
  const text = literal.text.trim();
  const name = type.toLowerCase();
  if (/\[\]$|array/.test(name)) return literal;
  if (/int|serial|signed|oid/.test(name)) return /^[+-]?\d+$/.test(text) ? { kind: "number", text } : undefined;
  if (/^(timestamp|datetime|time|interval).*\(/.test(name)) return undefined;
  if (/numeric|decimal|number|float|double|real/.test(name))
    return /^[+-]?[\d.]+$/.test(text) && !name.includes("(") ? { kind: "number", text } : undefined;
  if (/char|text|string|name|binary|blob|bytea|citext/.test(name))
    return name.includes("(") ? sameUpTo(literal, name) : { kind: "string", text: literal.text };
  if (/^date$/.test(name)) return /^\d{4}-\d\d-\d\d$/.test(text) ? { kind: "string", text } : undefined;
  if (/^(timestamp|datetime|uuid|bool|boolean|json|jsonb|regclass|inet)/.test(name))
    return { kind: "string", text: literal.text };
  return undefined;
}

/** `varchar(3)` cuts off: the value is known only when it is known to fit. */
function sameUpTo(literal: Literal & { text: string }, type: string): Literal | undefined {
  const length = /\((\d+)\)/.exec(type)?.[1];
  return length !== undefined && literal.text.length <= Number(length)
    ? { kind: "string", text: literal.text }
    : undefined;
}

type Compute = (name: string, args: readonly Literal[]) => Literal | undefined;

function computed(
  name: string,
  exprs: readonly Expr[],
  known: SlotKnowledge,
  compute: Compute,
): Constant | undefined {
  const args: Constant[] = [];
  for (const expr of exprs) {
    const arg = constantOf(expr, known);
    if (arg === undefined || arg.many) return undefined;
    args.push(arg);
  }
  const literals: Literal[] = [];
  for (const arg of args) if (arg.literals?.[0] !== undefined) literals.push(arg.literals[0]);
  const value = literals.length === args.length ? compute(name, literals) : undefined;
  return {
    id: `${name}(${args.map((arg) => arg.id).join(", ")})`,
    many: false,
    literals: value === undefined ? undefined : [value],
  };
}

const arithmetic: Compute = (op, args) => {
  if (args.some((arg) => arg.kind === "null")) return { kind: "null" };
  const numbers = args.map(integerOf);
  if (op === "||") return { kind: "string", text: args.map(textOf).join("") };
  if (numbers.some((number) => number === undefined))
    return op === "-" && args.length === 1 ? negated(args[0]!) : undefined;
  const [a, b] = numbers as bigint[];
  if (a === undefined) return undefined;
  if (b === undefined) return op === "-" ? numberLiteral(-a) : op === "+" ? numberLiteral(a) : undefined;
  switch (op) {
    case "+":
      return numberLiteral(a + b);
    case "-":
      return numberLiteral(a - b);
    case "*":
      return numberLiteral(a * b);
    case "%":
      return b === 0n ? undefined : numberLiteral(a % b);
    // MySQL divides to a decimal, PostgreSQL cuts off: the same only where nothing is left over.
    case "/":
      return b !== 0n && a % b === 0n ? numberLiteral(a / b) : undefined;
    default:
      return undefined;
  }
};

const callOf: Compute = (name, args) => {
  switch (name) {
    case "coalesce":
    case "ifnull":
      return args.find((arg) => arg.kind !== "null") ?? { kind: "null" };
    case "abs": {
      const number = args[0] === undefined ? undefined : integerOf(args[0]);
      return number === undefined ? undefined : numberLiteral(number < 0n ? -number : number);
    }
    case "lower":
      return args[0]?.kind === "null" ? args[0] : { kind: "string", text: textOf(args[0]).toLowerCase() };
    case "upper":
      return args[0]?.kind === "null" ? args[0] : { kind: "string", text: textOf(args[0]).toUpperCase() };
    default:
      return undefined;
  }
};

/** Functions whose value neither rows nor chance decide within a statement. Any other may call for a row or a die. */
const steadyFunctions: ReadonlySet<string> = new Set([
  "abs",
  "ceil",
  "ceiling",
  "coalesce",
  "concat",
  "concat_ws",
  "convert_tz",
  "crc32",
  "current_date",
  "current_time",
  "current_timestamp",
  "curdate",
  "date",
  "date_add",
  "date_format",
  "date_sub",
  "date_trunc",
  "floor",
  "from_unixtime",
  "greatest",
  "hex",
  "if",
  "ifnull",
  "last_insert_id",
  "least",
  "left",
  "length",
  "localtime",
  "localtimestamp",
  "lower",
  "lpad",
  "ltrim",
  "make_date",
  "md5",
  "mod",
  "now",
  "nullif",
  "power",
  "replace",
  "right",
  "round",
  "rpad",
  "rtrim",
  "sha1",
  "sha2",
  "sqrt",
  "str_to_date",
  "substr",
  "substring",
  "to_char",
  "to_date",
  "to_number",
  "to_timestamp",
  "transaction_timestamp",
  "trim",
  "trunc",
  "truncate",
  "unhex",
  "unix_timestamp",
  "upper",
  "utc_timestamp",
  "uuid_to_bin",
]);

const numberLiteral = (value: bigint): Literal => ({ kind: "number", text: value.toString() });

function integerOf(literal: Literal): bigint | undefined {
  return literal.kind !== "null" && /^\s*[+-]?\d+\s*$/.test(literal.text)
    ? BigInt(literal.text.trim().replace(/^\+/, ""))
    : undefined;
}

function negated(literal: Literal): Literal | undefined {
  if (literal.kind !== "number" || !/^[+-]?[\d.]+$/.test(literal.text)) return undefined;
  return {
    kind: "number",
    text: literal.text.startsWith("-") ? literal.text.slice(1) : `-${literal.text.replace(/^\+/, "")}`,
  };
}

const textOf = (literal: Literal | undefined): string =>
  literal === undefined || literal.kind === "null" ? "" : literal.text;
