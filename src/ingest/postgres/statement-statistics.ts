import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { comparableName } from "../columns.ts";
import { isNullField, resolveField, setSpan } from "../csv/fields.ts";
import { CsvRecordReader } from "../csv/record-reader.ts";
import type { CsvRecordFormat } from "../csv/record-reader.ts";
import { csvShape } from "../csv/shape.ts";
import { parseDecimal } from "../decimal.ts";
import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span } from "../entry.ts";
import type { Detection, Format, Head, ReaderOptions } from "../format.ts";
import { JsonObjectReader, notAnObject } from "../json-object-reader.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark } from "../json-objects.ts";
import type { ObjectLayout } from "../json-objects.ts";
import { unescapeJsonString } from "../json-string.ts";
import { JsonWalk } from "../jsonl/walk.ts";

/** How an export of pg_stat_statements is to be read; plain data. */
export type StatisticsSettings = {
  /** Name of the column of each role, as the export writes it. */
  readonly statisticsColumns: Readonly<Partial<Record<StatisticsRole, string>>>;
} & (
  | { readonly json: ObjectLayout }
  | {
      readonly json: undefined;
      readonly delimiter: number;
      readonly newline: number;
      readonly backslash: boolean;
      /** Byte around fields: a double or a single quote. */
      readonly quote: number;
      readonly fieldCount: number;
      readonly indexes: Readonly<Record<StatisticsRole, number>>;
    }
);

/** The columns that are used, with the names that they have had; the first that is there counts. */
const columnNames = {
  query: ["query"],
  calls: ["calls"],
  totalTime: ["total_exec_time", "total_time"],
  meanTime: ["mean_exec_time", "mean_time"],
  rows: ["rows"],
  database: ["datname", "database", "dbid"],
  user: ["rolname", "usename", "username", "userid"],
} as const;

export type StatisticsRole = keyof typeof columnNames;
const roles = Object.keys(columnNames) as readonly StatisticsRole[];

/**
 * Exports of PostgreSQL's view pg_stat_statements (https://www.postgresql.org/docs/current/pgstatstatements.html), as
 * CSV or as JSON objects. A row stands for all calls of a statement, with `$n` in the place of its values: where
 * statements go is known, what they ask for is not. Times are in milliseconds.
 *
 * The checks of foreign keys, which the server runs as statements of its own, are not the application's and are left
 * out: with track = all they stand in the view beside the inserts that caused them.
 */
export const pgStatStatements: Format = {
  title: "export of pg_stat_statements, as CSV or JSON",

  detect(head, options) {
    const settings = jsonSettings(head) ?? csvSettings(head, options);
    if (settings === undefined) {
      if (options.format !== "pg-stat-statements") return undefined;
      throw new InputError(`${head.name}: it has not the columns of pg_stat_statements`, {
        hint: "it needs query, calls and total_exec_time (total_time up to version 12): COPY (SELECT * FROM pg_stat_statements) TO STDOUT (FORMAT csv, HEADER)",
      });
    }
    const columns = settings.found.statisticsColumns;
    return {
      format: "pg-stat-statements",
      dialect: "postgres",
      dataStart: settings.dataStart,
      keyColumns: [],
      settings: settings.found,
      roles: {
        sql: columns.query!,
        duration: (columns.totalTime ?? columns.meanTime)!,
        ...(columns.rows === undefined ? {} : { rows: columns.rows }),
      },
      because: "it has the columns query, calls and time of pg_stat_statements",
      notes: [
        "pg_stat_statements has sums and $n for the values: where statements go is known; skew, hot keys and the load " +
          "over time are not",
      ],
    };
  },

  createReader(detection) {
    const settings = settingsOf(detection);
    return settings.json === undefined
      ? new CsvRecordReader(statisticsRecords(settings))
      : new JsonObjectReader(new StatisticsDecoder(settings.statisticsColumns), settings.json);
  },

  /** It has some thousands of rows at most: it is read in one piece. */
  guessRecordStart: () => -1,
};

function settingsOf({ settings }: Detection): StatisticsSettings {
  assert(settings !== undefined && "statisticsColumns" in settings, "a detected export has settings");
  return settings;
}

interface Found {
  readonly found: StatisticsSettings;
  readonly dataStart: number;
}

function jsonSettings(head: Head): Found | undefined {
  const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
  if (objects[0] === undefined) return undefined;
  const statisticsColumns = columnsAmong(Object.keys(objects[0]));
  if (statisticsColumns === undefined) return undefined;
  return { found: { statisticsColumns, json: layout }, dataStart: hasByteOrderMark(head.bytes) ? 3 : 0 };
}

function csvSettings(head: Head, options: ReaderOptions): Found | undefined {
  // The header is told before the shape: other CSV is not looked at twice.
  const firstLine = new TextDecoder().decode(head.bytes.subarray(0, 4096)).split(/[\r\n]/, 1)[0]!;
  if (!/\bcalls\b/i.test(firstLine)) return undefined;
  const shape = csvShape(head, options);
  const statisticsColumns = shape?.header === undefined ? undefined : columnsAmong(shape.header);
  if (shape?.header === undefined || statisticsColumns === undefined) return undefined;
  const { header, delimiter, newline, backslash, quote, fieldCount, dataStart } = shape;
  const indexes = Object.fromEntries(
    roles.map((role) => [role, header.indexOf(statisticsColumns[role] ?? "\0")]),
  ) as Record<StatisticsRole, number>;
  return { found: { statisticsColumns, json: undefined, delimiter, newline, backslash, quote, fieldCount, indexes }, dataStart };
}

function columnsAmong(names: readonly string[]): StatisticsSettings["statisticsColumns"] | undefined {
  const columns: Partial<Record<StatisticsRole, string>> = {};
  for (const role of roles) {
    const name = columnNames[role]
      .map((wanted) => names.find((candidate) => comparableName(candidate) === wanted))
      .find((candidate) => candidate !== undefined);
    if (name !== undefined) columns[role] = name;
  }
  const timed = columns.totalTime !== undefined || columns.meanTime !== undefined;
  return columns.query !== undefined && columns.calls !== undefined && timed ? columns : undefined;
}

function statisticsRecords(settings: Extract<StatisticsSettings, { json: undefined }>): CsvRecordFormat {
  const { indexes, fieldCount } = settings;
  const number = (bytes: Uint8Array, start: number, end: number): number => parseDecimal(bytes, start, end);
  return {
    kind: "statement",
    delimiter: settings.delimiter,
    newline: settings.newline,
    backslash: settings.backslash,
    quote: settings.quote,
    fewestFields: fieldCount,
    mostFields: fieldCount,
    openEnd: false,
    keyColumns: [],
    plausible: () => true,
    decode(fields, bytes, entry) {
      const field = (role: StatisticsRole): number => {
        const index = indexes[role];
        return index < 0 ? NaN : number(bytes, fields.starts[index]!, fields.ends[index]!);
      };
      if (isNullField(fields, bytes, indexes.query)) return "empty statement";
      const end = resolveField(fields, bytes, indexes.query);
      setSpan(entry.database, fields, bytes, indexes.database);
      setSpan(entry.user, fields, bytes, indexes.user);
      return fill(entry, bytes, fields.starts[indexes.query]!, end, field);
    },
  };
}

class StatisticsDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");
  readonly #walk: JsonWalk;

  constructor(columns: StatisticsSettings["statisticsColumns"]) {
    // A name that no object has keeps the order of the roles.
    this.#walk = new JsonWalk(roles.map((role) => ({ path: [columns[role] ?? "\0"] })));
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    if (!walk.find(start, end)) return notAnObject;
    const { starts, ends, kinds } = walk;
    const query = roles.indexOf("query");
    if (kinds[query] !== "string") return "empty statement";
    const textEnd = unescapeJsonString(bytes, starts[query]!, ends[query]!);
    this.#setSpan(this.entry.database, bytes, roles.indexOf("database"));
    this.#setSpan(this.entry.user, bytes, roles.indexOf("user"));
    return fill(this.entry, bytes, starts[query]!, textEnd, (role) => {
      const index = roles.indexOf(role);
      return starts[index]! < 0 ? NaN : parseDecimal(bytes, starts[index]!, ends[index]!);
    });
  }

  #setSpan(span: Span, bytes: Uint8Array, field: number): void {
    const { starts, ends, kinds } = this.#walk;
    span.start = kinds[field] === "string" || kinds[field] === "number" ? starts[field]! : -1;
    span.end = ends[field]!;
    if (span.start >= 0 && kinds[field] === "string") span.end = unescapeJsonString(bytes, span.start, span.end);
  }
}

function fill(
  entry: LogEntry,
  bytes: Uint8Array,
  start: number,
  end: number,
  field: (role: StatisticsRole) => number,
): SkipReason | undefined {
  if (start === end) return "empty statement";
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(end - start, 2000)).toString("latin1");
  if (text === "<insufficient privilege>") return "statement of another user, whose text is not shown";
  if (foreignKeyCheck.test(text)) return "check of a foreign key by the server";
  const calls = field("calls");
  if (calls === 0) return "statement that was planned and never executed";
  if (!Number.isSafeInteger(calls) || calls < 0) return "no number of calls";
  const total = field("totalTime");
  const durationMs = Number.isNaN(total) ? field("meanTime") * calls : total;
  const rows = field("rows");
  entry.sql.start = start;
  entry.sql.end = end;
  entry.executions = calls;
  entry.durationMs = durationMs >= 0 && durationMs < 1e15 ? durationMs : NaN;
  entry.rows = rows >= 0 && rows < 1e15 ? rows : NaN;
  entry.timeMicros = NaN;
  entry.parameters.count = 0;
  return undefined;
}

/** As src/backend/utils/adt/ri_triggers.c puts them together, with names always quoted. */
const foreignKeyCheck = /^SELECT \S+ FROM ONLY "[^]* x WHERE "[^]* OPERATOR\([^]* FOR KEY SHARE OF x$/;
