import type { Relation, RelationId } from "../../sql/access.ts";
import type { Pin } from "../../sql/constraints/closure.ts";
import type { Constant } from "../../sql/constraints/constant.ts";
import type { ColumnId, Fact } from "../../sql/constraints/facts.ts";
import type { Literal } from "../../sql/template.ts";
import type { KeyValue } from "../../workload/key-value.ts";
import type { Piece } from "../plan.ts";
import type { Recursion } from "./planning-context.ts";
import type { Planning } from "./planning.ts";

/** What stands for a table of the statement. */
export function tablePiece(
  planning: Planning,
  id: RelationId,
  occurrence: number,
): (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept"> {
  const relation = planning.relations[id];
  const table = relation?.kind === "table" ? relation : undefined;
  const design = table === undefined ? undefined : planning.tableDesign(table.table);
  const name = table === undefined ? "" : (planning.designName(table.table) ?? table.table);
  const kind =
    design !== undefined
      ? design.kind
      : table !== undefined && isCatalog(table.schema, table.table)
        ? "tableless"
        : "unresolved";
  const key = design?.kind === "sharded" ? design.shardKey.map((column): ColumnId => `${occurrence}.${column}`) : [];
  const map = design?.kind === "sharded" ? planning.options.maps(name) : undefined;
  return (pins, matches) => ({
    kind,
    table: name,
    alias: table?.alias ?? "",
    use: table?.use ?? "read",
    occurrence,
    map,
    key,
    pins,
    matches,
  });
}

/** What stands for a recursive CTE's rows inside of it. */
export function recursionPiece(
  relation: Relation & { kind: "recursion" },
  occurrence: number,
  recursion: Recursion | undefined,
  pins: readonly Fact[],
  matches: readonly Fact[],
): Omit<Piece, "level" | "kept"> {
  if (recursion === undefined) return tablelessPiece(relation.alias, occurrence)(pins, matches);
  const carried: Fact[] = [];
  const key = recursion.key.map((component, index): ColumnId => {
    if (typeof component === "number") return `${occurrence}.${relation.columns[component] ?? `#${component}`}`;
    if ("outer" in component) return component.outer;
    const column: ColumnId = `${occurrence}.#key${index}`;
    carried.push(pinFact(column, component));
    return column;
  });
  return {
    kind: "sharded",
    table: undefined,
    alias: relation.alias,
    use: "read",
    occurrence,
    map: recursion.map,
    key,
    pins: [...pins, ...carried],
    matches: [...matches, ...carried],
  };
}

/** What has no place: values, functions, rows that can not be. */
export function tablelessPiece(
  alias: string,
  occurrence: number,
): (pins: readonly Fact[], matches: readonly Fact[]) => Omit<Piece, "level" | "kept"> {
  return (pins, matches) => ({
    kind: "tableless",
    table: undefined,
    alias,
    use: "read",
    occurrence,
    map: undefined,
    key: [],
    pins,
    matches,
  });
}

/** Says of a column that it has the value that a pin knows. */
export function pinFact(column: ColumnId, pin: Pin): Fact {
  const value = pin.values?.[0];
  return {
    kind: "values",
    column,
    constants: [
      value === undefined
        ? { id: pin.id ?? "?", many: false, literals: undefined }
        : { ...literalConstant(value as KeyValue), id: pin.id ?? value },
    ],
  };
}

export function literalConstant(value: KeyValue): Constant {
  const colon = value.indexOf(":");
  const type = value.slice(0, colon);
  const text = value.slice(colon + 1);
  const literal: Literal =
    type === "null"
      ? { kind: "null" }
      : { kind: type === "int" || type === "decimal" || type === "float" ? "number" : "string", text };
  return { id: value, many: false, literals: [literal] };
}

/** Every server has its own catalog. */
function isCatalog(schema: string | undefined, table: string): boolean {
  return (
    /^(pg_catalog|information_schema|performance_schema|mysql|sys)$/i.test(schema ?? "") ||
    (schema === undefined && /^pg_(?!dist)/.test(table)) ||
    table === "dual"
  );
}
