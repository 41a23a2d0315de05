import { executableMark } from "../base/executable-comment.ts";
import type { Dialect, SlotKind } from "./template.ts";
import { decodeText } from "./literal.ts";
import {
  OPERATOR,
  byteClass,
  foundNumber,
  isDigit,
  isSpace,
  isWord,
  isWordStart,
  literalForm,
  maximumParameter,
  scanBlockComment,
  scanLine,
  scanNumber,
  scanQuoted,
} from "./scan.ts";
import type { LiteralForm } from "./scan.ts";

export type TokenKind =
  | "word"
  /** A quoted name, quotes included. */
  | "name"
  | "operator"
  | "("
  | ")"
  | "["
  | "]"
  | ","
  | ";"
  | "."
  /** PostgreSQL's cast `::`. */
  | "::"
  /** A literal or a placeholder; it has a `value`. */
  | "value";

export interface Token {
  readonly kind: TokenKind;
  /** How the template writes it: words in lower case, keywords in upper case, quoted names exactly. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /**
   * A sign, or a placeholder that looks like an operator, may follow: after an operator, `(`, `,` or such a keyword.
   */
  readonly operandNext: boolean;
  readonly value?: TokenValue;
}

export interface TokenValue {
  readonly kind: SlotKind;
  readonly form: LiteralForm;
  /** The span that `decodeLiteral` wants; for placeholders that of the name. */
  readonly start: number;
  readonly end: number;
  /** The value of an integer; the number of a numbered placeholder. */
  readonly integer: number;
  /** As the template's text shows the placeholder; undefined for literals. */
  readonly parameter?: string;
  /** Vitess's `::name`: a placeholder for a whole list. */
  readonly list?: true;
}

/** The reason why a text is no statement. */
export type Untokenizable = string;

/**
 * The tokens of the statement in `bytes[start, end)`, comments and trailing semicolons gone, or the reason why there
 * are none. This is the exact and slow path: what the learner's trie answers is always what these tokens lead to.
 *
 * Rules: https://www.postgresql.org/docs/current/sql-syntax-lexical.html (standard_conforming_strings on) and
 * https://dev.mysql.com/doc/refman/8.4/en/language-structure.html (without ANSI_QUOTES and NO_BACKSLASH_ESCAPES).
 */
export function tokenize(bytes: Uint8Array, start: number, end: number, dialect: Dialect): Token[] | Untokenizable {
  const tokens: Token[] = [];
  const failure = new Tokenizer(bytes, start, end, dialect, tokens).run();
  if (failure !== undefined) return failure;
  while (tokens.length > 0 && tokens.at(-1)!.kind === ";") tokens.pop();
  if (tokens.length === 0) return "there is no statement in it";
  return tokens;
}

class Tokenizer {
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private readonly dialect: Dialect;
  private readonly mysql: boolean;
  private readonly tokens: Token[];
  private at: number;
  private placeholders = 0;

  constructor(bytes: Uint8Array, start: number, end: number, dialect: Dialect, tokens: Token[]) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    this.dialect = dialect;
    this.mysql = dialect === "mysql";
    this.tokens = tokens;
  }

  run(): Untokenizable | undefined {
    for (;;) {
      const afterBlank = this.skipBlank(this.at);
      if (afterBlank < 0) return "a comment is not closed";
      this.at = afterBlank;
      if (this.at >= this.end) return undefined;
      const failure = this.token(this.bytes[this.at]!);
      if (failure !== undefined) return failure;
    }
  }

  private token(byte: number): Untokenizable | undefined {
    if (isWordStart(byte)) {
      const failure = this.prefixedString(byte);
      return failure === null ? this.word() : failure;
    }
    if (isDigit(byte)) return this.numberOrWord();
    switch (byte) {
      case 0x27:
        return this.string(this.at, this.at + 1, 0x27, this.mysql, undefined);
      case 0x22:
        return this.mysql ? this.string(this.at, this.at + 1, 0x22, true, undefined) : this.quotedName(0x22);
      case 0x60:
        return this.mysql ? this.quotedName(0x60) : this.operator();
      case 0x28:
        return this.push("(", this.at + 1, true);
      case 0x29:
        return this.push(")", this.at + 1, false);
      case 0x5b:
        return this.push("[", this.at + 1, true);
      case 0x5d:
        return this.push("]", this.at + 1, false);
      case 0x2c:
        return this.push(",", this.at + 1, true);
      case 0x3b:
        return this.push(";", this.at + 1, true);
      case 0x2e:
        return this.dotOrNumber();
      case 0x24:
        return this.dollar();
      case 0x3a:
        return this.colon();
    }
    return (byteClass[byte]! & OPERATOR) !== 0 ? this.operator() : this.push("operator", this.at + 1, true);
  }

  /** Past white space and comments; -1 when a comment is not closed. */
  private skipBlank(from: number): number {
    let p = from;
    for (;;) {
      while (p < this.end && isSpace(this.bytes[p]!)) p++;
      if (!isCommentStart(this.bytes, p, this.end, this.dialect)) return p;
      if (this.bytes[p] === 0x2f) {
        p = scanBlockComment(this.bytes, p + 2, this.end, this.dialect);
        if (p < 0) return -1;
      } else {
        p = scanLine(this.bytes, p, this.end);
      }
    }
  }

  private get operandNext(): boolean {
    return this.tokens.length === 0 || this.tokens.at(-1)!.operandNext;
  }

  private push(kind: TokenKind, end: number, operandNext: boolean, text?: string): undefined {
    this.tokens.push({ kind, text: text ?? decodeText(this.bytes, this.at, end), start: this.at, end, operandNext });
    this.at = end;
  }

  private pushValue(end: number, value: TokenValue): undefined {
    this.tokens.push({ kind: "value", text: "", start: this.at, end, operandNext: false, value });
    this.at = end;
  }

  private word(): undefined {
    let p = this.at + 1;
    let ascii = this.bytes[this.at]! < 0x80;
    while (p < this.end && isWord(this.bytes[p]!)) if (this.bytes[p++]! >= 0x80) ascii = false;
    const written = decodeText(this.bytes, this.at, p);
    const lower = ascii ? written.toLowerCase() : written.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    const before = this.tokens.at(-1);
    const isName = before?.kind === "." || (lower === "key" && !beforeKey.has(before?.text ?? ""));
    const keyword = isName ? undefined : keywords.get(lower);
    if (keyword === undefined) return this.push("word", p, false, lower);
    return this.push("word", p, keyword.operandNext, keyword.text);
  }

  private numberOrWord(): undefined {
    const numberEnd = scanNumber(this.bytes, this.at, this.end, this.dialect);
    if (numberEnd < 0) return this.word();
    return this.number(numberEnd);
  }

  private number(end: number): undefined {
    const { form, integer, contentStart } = foundNumber;
    const kind = form === literalForm.integer || form === literalForm.number ? "number" : "string";
    return this.pushValue(end, { kind, form, start: contentStart, end, integer });
  }

  private dotOrNumber(): undefined {
    if (this.operandNext && isDigit(this.byte(1))) {
      const numberEnd = scanNumber(this.bytes, this.at, this.end, this.dialect);
      if (numberEnd >= 0) return this.number(numberEnd);
    }
    return this.push(".", this.at + 1, false);
  }

  /** E'', B'', X'', N'', U&'', _utf8'': the prefix belongs to the literal. Null where there is none. */
  private prefixedString(byte: number): Untokenizable | undefined | null {
    const { at, mysql } = this;
    const next = this.byte(1);
    if (next === 0x27) {
      switch (byte | 0x20) {
        case 0x65:
          return mysql ? null : this.string(at, at + 2, 0x27, true, undefined);
        case 0x6e:
          return this.string(at, at + 2, 0x27, mysql, undefined);
        case 0x78:
          return this.string(at, at + 2, 0x27, false, literalForm.hex);
        case 0x62:
          return this.string(at, at + 2, 0x27, false, literalForm.bits);
      }
      return null;
    }
    if (next === 0x26 && (byte | 0x20) === 0x75 && !mysql) {
      if (this.byte(2) === 0x27) return this.string(at, at + 3, 0x27, false, literalForm.unicode);
      if (this.byte(2) === 0x22) return this.quotedName(0x22, at + 3);
    }
    if (mysql && byte === 0x5f) {
      let p = at + 1;
      while (p < this.end && isWord(this.bytes[p]!)) p++;
      const quote = this.bytes[p];
      if (p < this.end && (quote === 0x27 || quote === 0x22)) return this.string(at, p + 1, quote, true, undefined);
    }
    return null;
  }

  /** `only` is the form of binary strings, which have no escapes and don't join. */
  private string(
    start: number,
    content: number,
    quote: number,
    backslash: boolean,
    only: LiteralForm | undefined,
  ): Untokenizable | undefined {
    let close = scanQuoted(this.bytes, content, this.end, quote, backslash);
    if (close < 0) return "a string is not closed";
    let form = only ?? formOf(this.bytes, content, close, quote, backslash);
    for (;;) {
      const next = only === undefined ? this.adjacentString(close + 1) : -1;
      if (next < 0) break;
      close = scanQuoted(this.bytes, next + 1, this.end, this.bytes[next]!, backslash);
      if (close < 0) return "a string is not closed";
      form = literalForm.adjacent;
    }
    this.at = start;
    return this.pushValue(close + 1, { kind: "string", form, start: content, end: close, integer: 0 });
  }

  /**
   * Where the string begins that continues the one before: MySQL joins strings with only blanks between them,
   * PostgreSQL wants a newline among the blanks. -1 when there is none.
   */
  private adjacentString(from: number): number {
    const { bytes, end } = this;
    if (this.mysql) {
      const next = this.skipBlank(from);
      return next >= 0 && next < end && next > from && (bytes[next] === 0x27 || bytes[next] === 0x22) ? next : -1;
    }
    let newline = false;
    let p = from;
    for (;;) {
      for (; p < end && isSpace(bytes[p]!); p++) newline ||= bytes[p] === 0x0a || bytes[p] === 0x0d;
      if (bytes[p] !== 0x2d || bytes[p + 1] !== 0x2d || p + 1 >= end) break;
      p = scanLine(bytes, p, end);
    }
    return newline && p < end && bytes[p] === 0x27 ? p : -1;
  }

  private quotedName(quote: number, content: number = this.at + 1): Untokenizable | undefined {
    const close = scanQuoted(this.bytes, content, this.end, quote, false);
    if (close < 0) return "a quoted name is not closed";
    return this.push("name", close + 1, false);
  }

  /** `$1`, `$$...$$`, `$tag$...$tag$`, or a name as MySQL allows it. */
  private dollar(): Untokenizable | undefined {
    const { bytes, end, at } = this;
    let p = at + 1;
    if (isDigit(this.byte(1))) {
      let number = 0;
      while (p < end && isDigit(bytes[p]!)) number = number * 10 + (bytes[p++]! - 0x30);
      if (number > maximumParameter || (p < end && isWord(bytes[p]!))) return this.word();
      return this.pushPlaceholder(p, at + 1, p, number, `$${number}`);
    }
    while (p < end && isWord(bytes[p]!) && bytes[p] !== 0x24) p++;
    if (this.mysql || p >= end || bytes[p] !== 0x24) return this.word();
    const tag = bytes.subarray(at, p + 1);
    const close = indexOfBytes(bytes, tag, p + 1, end);
    if (close < 0) return "a dollar-quoted string is not closed";
    const form = literalForm.string;
    return this.pushValue(close + tag.length, { kind: "string", form, start: p + 1, end: close, integer: 0 });
  }

  /**
   * `::` is a cast in PostgreSQL and a list of bind variables in Vitess; `:=` assigns; `:name` and `:1` are
   * placeholders.
   */
  private colon(): undefined {
    const { at, mysql } = this;
    const next = this.byte(1);
    if (next === 0x3a) {
      if (mysql && isWordStart(this.byte(2))) return this.namedPlaceholder(at + 2, "::", true);
      return this.push("::", at + 2, false);
    }
    if (next === 0x3d) return this.push("operator", at + 2, true);
    // In `a[1:n]` the colon stands right behind a value: no placeholder.
    const before = this.tokens.at(-1);
    const behindValue = before?.end === at && ["word", "name", "value", ")", "]"].includes(before.kind);
    if (!behindValue && (isWordStart(next) || isDigit(next))) return this.namedPlaceholder(at + 1, ":", false);
    return this.push("operator", at + 1, true);
  }

  private namedPlaceholder(nameStart: number, sign: string, list: boolean): undefined {
    let nameEnd = nameStart;
    while (nameEnd < this.end && isWord(this.bytes[nameEnd]!)) nameEnd++;
    return this.pushNamed(nameEnd, nameStart, nameEnd, sign, list);
  }

  private pushNamed(tokenEnd: number, nameStart: number, nameEnd: number, sign: string, list: boolean): undefined {
    const name = decodeText(this.bytes, nameStart, nameEnd);
    const integer = sign === ":" && /^[0-9]{1,9}$/.test(name) ? Number(name) : 0;
    return this.pushPlaceholder(tokenEnd, nameStart, nameEnd, integer, sign + name, list);
  }

  private pushPlaceholder(
    tokenEnd: number,
    start: number,
    end: number,
    integer: number,
    parameter: string,
    list: boolean = false,
  ): undefined {
    const value = { kind: "parameter", form: literalForm.parameter, start, end, integer, parameter } as const;
    return this.pushValue(tokenEnd, list ? { ...value, list: true } : value);
  }

  private operator(): Untokenizable | undefined {
    const { bytes, at, end } = this;
    const byte = bytes[at]!;
    const operandNext = this.operandNext;
    if (this.mysql && byte === 0x3f) return this.bare(at + 1);
    if (operandNext) {
      if ((byte === 0x2d || byte === 0x2b) && startsNumber(bytes, at + 1, end)) {
        // Hex literals have no sign of their own in MySQL, and `-1abc` is no number: then the sign is an operator.
        const numberEnd = scanNumber(bytes, at, end, this.dialect);
        if (numberEnd >= 0) return this.number(numberEnd);
      }
      if (byte === 0x3f && !isJsonOperator(bytes, at, end)) return this.bare(at + 1);
      const python = byte === 0x25 ? pythonPlaceholder(bytes, at, end) : -1;
      if (python > 0 && bytes[at + 1] === 0x73) return this.bare(python);
      if (python > 0) return this.pushNamed(python, at + 2, python - 2, ":", false);
    }
    if (byte === 0x40) {
      const variable = this.variable(operandNext);
      if (variable !== null) return variable;
    }
    if (this.mysql && byte === 0x2f && bytes[at + 1] === 0x2a) return this.executableComment();
    const operatorEnd = this.mysql ? scanMysqlOperator(bytes, at, end) : scanPostgresOperator(bytes, at, end);
    return this.push("operator", operatorEnd, true);
  }

  /** A placeholder without a name: its ordinal is its name. */
  private bare(end: number): undefined {
    const integer = ++this.placeholders;
    return this.pushPlaceholder(end, this.at, end, integer, `?${integer}`);
  }

  /** `@name` and `@@name`; null where the `@` is an operator. */
  private variable(operandNext: boolean): undefined | null {
    const { bytes, at, end } = this;
    const system = this.byte(1) === 0x40;
    const nameStart = system ? at + 2 : at + 1;
    if (!operandNext && !this.assignsTo()) return null;
    if (nameStart >= end || !isWordStart(bytes[nameStart]!)) return null;
    let nameEnd = nameStart;
    while (nameEnd < end && isWord(bytes[nameEnd]!)) nameEnd++;
    const lower = () => decodeText(bytes, at, nameEnd).toLowerCase();
    if (system) return this.mysql ? this.push("word", nameEnd, false, lower()) : null;
    // A user variable that gets a value is no placeholder. What follows decides, so look ahead.
    const next = this.skipBlank(nameEnd);
    const assigned = next >= 0 && next + 1 < end && bytes[next] === 0x3a && bytes[next + 1] === 0x3d;
    const target = assigned || this.assignsTo() || this.tokens[0]?.text === "SET";
    if (target) return this.push("word", nameEnd, false, lower());
    return this.pushNamed(nameEnd, nameStart, nameEnd, "@", false);
  }

  private assignsTo(): boolean {
    return this.tokens.at(-1)?.text === "INTO";
  }

  /** The marks of an executable comment are content, and so is what they enclose. */
  private executableComment(): undefined {
    return this.push("operator", this.at + executableMark(this.bytes, this.at, this.end), true);
  }

  private byte(offset: number): number {
    return this.at + offset < this.end ? this.bytes[this.at + offset]! : 0;
  }
}

/** Whether a comment begins at `at`. MySQL wants a blank behind `--`, and runs `/*!`. */
export function isCommentStart(bytes: Uint8Array, at: number, end: number, dialect: Dialect): boolean {
  if (at >= end) return false;
  const byte = bytes[at];
  const next = at + 1 < end ? bytes[at + 1] : 0;
  if (dialect === "postgres") return (byte === 0x2d && next === 0x2d) || (byte === 0x2f && next === 0x2a);
  if (byte === 0x23) return true;
  if (byte === 0x2d && next === 0x2d) return at + 2 >= end || bytes[at + 2]! <= 0x20;
  return byte === 0x2f && next === 0x2a && executableMark(bytes, at, end) === 0;
}

/** Whether a digit, or a dot and a digit, stands at `at`. */
export function startsNumber(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  return isDigit(bytes[at]!) || (bytes[at] === 0x2e && at + 1 < end && isDigit(bytes[at + 1]!));
}

export function formOf(bytes: Uint8Array, start: number, end: number, quote: number, backslash: boolean): LiteralForm {
  let form: LiteralForm = literalForm.string;
  for (let p = start; p < end; p++) {
    if (backslash && bytes[p] === 0x5c) return literalForm.escaped;
    if (bytes[p] === quote) form = literalForm.doubled;
  }
  return form;
}

/**
 * PostgreSQL's operators are runs of operator characters; a run ends before a comment, and a sign at its end is its
 * own token unless the run has one of ~ ! @ # % ^ & | ` ?. Placeholders that touch an operator (`=?`, `=@p`, `=%s`)
 * end it too.
 */
function scanPostgresOperator(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  let special = false;
  for (; p < end && (byteClass[bytes[p]!]! & OPERATOR) !== 0; p++) {
    if (isCommentStart(bytes, p, end, "postgres")) break;
    const byte = bytes[p]!;
    if (p > at && !special) {
      if (byte === 0x3f || (byte === 0x40 && p + 1 < end && isWordStart(bytes[p + 1]!))) break;
      if (byte === 0x25 && pythonPlaceholder(bytes, p, end) > 0) break;
    }
    special ||= !"+-*/<>=".includes(String.fromCharCode(byte));
  }
  while (!special && p - at > 1 && (bytes[p - 1] === 0x2d || bytes[p - 1] === 0x2b)) p--;
  return Math.max(p, at + 1);
}

const mysqlOperators = ["<=>", "->>", "<<", ">>", "<=", ">=", "<>", "!=", "&&", "||", "->", "*/"];

function scanMysqlOperator(bytes: Uint8Array, at: number, end: number): number {
  for (const operator of mysqlOperators) {
    let matched = 0;
    const length = Math.min(operator.length, end - at);
    while (matched < length && bytes[at + matched] === operator.charCodeAt(matched)) matched++;
    if (matched === operator.length) return at + matched;
  }
  return at + 1;
}

/** The end of `%s` or `%(name)s`, or -1. */
function pythonPlaceholder(bytes: Uint8Array, at: number, end: number): number {
  let p = at + 1;
  if (p < end && bytes[p] === 0x28) {
    p++;
    const name = p;
    while (p < end && isWord(bytes[p]!)) p++;
    if (p === name || p >= end || bytes[p] !== 0x29) return -1;
    p++;
  }
  if (p >= end || bytes[p] !== 0x73) return -1;
  return p + 1 >= end || !isWord(bytes[p + 1]!) ? p + 1 : -1;
}

/** `?|` and `?&` are jsonb operators, never a placeholder and something else. */
function isJsonOperator(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && (bytes[at + 1] === 0x7c || bytes[at + 1] === 0x26) && bytes[at + 2] !== bytes[at + 1];
}

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number, end: number): number {
  for (let p = from; p + wanted.length <= end; p++) {
    let matched = 0;
    while (matched < wanted.length && bytes[p + matched] === wanted[matched]) matched++;
    if (matched === wanted.length) return p;
  }
  return -1;
}

/** KEY is a word of the grammar behind these, and a favourite name of columns elsewhere. */
const beforeKey: ReadonlySet<string> = new Set(["DUPLICATE", "PRIMARY", "FOREIGN", "FOR", "no"]);

interface Keyword {
  readonly text: string;
  readonly operandNext: boolean;
}

/**
 * Words that people write in capitals, so the template does: reserved in both dialects, or nearly so. After those of
 * the first list an operand follows: a sign there belongs to the number.
 */
const keywords: ReadonlyMap<string, Keyword> = new Map([
  ...keywordList(
    `select distinct all from where and or not xor in is between like ilike rlike regexp similar escape on using having
    by limit offset values set returning into as case when then else union intersect except join with exists any some
    top div mod interval call first next`,
    true,
  ),
  ...keywordList(
    `insert update delete replace merge ignore left right inner outer full cross natural lateral asc desc nulls last
    end null true false default unknown array row cast coalesce recursive do nothing for share only fetch rows create
    table index view drop alter add column primary foreign references unique constraint begin commit rollback start
    transaction savepoint release show lock unlock truncate grant revoke use prepare execute explain analyze
    deallocate discard vacuum copy declare close current_date current_time current_timestamp window range preceding
    following unbounded collate temporary over filter within materialized duplicate key conflict partition order
    group`,
    false,
  ),
]);

function keywordList(words: string, operandNext: boolean): [string, Keyword][] {
  return words.split(/\s+/).map((word) => [word, { text: word.toUpperCase(), operandNext }]);
}
