import type { Dialect, Slot, Template } from "../../src/sql/template.ts";

/** A template made from a statement by one regular expression: numbers, quoted strings and placeholders become slots. */
export function handTemplate(sql: string, dialect: Dialect): Template {
  const quoted = dialect === "mysql" ? /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`/ : /'(?:[^']|'')*'|"(?:[^"]|"")*"/;
  const pattern = new RegExp(`${quoted.source}|\\?|\\$\\d+|(?<=[\\s(,=]):{1,2}[a-z]\\w*|(?<![\\w.$@])\\d+(?:\\.\\d+)?`, "gi");
  const parts: string[] = [];
  const slots: Slot[] = [];
  let from = 0;
  for (const { 0: token, index } of sql.matchAll(pattern)) {
    if (token.startsWith("`") || (token.startsWith('"') && dialect === "postgres")) continue;
    parts.push(sql.slice(from, index));
    from = index + token.length;
    const kind = /^['"]/.test(token) ? "string" : /^\d/.test(token) ? "number" : "parameter";
    slots.push({ kind, repeat: token.startsWith("::") ? "list" : "one" });
  }
  parts.push(sql.slice(from));
  return { text: parts.join("?"), dialect, parts, slots };
}
