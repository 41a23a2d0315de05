import type { ColumnRole } from "../columns.ts";
import type { TimeWriting } from "../timestamp.ts";

/** How one CSV log is to be read; plain data. */
export interface CsvSettings {
  readonly delimiter: number;
  readonly newline: number;
  /** Are there backslash escapes, as MySQL and PostgreSQL's COPY write them? */
  readonly backslash: boolean;
  readonly fieldCount: number;
  /** Index of the column of each role; -1 where the log has none. */
  readonly columns: Readonly<Record<ColumnRole, number>>;
  readonly keyIndexes: readonly number[];
  readonly timeWriting: TimeWriting;
  readonly millisPerDuration: number;
  /**
   * The first header field, to know a header that is repeated further down (concatenated files); undefined without one.
   */
  readonly repeatedHeader: readonly string[] | undefined;
}
