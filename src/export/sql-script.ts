import type { ExportedFile, Gap } from "./exported.ts";
import { sqlComment } from "./identifiers.ts";

/** What a `CREATE TABLE` out of the schema as we know it leaves to the user. */
export const columnsAndKeysOnly =
  "Columns and keys only: defaults, checks, indexes and foreign keys are in your own DDL.";

/** A script: what it is, what it leaves open, then the statements, with a blank line between groups. */
export function sqlScript(
  name: string,
  about: readonly string[],
  gaps: readonly Gap[],
  groups: readonly (readonly string[])[],
  comment: (text: string) => string = sqlComment,
): ExportedFile {
  const head = [...about, ...gaps.map((gap) => `Left open: ${gapText(gap)}`)].map(comment);
  const body = groups.filter((group) => group.length > 0).map((group) => group.join("\n"));
  return { name, text: `${[head.join("\n"), ...body].filter((part) => part !== "").join("\n\n")}\n` };
}

export const gapText = ({ table, what }: Gap): string => (table === undefined ? what : `${table}: ${what}`);
