/**
 * The command that a statement starts with, in the words of the manual: "CREATE TABLE", "SET", "LOCK TABLES". CREATE,
 * ALTER
 * and DROP are followed by what they make, without the words between (`OR REPLACE`, `UNIQUE`, `IF NOT EXISTS`).
 */
export function commandOf(text: string): string {
  const words = (text.match(/[A-Za-z_]+|"[^"]*"|`[^`]*`|\(|\S/g) ?? []).slice(0, 12);
  const [first, ...others] = words.map((word) => word.toUpperCase());
  if (first === undefined) return "";
  if (madeThings.has(first)) {
    const thing = others.find((word) => things.has(word));
    return thing === undefined ? first : `${first} ${thing}`;
  }
  if (first === "REFRESH") return "REFRESH MATERIALIZED VIEW";
  const second = others[0] ?? "";
  return pairs.has(`${first} ${second}`) ? `${first} ${second}` : first;
}

const madeThings: ReadonlySet<string> = new Set(["CREATE", "ALTER", "DROP"]);

const things: ReadonlySet<string> = new Set(
  `
    AGGREGATE CAST COLLATION CONVERSION DATABASE DOMAIN EVENT EXTENSION FUNCTION GROUP INDEX LANGUAGE OPERATOR
    POLICY PROCEDURE PUBLICATION ROLE ROUTINE RULE SCHEMA SEQUENCE SERVER STATISTICS SUBSCRIPTION SYSTEM TABLE
    TABLESPACE TRIGGER TYPE USER VIEW
  `
    .trim()
    .split(/\s+/),
);

const pairs: ReadonlySet<string> = new Set([
  "LOCK TABLES",
  "UNLOCK TABLES",
  "RENAME TABLE",
  "ANALYZE TABLE",
  "CHECK TABLE",
  "OPTIMIZE TABLE",
  "REPAIR TABLE",
  "LOCK TABLE",
  "LOAD DATA",
  "SET PASSWORD",
  "COMMIT PREPARED",
  "ROLLBACK PREPARED",
  "LOAD INDEX",
  "CACHE INDEX",
  "TRUNCATE TABLE",
]);
