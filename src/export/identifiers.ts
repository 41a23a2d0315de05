/**
 * Names of tables and columns are foreign text: they are always quoted, so that no name is a keyword or ends its
 * statement.
 */
export const doubleQuoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const backQuoted = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

/** GoogleSQL escapes with a backslash instead of doubling. */
export const backslashQuoted = (name: string): string =>
  `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("\n", "\\n")}\``;

/** A string of standard SQL. */
export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A comment of one line: a name with a line break must not become a statement. */
export const sqlComment = (text: string): string => `-- ${text.replaceAll(/\s+/g, " ")}`;

export const list = (names: readonly string[], quoted: (name: string) => string): string =>
  names.map(quoted).join(", ");
