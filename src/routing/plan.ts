import type { ShardMap } from "../placement/shard-map.ts";
import type { ColumnId, Fact } from "../sql/constraints/facts.ts";
import type { KeyValue } from "../workload/key-value.ts";

/** A table occurrence in the statement, or a derived table that stands for the one place its rows come from. */
export interface Piece {
  readonly kind: "sharded" | "reference" | "unsharded" | "tableless" | "unresolved";
  readonly table: string | undefined;
  readonly alias: string;
  readonly use: "read" | "insert" | "update" | "delete";
  readonly map: ShardMap | undefined;
  readonly occurrence: number;
  /** Columns of the shard key, in its order. */
  readonly key: readonly ColumnId[];
  /** Facts that the rows meet which matter. */
  readonly pins: readonly Fact[];
  /** Those, and the facts that hold where a row of it meets a row of another piece. */
  readonly matches: readonly Fact[];
  /** How many outer joins make it optional. */
  readonly level: number;
  /** Its rows are in the result whether or not they meet others: it says where the group's rows are. */
  readonly kept: boolean;
  /** Inserted tuples, one value per key column. */
  readonly rows?: InsertedRows;
  /** What the derived table that it stands for does inside. */
  readonly inside?: readonly Plan[];
}

export interface InsertedRows {
  readonly many: boolean;
  /** Undefined when the log does not have the values. */
  readonly keys: readonly (readonly KeyValue[])[] | undefined;
  /** The statement names no value for the key. */
  readonly missing: boolean;
  /** A value that is none of the column's type. */
  readonly unfit: string | undefined;
}

/** Pieces whose rows are in one place whenever they meet. */
export interface Group {
  readonly pieces: readonly Piece[];
  /** A derived table that must be put together from several shards before anything can be done with it. */
  readonly gathered?: readonly Plan[];
  /** Rows are sent here, and need not meet the others. */
  readonly delivered?: true;
}

/**
 * Something that runs by itself: a subquery, a data-modifying CTE. `meets`: it is asked again for rows of the others.
 */
export interface Apart {
  readonly plans: readonly Plan[];
  readonly meets: boolean;
}

/** One alternative of a statement: the rows of its groups must meet, if there is more than one. */
export interface Plan {
  readonly groups: readonly Group[];
  readonly apart: readonly Apart[];
  /** Even one group can't be asked shard by shard. */
  readonly meets: boolean;
  /** Values that subqueries give to columns. */
  readonly given: readonly Fact[];
  /** Two arms of a union are two requests although either may go to one place. */
  readonly arm: string;
  readonly keyUpdate: boolean;
  /** Tables whose rows it changes together. */
  readonly targets?: number;
}

/** The kind that a group's requests are of. */
export function kindOf(group: Group): Piece["kind"] {
  if (group.gathered !== undefined) return "sharded";
  for (const kind of ["unresolved", "sharded", "unsharded", "reference"] as const)
    if (group.pieces.some((piece) => piece.kind === kind)) return kind;
  return "tableless";
}

/** Kinds of everything that the plan asks. */
export const kindsOf = (plan: Plan): Piece["kind"][] => [
  ...plan.groups.map(kindOf),
  ...plan.apart.flatMap((apart) => apart.plans.flatMap(kindsOf)),
];

/** The sharded pieces whose rows all others of the group follow: those that are kept, or the least optional ones. */
export function leadersOf(group: Group): readonly Piece[] {
  const sharded = group.pieces.filter((piece) => piece.kind === "sharded");
  const kept = sharded.filter((piece) => piece.kept);
  if (kept.length > 0) return kept;
  const level = Math.min(...sharded.map((piece) => piece.level));
  return sharded.filter((piece) => piece.level === level);
}

/** Every alternative has these beside it; with no alternative left they are what remains. */
export function withApart(plans: readonly Plan[], apart: readonly Apart[]): readonly Plan[] {
  if (apart.length === 0) return plans;
  if (plans.length === 0) return [{ groups: [], apart, meets: false, given: [], arm: "", keyUpdate: false }];
  return plans.map((plan) => ({ ...plan, apart: [...plan.apart, ...apart] }));
}
