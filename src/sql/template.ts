/** The grammar that an SQL statement is read with. */
export type Dialect = "postgres" | "mysql";

/** What statements are written in: SQL of a dialect, or MongoDB's commands. */
export type Language = Dialect | "mongodb";

/** What stands at a slot: a literal of the text, or a placeholder whose value the log may give apart. */
export type SlotKind = "number" | "string" | "parameter";

export interface Slot {
  readonly kind: SlotKind;
  /**
   * "one": a single value. "list": the collapsed IN-list or array, any number of values. "rows": a column of collapsed
   * VALUES tuples, one value per row.
   */
  readonly repeat: "one" | "list" | "rows";
  /**
   * `$1` is "1", `:name` is "name", `@p` is "@p"; a bare `?` is its ordinal from 1. Absent for literals and for collapsed
   * placeholders. Behind collapsed `$1, $2` a `$3` is "$+1", whatever the length of the list: to bind the values of one
   * execution, take the placeholders' numbers from that execution (`TemplateLearner.literalInteger`).
   */
  readonly parameter?: string;
}

/**
 * A statement without its values: comments gone, white space folded, every literal and placeholder a slot, IN-lists of
 * values and repeated VALUES tuples collapsed to one. `parts` has one element more than `slots`; the text that people
 * read is the parts joined by `?` for a number, `'?'` for a string, `$1` for a placeholder, with `+` where collapsed (see
 * `templateOf`). Two statements have one template when their texts are equal.
 */
export interface Template {
  readonly text: string;
  readonly dialect: Language;
  readonly parts: readonly string[];
  readonly slots: readonly Slot[];
}

/** A value as the statement wrote it: `text` is unquoted and unescaped, every digit kept. */
export type Literal = { readonly kind: "number" | "string"; readonly text: string } | { readonly kind: "null" };

/** The values at a slot in one execution; undefined when the log does not have them. */
export type SlotValues = (slot: number) => readonly Literal[] | undefined;
