import type { Dialect } from "../template.ts";

/**
 * A token of DDL. Quoted names come without their quotes, strings empty: nobody asks what a default or a comment says.
 */
export interface DdlToken {
  readonly kind: "word" | "name" | "string" | "number" | "sign";
  /** Words as written; names unquoted. */
  readonly text: string;
  /** Lower case for words and signs, empty for names and strings: what keywords are compared with. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export interface DdlStatement {
  /** Line of its first token, from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Empty for statements that don't begin with one of `wanted`: the data of a dump is passed over, not kept. */
  readonly tokens: readonly DdlToken[];
  /** A quote or comment in it is never closed. */
  readonly unclosed: boolean;
}

const wanted: ReadonlySet<string> = new Set(["create", "alter", "drop"]);

/**
 * Cuts a dump into statements: quotes, dollar quotes, comments, MySQL's DELIMITER and its version comments (read as
 * what they
 * hold), psql's backslash commands and the data after COPY ... FROM stdin. A missing semicolon between two table
 * statements
 * does not join them. Begins at `from`, which is where a broken statement is left behind.
 */
export function* ddlStatements(text: string, dialect: Dialect, from = 0): Generator<DdlStatement> {
  const scanner = new Scanner(text, dialect, from);
  for (;;) {
    const statement = scanner.next();
    if (statement === undefined) return;
    yield statement;
  }
}

class Scanner {
  private readonly text: string;
  private readonly mysql: boolean;
  private at: number;
  private delimiter = ";";
  private line: number;
  private lineAt: number;
  private backslash = -1;

  constructor(text: string, dialect: Dialect, from: number) {
    this.text = text;
    this.mysql = dialect === "mysql";
    this.at = from;
    this.lineAt = from;
    this.line = 1;
    for (let i = text.indexOf("\n"); i !== -1 && i < from; i = text.indexOf("\n", i + 1)) this.line += 1;
  }

  next(): DdlStatement | undefined {
    const { text } = this;
    const tokens: DdlToken[] = [];
    let first: DdlToken | undefined;
    let previous = "";
    let copiesFrom = false;
    let depth = 0;
    let unclosed = false;
    for (;;) {
      this.blank();
      if (this.at >= text.length) break;
      const start = this.at;
      if (text.startsWith(this.delimiter, start)) {
        this.at += this.delimiter.length;
        if (first === undefined) continue;
        break;
      }
      if (first === undefined && this.directive()) continue;
      if (first !== undefined && depth === 0 && !this.mysql && text[start] === "\\" && this.startsLine(start)) {
        this.skipLine();
        continue;
      }
      const next =
        depth === 0 &&
        first !== undefined &&
        isTableStatement(first.word, tokens[1]?.word) &&
        nextStatement.test(text.slice(start, start + 60));
      if (next && this.startsLine(start)) break;
      const token = this.token();
      if (token === undefined) {
        unclosed = true;
        break;
      }
      first ??= token;
      if (token.word === "(") depth += 1;
      if (token.word === ")") depth -= 1;
      if (first.word === "copy" && previous === "from" && token.word === "stdin") copiesFrom = true;
      previous = token.word;
      if (wanted.has(first.word)) tokens.push(token);
    }
    if (first === undefined)
      return unclosed
        ? { line: this.lineOf(this.at), start: this.at, end: text.length, tokens: [], unclosed }
        : undefined;
    const statement = {
      line: this.lineOf(first.start),
      start: first.start,
      end: unclosed ? text.length : this.at,
      tokens,
      unclosed,
    };
    if (copiesFrom) this.skipData();
    return statement;
  }

  /** One token; undefined when a quote is not closed. */
  private token(): DdlToken | undefined {
    const { text } = this;
    const start = this.at;
    const char = text[start]!;
    if (char === "'" || (char === '"' && this.mysql)) return this.quoted(char, "string", this.mysql);
    if (char === '"' || (char === "`" && this.mysql)) return this.quoted(char, "name", false);
    if (char === "$" && !this.mysql) {
      const tag = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(text.slice(start, start + 80))?.[0];
      if (tag !== undefined) {
        const close = text.indexOf(tag, start + tag.length);
        if (close === -1) return undefined;
        this.at = close + tag.length;
        return { kind: "string", text: "", word: "", start, end: this.at };
      }
    }
    wordPattern.lastIndex = start;
    const word = wordPattern.exec(text)?.[0];
    if (word !== undefined) {
      this.at = start + word.length;
      // E'..', N'..', X'..': the prefix belongs to the string, whose backslashes then escape.
      if (text[this.at] === "'" && /^(?:e|n|x|b|u&)$/i.test(word))
        return this.quoted("'", "string", this.mysql || word.toLowerCase() === "e");
      const kind = /^\d/.test(word) ? "number" : "word";
      return { kind, text: word, word: word.toLowerCase(), start, end: this.at };
    }
    this.at += 1;
    return { kind: "sign", text: char, word: char, start, end: this.at };
  }

  private quoted(quote: string, kind: "string" | "name", escapes: boolean): DdlToken | undefined {
    const { text } = this;
    const start = this.at;
    let at = start + 1;
    for (;;) {
      const close = text.indexOf(quote, at);
      if (close === -1) return undefined;
      if (escapes) {
        const backslash = this.backslashFrom(at);
        if (backslash < close) {
          at = backslash + 2;
          continue;
        }
      }
      if (text[close + 1] === quote) {
        at = close + 2;
        continue;
      }
      this.at = close + 1;
      const name = kind === "name" ? text.slice(start + 1, close).replaceAll(quote + quote, quote) : "";
      return { kind, text: name, word: "", start, end: this.at };
    }
  }

  /**
   * The next backslash, remembered, since most dumps have few and looking for one can mean reading all of the text.
   */
  private backslashFrom(at: number): number {
    if (this.backslash < at) {
      const found = this.text.indexOf("\\", at);
      this.backslash = found === -1 ? Infinity : found;
    }
    return this.backslash;
  }

  /**
   * Past white space and comments. A version comment (`!40101` after its opening) is no comment to MySQL: only its
   * edges are passed over.
   */
  private blank(): void {
    const { text } = this;
    for (;;) {
      while (this.at < text.length && text.charCodeAt(this.at) <= 32) this.at += 1;
      const two = text.slice(this.at, this.at + 2);
      if (two === "--" && (!this.mysql || !/\S/.test(text[this.at + 2] ?? "\n"))) this.skipLine();
      else if (this.mysql && two[0] === "#") this.skipLine();
      else if (this.mysql && two === "*/") this.at += 2;
      else if (two === "/*") {
        const version = this.mysql ? /^\/\*M?!\d*/.exec(text.slice(this.at, this.at + 12)) : null;
        if (version !== null) this.at += version[0].length;
        else this.at = this.commentEnd();
      } else return;
    }
  }

  /** PostgreSQL's comments nest. */
  private commentEnd(): number {
    const edge = /\/\*|\*\//g;
    edge.lastIndex = this.at;
    let depth = 0;
    for (let match = edge.exec(this.text); match !== null; match = edge.exec(this.text)) {
      depth += match[0] === "*/" ? -1 : this.mysql && depth > 0 ? 0 : 1;
      if (depth === 0) return match.index + 2;
    }
    return this.text.length;
  }

  /** `\connect` of psql and `DELIMITER //` of mysql take the rest of their line. */
  private directive(): boolean {
    if (this.text[this.at] === "\\") {
      this.skipLine();
      return true;
    }
    const found = this.mysql ? /^delimiter[ \t]+(\S+)/i.exec(this.text.slice(this.at, this.at + 40)) : null;
    if (found === null) return false;
    this.delimiter = found[1]!;
    this.skipLine();
    return true;
  }

  /** The rows after COPY ... FROM stdin end with a line `\.`. */
  private skipData(): void {
    const end = /^\\\.\r?$/gm;
    end.lastIndex = this.at;
    const found = end.exec(this.text);
    this.at = found === null ? this.text.length : found.index + found[0].length;
  }

  private skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end === -1 ? this.text.length : end + 1;
  }

  private startsLine(at: number): boolean {
    const before = this.text.lastIndexOf("\n", at - 1);
    return this.text.slice(before + 1, at).trim() === "";
  }

  private lineOf(at: number): number {
    for (let i = this.text.indexOf("\n", this.lineAt); i !== -1 && i < at; i = this.text.indexOf("\n", i + 1)) {
      this.line += 1;
      this.lineAt = i + 1;
    }
    return this.line;
  }
}

const wordPattern = /[\p{L}\p{N}_@][\p{L}\p{N}_@$]*/uy;

function isTableStatement(first: string, second: string | undefined): boolean {
  return (first === "create" || first === "alter") && second === "table";
}

const nextStatement = /^(?:create|alter|drop)\s+(?:table|index|unique\s+index|view|sequence)\b/i;
