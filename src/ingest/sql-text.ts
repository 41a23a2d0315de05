/**
 * Does the text begin like an SQL statement: after comments and opening brackets a verb, and something behind it? A bare
 * `SELECT` is the name of an operation, not a statement; `BEGIN` and its kind are whole statements.
 */
export function looksLikeSql(text: string): boolean {
  return statementStart.test(text);
}

const statementStart = new RegExp(
  String.raw`^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*\n|/\*[\s\S]*?\*/|\()*(?:(?:` +
    "select|insert|update|delete|replace|merge|with|values|call|do|exec|execute|prepare|deallocate|explain|analyze|create|" +
    "alter|drop|truncate|set|show|use|lock|copy|grant|revoke|vacuum|declare|fetch|close|savepoint|release|reset|load|" +
    "start|prepare|table|desc|describe|refresh|listen|notify|discard" +
    String.raw`)(?=[\s*("'` + "`" + String.raw`])[\s\S]*?\S[\s\S]*\S|(?:begin|commit|rollback|abort|end|start\s+transaction|discard\s+all)\b)`,
  "i",
);

/**
 * The dialect that some statements speak, undefined when they show no sign of one. Backticks and `LIMIT 5, 10` are
 * MySQL's; `$1`, `::type`, `ILIKE`, `RETURNING` and `ON CONFLICT` are PostgreSQL's. The more frequent sign wins.
 */
export function dialectOf(statements: readonly string[]): "postgresql" | "mysql" | undefined {
  let mysql = 0;
  let postgresql = 0;
  for (const statement of statements) {
    const bare = statement.replace(/'(?:[^']|'')*'/g, "''");
    if (/`|\blimit\s+\d+\s*,\s*\d|\bon\s+duplicate\s+key\b|\binsert\s+ignore\b/i.test(bare)) mysql += 1;
    if (/\$\d|::\s*[a-z]|\bilike\b|\breturning\b|\bon\s+conflict\b|\bany\s*\(\s*array\b/i.test(bare)) postgresql += 1;
  }
  return mysql > postgresql ? "mysql" : postgresql > mysql ? "postgresql" : undefined;
}
