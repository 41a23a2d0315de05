import type { AccessPattern, RowStatement } from "../sql/access.ts";

const writes: ReadonlySet<RowStatement["kind"]> = new Set(["insert", "update", "delete", "merge"]);

/** COMMIT counts as a write: that is where the write's time to disk is spent. */
export function isWrite(pattern: AccessPattern): boolean {
  if (pattern.kind === "control") return pattern.control === "commit";
  if (pattern.kind !== "rows") return false;
  const { statement } = pattern;
  return (
    writes.has(statement.kind) ||
    pattern.relations.some((relation) => relation.kind === "table" && relation.use !== "read")
  );
}

/** Statements that make a transaction: those about rows, and those that could not be parsed, which may be. */
export const isAboutRows = ({ kind }: AccessPattern): boolean => kind === "rows" || kind === "unknown";
