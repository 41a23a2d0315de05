import type { ParseTime } from "./timestamp.ts";

/**
 * What the kernel has to know to read the plain records of a log by itself: delimiters, quotes with doubled quotes inside,
 * always the same fields. Whatever else a record may be is read by the format's own reader.
 */
export interface PlainRecords {
  readonly delimiter: number;
  readonly newline: number;
  readonly fieldCount: number;
  /** Field of each role, -1 for none. */
  readonly sql: number;
  readonly time: number;
  readonly duration: number;
  readonly rows: number;
  readonly session: number;
  readonly transaction: number;
  /** Times are dates with a time of day. */
  readonly timesAreDates: boolean;
  readonly millisPerDuration: number;
  /** SQL of so many bytes may be the header once more; 0 when that can't be. */
  readonly headerLength: number;
  readonly parseTime: ParseTime;
  /** Milliseconds; NaN when it is no duration. */
  readonly parseDuration: ParseTime;
  readonly parseRows: ParseTime;
}
