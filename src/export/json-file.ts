import type { ExportedFile } from "./exported.ts";

/** JSON with two blanks of indent, as a person would check it in. */
export const jsonFile = (name: string, value: unknown): ExportedFile => ({
  name,
  text: `${JSON.stringify(value, undefined, 2)}\n`,
});
