import { InputError } from "../base/input-error.ts";
import { setSpan, resolveField } from "./csv/fields.ts";
import { CsvRecordReader, guessCsvRecordStart } from "./csv/record-reader.ts";
import type { CsvRecordFormat } from "./csv/record-reader.ts";
import { CsvScanner } from "./csv/scanner.ts";
import type { LogEntry, SkipReason } from "./entry.ts";
import { parseDecimal } from "./decimal.ts";
import type { Format, Head } from "./format.ts";
import { decodePostgresParameters } from "./parameters.ts";
import { timeParser } from "./timestamp.ts";

/**
 * PostgreSQL's csvlog
 * (https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG): 23 columns up to
 * version 12, 24 in 13, 26 from 14 on.
 *
 * An execution is a line `statement: ...` or `execute name: ...`, with or without `duration: ... ms` before it. Under
 * the extended protocol each execution also logs a parse and a bind line, which are not executions. The time is when
 * the line was written: with a duration, when the statement ended.
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

  createReader: () => new CsvRecordReader(csvlogRecords()),

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
    fewestFields,
    mostFields,
    openEnd: false,
    keyColumns: [],
    plausible: ({ starts, ends }, bytes) =>
      ends[sqlState]! - starts[sqlState]! === 5 && !Number.isNaN(parseTime(bytes, starts[logTime]!, ends[logTime]!)),
    decode(fields, bytes, entry) {
      const reason = decodeMessage(bytes, fields.starts[message]!, fields, entry);
      if (reason !== undefined) return reason;
      entry.timeMicros = parseTime(bytes, fields.starts[logTime]!, fields.ends[logTime]!);
      setSpan(entry.session, fields, bytes, sessionId);
      setSpan(entry.database, fields, bytes, databaseName);
      setSpan(entry.user, fields, bytes, userName);
      setSpan(entry.transaction, fields, bytes, virtualTransactionId);
      // "3/0": backend 3 is in no transaction.
      const { start, end } = entry.transaction;
      if (end - start >= 2 && bytes[end - 1] === 48 && bytes[end - 2] === 47)
        entry.transaction.start = entry.transaction.end = -1;
      entry.parameters.count = 0;
      const detailStart = fields.starts[detail]!;
      if (startsWith(bytes, detailStart, fields.ends[detail]!, parametersPrefix)) {
        decodePostgresParameters(bytes, detailStart, resolveField(fields, bytes, detail), entry.parameters);
      }
      return undefined;
    },
  };
}

/** Finds duration and statement in the message, or says why the line is no execution. */
function decodeMessage(bytes: Uint8Array, start: number, fields: CsvScanner, entry: LogEntry): SkipReason | undefined {
  let position = start;
  const rawEnd = fields.ends[message]!;
  entry.durationMs = NaN;
  entry.rows = NaN;
  if (startsWith(bytes, position, rawEnd, durationPrefix)) {
    const numberStart = position + durationPrefix.length;
    let numberEnd = numberStart;
    while (numberEnd < rawEnd && bytes[numberEnd] !== space) numberEnd += 1;
    entry.durationMs = parseDecimal(bytes, numberStart, numberEnd);
    position = numberEnd + 3; // " ms"
    if (position >= rawEnd) return "duration without its statement";
    while (position < rawEnd && bytes[position] === space) position += 1;
  }
  if (startsWith(bytes, position, rawEnd, statementPrefix)) {
    position += statementPrefix.length;
  } else if (startsWith(bytes, position, rawEnd, executePrefix)) {
    if (startsWith(bytes, position, rawEnd, fetchPrefix)) return "fetch from an open portal";
    position = behindColon(bytes, position, rawEnd);
  } else if (startsWith(bytes, position, rawEnd, parsePrefix)) {
    return "parse line of the extended protocol";
  } else if (startsWith(bytes, position, rawEnd, bindPrefix)) {
    return "bind line of the extended protocol";
  } else {
    return otherLine(bytes, position, fields);
  }
  if (position === -1 || position >= rawEnd) return "empty statement";
  entry.sql.start = position;
  entry.sql.end = resolveField(fields, bytes, message);
  return undefined;
}

function otherLine(bytes: Uint8Array, position: number, fields: CsvScanner): SkipReason {
  const end = fields.ends[message]!;
  for (const [prefix, reason] of otherPrefixes) if (startsWith(bytes, position, end, prefix)) return reason;
  const severity = String.fromCharCode(...bytes.subarray(fields.starts[errorSeverity]!, fields.ends[errorSeverity]!));
  return severities.has(severity) ? `${severity} message of the server` : "message of the server";
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const durationPrefix = ascii("duration: ");
const statementPrefix = ascii("statement: ");
const executePrefix = ascii("execute ");
const fetchPrefix = ascii("execute fetch from ");
const parsePrefix = ascii("parse ");
const bindPrefix = ascii("bind ");
const parametersPrefix = ascii("parameters: ");
const otherPrefixes = (
  [
    ["plan:", "plan of a statement (auto_explain)"],
    ["fastpath function call", "fastpath function call"],
    ["connection ", "connection line"],
    ["disconnection", "connection line"],
    ["checkpoint ", "checkpoint line"],
    ["restartpoint ", "checkpoint line"],
    ["automatic ", "autovacuum line"],
    ["temporary file", "temporary file line"],
    ["process ", "lock wait line"],
  ] as const
).map(([prefix, reason]) => [ascii(prefix), reason] as const);
const severities: ReadonlySet<string> = new Set([
  "DEBUG1",
  "DEBUG2",
  "DEBUG3",
  "DEBUG4",
  "DEBUG5",
  "LOG",
  "INFO",
  "NOTICE",
  "WARNING",
  "ERROR",
  "FATAL",
  "PANIC",
]);

/** Position behind the first ": ", where the statement starts; -1 when there is none. */
function behindColon(bytes: Uint8Array, from: number, end: number): number {
  for (let position = from; position + 1 < end; position++) {
    if (bytes[position] === 58 && bytes[position + 1] === space) return position + 2;
  }
  return -1;
}

/** Compares without regard to the case of ASCII letters: "Parameters:" since PostgreSQL 16. */
function startsWith(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  if (end - start < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    const expected = prefix[index]!;
    const byte = bytes[start + index]!;
    if (byte !== expected && (expected < 97 || expected > 122 || (byte | 32) !== expected)) return false;
  }
  return true;
}

const space = 32;
