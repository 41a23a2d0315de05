import { parseDecimal } from "../decimal.ts";
import type { LogEntry, SkipReason } from "../entry.ts";

/**
 * Messages of a PostgreSQL server, the same in every format that it logs in
 * (https://www.postgresql.org/docs/current/runtime-config-logging.html).
 *
 * An execution is a message `statement: ...` or `execute name: ...`, with or without `duration: ... ms` before it. Under
 * the extended protocol each execution also logs a parse and a bind message, which are not executions. With both
 * log_statement and log_duration set, the duration follows as a message of its own: see `SessionReader`. The time of a
 * message is when it was written: with a duration, when the statement ended.
 *
 * Words are those of lc_messages = C or English; messages in other languages are skipped as what the server says.
 */

/** Finds duration and statement in the message `[start, end)`, or says why it is no execution. `sql.end` is left. */
export function decodeMessage(bytes: Uint8Array, start: number, end: number, entry: LogEntry): SkipReason | undefined {
  let position = start;
  entry.durationMs = NaN;
  entry.rows = NaN;
  if (startsWith(bytes, position, end, durationPrefix)) {
    const numberStart = position + durationPrefix.length;
    let numberEnd = numberStart;
    while (numberEnd < end && bytes[numberEnd] !== space) numberEnd += 1;
    const durationMs = parseDecimal(bytes, numberStart, numberEnd);
    entry.durationMs = durationMs >= 0 ? durationMs : NaN;
    position = numberEnd + 3; // " ms"
    if (position >= end) return durationLine;
    while (position < end && bytes[position] === space) position += 1;
  }
  if (startsWith(bytes, position, end, statementPrefix)) {
    position += statementPrefix.length;
  } else if (startsWith(bytes, position, end, executePrefix)) {
    if (startsWith(bytes, position, end, fetchPrefix)) return fetchLine;
    position = behindColon(bytes, position, end);
  } else if (startsWith(bytes, position, end, parsePrefix)) {
    return parseLine;
  } else if (startsWith(bytes, position, end, bindPrefix)) {
    return bindLine;
  } else {
    for (const [prefix, reason] of otherPrefixes) if (startsWith(bytes, position, end, prefix)) return reason;
    return serverMessage;
  }
  if (position === -1 || position >= end) return "empty statement";
  entry.sql.start = position;
  return undefined;
}

/** A duration without its statement, which stands in an earlier message when log_statement logged it. */
export const durationLine: SkipReason = "duration on a line of its own";
const fetchLine: SkipReason = "fetch from an open portal";
const parseLine: SkipReason = "parse line of the extended protocol";
const bindLine: SkipReason = "bind line of the extended protocol";
const connectionLine: SkipReason = "connection line";
/** What `severityReason` makes more precise. */
export const serverMessage: SkipReason = "message of the server";

/** The reason for a message that is no execution, by its severity in English, if that is known. */
export const severityReason = (severity: string | undefined): SkipReason =>
  severity === undefined ? serverMessage : `${severity} ${serverMessage}`;

/** Messages that tell of a failure in their session, and whether they end it. */
export const failures: ReadonlyMap<SkipReason, boolean> = new Map([
  [severityReason("ERROR"), false],
  [severityReason("FATAL"), true],
  [severityReason("PANIC"), true],
]);

/**
 * Messages after which the statement before them in the same session gets no duration any more: it failed, or the next
 * one began.
 */
export const endsStatement: ReadonlySet<SkipReason> = new Set([
  fetchLine,
  parseLine,
  bindLine,
  connectionLine,
  "empty statement",
  ...failures.keys(),
]);

/** Is `[start, end)` the DETAIL that logs parameters? "Parameters:" since PostgreSQL 16. */
export const isParameters = (bytes: Uint8Array, start: number, end: number): boolean =>
  startsWith(bytes, start, end, parametersPrefix);

/** A virtual transaction `3/0` says that backend 3 is in no transaction. */
export function dropNoTransaction({ bytes, transaction }: LogEntry): void {
  const { start, end } = transaction;
  if (end - start >= 2 && bytes[end - 1] === 48 && bytes[end - 2] === 47) transaction.start = transaction.end = -1;
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
    ["audit:", "audit line (pgaudit)"],
    ["fastpath function call", "fastpath function call"],
    ["connection ", connectionLine],
    ["disconnection", connectionLine],
    ["checkpoint ", "checkpoint line"],
    ["restartpoint ", "checkpoint line"],
    ["automatic ", "autovacuum line"],
    ["temporary file", "temporary file line"],
    ["process ", "lock wait line"],
  ] as const
).map(([prefix, reason]) => [ascii(prefix), reason] as const);

/** Position behind the first ": ", where the statement starts; -1 when there is none. */
function behindColon(bytes: Uint8Array, from: number, end: number): number {
  for (let position = from; position + 1 < end; position++) {
    if (bytes[position] === 58 && bytes[position + 1] === space) return position + 2;
  }
  return -1;
}

/** Compares without regard to the case of ASCII letters. `prefix` is in lower case. */
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
