/**
 * Where a statement goes under a design. The class follows from the predicate, whatever the data; the shards follow
 * from the values, when the log has them. Two facts, two fields, and the reason beside them.
 */
export interface Route {
  readonly class: RouteClass;
  /** Stable words, see `becauseText` for the sentence. */
  readonly because: Because;
  /**
   * Shard indexes in ascending order, "not-logged" when the values are not known, "not-placeable" when they can't be
   * placed (with `note`). A read of reference tables lists every shard, and any one of them will do; a write to one
   * needs them all. Unsharded tables live on no shard of the list.
   */
  readonly shards: readonly number[] | "not-logged" | "not-placeable";
  /**
   * Present when the statement falls into several requests: the class of the one that reaches furthest. Rows that a
   * request gives may bind the next (`u.id = e.user_id` asks one shard of `u` for each row of `e`).
   */
  readonly worstRequest?: RouteClass;
  /**
   * A derived table (with LIMIT, an aggregate, ...) or a subquery must be put together from its shards before the
   * rest is done.
   */
  readonly gathers?: true;
  readonly note?: string;
}

/**
 * "reference": any shard can answer, and for a write every shard must (`because` tells). "none": no row can match, or
 * the statement touches no rows at all (BEGIN, SET). A multi-shard statement goes to shards that its values decide,
 * which may be one shard in a given execution: see `shards`.
 */
export type RouteClass =
  | "single-shard"
  | "multi-shard"
  | "scatter-gather"
  | "cross-shard-join"
  | "reference"
  | "unsharded"
  | "none"
  | "unknown";

export type Because =
  | "equal" // every shard-key column is pinned to one value
  | "in-list" // a list of values
  | "rows" // several rows are inserted
  | "range" // a range of the key, under a strategy that keeps order
  | "partial-key" // only some columns of a compound key, under a strategy that can use them
  | "no-key" // the shard key is not restricted
  | "inequality" // the key is compared, but not in a way that narrows the shards
  | "function-of-key" // the key is inside an expression
  | "not-colocated" // rows of different shards must meet
  | "subquery" // parts of the statement go to different places
  | "contradiction" // no row can match
  | "null-key" // the key is compared with NULL, or inserted as NULL
  | "missing-key" // an insert gives no value for the key
  | "key-update" // the statement changes the shard key, so that a row may move
  | "no-table" // touches no table
  | "reference-table" // only tables that every shard has
  | "reference-write" // a copied table is written: every shard
  | "unsharded-table"
  | "mixed" // sharded and unsharded tables must meet
  | "unparsed"
  | "unresolved"; // a table or column can't be resolved with the schema and design at hand
