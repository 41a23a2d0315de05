import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { comparableName } from "../columns.ts";
import { isNullField, resolveField } from "../csv/fields.ts";
import { CsvRecordReader, guessCsvRecordStart } from "../csv/record-reader.ts";
import type { CsvRecordFormat } from "../csv/record-reader.ts";
import { csvShape } from "../csv/shape.ts";
import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason } from "../entry.ts";
import type { Detection, Format, Head, ReaderOptions } from "../format.ts";
import { JsonObjectReader, notAnObject } from "../json-object-reader.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark, isJsonObject } from "../json-objects.ts";
import type { ObjectLayout } from "../json-objects.ts";
import { statementOfDigest } from "./digest-text.ts";

/** Columns of performance_schema.events_statements_summary_by_digest that are used. */
const columns = {
  text: "digest_text",
  schema: "schema_name",
  count: "count_star",
  sum: "sum_timer_wait",
  average: "avg_timer_wait",
  sent: "sum_rows_sent",
  affected: "sum_rows_affected",
} as const;
type Column = keyof typeof columns;

/** How one export is to be read; plain data. */
export interface DigestSettings {
  /** Undefined for JSON. */
  readonly csv:
    | {
        readonly delimiter: number;
        readonly newline: number;
        readonly backslash: boolean;
        /** Byte around fields: a double or a single quote. */
        readonly quote: number;
        readonly fieldCount: number;
        /** Index of each column; -1 where it was left out. */
        readonly indexes: Readonly<Record<Column, number>>;
      }
    | undefined;
  readonly layout: ObjectLayout;
}

/**
 * Exports of MySQL's and MariaDB's statement digests
 * (https://dev.mysql.com/doc/refman/8.4/en/performance-schema-statement-summary-tables.html) as CSV, TSV or JSON. Each
 * row stands for all executions of one statement, whose values are gone.
 *
 * There are at most some thousand of them (performance_schema_digests_size), so a row may cost a string.
 */
export const mysqlDigests: Format = {
  title: "MySQL's statement digests (events_statements_summary_by_digest) as CSV, TSV or JSON",

  detect(head, options) {
    const settings = settingsOf(head, options);
    if (settings === undefined) {
      if (options.format !== "mysql-digests") return undefined;
      throw new InputError(`${head.name}: it has no columns DIGEST_TEXT and COUNT_STAR`, {
        hint: "export performance_schema.events_statements_summary_by_digest with the names of its columns",
      });
    }
    return {
      format: "mysql-digests",
      dialect: "mysql",
      dataStart: settings.dataStart,
      keyColumns: [],
      settings: settings.settings,
      roles: { sql: "DIGEST_TEXT", duration: "SUM_TIMER_WAIT", database: "SCHEMA_NAME" },
      because: "it has the columns DIGEST_TEXT and COUNT_STAR of MySQL's statement digests",
      notes: [
        "its rows count executions and hold no values: routing is judged, weighed by the counts, but skew is unknown",
      ],
    };
  },

  createReader(detection) {
    const { csv, layout } = digestSettings(detection);
    return csv === undefined ? new JsonObjectReader(new DigestObjects(), layout) : new CsvRecordReader(csvDigests(csv));
  },

  guessRecordStart(bytes, from, atEnd, detection) {
    const { csv, layout } = digestSettings(detection);
    if (csv !== undefined) return guessCsvRecordStart(csvDigests(csv), bytes, from, atEnd);
    if (layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

function digestSettings(detection: Detection): DigestSettings {
  assert(detection.settings !== undefined, "detected digests have settings");
  return detection.settings as DigestSettings;
}

function settingsOf(
  head: Head,
  options: ReaderOptions,
): { readonly settings: DigestSettings; readonly dataStart: number } | undefined {
  const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
  if (objects.length > 0) {
    const names = new Set(Object.keys(objects[0]!).map(comparableName));
    if (!names.has(columns.text) || !names.has(columns.count)) return undefined;
    return { settings: { csv: undefined, layout }, dataStart: hasByteOrderMark(head.bytes) ? 3 : 0 };
  }
  // A look at the first line before the whole shape is found out.
  const firstLine = new TextDecoder().decode(head.bytes.subarray(0, 4096)).split("\n", 1)[0]!;
  if (!/digest_text/i.test(firstLine) || !/count_star/i.test(firstLine)) return undefined;
  const shape = csvShape(head, options);
  if (shape?.header === undefined) return undefined;
  const names = shape.header.map(comparableName);
  const indexes = Object.fromEntries(
    Object.entries(columns).map(([column, name]) => [column, names.indexOf(name)]),
  ) as Record<Column, number>;
  if (indexes.text === -1 || indexes.count === -1) return undefined;
  const { delimiter, newline, backslash, quote, fieldCount, dataStart } = shape;
  return { settings: { csv: { delimiter, newline, backslash, quote, fieldCount, indexes }, layout: "lines" }, dataStart };
}

function csvDigests(settings: NonNullable<DigestSettings["csv"]>): CsvRecordFormat {
  const { indexes, fieldCount } = settings;
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
    plausible: ({ starts, ends }, bytes) =>
      /^\d{1,20}$/.test(latin1(bytes, starts[indexes.count]!, Math.min(ends[indexes.count]!, starts[indexes.count]! + 30))),
    decode: (fields, bytes, entry) =>
      fillEntry(entry, (column) => {
        const index = indexes[column];
        if (index === -1 || isNullField(fields, bytes, index)) return undefined;
        return decoder.decode(bytes.subarray(fields.starts[index], resolveField(fields, bytes, index)));
      }),
  };
}

/** Rows as JSON objects; exports write the columns in upper or lower case. */
class DigestObjects implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");

  open(): void {
    // Entries have bytes of their own.
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    let row: unknown;
    try {
      row = JSON.parse(bytes.toString("utf8", start, end));
    } catch {
      return notAnObject;
    }
    if (!isJsonObject(row)) return notAnObject;
    const byName = new Map(Object.entries(row).map(([name, value]) => [comparableName(name), value]));
    return fillEntry(this.entry, (column) => {
      const value = byName.get(columns[column]);
      return typeof value === "string" || typeof value === "number" ? `${value}` : undefined;
    });
  }
}

function fillEntry(entry: LogEntry, value: (column: Column) => string | undefined): SkipReason | undefined {
  const text = value("text");
  // The row of all statements that found no place in the table has no text.
  if (text === undefined || text.trim() === "") return "digest without a text";
  const count = Number(value("count"));
  if (!Number.isSafeInteger(count) || count < 0) return "no count of executions";
  if (count === 0) return "never executed";
  const sql = encoder.encode(statementOfDigest(text));
  const schema = encoder.encode(value("schema") ?? "");
  entry.bytes = Buffer.concat([sql, schema]);
  entry.sql.start = 0;
  entry.sql.end = sql.length;
  entry.database.start = schema.length === 0 ? -1 : sql.length;
  entry.database.end = schema.length === 0 ? -1 : sql.length + schema.length;
  entry.executions = count;
  const picoseconds = amount(value("sum")) ?? count * (amount(value("average")) ?? NaN);
  entry.durationMs = picoseconds / 1e9;
  const sent = amount(value("sent"));
  const affected = amount(value("affected"));
  entry.rows = sent === undefined && affected === undefined ? NaN : (sent ?? 0) + (affected ?? 0);
  entry.parameters.count = 0;
  return undefined;
}

function amount(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? NaN : Number(text);
  return value >= 0 && value < Infinity ? value : undefined;
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.max(0, end - start)).toString("latin1");
const encoder = new TextEncoder();
const decoder = new TextDecoder();
