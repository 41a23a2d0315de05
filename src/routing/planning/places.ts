import type { ShardMap } from "../../placement/shard-map.ts";
import { samePin } from "../../sql/constraints/closure.ts";
import type { ColumnId, Fact } from "../../sql/constraints/facts.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { kindOf, leadersOf, type Piece, type Plan } from "../plan.ts";
import { pinFact } from "./pieces.ts";
import { type KeyPart, noOccurrences, occurrenceOf, type Path } from "./planning-context.ts";
import type { Planning } from "./planning.ts";

/** Where a query's rows come from. */
export interface Place {
  readonly map: ShardMap | undefined;
  readonly key: readonly KeyPart[];
  readonly types: readonly ColumnType[] | undefined;
}

export interface PlaceOf {
  readonly place: Place;
  readonly occurrence: number;
  readonly columns: readonly string[];
  readonly alias: string;
  readonly plans: readonly Plan[];
}

/** What stands for a query whose rows come from one place. */
export function placePiece(
  planning: Planning,
  { place, occurrence, columns, alias, plans }: PlaceOf,
  pins: readonly Fact[],
  matches: readonly Fact[],
  { level, kept }: Pick<Path, "level" | "kept">,
): Piece {
  const carried: Fact[] = [];
  const key = place.key.map((component, index): ColumnId => {
    if (typeof component === "number") return `${occurrence}.${columns[component]!}`;
    if ("outer" in component) return component.outer;
    const column: ColumnId = `${planning.occurrence(undefined)}.#key${index}`;
    const type = place.types?.[index];
    if (type !== undefined) planning.carriedTypes.set(column, type);
    carried.push(pinFact(column, component));
    return column;
  });
  return {
    kind: "sharded",
    table: undefined,
    alias,
    use: "read",
    occurrence,
    map: place.map,
    key,
    pins: [...pins, ...carried],
    matches: [...matches, ...carried],
    level,
    kept,
    inside: plans,
  };
}

/**
 * The one place that all alternatives' rows come from, in terms of the derived table's columns, of single values, or of
 * keys of the tables `beside` it that a lateral one speaks of.
 */
export function commonPlace(
  planning: Planning,
  plans: readonly Plan[],
  occurrence: number,
  columns: readonly string[],
  beside: ReadonlySet<number> = noOccurrences,
): Place | undefined {
  let found: Place | undefined;
  for (const plan of plans) {
    if (plan.apart.length > 0 || plan.meets || plan.keyUpdate) return undefined;
    const sharded = plan.groups.filter((group) => kindOf(group) === "sharded");
    const rest = plan.groups.filter((group) => kindOf(group) !== "sharded");
    if (
      sharded.length !== 1 ||
      sharded[0]!.gathered !== undefined ||
      rest.some((group) => kindOf(group) !== "tableless")
    )
      return undefined;
    // Both sides of a FULL JOIN keep rows of their own: each must say the same.
    const [leader, ...others] = leadersOf(sharded[0]!);
    const key = leader === undefined ? undefined : keyIn(planning, leader, occurrence, columns, beside);
    if (leader === undefined || key === undefined) return undefined;
    if (others.some((other) => !sameKeys(key, keyIn(planning, other, occurrence, columns, beside)))) return undefined;
    const place = {
      map: leader.map,
      key,
      types: leader.table === undefined ? undefined : planning.options.keyTypes(leader.table),
    };
    if (found !== undefined && !samePlaces(found, place)) return undefined;
    found ??= place;
  }
  return found;
}

function keyIn(
  planning: Planning,
  piece: Piece,
  occurrence: number,
  columns: readonly string[],
  beside: ReadonlySet<number>,
): readonly KeyPart[] | undefined {
  if (piece.rows !== undefined) return undefined;
  const closure = planning.closure(piece.pins);
  const key = piece.key.map((column, index): KeyPart | undefined => {
    const position =
      piece.level > 0
        ? -1
        : columns.findIndex((name) => closure.root(`${occurrence}.${name}`) === closure.root(column));
    if (position >= 0) return position;
    const outer =
      piece.level > 0 || beside.size === 0
        ? undefined
        : closure.equals(column).find((other) => beside.has(occurrenceOf(other)) && isKey(planning, other, index, piece));
    if (outer !== undefined) return { outer };
    const pin = closure.pin(column);
    return pin.to === "one" ? pin : undefined;
  });
  return key.every((component) => component !== undefined) ? key : undefined;
}

/** Whether the column is part `index` of a key that is placed like the piece's. */
function isKey(planning: Planning, column: ColumnId, index: number, { map }: Piece): boolean {
  const table = planning.tables[occurrenceOf(column)];
  const design = table === undefined ? undefined : planning.design.tables.get(table);
  return (
    design?.kind === "sharded" &&
    `${occurrenceOf(column)}.${design.shardKey[index]}` === column &&
    map !== undefined &&
    planning.options.maps(table!)?.identity === map.identity
  );
}

export function samePlaces(
  a: { map: ShardMap | undefined; key: readonly KeyPart[] },
  b: { map: ShardMap | undefined; key: readonly KeyPart[] },
): boolean {
  return a.map !== undefined && b.map !== undefined && a.map.identity === b.map.identity && sameKeys(a.key, b.key);
}

function sameKeys(a: readonly KeyPart[], b: readonly KeyPart[] | undefined): boolean {
  return (
    b !== undefined &&
    a.length === b.length &&
    a.every((left, index) => {
      const right = b[index]!;
      if (typeof left === "number" || typeof right === "number") return left === right;
      if ("outer" in left || "outer" in right) return "outer" in left && "outer" in right && left.outer === right.outer;
      return samePin(left, right);
    })
  );
}
