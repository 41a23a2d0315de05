import type { AccessPattern, Expr } from "../sql/access.ts";
import type { Slot, Template } from "../sql/template.ts";

/** What the operation words of structured access logs mean. */
const operations: ReadonlyMap<string, "read" | "insert" | "update" | "delete"> = new Map([
  ...["read", "select", "get", "find", "query", "scan", "fetch", "lookup", "r"].map((word) => [word, "read"] as const),
  // An upsert brings the whole row, as an insert does.
  ...["insert", "create", "put", "add", "append", "write", "upsert", "replace", "w"].map(
    (word) => [word, "insert"] as const,
  ),
  ...["update", "set", "patch", "modify"].map((word) => [word, "update"] as const),
  ...["delete", "remove", "del", "purge"].map((word) => [word, "delete"] as const),
]);

export const operationWords = [...operations.keys()];

/**
 * The template and pattern behind one kind of record of a structured access log (operation, table, key columns): as if a
 * statement had named the table and pinned each of `columns` to its value. Undefined when the operation is not a known word.
 */
export function structuredAccess(
  operation: string,
  table: string,
  columns: readonly string[],
): { template: Template; pattern: AccessPattern } | undefined {
  const use = operations.get(operation.toLowerCase());
  if (use === undefined) return undefined;
  const name = table.toLowerCase();
  const names = columns.map((column) => column.toLowerCase());
  const slots: Slot[] = names.map(() => ({ kind: "string", repeat: "one" }));
  const parts =
    names.length === 0
      ? [`${use} ${name}`]
      : [...names.map((column, i) => `${i === 0 ? `${use} ${name} by ` : ", "}${column} = `), ""];
  const template: Template = { text: parts.join("?"), dialect: "postgres", parts, slots };
  const relation = { kind: "table", table: name, schema: undefined, alias: name, use } as const;
  const value = (slot: number): Expr => ({ kind: "slot", slot });
  const args = names.map((column, slot): Expr => ({
    kind: "compare",
    op: "=",
    left: { kind: "column", relation: 0, column },
    right: value(slot),
  }));
  const where: Expr | undefined = args.length === 0 ? undefined : { kind: "and", args };
  const from = [{ kind: "relation", relation: 0 } as const];
  const shared = { from, where, outputs: [], with: [], limit: false };
  switch (use) {
    case "read":
      return {
        template,
        pattern: {
          kind: "rows",
          relations: [relation],
          statement: {
            kind: "select",
            ...shared,
            groupBy: [],
            having: undefined,
            distinct: false,
            aggregate: false,
            windows: [],
            orderBy: [],
            locking: false,
          },
        },
      };
    case "insert":
      return {
        template,
        pattern: {
          kind: "rows",
          relations: [relation],
          statement: {
            kind: "insert",
            target: 0,
            replace: false,
            columns: names,
            source: { kind: "values", rows: [names.map((_, slot) => value(slot))] },
            onConflict: undefined,
            outputs: [],
            with: [],
          },
        },
      };
    case "update":
      return {
        template,
        pattern: {
          kind: "rows",
          relations: [relation],
          statement: { kind: "update", targets: [0], set: [], ...shared },
        },
      };
    case "delete":
      return {
        template,
        pattern: { kind: "rows", relations: [relation], statement: { kind: "delete", targets: [0], ...shared } },
      };
  }
}
