import type { AccessPattern } from "../sql/access.ts";

/** What a template does to rows: a statement that changes any is a write. */
export function templateKind(pattern: AccessPattern): "read" | "write" | "other" | "unknown" {
  if (pattern.kind === "unknown") return "unknown";
  if (pattern.kind !== "rows") return "other";
  const { kind } = pattern.statement;
  if (kind === "insert" || kind === "update" || kind === "delete" || kind === "merge") return "write";
  return pattern.relations.some((relation) => relation.kind === "table" && relation.use !== "read")
    ? "write"
    : "read";
}
