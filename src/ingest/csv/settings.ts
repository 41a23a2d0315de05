import type { ColumnRole } from "../columns.ts";
import type { TimeWriting } from "../timestamp.ts";

/** How one CSV log is to be read; plain data. */
export interface CsvSettings {
  readonly delimiter: number;
  readonly newline: number;
  /** Are there backslash escapes, as MySQL and PostgreSQL's COPY write them? */
  readonly backslash: boolean;
  /** Byte around fields: a double or a single quote. */
  readonly quote: number;
  readonly fieldCount: number;
  /** Index of the column of each role; -1 where the log has none. */
  readonly columns: Readonly<Record<ColumnRole, number>>;
  readonly keyIndexes: readonly number[];
  /** Column of MySQL's general_log table that says whether a record is a statement; -1 without one. */
  readonly commandType: number;
  readonly timeWriting: TimeWriting;
  readonly millisPerDuration: number;
  /** The header, to know it again further down in files that were put together; undefined without one. */
  readonly repeatedHeader: readonly string[] | undefined;
}
