/**
 * Makes a statement of a digest's text again. MySQL writes a list of values as `(...)`, more values of any kind as
 * `?, ...`, and further rows of an INSERT as a comment (sql/sql_digest.cc, `compute_digest_text`). A list becomes two
 * placeholders, for it stands for any number; the row of an INSERT as many as there are columns.
 */
export function statementOfDigest(text: string): string {
  const columns = /^\s*(?:INSERT|REPLACE)\b[^(]*\(([^()]*)\)\s*VALUES?\s*\(/i.exec(text)?.[1];
  const row = columns === undefined ? "(?, ?)" : `(${columns.split(",").map(() => "?").join(", ")})`;
  return text
    .replaceAll(/\/\*\s*,\s*\.\.\.\s*\*\//g, "")
    .replace(/\b(VALUES?)\s*\(\s*\.\.\.\s*\)/i, (_, values: string) => `${values} ${row}`)
    .replaceAll(/\(\s*\.\.\.\s*\)/g, "(?, ?)")
    .replaceAll(/\?\s*,\s*\.\.\./g, "?, ?")
    .replaceAll(/\.\.\./g, "?")
    .trim();
}
