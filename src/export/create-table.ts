import { InputError } from "../base/input-error.ts";
import { type TypeNames, typeNameOf } from "./column-types.ts";
import type { ExportRequest, Gap, PlainTable } from "./exported.ts";

export interface ColumnLines {
  /** `name type NOT NULL`, one for each column of the schema. */
  readonly lines: readonly string[];
  readonly gaps: readonly Gap[];
}

/** The column list of CREATE TABLE. Columns in `notNull` may hold no NULL whatever the schema says. */
export function columnLines(
  { name, definition }: PlainTable,
  { schemaDialect }: Pick<ExportRequest, "schemaDialect">,
  system: TypeNames & { readonly quoted: (name: string) => string; readonly wrapNull?: (type: string) => string },
  notNull: readonly string[] = [],
): ColumnLines {
  if (definition === undefined) return { lines: [], gaps: [] };
  const gaps: Gap[] = [];
  const lines = [...definition.columns.values()].map((column) => {
    const type = typeNameOf(column, system, schemaDialect);
    if (type.asText)
      gaps.push({ table: name, what: `${column.name} ${column.declared} has no counterpart: ${type.name}` });
    const required = !column.nullable || notNull.includes(column.name);
    if (system.wrapNull !== undefined)
      return `${system.quoted(column.name)} ${required ? type.name : system.wrapNull(type.name)}`;
    return `${system.quoted(column.name)} ${type.name}${required ? " NOT NULL" : ""}`;
  });
  return { lines, gaps };
}

/** For systems that create tables with all their columns. Throws InputError when the schema lacks one of the design's tables. */
export function requireDefinitions({ sharded, reference, unsharded }: ExportRequest, system: string): void {
  const missing = [...sharded, ...reference, ...unsharded].filter(({ definition }) => definition === undefined);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const few = names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
  throw new InputError(`${system} creates tables with their columns, and those of ${few} are not known`, {
    hint: "pass the DDL with --schema",
  });
}

/** `CREATE TABLE name (` the lines `)` and what follows. */
export function createTable(name: string, lines: readonly string[], tail = ""): string {
  return `CREATE TABLE ${name} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)${tail};`;
}
