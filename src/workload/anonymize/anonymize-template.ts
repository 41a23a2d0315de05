import type { AccessPattern } from "../../sql/access.ts";
import type { Slot, Template } from "../../sql/template.ts";
import { commandWords, plainWords } from "./plain-words.ts";
import type { StandInNames } from "./stand-in-names.ts";

/** The template with other names, in its text and in what slots are called. Different templates stay different. */
export function anonymizeTemplate(template: Template, pattern: AccessPattern, names: StandInNames): Template {
  const told = namesIn(pattern);
  const rename = (part: string): string =>
    template.dialect === "mongodb" ? renameCommand(part, told, names) : renameStatement(part, told, names);
  const parts = template.parts.map(rename);
  const slots = template.slots.map((slot): Slot =>
    slot.parameter === undefined ? slot : { ...slot, parameter: renameParameter(slot.parameter, names) },
  );
  return { dialect: template.dialect, text: textOf(template, parts, names), parts, slots };
}

/** Between the parts stands what is shown of the slots. */
function textOf({ text, parts }: Template, renamed: readonly string[], names: StandInNames): string {
  let from = 0;
  let made = "";
  parts.forEach((original, i) => {
    // Operators show their question marks doubled, to tell them from slots.
    const shown = [original, original.replaceAll("?", "??")].find((part) => text.indexOf(part, from) >= 0)!;
    const last = i === parts.length - 1;
    const at = last ? text.length - shown.length : text.indexOf(shown, from);
    made += renameParameter(text.slice(from, at), names);
    made += shown === original ? renamed[i]! : renamed[i]!.replaceAll("?", "??");
    from = at + shown.length;
  });
  return made;
}

const renameParameter = (shown: string, names: StandInNames): string =>
  shown.replace(/[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/g, (name) => names.of(name));

const isString = (value: unknown): value is string => typeof value === "string";

/** Names of tables, columns and aliases that a pattern has. */
function namesIn(pattern: AccessPattern): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const look = (value: unknown, key: string): void => {
    if (isString(value)) {
      if (nameFields.has(key)) value.split(".").forEach((part) => found.add(part));
    } else if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      if (Array.isArray(value)) value.forEach((one) => look(one, key));
      else
        for (const [field, one] of Object.entries(value))
          look(one, field === "name" && (value as { kind?: unknown }).kind === "column" ? "column" : field);
    }
  };
  look(pattern, "");
  return found;
}

/** Fields of patterns that hold names, alone or in lists. */
const nameFields: ReadonlySet<string> = new Set(["table", "schema", "alias", "column", "columns", "insertColumns"]);

/**
 * Names in SQL: quoted ones, and words that are neither keywords (in capitals) nor plain. A plain word is a name where the
 * pattern has it as one, except for functions that are called.
 */
function renameStatement(part: string, told: ReadonlySet<string>, names: StandInNames): string {
  return part.replace(/"(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|[A-Za-z_@\u0080-\uffff][\w@$\u0080-\uffff]*/g, (word, at: number) => {
    const quote = word[0]!;
    if (`"\`'`.includes(quote)) return quote + renameQuoted(word.slice(1, -1), told, names) + quote;
    if (/^[A-Z][A-Z_]*$/.test(word)) return word;
    const isCalled = part[at + word.length] === "(";
    if (plainWords.has(word) && (isCalled || !told.has(word))) return word;
    return names.of(word);
  });
}

/** MySQL's names are quoted in any case and told in lower case: both are one name, and still two texts. */
function renameQuoted(name: string, told: ReadonlySet<string>, names: StandInNames): string {
  const lower = name.toLowerCase();
  if (told.has(name) || !told.has(lower)) return names.of(name);
  return `${names.of(lower)}_${names.of(name).slice(0, 3)}`;
}

/** Names in a command of MongoDB: all texts but its own words, and operators, which stand before a colon. */
function renameCommand(part: string, told: ReadonlySet<string>, names: StandInNames): string {
  return part.replace(/"((?:[^"\\]|\\.)*)"(\s*:)?/g, (_, text: string, colon: string | undefined) => {
    const stays = colon === undefined ? false : text.startsWith("$") || (commandWords.has(text) && !told.has(text));
    return `"${stays ? text : names.of(text)}"${colon ?? ""}`;
  });
}

/** The pattern with other names. An object that stands in two places stands in both again. */
export function anonymizePattern(pattern: AccessPattern, names: StandInNames): AccessPattern {
  const made = new Map<object, unknown>();
  const renamed = (value: unknown, field: string, owner: object | undefined): unknown => {
    if (isString(value)) return renameField(value, field, owner, names);
    if (typeof value !== "object" || value === null) return value;
    const known = made.get(value);
    if (known !== undefined) return known;
    const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
    made.set(value, copy);
    if (Array.isArray(copy)) for (const one of value as unknown[]) copy.push(renamed(one, field, owner));
    else for (const [key, one] of Object.entries(value)) copy[key] = renamed(one, key, value);
    return copy;
  };
  return renamed(pattern, "", undefined) as AccessPattern;
}

function renameField(value: string, field: string, owner: object | undefined, names: StandInNames): string {
  if (nameFields.has(field)) return names.of(value);
  switch (field) {
    case "name":
      return (owner as { kind?: unknown }).kind === "column" ? names.of(value) : renameOperation(value, names);
    case "type":
      return (owner as { kind?: unknown }).kind === "cast" ? renameType(value, names) : value;
    case "command":
      return renameType(value, names);
    case "reason":
      return withoutQuotes(value);
    default:
      return value;
  }
}

/** Functions and operators that come with the databases keep their names, and our own words for what has none. */
function renameOperation(name: string, names: StandInNames): string {
  return plainWords.has(name) || ownWords.has(name) || !/[\w\u0080-\uffff]/.test(name) ? name : names.of(name);
}

const ownWords: ReadonlySet<string> = new Set(
  `excluded values nothing whole-row literal array-subquery multi-assignment limit part convert-using collate variable value
  natural-join xor and or not grouping-rollup grouping-cube grouping-sets grouping-simple grouping-empty`.split(/\s+/),
);

const renameType = (type: string, names: StandInNames): string =>
  type.replace(/[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/g, (word) =>
    plainWords.has(word.toLowerCase()) || /^[A-Z][A-Z_]*$/.test(word) ? word : names.of(word),
  );

/** Sentences of ours quote what they speak of; those of grammars speak of it without quotes too, behind a colon or "near". */
export const withoutQuotes = (sentence: string): string =>
  sentence
    .replace(/"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'/g, "…")
    .replace(/\b(found|near|at or near|Expected|command):? .*$/s, "$1 …");
