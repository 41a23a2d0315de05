import type { Facts } from "./carry.ts";
import type { ColumnChoice, ColumnRole } from "./columns.ts";
import type { CsvSettings } from "./csv/settings.ts";
import type { DataSetSettings } from "./data-set/settings.ts";
import type { DurationUnit } from "./duration.ts";
import type { RecordReader } from "./entry.ts";
import type { MongodbSettings } from "./mongodb/settings.ts";
import type { JsonlSettings } from "./jsonl/settings.ts";
import type { DigestSettings } from "./mysql/digests.ts";
import type { SlowLogSettings } from "./mysql/slow-reader.ts";
import type { VtgateSettings } from "./vtgate/vtgate-log.ts";
import type { ScriptSettings } from "./sql-script/reader.ts";
import type { CloudSqlSettings } from "./postgres/cloud-sql.ts";
import type { JsonlogSettings } from "./postgres/jsonlog.ts";
import type { StatisticsSettings } from "./postgres/statement-statistics.ts";
import type { StderrSettings } from "./postgres/stderr.ts";
import type { SyslogSettings } from "./postgres/syslog-envelope.ts";

/** In the order in which detection asks them, the most particular first. */
export const formatNames = [
  "mysql-slow",
  "mysql-general",
  "mysql-digests",
  "mongodb",
  "pg-stat-statements",
  "postgres-jsonlog",
  "postgres-cloudsql",
  "vtgate",
  "proxysql",
  "jsonl",
  "postgres-csvlog",
  "postgres-syslog",
  "postgres-stderr",
  "sql-script",
  "csv",
  "access-log",
  "data-set",
] as const;

export type FormatName = (typeof formatNames)[number];

/** What the user may say about an input; all of it is found out when not said. */
export interface ReaderOptions {
  readonly format?: FormatName;
  readonly columns?: Readonly<Partial<Record<ColumnRole, ColumnChoice>>>;
  /** Unit of the duration column. Unsaid: from the column's name, else milliseconds. */
  readonly durationUnit?: DurationUnit;
  /** One byte between the fields of a CSV record. */
  readonly delimiter?: string;
  /** Is the first record of a CSV file a header? */
  readonly header?: boolean;
  /** PostgreSQL's log_line_prefix, where it is not to be told from the lines. */
  readonly logLinePrefix?: string;
}

/**
 * How an input is to be read. Plain data, so that it can be posted to worker threads: `createReader` makes a reader of
 * it on each.
 */
export interface Detection {
  readonly format: FormatName;
  /** Set where the format itself says which system wrote it. */
  readonly dialect: "postgres" | "mysql" | "mongodb" | undefined;
  /** Offset of the first record in the (decompressed) input, behind a byte-order mark and a header. */
  readonly dataStart: number;
  readonly keyColumns: readonly string[];
  readonly settings:
    | CsvSettings
    | DigestSettings
    | JsonlSettings
    | MongodbSettings
    | ScriptSettings
    | SlowLogSettings
    | JsonlogSettings
    | CloudSqlSettings
    | SyslogSettings
    | StderrSettings
    | StatisticsSettings
    | VtgateSettings
    | DataSetSettings
    | undefined;
  /** What the first bytes leave for later records: the best guess behind a cut, see `carry.ts`. */
  readonly facts?: Facts;
  /** The reader's names for what it uses, such as `sql` -> `raw_sql`. For the report. */
  readonly roles: Readonly<Partial<Record<ColumnRole, string>>>;
  /** Why it was read so, in one sentence. */
  readonly because: string;
  /** What the user may want to know before trusting the result. */
  readonly notes: readonly string[];
}

/** The first bytes of an input. */
export interface Head {
  readonly bytes: Uint8Array;
  /** True when `bytes` is all there is. */
  readonly atEnd: boolean;
  /** Name of the input, for messages only: a format is never told from a name. */
  readonly name: string;
}

/** A kind of log. Adding one is a file, a line in `formats.ts` and a test. */
export interface Format {
  readonly title: string;
  /**
   * How the head would be read, undefined when it is not of this format. `options.format` may force it: then it throws.
   */
  detect(head: Head, options: ReaderOptions): Detection | undefined;
  createReader(detection: Detection): RecordReader;
  /**
   * Guesses the first record start at or after `from` in a window of bytes out of the middle of an input; -1 when there
   * is none to be seen. `from` itself counts only when it is the start of a line: `bytes[from - 1]` ends one.
   */
  guessRecordStart(bytes: Uint8Array, from: number, atEnd: boolean, detection: Detection): number;
}
