import type { RowStatement } from "./access.ts";
import type { Dialect } from "./template.ts";

/** Names of the rows' columns, `*` where a star hides an unknown number of them. */
export function outputNames(statement: RowStatement, dialect: Dialect): string[] {
  if (statement.kind === "values") return valuesNames(statement.rows[0]?.length ?? 0, dialect);
  if (statement.kind === "set-operation") return outputNames(statement.arms[0]!, dialect);
  return statement.outputs.flatMap((output) =>
    output.kind === "star" ? output.relations.map(() => "*") : [output.name],
  );
}

/** PostgreSQL counts the columns of VALUES from 1, MySQL from 0. */
export function valuesNames(count: number, dialect: Dialect): string[] {
  return Array.from({ length: count }, (_, index) => (dialect === "mysql" ? `column_${index}` : `column${index + 1}`));
}

export function renamed(names: readonly string[], aliases: readonly string[]): string[] {
  if (names.length === 0 || (names.includes("*") && aliases.length >= names.length))
    return [...(aliases.length > 0 ? aliases : names)];
  return names.map((name, index) => aliases[index] ?? name);
}
