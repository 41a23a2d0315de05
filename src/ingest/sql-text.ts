/**
 * Does the text begin like an SQL statement: after comments and opening brackets a verb, and something behind it? A
 * bare `SELECT` is the name of an operation, not a statement; `BEGIN` and its kind are whole statements.
 */
export function looksLikeSql(text: string): boolean {
  return statementStart.test(text);
}

const statementStart = new RegExp(
  String.raw`^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*\n|/\*[\s\S]*?\*/|\()*(?:(?:` +
    "select|insert|update|delete|replace|merge|with|values|call|do|" +
    "exec|execute|prepare|deallocate|explain|analyze|create|" +
    "alter|drop|truncate|set|show|use|lock|copy|grant|revoke|vacuum|declare|fetch|close|savepoint|release|reset|load|" +
    "start|prepare|table|desc|describe|refresh|listen|notify|discard" +
    String.raw`)(?=[\s*("'` +
    "`" +
    String.raw`])[\s\S]*?\S[\s\S]*\S|(?:begin|commit|rollback|abort|end|start\s+transaction|discard\s+all)\b)`,
  "i",
);
