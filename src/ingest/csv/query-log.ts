import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { columnFlag } from "../columns.ts";
import type { Detection, Format } from "../format.ts";
import { parseRows } from "../decimal.ts";
import { parseDuration } from "../duration.ts";
import { decodeParameters } from "../parameters.ts";
import type { PlainRecords } from "../plain-records.ts";
import { timeParser } from "../timestamp.ts";
import { commonFields, headerRepeated, isNullField, plausibleByTime, resolveField } from "./fields.ts";
import { CsvRecordReader, guessCsvRecordStart } from "./record-reader.ts";
import type { CsvRecordFormat } from "./record-reader.ts";
import { columnsTitle, columnTitle, csvSettings, roleTitles, settleColumns } from "./settle.ts";
import type { CsvScanner } from "./scanner.ts";
import type { CsvSettings } from "./settings.ts";
import { csvShape } from "./shape.ts";

/** CSV, TSV and their kin with one statement per record in an SQL column. */
export const csvQueryLog: Format = {
  title: "CSV query log: one statement per record, in an SQL column",

  detect(head, options) {
    const shape = csvShape(head, options);
    if (shape === undefined) return undefined;
    const { columns, notes } = settleColumns(shape, head, options);
    if (columns.sql === -1) {
      if (options.format !== "csv") return undefined;
      throw new InputError(`${head.name}: no column of SQL statements`, {
        hint: `it has ${columnsTitle(shape)}; name one with ${columnFlag("sql")}`,
      });
    }
    // One column without a name is plain SQL text, whose statements may take several lines; `;` then only ends them.
    const single = shape.samples.every((record) => record.slice(1).every((text) => text.trim() === ""));
    if (shape.header === undefined && single && options.format !== "csv") return undefined;
    return {
      format: "csv",
      dialect: undefined,
      dataStart: shape.dataStart,
      keyColumns: [],
      settings: csvSettings(shape, columns, [], options),
      roles: roleTitles(shape, columns),
      because: `its records have ${shape.fieldCount} fields, and ${columnTitle(shape, columns.sql)} holds SQL`,
      notes,
    };
  },

  createReader: (detection) => new CsvRecordReader(queryLogRecords(detection)),

  guessRecordStart: (bytes, from, atEnd, detection) =>
    guessCsvRecordStart(queryLogRecords(detection), bytes, from, atEnd),
};

function queryLogRecords(detection: Detection): CsvRecordFormat {
  const settings = detection.settings as CsvSettings | undefined;
  assert(settings !== undefined, "a detected CSV log has settings");
  const { sql, parameters } = settings.columns;
  const fillCommon = commonFields(settings);
  const isHeader = headerRepeated(settings, sql);
  const { commandType } = settings;
  return {
    kind: "statement",
    delimiter: settings.delimiter,
    newline: settings.newline,
    backslash: settings.backslash,
    quote: settings.quote,
    fewestFields: settings.fieldCount,
    mostFields: settings.fieldCount,
    openEnd: sql === settings.fieldCount - 1,
    keyColumns: [],
    plain: plainRecords(settings),
    plausible: plausibleByTime(settings),
    decode(fields, bytes, entry) {
      if (isNullField(fields, bytes, sql)) return "empty statement";
      if (isHeader(fields, bytes)) return "repeated header";
      if (commandType >= 0 && !isStatement(fields, bytes, commandType))
        return "no execution of a statement (command_type)";
      entry.sql.start = fields.starts[sql]!;
      entry.sql.end = resolveField(fields, bytes, sql);
      fillCommon(fields, bytes, entry);
      entry.parameters.count = 0;
      if (parameters >= 0 && !isNullField(fields, bytes, parameters)) {
        decodeParameters(bytes, fields.starts[parameters]!, resolveField(fields, bytes, parameters), entry.parameters);
      }
      return undefined;
    },
  };
}

/** Undefined where records need more than the kernel knows. */
function plainRecords(settings: CsvSettings): PlainRecords | undefined {
  const { delimiter, newline, fieldCount, columns, millisPerDuration } = settings;
  if (settings.backslash || settings.quote !== 34 || settings.commandType >= 0 || columns.parameters >= 0) return undefined;
  const headerName = settings.repeatedHeader?.[columns.sql];
  return {
    delimiter,
    newline,
    fieldCount,
    sql: columns.sql,
    time: columns.time,
    duration: columns.duration,
    rows: columns.rows,
    session: columns.session,
    transaction: columns.transaction,
    timesAreDates: settings.timeWriting === "date",
    millisPerDuration,
    headerLength: headerName === undefined ? 0 : new TextEncoder().encode(headerName).length,
    parseTime: timeParser(settings.timeWriting),
    parseDuration: (bytes, start, end) => parseDuration(bytes, start, end, millisPerDuration),
    parseRows,
  };
}

/** MySQL's general_log table also has records for connecting, preparing, quitting. Query and Execute run something. */
function isStatement({ starts, ends }: CsvScanner, bytes: Uint8Array, commandType: number): boolean {
  const command = String.fromCharCode(
    ...bytes.subarray(starts[commandType], Math.min(ends[commandType]!, starts[commandType]! + 16)),
  );
  return command === "Query" || command === "Execute";
}
