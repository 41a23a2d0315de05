import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { columnFlag } from "../columns.ts";
import { headerRepeated, isNullField, resolveField } from "../csv/fields.ts";
import { CsvRecordReader, guessCsvRecordStart, type CsvRecordFormat } from "../csv/record-reader.ts";
import { csvSettings, settleColumns } from "../csv/settle.ts";
import { csvShape } from "../csv/shape.ts";
import { pushSpan } from "../entry.ts";
import type { Detection, Format, Head, ReaderOptions } from "../format.ts";
import { JsonObjectReader } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark, isJsonObject, type JsonObject } from "../json-objects.ts";
import { RowDecoder } from "./row-decoder.ts";
import type { DataSetSettings } from "./settings.ts";

/** Columns of a data set, at most: each is counted by itself. */
const columnLimit = 64;

/**
 * Rows of a table or documents of a collection, not statements: CSV with a header, JSON lines, or a JSON array. Told from a log by
 * what it lacks (SQL, operation and table) and by a column that is named like a key; `--format data-set` takes any.
 */
export const dataSet: Format = {
  title: "data set: rows of a table or documents of a collection, not statements",

  detect(head, options) {
    const detection = jsonRows(head) ?? csvRows(head, options);
    const forced = options.format === "data-set";
    if (detection === undefined || (!forced && !detection.keyColumns.some((name) => keyName.test(name)))) {
      if (!forced) return undefined;
      throw new InputError(`${head.name}: it holds neither CSV with a header and rows nor JSON objects`, {
        hint: "a data set is CSV or TSV with a header, JSON lines, or a JSON array of objects",
      });
    }
    // Whoever says so knows it.
    return forced ? { ...detection, notes: detection.notes.filter((note) => note !== mayBeLog) } : detection;
  },

  createReader(detection) {
    const settings = settingsOf(detection);
    if (settings.rows === "csv") return new CsvRecordReader(rowRecords(detection));
    return new JsonObjectReader(new RowDecoder(settings.paths), settings.layout, detection.keyColumns);
  },

  guessRecordStart(bytes, from, atEnd, detection) {
    const settings = settingsOf(detection);
    if (settings.rows === "csv") return guessCsvRecordStart(rowRecords(detection), bytes, from, atEnd);
    if (settings.layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

/** Names that keys go by. */
const keyName = /(^|[._])(id|uuid|guid|key|code|oid|sku|isbn|email)$|[a-z]Id$/i;

function settingsOf({ settings }: Detection): DataSetSettings {
  assert(settings !== undefined && "rows" in settings, "a detected data set has settings");
  return settings as DataSetSettings;
}

const mayBeLog = `read as rows of a table; if it is a log, name its statements with ${columnFlag("sql")}`;

const common = {
  format: "data-set",
  dialect: undefined,
  roles: {},
  notes: [mayBeLog],
} as const;

function csvRows(head: Head, options: ReaderOptions): Detection | undefined {
  const shape = csvShape(head, options);
  if (shape?.header === undefined || new Set(shape.header).size < shape.fieldCount) return undefined;
  const { columns } = settleColumns(shape, head, { ...options, columns: {} });
  const keyIndexes = Array.from({ length: Math.min(shape.fieldCount, columnLimit) }, (_, index) => index);
  return {
    ...common,
    ...withLimit(shape.fieldCount),
    dataStart: shape.dataStart,
    keyColumns: keyIndexes.map((index) => shape.header![index]!),
    settings: { rows: "csv", csv: csvSettings(shape, columns, keyIndexes, options) },
    because: `it has a header and neither SQL nor operations: ${shape.header.slice(0, 8).join(", ")}`,
  };
}

function jsonRows(head: Head): Detection | undefined {
  const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
  if (objects.length === 0) return undefined;
  const all = scalarPaths(objects);
  const paths = all.slice(0, columnLimit);
  return {
    ...common,
    ...withLimit(all.length),
    dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
    keyColumns: paths.map((path) => path.join(".")),
    settings: { rows: "json", layout, paths },
    because: `its JSON objects hold neither SQL nor operations: ${paths
      .slice(0, 8)
      .map((path) => path.join("."))
      .join(", ")}`,
  };
}

const withLimit = (columns: number): { readonly notes: readonly string[] } => ({
  notes:
    columns <= columnLimit
      ? common.notes
      : [...common.notes, `the first ${columnLimit} of its ${columns} columns are judged`],
});

/** Fields with a plain value in one of the objects, at the top or one level down, in the order of appearance. */
function scalarPaths(objects: readonly JsonObject[]): readonly (readonly string[])[] {
  const paths = new Map<string, readonly string[]>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      if (Array.isArray(value)) continue;
      if (!isJsonObject(value)) paths.set(JSON.stringify([name]), [name]);
      else
        for (const [inner, deep] of Object.entries(value))
          if (!Array.isArray(deep) && !isJsonObject(deep)) paths.set(JSON.stringify([name, inner]), [name, inner]);
    }
  }
  return [...paths.values()];
}

function rowRecords(detection: Detection): CsvRecordFormat {
  const settings = settingsOf(detection);
  assert(settings.rows === "csv", "CSV rows have the settings of CSV");
  const { csv } = settings;
  const isHeader = headerRepeated(csv, 0);
  return {
    kind: "row",
    delimiter: csv.delimiter,
    newline: csv.newline,
    backslash: csv.backslash,
    quote: csv.quote,
    fewestFields: csv.fieldCount,
    mostFields: csv.fieldCount,
    openEnd: false,
    keyColumns: detection.keyColumns,
    plausible: () => true,
    decode(fields, bytes, entry) {
      if (isHeader(fields, bytes)) return "repeated header";
      entry.keys.count = 0;
      for (const index of csv.keyIndexes) {
        if (isNullField(fields, bytes, index)) pushSpan(entry.keys, -1, -1);
        else pushSpan(entry.keys, fields.starts[index]!, resolveField(fields, bytes, index));
      }
      return undefined;
    },
  };
}
