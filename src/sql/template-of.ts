import { InputError } from "../base/input-error.ts";
import { decodeLiteral, decodeText } from "./literal.ts";
import type { Dialect, Literal, Slot, SlotKind, Template } from "./template.ts";
import { tokenize } from "./tokenizer.ts";
import type { Token, TokenValue } from "./tokenizer.ts";

/** A statement's template with what the statement itself has in the slots. */
export interface TemplateOf {
  readonly template: Template;
  /** Per slot the values in text order; undefined where a placeholder stands at the slot (also beside literals). */
  readonly literals: readonly (readonly Literal[] | undefined)[];
  /**
   * Per slot the placeholders in text order, named as the log names their values: "3" for `$3`, the ordinal for `?`,
   * the name for `:name` and `@name`; undefined at slots without one. For a value bound to one execution use these,
   * not `Slot.parameter`, which is relative behind a collapsed list.
   */
  readonly parameters: readonly (readonly string[] | undefined)[];
  /** Per slot both, in text order: literals, and placeholders by name. */
  readonly items: readonly (readonly SlotItem[])[];
}

export type SlotItem = Literal | { readonly kind: "placeholder"; readonly name: string };

/**
 * The template of one statement: the exact path, for few statements. `TemplateLearner` gives the same for many.
 *
 * In the text a number is `?`, a string `'?'`, a placeholder itself (a bare `?` its ordinal, `?1`); a collapsed list
 * of numbers `?+`, of strings (or of both) `'?+'`, with placeholders in it `$+`; a collapsed column of VALUES tuples
 * `?+` whatever the rows have there, and `$+` with placeholders. A `?` that is an operator is doubled. So the text
 * says it all: equal texts have equal parts and slots.
 *
 * - NULL is a value of a collapsed list of values or tuples, and content everywhere else.
 * - A list with any element that is not a literal, a placeholder or NULL stays as it is. So do VALUES tuples of which
 *   one differs from the others in more than literals.
 * - The slot of a tuple's column has the kind "string" when no placeholder is among its values, since rows of numbers,
 *   strings and NULL share the template. A list inside a tuple stays a "list", and has the items of all rows.
 * - Placeholders behind a collapsed list that are numbered higher than those in it count from the list's last: `$+1`
 *   (`Slot.parameter` "$+1"). So `IN ($1) AND a = $2` and `IN ($1, $2) AND a = $3` share a template.
 *
 * @throws InputError when the text is no statement: empty, or with an unclosed quote or comment.
 */
export function templateOf(sql: string, dialect: Dialect): TemplateOf {
  const bytes = new TextEncoder().encode(sql);
  const tokens = tokenize(bytes, 0, bytes.length, dialect);
  if (typeof tokens === "string") {
    throw new InputError(`not a statement: ${tokens}: ${sql.length > 60 ? `${sql.slice(0, 60)}...` : sql}`, {
      hint: "is the text cut off, or is it of another dialect?",
    });
  }
  const { template, occurrences } = shapeOf(tokens, dialect);
  const literals: (Literal[] | undefined)[] = template.slots.map(() => []);
  const parameters: (string[] | undefined)[] = template.slots.map(() => undefined);
  const items: SlotItem[][] = template.slots.map(() => []);
  for (const { slot, token } of occurrences) {
    const value = token.value;
    if (value?.kind === "parameter") {
      const name = placeholderName(bytes, value);
      literals[slot] = undefined;
      (parameters[slot] ??= []).push(name);
      items[slot]!.push({ kind: "placeholder", name });
    } else {
      const literal =
        value === undefined ? nullLiteral : decodeLiteral(bytes, value.start, value.end, value.form, dialect);
      literals[slot]?.push(literal);
      items[slot]!.push(literal);
    }
  }
  return { template, literals, parameters, items };
}

const nullLiteral: Literal = { kind: "null" };

function placeholderName(bytes: Uint8Array, value: TokenValue): string {
  if (value.integer > 0) return String(value.integer);
  return `${value.parameter!.startsWith("@") ? "@" : ""}${decodeText(bytes, value.start, value.end)}`;
}

/**
 * One value of the statement: a literal, a placeholder, or NULL in a collapsed list (then the token has no `value`).
 */
export interface Occurrence {
  readonly slot: number;
  readonly token: Token;
  /** Which tuple it stands in, from 0; 0 outside of tuples. */
  readonly row: number;
  /** A number, a string or NULL may stand here alike: it begins an element of a VALUES tuple. */
  readonly anyKind: boolean;
}

export interface Shape {
  readonly template: Template;
  readonly occurrences: readonly Occurrence[];
  /** A list of row values stands in a tuple of VALUES. */
  readonly nested: boolean;
}

/** The template that the tokens make, and where its slots are in them. */
export function shapeOf(tokens: readonly Token[], dialect: Dialect): Shape {
  return new Shaper(tokens, dialect).run();
}

class Shaper {
  private readonly tokens: readonly Token[];
  private readonly dialect: Dialect;
  private readonly parts: string[] = [];
  private readonly slots: Slot[] = [];
  private readonly occurrences: Occurrence[] = [];
  // Pieces are joined once: a string built piece by piece keeps all of them alive with it.
  private readonly textPieces: string[] = [];
  private partPieces: string[] = [];
  private previous: Token | undefined;
  /** The highest number of a placeholder in a collapsed list so far. */
  private highestCollapsed = 0;
  private nested = false;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.tokens = tokens;
    this.dialect = dialect;
  }

  run(): Shape {
    const { tokens } = this;
    let i = 0;
    while (i < tokens.length) i = this.collapsedList(i) ?? this.collapsedRows(i) ?? this.plain(i);
    this.parts.push(this.partPieces.join(""));
    const template = { text: this.textPieces.join(""), dialect: this.dialect, parts: this.parts, slots: this.slots };
    return { template, occurrences: this.occurrences, nested: this.nested };
  }

  private plain(i: number): number {
    const token = this.tokens[i]!;
    if (token.value === undefined) this.content(token);
    else if (token.value.list) this.listPlaceholder(token, token.value);
    else this.single(token, token.value);
    return i + 1;
  }

  private content(token: Token): void {
    this.space(token);
    // Only operators can have a question mark outside of quotes; doubled as JDBC does, it is no slot.
    this.textPieces.push(token.kind === "operator" ? token.text.replaceAll("?", "??") : token.text);
    this.partPieces.push(token.text);
    this.previous = token;
  }

  private single(token: Token, value: TokenValue): void {
    if (value.parameter === undefined) {
      this.slot(token, { kind: value.kind, repeat: "one" }, value.kind === "number" ? "?" : "'?'");
    } else {
      const shown = this.relativeName(value);
      this.slot(token, { kind: "parameter", repeat: "one", parameter: nameOf(shown) }, shown);
    }
    this.occurrences.push({ slot: this.slots.length - 1, token, row: 0, anyKind: false });
  }

  private relativeName(value: TokenValue): string {
    if (value.integer <= this.highestCollapsed || this.highestCollapsed === 0) return value.parameter!;
    return `${value.parameter![0]}+${value.integer - this.highestCollapsed}`;
  }

  private listPlaceholder(token: Token, value: TokenValue): void {
    this.slot(token, { kind: "parameter", repeat: "list", parameter: value.parameter!.slice(2) }, value.parameter!);
    this.occurrences.push({ slot: this.slots.length - 1, token, row: 0, anyKind: false });
  }

  private slot(token: Token, slot: Slot, shown: string): void {
    this.space(token);
    this.parts.push(this.partPieces.join(""));
    this.partPieces = [];
    this.textPieces.push(shown);
    this.slots.push(slot);
    this.previous = token;
  }

  private space(token: Token): void {
    if (this.previous === undefined || !isSpaceBetween(this.previous, token)) return;
    this.textPieces.push(" ");
    this.partPieces.push(" ");
  }

  /** `IN (1, 2)`, `IN ((1, 2), (3, 4))` and `ARRAY[1, 2]`: the index behind it, or undefined where there is none. */
  private collapsedList(i: number): number | undefined {
    const list = findList(this.tokens, i, this.tokens.length);
    if (list === undefined) return undefined;
    this.content(this.tokens[i]!);
    this.content(this.tokens[i + 1]!);
    const firstSlot = this.slots.length;
    this.listSlots([list]);
    this.content(this.tokens[list.close]!);
    list.items.forEach((item, index) => {
      const [row, column] = list.arity === 0 ? [0, 0] : [Math.floor(index / list.arity), index % list.arity];
      this.collapsed({ slot: firstSlot + column, token: this.tokens[item]!, row, anyKind: false });
    });
    return list.close + 1;
  }

  /** The slots of a list, or of lists in the same place of tuples: one, or one for each column of row values. */
  private listSlots(lists: readonly List[]): void {
    const { items, arity } = lists[0]!;
    const width = Math.max(arity, 1);
    if (arity > 0) this.content(this.tokens[items[0]! - 1]!);
    for (let column = 0; column < width; column++) {
      const values = lists.flatMap((list) => list.items.filter((_, index) => index % width === column));
      const kind = kindOf(values.map((value) => this.tokens[value]!));
      if (column > 0) this.content(this.tokens[items[column]! - 1]!);
      const shown = kind === "number" ? "?+" : kind === "string" ? "'?+'" : "$+";
      this.slot(this.tokens[items[column]!]!, { kind, repeat: "list" }, shown);
    }
    if (arity > 0) this.content(this.tokens[items[arity - 1]! + 1]!);
  }

  private collapsed(occurrence: Occurrence): void {
    this.occurrences.push(occurrence);
    const value = occurrence.token.value;
    if (value?.kind === "parameter") this.highestCollapsed = Math.max(this.highestCollapsed, value.integer);
  }

  /** `VALUES (1, 'a'), (2, 'b')`: the index behind the last tuple, or undefined where the tuples differ. */
  private collapsedRows(i: number): number | undefined {
    const tuples = findTuples(this.tokens, i, this.dialect);
    if (tuples === undefined) return undefined;
    const shapes = tuples.map((tuple) => this.tuple(tuple));
    const first = shapes[0]!;
    const isSame = (shape: Piece[], row: number) => isSameTuple(this.tokens, first, shape, tuples[0]!, tuples[row]!);
    if (!shapes.every(isSame)) return undefined;

    this.content(this.tokens[i]!);
    for (let j = i + 1; j < tuples[0]!.open; j++) this.content(this.tokens[j]!);
    const firstSlot = this.slots.length;
    this.content(this.tokens[tuples[0]!.open]!);
    first.forEach((piece, index) => {
      const token = this.tokens[piece.at]!;
      if (piece.list !== undefined) this.listSlots(shapes.map((shape) => shape[index]!.list!));
      else if (piece.slot) this.columnSlot(token, piece, index, shapes);
      else this.content(token);
    });
    this.content(this.tokens[tuples[0]!.close]!);

    shapes.forEach((shape, row) => {
      let slot = firstSlot;
      for (const { at, list, slot: isSlot, anyKind } of shape) {
        if (list === undefined) {
          if (isSlot) this.collapsed({ slot: slot++, token: this.tokens[at]!, row, anyKind });
        } else {
          const width = Math.max(list.arity, 1);
          list.items.forEach((item, index) => {
            this.collapsed({ slot: slot + (index % width), token: this.tokens[item]!, row, anyKind: false });
          });
          slot += width;
        }
      }
    });
    return tuples.at(-1)!.close + 1;
  }

  private columnSlot(token: Token, piece: Piece, index: number, shapes: readonly (readonly Piece[])[]): void {
    const parameter = shapes.some((shape) => this.tokens[shape[index]!.at]!.value?.kind === "parameter");
    if (parameter) this.slot(token, { kind: "parameter", repeat: "rows" }, "$+");
    else if (piece.anyKind) this.slot(token, { kind: "string", repeat: "rows" }, "?+");
    else this.slot(token, { kind: token.value!.kind, repeat: "rows" }, token.value!.kind === "number" ? "?+" : "'?+'");
  }

  /** What stands between the parentheses of a tuple, its own lists collapsed. */
  private tuple({ open, close }: Tuple): Piece[] {
    const { tokens } = this;
    const pieces: Piece[] = [];
    let depth = 0;
    for (let i = open + 1; i < close; i++) {
      const token = tokens[i]!;
      const list = findList(tokens, i, close);
      if (list !== undefined) {
        this.nested ||= list.arity > 0;
        const content = { slot: false, anyKind: false };
        pieces.push({ at: i, ...content }, { at: i + 1, ...content });
        pieces.push({ at: list.items[0]!, slot: true, anyKind: false, list }, { at: list.close, ...content });
        i = list.close;
        continue;
      }
      const begins = depth === 0 && (i === open + 1 || tokens[i - 1]!.kind === ",");
      const alone = begins && (i + 1 === close || tokens[i + 1]!.kind === ",");
      pieces.push({ at: i, slot: token.value !== undefined || (alone && token.text === "NULL"), anyKind: begins });
      if (token.kind === "(" || token.kind === "[") depth++;
      if (token.kind === ")" || token.kind === "]") depth--;
    }
    return pieces;
  }
}

/** A token of a tuple, or a collapsed list in it. */
interface Piece {
  readonly at: number;
  readonly slot: boolean;
  readonly anyKind: boolean;
  readonly list?: List;
}

interface Tuple {
  readonly open: number;
  readonly close: number;
}

interface List {
  /** The token indexes of its values. */
  readonly items: readonly number[];
  /** How many values its tuples have; 0 when the items are no tuples. */
  readonly arity: number;
  readonly close: number;
}

/** A list of values only that begins with the token `i`, `IN` or `ARRAY`. */
function findList(tokens: readonly Token[], i: number, end: number): List | undefined {
  const closing = tokens[i]!.text === "IN" ? ")" : tokens[i]!.text === "ARRAY" ? "]" : undefined;
  if (closing === undefined || tokens[i]!.kind !== "word" || i + 3 >= end) return undefined;
  if (tokens[i + 1]!.kind !== (closing === ")" ? "(" : "[")) return undefined;
  const items: number[] = [];
  let arity = 0;
  let j = i + 2;
  for (;;) {
    if (closing === ")" && tokens[j]?.kind === "(") {
      const before = items.length;
      if (before > 0 && arity === 0) return undefined;
      do {
        if (!isListValue(tokens[++j])) return undefined;
        items.push(j++);
      } while (tokens[j]?.kind === ",");
      if (tokens[j]?.kind !== ")" || (arity !== 0 && arity !== items.length - before)) return undefined;
      arity = items.length - before;
      j++;
    } else {
      if (arity !== 0 || !isListValue(tokens[j])) return undefined;
      items.push(j++);
    }
    if (j >= end) return undefined;
    if (tokens[j]!.kind === closing) return { items, arity, close: j };
    if (tokens[j]!.kind !== ",") return undefined;
    j++;
  }
}

function isListValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.value === undefined ? token.kind === "word" && token.text === "NULL" : token.value.list === undefined;
}

/**
 * The tuples that follow `VALUES` at the token `i`; undefined when there is no such thing or nothing in it to
 * collapse.
 */
function findTuples(tokens: readonly Token[], i: number, dialect: Dialect): Tuple[] | undefined {
  if (!isValuesKeyword(tokens, i, dialect)) return undefined;
  const tuples: Tuple[] = [];
  let j = i + 1;
  for (;;) {
    if (tokens[j]?.text === "ROW" && tokens[j]!.kind === "word") j++;
    if (tokens[j]?.kind !== "(") break;
    const close = matchingClose(tokens, j);
    if (close < 0) return undefined;
    tuples.push({ open: j, close });
    j = close + 1;
    if (tokens[j]?.kind !== ",") break;
    j++;
  }
  return tuples.length === 0 ? undefined : tuples;
}

/** MySQL takes VALUE for VALUES in an INSERT. */
function isValuesKeyword(tokens: readonly Token[], i: number, dialect: Dialect): boolean {
  if (tokens[i]!.kind !== "word") return false;
  if (tokens[i]!.text === "VALUES") return true;
  if (dialect !== "mysql" || tokens[i]!.text !== "value" || tokens[i + 1]?.kind !== "(") return false;
  const first = tokens[0]!.text;
  return (first === "INSERT" || first === "REPLACE") && i <= lastValueKeyword(tokens);
}

/** VALUE stands behind the table's name or its column list, never further on. */
function lastValueKeyword(tokens: readonly Token[]): number {
  const open = tokens.findIndex((token) => token.kind === "(");
  return tokens[open - 1]?.text === "value" ? open - 1 : matchingClose(tokens, open) + 1;
}

function matchingClose(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let j = open; j < tokens.length; j++) {
    const kind = tokens[j]!.kind;
    if (kind === "(" || kind === "[") depth++;
    else if ((kind === ")" || kind === "]") && --depth === 0) return kind === ")" ? j : -1;
  }
  return -1;
}

function isSameTuple(
  tokens: readonly Token[],
  left: readonly Piece[],
  right: readonly Piece[],
  leftTuple: Tuple,
  rightTuple: Tuple,
): boolean {
  const isRow = (tuple: Tuple) => tokens[tuple.open - 1]!.text === "ROW";
  if (left.length !== right.length || isRow(leftTuple) !== isRow(rightTuple)) return false;
  return left.every((piece, index) => {
    const other = right[index]!;
    if (piece.list !== undefined || other.list !== undefined) return piece.list?.arity === other.list?.arity;
    if (piece.slot !== other.slot) return false;
    const a = tokens[piece.at]!;
    const b = tokens[other.at]!;
    if (!piece.slot) return a.kind === b.kind && a.text === b.text;
    return piece.anyKind || a.value!.kind === b.value!.kind;
  });
}

function kindOf(items: readonly Token[]): SlotKind {
  const kinds = new Set(items.map((item) => item.value?.kind));
  return kinds.has("parameter") ? "parameter" : kinds.has("string") ? "string" : "number";
}

/** The placeholder without its sign; a relative one keeps it, or somebody would take `$+1` for `$1`. */
function nameOf(shown: string): string {
  return shown.includes("+") ? shown : shown.replace(/^[$?:]/, "");
}

/** Words before which `(` stands apart; behind others it opens arguments or columns. */
const apartFromParenthesis: ReadonlySet<string> = new Set(
  `VALUES KEY MATERIALIZED CONFLICT OVER FILTER ORDER GROUP PARTITION WITHIN DO FOR ONLY UPDATE DELETE INSERT EXPLAIN
  COPY JOIN IN AND OR NOT SELECT DISTINCT ALL FROM WHERE XOR IS BETWEEN LIKE ILIKE RLIKE REGEXP SIMILAR ESCAPE ON
  USING HAVING BY LIMIT OFFSET SET RETURNING INTO AS CASE WHEN THEN ELSE UNION INTERSECT EXCEPT WITH EXISTS ANY SOME
  TOP DIV INTERVAL`.split(/\s+/),
);

/** One space between tokens, none where nobody writes one; the same whatever the statement had there. */
function isSpaceBetween(left: Token, right: Token): boolean {
  switch (left.kind) {
    case "(":
    case "[":
    case ".":
      return false;
    case "::":
      // Whatever a placeholder does there, it is not to look like a part of the cast.
      return right.kind === "value";
  }
  switch (right.kind) {
    case ")":
    case "]":
    case ",":
    case ";":
    case ".":
    case "::":
      return false;
    case "(":
      return left.kind === "word" ? apartFromParenthesis.has(left.text) : left.kind !== "name";
    case "[":
      return left.kind !== "word" && left.kind !== "name" && left.kind !== "]" && left.kind !== ")";
  }
  return true;
}
