/**
 * What is stored, as opposed to what is asked for: rows weigh storage and movement, statements weigh load. By table name,
 * in the order of the names.
 */
export type StoredRows = ReadonlyMap<string, StoredTable>;

export interface StoredTable {
  readonly table: string;
  /** Rows, and bytes with indexes; undefined where the source does not say. */
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  /** "counted": from all rows. "estimated": the server's own statistics. "sampled": from a share of the rows. */
  readonly from: "counted" | "estimated" | "sampled";
  /** Where the figures are from, such as `pg_stats`, with the size of the sample where one was taken. */
  readonly source: string;
  /** In the order of the table's columns; columns of which nothing is known are left out. */
  readonly columns: readonly StoredColumn[];
}

/** Shares are 0 to 1. Undefined is what the source does not say. */
export interface StoredColumn {
  readonly column: string;
  readonly numDistinctValues: number | undefined;
  readonly nullShare: number | undefined;
  /** Share of the rows that have the most common value. */
  readonly hottestShare: number | undefined;
  /** Pearson's r between the order of the values and the order of the rows on disk, -1 to 1. */
  readonly rowOrderCorrelation: number | undefined;
}
