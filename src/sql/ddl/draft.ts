import { columnTypeOf } from "./column-type.ts";
import type { DdlToken } from "./statements.ts";
import type { ColumnDefinition } from "../schema.ts";
import type { Dialect } from "../template.ts";

export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
  readonly spelled?: Spelled;
}

/** A name as the database keeps it, where that is not in lower case; to be spread into what has the name. */
export interface Spelled {
  readonly spelled?: string;
}

/** A table while its DDL is read: ALTER statements add to it. */
export interface TableDraft {
  readonly schema: string | undefined;
  name: string;
  spelled: Spelled;
  readonly columns: Map<string, ColumnDefinition>;
  primaryKey: readonly string[] | undefined;
  readonly uniqueKeys: (readonly string[])[];
  readonly foreignKeys: ForeignKeyDraft[];
  partitionOf: string | undefined;
  /** Line of its CREATE TABLE. */
  readonly line: number;
}

export interface ForeignKeyDraft {
  readonly columns: readonly string[];
  readonly table: TableName;
  /** Undefined: the primary key of `table`, whatever that turns out to be. */
  readonly references: readonly string[] | undefined;
  readonly line: number;
}

/** A statement that is not what it should be; its message becomes the reason why it is skipped. */
export class DdlError extends Error {
  override readonly name = "DdlError";
}

export function newDraft({ schema, name, spelled = {} }: TableName, line: number): TableDraft {
  return {
    schema,
    name,
    spelled,
    columns: new Map(),
    primaryKey: undefined,
    uniqueKeys: [],
    foreignKeys: [],
    partitionOf: undefined,
    line,
  };
}

/** The tables read so far. Two schemas of one database may have a table of the same name. */
export class Drafts {
  private readonly drafts: TableDraft[] = [];

  /** A name without schema means any schema's table, and the other way round: a dump may set the search path. */
  find({ schema, name }: TableName): TableDraft | undefined {
    const named = this.drafts.filter((draft) => draft.name === name);
    return (
      named.find((draft) => draft.schema === schema) ??
      named.find((draft) => draft.schema === undefined || schema === undefined)
    );
  }

  add(draft: TableDraft): void {
    this.drafts.push(draft);
  }

  drop(name: TableName): void {
    const draft = this.find(name);
    if (draft !== undefined) this.drafts.splice(this.drafts.indexOf(draft), 1);
  }

  /** Per name the table that a statement means when it names no schema, and those that it can't mean. */
  byName(): { readonly draft: TableDraft; readonly shadowed: readonly TableDraft[] }[] {
    return [...new Set(this.drafts.map((draft) => draft.name))].map((name) => {
      const group = this.drafts.filter((draft) => draft.name === name);
      const draft = group.find(({ schema }) => schema === undefined || schema === "public") ?? group[0]!;
      return { draft, shadowed: group.filter((other) => other !== draft) };
    });
  }
}

/** Walks the tokens of one statement. */
export class DdlReader {
  readonly tokens: readonly DdlToken[];
  readonly text: string;
  readonly dialect: Dialect;
  readonly line: number;
  at = 0;
  /** Of the name that was read last. */
  spelled: Spelled = {};

  constructor(tokens: readonly DdlToken[], text: string, dialect: Dialect, line: number) {
    this.tokens = tokens;
    this.text = text;
    this.dialect = dialect;
    this.line = line;
  }

  peek(offset = 0): string {
    return this.tokens[this.at + offset]?.word ?? "";
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Takes the words when they are next. */
  take(...words: readonly string[]): boolean {
    if (!words.every((word, offset) => this.peek(offset) === word)) return false;
    this.at += words.length;
    return true;
  }

  expect(word: string): void {
    if (!this.take(word)) throw new DdlError(`"${word.toUpperCase()}" expected ${this.here()}`);
  }

  here(): string {
    const token = this.tokens[this.at];
    return token === undefined ? "at the end" : `at "${this.text.slice(token.start, token.end).slice(0, 30)}"`;
  }

  /** One part of a name, in lower case. */
  name(): string {
    const token = this.tokens[this.at];
    if (token === undefined || (token.kind !== "word" && token.kind !== "name" && token.kind !== "number"))
      throw new DdlError(`a name expected ${this.here()}`);
    this.at += 1;
    const lower = token.text.toLowerCase();
    // PostgreSQL keeps the case of quoted names only, MySQL that of all.
    this.spelled = token.text === lower || (token.kind !== "name" && this.dialect === "postgres") ? {} : { spelled: token.text };
    return lower;
  }

  /** `table`, `schema.table`, `catalog.schema.table`. */
  tableName(): TableName {
    let schema: string | undefined;
    let name = this.name();
    while (this.take(".")) {
      schema = name;
      name = this.name();
    }
    return { schema, name, spelled: this.spelled };
  }

  /** Past what is in parentheses, from the opening one. */
  skipParentheses(): void {
    let depth = 0;
    do {
      if (this.atEnd) throw new DdlError("a parenthesis is not closed");
      if (this.peek() === "(") depth += 1;
      if (this.peek() === ")") depth -= 1;
      this.at += 1;
    } while (depth > 0);
  }

  /** To the `,` or `)` that ends an element of a list, or to the end. */
  skipElement(): void {
    while (!this.atEnd && this.peek() !== "," && this.peek() !== ")") {
      if (this.peek() === "(") this.skipParentheses();
      else this.at += 1;
    }
  }

  /** `(a, b DESC, c(10))`; undefined when an element is an expression, so that this is no key of columns. */
  columnList(): readonly string[] | undefined {
    this.expect("(");
    const columns: string[] = [];
    let plain = true;
    for (;;) {
      if (this.peek() === "(") {
        this.skipParentheses();
        plain = false;
      } else {
        columns.push(this.name());
        if (this.peek() === "(") {
          // `c(10)` is a prefix of the column, `lower(c)` a function.
          const inside = this.tokens[this.at + 1];
          if (inside?.kind !== "number") plain = false;
          this.skipParentheses();
        }
      }
      this.skipElement();
      if (this.take(")")) return plain ? columns : undefined;
      this.expect(",");
    }
  }

  type(): { declared: string; type: ColumnDefinition["type"] } {
    const start = this.at;
    while (!this.atEnd && !this.endsType()) {
      if (this.peek() === "(") this.skipParentheses();
      else this.at += 1;
    }
    const declared =
      this.at === start
        ? ""
        : this.text.slice(this.tokens[start]!.start, this.tokens[this.at - 1]!.end).replaceAll(/\s+/g, " ");
    return { declared, type: columnTypeOf(declared, this.dialect) };
  }

  private endsType(): boolean {
    const word = this.peek();
    if (word === "character" && this.peek(1) === "set") return true;
    // A type may hold `with time zone`; `with` never ends one. A quoted name belongs to it as in "char" or
    // public."mood".
    return word === "," || word === ")" || endsOfType.has(word);
  }
}

const endsOfType: ReadonlySet<string> = new Set(
  `
    constraint not null default primary unique references check generated collate auto_increment autoincrement
    comment on key as charset storage compression invisible visible virtual stored srid column_format identity
    first after using deferrable initially options encode
  `
    .trim()
    .split(/\s+/),
);
