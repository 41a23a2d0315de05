import type { LogEntry, Span } from "../entry.ts";
import { parseRows } from "../decimal.ts";
import { parseDuration } from "../duration.ts";
import { timeParser } from "../timestamp.ts";
import { undoubleQuotes, unescapeBackslashes } from "./scanner.ts";
import type { CsvScanner } from "./scanner.ts";
import type { CsvSettings } from "./settings.ts";

/** Where field `index` of the record ends once its doubled quotes are resolved, in place. */
export function resolveField(fields: CsvScanner, bytes: Uint8Array, index: number): number {
  const quoting = fields.quoting[index]!;
  if (quoting < 2) return fields.ends[index]!;
  const resolve = quoting === 2 ? undoubleQuotes : unescapeBackslashes;
  const end = resolve(bytes, fields.starts[index]!, fields.ends[index]!, fields.quote);
  fields.ends[index] = end;
  fields.quoting[index] = 1;
  return end;
}

/** Is the field empty, or one of the unquoted words for NULL that databases export: `NULL`, `\N`? */
export function isNullField(fields: CsvScanner, bytes: Uint8Array, index: number): boolean {
  const start = fields.starts[index]!;
  const length = fields.ends[index]! - start;
  if (length === 0) return true;
  const quoting = fields.quoting[index];
  if (quoting === 1 || quoting === 2) return false;
  if (length === 2) return bytes[start] === 92 && bytes[start + 1] === 78;
  if (length !== 4) return false;
  return (
    (bytes[start]! | 32) === 110 &&
    (bytes[start + 1]! | 32) === 117 &&
    (bytes[start + 2]! | 32) === 108 &&
    (bytes[start + 3]! | 32) === 108
  );
}

/** Sets a span to a field; absent when there is no such column or the field is NULL. */
export function setSpan(span: Span, fields: CsvScanner, bytes: Uint8Array, index: number): void {
  if (index < 0 || isNullField(fields, bytes, index)) {
    span.start = -1;
    span.end = -1;
  } else {
    span.start = fields.starts[index]!;
    span.end = resolveField(fields, bytes, index);
  }
}

/** Fills what query logs and access logs have in common: times, durations, rows, and who was asking. */
export function commonFields(settings: CsvSettings): (fields: CsvScanner, bytes: Uint8Array, entry: LogEntry) => void {
  const { time, duration, rows, session, transaction, database, user } = settings.columns;
  const { millisPerDuration } = settings;
  const parseTime = timeParser(settings.timeWriting);
  return (fields, bytes, entry) => {
    const { starts, ends } = fields;
    entry.timeMicros = time < 0 ? NaN : parseTime(bytes, starts[time]!, ends[time]!);
    entry.durationMs = duration < 0 ? NaN : parseDuration(bytes, starts[duration]!, ends[duration]!, millisPerDuration);
    entry.rows = rows < 0 ? NaN : parseRows(bytes, starts[rows]!, ends[rows]!);
    setSpan(entry.session, fields, bytes, session);
    setSpan(entry.transaction, fields, bytes, transaction);
    setSpan(entry.database, fields, bytes, database);
    setSpan(entry.user, fields, bytes, user);
  };
}

/** Does the record repeat the header, as in files that were put together with `cat`? Judged by one telling column. */
export function headerRepeated(
  settings: CsvSettings,
  index: number,
): (fields: CsvScanner, bytes: Uint8Array) => boolean {
  const name = settings.repeatedHeader?.[index];
  if (name === undefined) return () => false;
  const expected = new TextEncoder().encode(name);
  return (fields, bytes) => {
    const start = fields.starts[index]!;
    if (fields.ends[index]! - start !== expected.length) return false;
    for (let at = 0; at < expected.length; at++) if (bytes[start + at] !== expected[at]) return false;
    return true;
  };
}

/** A record is plausible when its time is a time; where the log has none, by its number of fields alone. */
export function plausibleByTime(settings: CsvSettings): (fields: CsvScanner, bytes: Uint8Array) => boolean {
  const { time } = settings.columns;
  if (time < 0) return () => true;
  const parseTime = timeParser(settings.timeWriting);
  return (fields, bytes) =>
    isNullField(fields, bytes, time) || !Number.isNaN(parseTime(bytes, fields.starts[time]!, fields.ends[time]!));
}
