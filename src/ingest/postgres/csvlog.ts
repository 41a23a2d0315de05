import { InputError } from "../../base/input-error.ts";
import { setSpan, resolveField } from "../csv/fields.ts";
import { CsvRecordReader, guessCsvRecordStart } from "../csv/record-reader.ts";
import type { CsvRecordFormat } from "../csv/record-reader.ts";
import { CsvScanner } from "../csv/scanner.ts";
import type { Format, Head } from "../format.ts";
import { decodeMessage, dropNoTransaction, isParameters, serverMessage, severityReason } from "./message.ts";
import { SessionReader } from "./session-reader.ts";
import { severityOf } from "./severity.ts";
import { decodePostgresParameters } from "../parameters.ts";
import { timeParser } from "../timestamp.ts";

/**
 * PostgreSQL's csvlog
 * (https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG): 23 columns up to
 * version 12, 24 in 13, 26 from 14 on.
 *
 * What its messages say of executions is in `message.ts`.
 */
export const postgresCsvlog: Format = {
  title: "PostgreSQL csvlog",

  detect(head, options) {
    const dataStart = startOfData(head);
    if (dataStart === -1) {
      if (options.format !== "postgres-csvlog") return undefined;
      throw new InputError(`${head.name}: its first record is not a line of PostgreSQL's csvlog`, {
        hint: "it needs 23 to 26 comma-separated fields, with a time in the first and an SQLSTATE in the thirteenth",
      });
    }
    return {
      format: "postgres-csvlog",
      dialect: "postgres",
      dataStart,
      keyColumns: [],
      settings: undefined,
      roles: { time: "log_time", sql: "message", duration: "message", parameters: "detail", session: "session_id" },
      because:
        "its records have PostgreSQL's 23 to 26 csvlog fields, with a time first and an SQLSTATE in the thirteenth",
      notes: [],
    };
  },

  createReader: () => new SessionReader(new CsvRecordReader(csvlogRecords())),

  guessRecordStart: (bytes, from, atEnd) => guessCsvRecordStart(csvlogRecords(), bytes, from, atEnd),
};

// Zero-based columns, as the manual lists them.
const logTime = 0;
const userName = 1;
const databaseName = 2;
const sessionId = 5;
const virtualTransactionId = 9;
const errorSeverity = 11;
const sqlState = 12;
const message = 13;
const detail = 14;
const fewestFields = 23;
const mostFields = 26;

/**
 * Offset of the first record, behind a byte-order mark and a header if somebody added one; -1 when it is not a csvlog.
 */
function startOfData(head: Head): number {
  const format = csvlogRecords();
  const { bytes } = head;
  const scanner = new CsvScanner(format.delimiter, format.newline);
  scanner.open(bytes, bytes.length, head.atEnd);
  let position = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let record = 0; record < 2; record++) {
    const next = position < bytes.length ? scanner.next(position) : -1;
    const count = scanner.fieldCount;
    if (next === -1 || scanner.malformed !== undefined || count < fewestFields || count > mostFields) return -1;
    if (format.plausible(scanner, bytes)) return position;
    position = next;
  }
  return -1;
}

function csvlogRecords(): CsvRecordFormat {
  const parseTime = timeParser("date");
  return {
    kind: "statement",
    delimiter: 44,
    newline: 10,
    backslash: false,
    quote: 34,
    fewestFields,
    mostFields,
    openEnd: false,
    keyColumns: [],
    plausible: ({ starts, ends }, bytes) =>
      ends[sqlState]! - starts[sqlState]! === 5 && !Number.isNaN(parseTime(bytes, starts[logTime]!, ends[logTime]!)),
    decode(fields, bytes, entry) {
      setSpan(entry.session, fields, bytes, sessionId);
      setSpan(entry.transaction, fields, bytes, virtualTransactionId);
      dropNoTransaction(entry);
      const reason = decodeMessage(bytes, fields.starts[message]!, fields.ends[message]!, entry);
      if (reason !== undefined) return reason === serverMessage ? severityReason(severityOf(bytes, fields.starts[errorSeverity]!, fields.ends[errorSeverity]!)) : reason;
      entry.sql.end = resolveField(fields, bytes, message);
      entry.timeMicros = parseTime(bytes, fields.starts[logTime]!, fields.ends[logTime]!);
      setSpan(entry.database, fields, bytes, databaseName);
      setSpan(entry.user, fields, bytes, userName);
      entry.parameters.count = 0;
      const detailStart = fields.starts[detail]!;
      if (isParameters(bytes, detailStart, fields.ends[detail]!)) {
        decodePostgresParameters(bytes, detailStart, resolveField(fields, bytes, detail), entry.parameters);
      }
      return undefined;
    },
  };
}
