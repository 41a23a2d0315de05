/**
 * The transactions of a workload: which statements were run as one, and what each reached. Sums are exact whatever
 * their number; footprints are exact while they fit a bound (`Footprints.keptShare`).
 */
export interface TransactionSummary {
  readonly grouping: TransactionGrouping;
  readonly counts: TransactionCounts;
  /**
   * Transactions of several statements by type: the set of their templates. In the order of their templates. Past a bound
   * (`typeLimit`) the types that hash highest are one sum, `otherTypes`.
   */
  readonly types: readonly TransactionType[];
  readonly otherTypes: Omit<TransactionType, "templates" | "writes">;
  /** All transactions of several statements, by outcome: what the footprints are of. */
  readonly several: Omit<TransactionCounts, "autocommit">;
  /** Statements of a transaction -> transactions of so many, of those with BEGIN or an id. From 1,024 on in powers of 2. */
  readonly statements: ReadonlyMap<number, number>;
  /**
   * By template: its executions that were a transaction each, and were not rolled back. Their routes are the template's.
   * The template's other executions are in `types`, `otherTypes`, or were rolled back alone.
   */
  readonly alone: Float64Array;
  /** Of the transactions of several statements. */
  readonly footprints: Footprints;
}

/**
 * By what statements were put together. "none": the log has neither, so that what follows from transactions is unknown.
 * `because` is a sentence for the reader.
 */
export interface TransactionGrouping {
  readonly by: "ids" | "sessions" | "none";
  readonly because: string;
  /** Executions with neither a session nor an id: they are in no count of transactions. */
  readonly ungrouped: number;
}

export interface TransactionCounts {
  /** Statements that are a transaction each, without BEGIN. */
  readonly autocommit: ReadsAndWrites;
  /** With a BEGIN, an id, or autocommit off, and at least one statement. */
  readonly committed: ReadsAndWrites;
  readonly rolledBack: ReadsAndWrites;
  /** Neither committed nor rolled back when the log ends. */
  readonly open: ReadsAndWrites;
}

/** Transactions that only read, and those that write. */
export interface ReadsAndWrites {
  readonly reading: number;
  readonly writing: number;
}

export const transactionOutcomes = ["committed", "rolled-back", "open"] as const;
export type TransactionOutcome = (typeof transactionOutcomes)[number];

export interface TransactionType {
  /** Indexes into `Workload.templates`, in ascending order. */
  readonly templates: readonly number[];
  /** At least one of them did. */
  readonly writes: boolean;
  readonly committed: number;
  readonly rolledBack: number;
  readonly open: number;
  /** Time of the statements of all of them, where logged. */
  readonly timeMicros: number;
}

/**
 * What transactions reached, each distinct footprint once with its count. Past the bound those whose hash falls below a
 * halving threshold stay, like the values of a `ValueCounter`: `keptShare` says which share of the hashes that is.
 */
export interface Footprints {
  readonly keptShare: number;
  /** Footprints kept. */
  readonly size: number;
  /**
   * In a stated order, the same for any cut of the input; with a stride only the first of every so many. The footprint handed
   * over is one window, filled anew.
   */
  forEach(visit: (footprint: Footprint) => void, stride?: number): void;
  /** What footprints have in common, by the number that `forEachRecord` tells. */
  readonly skeletons: readonly FootprintSkeleton[];
  /**
   * The same footprints, unpacked as little as can be, for loops over all of them; in no order. Codes of all accesses, one
   * after the other, are filled in for the skeletons that are `unpacked`.
   */
  forEachRecord(
    visit: (skeleton: number, count: number, codes: Float64Array) => void,
    unpacked: (skeleton: number) => boolean,
    stride?: number,
  ): void;
}

/** A footprint without its values and sums. */
export interface FootprintSkeleton
  extends Readonly<Pick<Footprint, "type" | "outcome" | "writes" | "complete" | "shapes" | "starts">> {
  /** By access: whether the log has what it pins. */
  readonly valued: readonly boolean[];
}

/** The accesses of a transaction without repetitions, in the order of their first time. */
export interface Footprint {
  /** Index into `TransactionSummary.types`; -1: one of `otherTypes`. */
  type: number;
  outcome: TransactionOutcome;
  writes: boolean;
  count: number;
  timeMicros: number;
  /** False: it reached more than these accesses (`accessLimit`), or had a statement that could not be parsed. */
  complete: boolean;
  accessCount: number;
  /** Index into `Workload.shapes` per access. The shape says whether it writes. */
  shapes: Int32Array;
  /**
   * Access i has the value codes `codes[starts[i], starts[i + 1])`, one for each of the shape's `equal` columns. None though
   * the shape has such columns: the log has no values.
   */
  starts: Int32Array;
  codes: Float64Array;
}
