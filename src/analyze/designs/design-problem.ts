/**
 * The search for a design in numbers: tables with options (a shard key, reference, unsharded), and terms (a template, a
 * relation, a kind of transaction) whose cost depends on the options of the few tables that they touch. Work is in the
 * units of `Work`, over the whole log.
 */
export interface DesignProblem {
  readonly shardCount: number;
  /** The work of all statements on one node. */
  readonly work: number;
  /** `CostWeights.skew`. */
  readonly skewWeight: number;
  /** Undefined when the log has no times, or too few sampled accesses. */
  readonly windows: WindowShares | undefined;
  readonly tables: readonly ProblemTable[];
  readonly terms: readonly Term[];
}

export interface ProblemTable {
  readonly name: string;
  /** In the order of preference: of equal designs the one with earlier options is taken. */
  readonly options: readonly ProblemOption[];
}

export interface ProblemOption {
  /** Where the work goes that follows the key; undefined when the log has no values: then it counts as even. */
  readonly load: KeyLoad | undefined;
}

/** Shares that add up to 1. */
export interface KeyLoad {
  readonly byShard: Float64Array;
  /** Window by window, in each shard by shard. */
  readonly byWindow: Float64Array | undefined;
}

export interface WindowShares {
  /** Each window's share of the work. */
  readonly shares: Float64Array;
  /** Sampled accesses in each, as many as equally heavy ones would count for. */
  readonly effectiveSampleSizes: Float64Array;
  /** Windows that are busy enough and have samples enough to be judged. */
  readonly judged: readonly number[];
}

export interface Term {
  /** Indexes into `DesignProblem.tables`. */
  readonly tables: readonly number[];
  /** The options of these tables, by index. The same object for the same cost, so that it can be compared. */
  readonly costOf: (options: readonly number[]) => TermCost;
  /** The least overhead that it can have while some tables have no option yet (-1); 0 where it is not given. */
  readonly least?: (options: readonly number[]) => number;
}

/** What a term comes to: `placed`, `even`, `follows` and `unsharded` are its work on one node, `overhead` is on top. */
export interface TermCost {
  /** Goes where the key of a table says: `by` is the index into `Term.tables`. */
  readonly placed: number;
  readonly by: number;
  /** In equal parts on every shard. */
  readonly even: number;
  /** On any shard, such as the reading of a copy: spread as all the rest is. */
  readonly follows: number;
  /** On the one server of the unsharded tables, taken to be the busiest shard. */
  readonly unsharded: number;
  /** Work that all shards together do more than one node would; evenly spread. */
  readonly overhead: number;
}

/** One option for each table, by index. */
export type Choice = readonly number[];
