import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { columnFlag } from "../columns.ts";
import { pushSpan } from "../entry.ts";
import type { Detection, Format } from "../format.ts";
import { commonFields, headerRepeated, isNullField, plausibleByTime, resolveField, setSpan } from "./fields.ts";
import { CsvRecordReader, guessCsvRecordStart } from "./record-reader.ts";
import type { CsvRecordFormat } from "./record-reader.ts";
import { columnsTitle, columnTitle, csvSettings, roleTitles, settleColumns } from "./settle.ts";
import type { CsvSettings } from "./settings.ts";
import { csvShape } from "./shape.ts";

/**
 * CSV with one access per record and no SQL: an operation, a table, and key columns. Every column that plays no other
 * role is a key column.
 */
export const accessLog: Format = {
  title: "CSV access log: operation, table and key columns, without SQL",

  detect(head, options) {
    const shape = csvShape(head, options);
    if (shape === undefined) return undefined;
    const { columns, notes } = settleColumns(shape, head, options);
    const forced = options.format === "access-log";
    const used = new Set(Object.values(columns));
    const keyIndexes: number[] = [];
    for (let index = 0; index < shape.fieldCount; index++) if (!used.has(index)) keyIndexes.push(index);
    if (columns.sql !== -1 && !forced) return undefined;
    if (columns.operation === -1 || columns.table === -1 || keyIndexes.length === 0) {
      if (!forced) return undefined;
      throw new InputError(`${head.name}: an access log needs an operation, a table and at least one key column`, {
        hint: `it has ${columnsTitle(shape)}; name them with ${columnFlag("operation")} and ${columnFlag("table")}`,
      });
    }
    const keyColumns = keyIndexes.map((index) => shape.header?.[index] ?? `column ${index}`);
    return {
      format: "access-log",
      dialect: undefined,
      dataStart: shape.dataStart,
      keyColumns,
      settings: csvSettings(shape, columns, keyIndexes, options),
      roles: roleTitles(shape, columns),
      because:
        `${columnTitle(shape, columns.operation)} and ${columnTitle(shape, columns.table)} name operation and table, ` +
        `no column holds SQL, and the rest are keys: ${keyColumns.join(", ")}`,
      notes,
    };
  },

  createReader: (detection) => new CsvRecordReader(accessLogRecords(detection)),

  guessRecordStart: (bytes, from, atEnd, detection) =>
    guessCsvRecordStart(accessLogRecords(detection), bytes, from, atEnd),
};

function accessLogRecords(detection: Detection): CsvRecordFormat {
  const settings = detection.settings as CsvSettings | undefined;
  assert(settings !== undefined, "a detected access log has settings");
  const { operation, table } = settings.columns;
  const { keyIndexes } = settings;
  const fillCommon = commonFields(settings);
  const isHeader = headerRepeated(settings, table);
  return {
    kind: "access",
    delimiter: settings.delimiter,
    newline: settings.newline,
    backslash: settings.backslash,
    quote: settings.quote,
    fewestFields: settings.fieldCount,
    mostFields: settings.fieldCount,
    openEnd: false,
    keyColumns: detection.keyColumns,
    plausible: plausibleByTime(settings),
    decode(fields, bytes, entry) {
      if (isNullField(fields, bytes, table)) return "no table";
      if (isNullField(fields, bytes, operation)) return "no operation";
      if (isHeader(fields, bytes)) return "repeated header";
      setSpan(entry.operation, fields, bytes, operation);
      setSpan(entry.table, fields, bytes, table);
      fillCommon(fields, bytes, entry);
      entry.keys.count = 0;
      for (const index of keyIndexes) {
        if (isNullField(fields, bytes, index)) pushSpan(entry.keys, -1, -1);
        else pushSpan(entry.keys, fields.starts[index]!, resolveField(fields, bytes, index));
      }
      return undefined;
    },
  };
}
