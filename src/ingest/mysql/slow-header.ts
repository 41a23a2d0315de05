import { parseDecimal } from "../decimal.ts";
import type { Span } from "../entry.ts";
import { timeParser } from "../timestamp.ts";
import { endOfOldTime, parseOldTime } from "./old-time.ts";

/**
 * The comment lines before a statement of a slow log. All servers write `# Time:`, `# User@Host:` and `# Query_time:`;
 * MySQL 5.7 adds `Id:` behind the host, 8.0 with log_slow_extra more fields behind the times, Percona Server and
 * MariaDB lines of their own. A line that has nothing for us is passed over.
 */
export class SlowHeader {
  /** Microseconds since the epoch from a `# Time:` with date and zone, NaN without. */
  isoMicros = NaN;
  /** The server's local time from a `# Time:` in the old writing, NaN without. */
  localMicros = NaN;
  durationMs = NaN;
  rowsSent = NaN;
  rowsAffected = NaN;
  readonly user: Span = { start: -1, end: -1 };
  readonly session: Span = { start: -1, end: -1 };
  readonly schema: Span = { start: -1, end: -1 };
  /** There is a field for the database, even if it is empty. */
  saysSchema = false;
  readonly transaction: Span = { start: -1, end: -1 };
  readonly #parseIso = timeParser("date");

  /**
   * Reads the lines from `start` on, and returns where the statement starts: at the first line that is no header line,
   * or where another record's header starts. -1 when the bytes end before that.
   */
  read(bytes: Buffer, start: number, to: number, atEnd: boolean): number {
    this.#clear();
    let line = start;
    let hasTimes = false;
    while (line < to && bytes[line] === hash) {
      if (isHeaderLine(bytes, line, to, administratorCommand)) break;
      if (hasTimes && startsSlowRecord(bytes, line, to)) break;
      const newline = bytes.indexOf(10, line);
      if (newline === -1 && !atEnd) return -1;
      const lineEnd = newline === -1 ? to : newline;
      if (isHeaderLine(bytes, line, lineEnd, queryTime)) hasTimes = true;
      this.#readLine(bytes, line, lineEnd);
      line = newline === -1 ? to : newline + 1;
    }
    return line >= to && !atEnd ? -1 : line;
  }

  #clear(): void {
    this.isoMicros = this.localMicros = this.durationMs = this.rowsSent = this.rowsAffected = NaN;
    this.saysSchema = false;
    this.user.start = this.session.start = this.schema.start = this.transaction.start = -1;
  }

  #readLine(bytes: Buffer, line: number, end: number): void {
    switch (bytes[line + 2]) {
      case letter.T:
        if (isHeaderLine(bytes, line, end, time)) this.#readTime(bytes, line + time.length, end);
        else if (bytes[line + 3] === letter.h) this.#readFields(bytes, line + 2, end);
        break;
      case letter.U:
        if (isHeaderLine(bytes, line, end, userAtHost)) this.#readUser(bytes, line + userAtHost.length, end);
        else if (isHeaderLine(bytes, line, end, userAlone)) this.#readUser(bytes, line + userAlone.length, end);
        break;
      case letter.Q:
        if (bytes[line + 3] === letter.u) this.#readFields(bytes, line + 2, end);
        break;
      case letter.S:
      case letter.R:
      case letter.I:
        this.#readFields(bytes, line + 2, end);
        break;
    }
  }

  /** Percona's microslow patch wrote the user behind the time: `# Time: 090504  9:07:24 # User@Host: ...`. */
  #readTime(bytes: Buffer, start: number, end: number): void {
    let timeEnd = endOfOldTime(bytes, start, end);
    if (timeEnd !== -1) {
      this.localMicros = parseOldTime(bytes, start, timeEnd);
    } else {
      timeEnd = start;
      while (timeEnd < end && bytes[timeEnd]! > 32) timeEnd += 1;
      this.isoMicros = this.#parseIso(bytes, start, timeEnd);
    }
    while (timeEnd < end && bytes[timeEnd] === 32) timeEnd += 1;
    if (isHeaderLine(bytes, timeEnd, end, userAtHost)) this.#readUser(bytes, timeEnd + userAtHost.length, end);
  }

  /** `root[root] @ localhost [127.0.0.1]  Id:     3`; a thread of the server's own is `[SQL_SLAVE] @  []`. */
  #readUser(bytes: Buffer, start: number, end: number): void {
    let position = start;
    if (bytes[position] === openBracket) {
      while (position < end && bytes[position] !== closeBracket) position += 1;
      position = Math.min(end, position + 1);
    } else {
      while (position < end && bytes[position] !== openBracket && bytes[position]! > 32) position += 1;
    }
    setSpan(this.user, start, position);
    let last = end;
    while (last > position && bytes[last - 1]! <= 32) last -= 1;
    let digits = last;
    while (digits > position && isDigit(bytes[digits - 1]!)) digits -= 1;
    let colonAt = digits;
    while (colonAt > position && bytes[colonAt - 1] === 32) colonAt -= 1;
    const named = bytes[colonAt - 1] === colon && bytes[colonAt - 2] === letter.d && bytes[colonAt - 3] === letter.I;
    if (digits < last && named) setSpan(this.session, digits, last);
  }

  /** `Thread_id: 9  Schema: tpcc  QC_hit: No`: names, and values that end at a space. A schema may be empty. */
  #readFields(bytes: Buffer, start: number, end: number): void {
    let position = start;
    while (position < end) {
      while (position < end && bytes[position]! <= 32) position += 1;
      const name = position;
      while (position < end && bytes[position] !== colon) position += 1;
      const nameLength = position - name;
      position += 1;
      if (bytes[position] === 32) position += 1;
      const isSchema = nameLength === 6 && bytes[name] === letter.S;
      if (!isSchema) while (position < end && bytes[position] === 32) position += 1;
      const value = position;
      while (position < end && bytes[position]! > 32) position += 1;
      this.#take(bytes, name, nameLength, value, Math.min(position, end));
    }
  }

  #take(bytes: Buffer, name: number, nameLength: number, value: number, end: number): void {
    const first = bytes[name];
    if (nameLength === 10 && first === letter.Q) this.durationMs = durationOf(parseDecimal(bytes, value, end));
    else if (nameLength === 9 && first === letter.R && bytes[name + 5] === letter.s)
      this.rowsSent = parseDecimal(bytes, value, end);
    else if (nameLength === 13 && first === letter.R && bytes[name + 5] === letter.a)
      this.rowsAffected = parseDecimal(bytes, value, end);
    else if (nameLength === 9 && first === letter.T && bytes[name + 1] === letter.h) setSpan(this.session, value, end);
    else if (nameLength === 6 && first === letter.S) {
      setSpan(this.schema, value, end);
      this.saysSchema = true;
    } else if (nameLength === 13 && first === letter.I && bytes[name + 7] === letter.t) {
      if (!(end - value === 1 && bytes[value] === 48)) setSpan(this.transaction, value, end);
    }
  }
}

function setSpan(span: Span, start: number, end: number): void {
  span.start = end > start ? start : -1;
  span.end = end > start ? end : -1;
}

/** Does a record start at the line at `at`? Comments in a statement begin with a hash too, but not with these words. */
export function startsSlowRecord(bytes: Buffer, at: number, to: number): boolean {
  if (bytes[at] !== hash || bytes[at + 1] !== 32) return false;
  switch (bytes[at + 2]) {
    case letter.T:
      return (
        (isHeaderLine(bytes, at, to, time) && isDigit(bytes[at + time.length]!)) ||
        (isHeaderLine(bytes, at, to, threadId) && isDigit(bytes[at + threadId.length]!))
      );
    case letter.U:
      return isHeaderLine(bytes, at, to, userAtHost) || isHeaderLine(bytes, at, to, userAlone);
    case letter.Q:
      return isHeaderLine(bytes, at, to, queryTime) && isDigit(bytes[at + queryTime.length]!);
    default:
      return false;
  }
}

/** Is this a line of any header, perhaps in the middle of it? */
export const isAdministratorCommand = (bytes: Buffer, at: number, to: number): boolean =>
  isHeaderLine(bytes, at, to, administratorCommand);

function isHeaderLine(bytes: Buffer, at: number, to: number, text: Uint8Array): boolean {
  if (at + text.length > to) return false;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const time = ascii("# Time: ");
const userAtHost = ascii("# User@Host: ");
const userAlone = ascii("# User: ");
const threadId = ascii("# Thread_id: ");
const queryTime = ascii("# Query_time: ");
export const administratorCommand = ascii("# administrator command: ");
/** Bytes that decide whether a record starts at a line. */
export const decidingBytes = 16;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const hash = 35;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;
const code = (text: string): number => text.charCodeAt(0);
const letter = {
  T: code("T"),
  U: code("U"),
  Q: code("Q"),
  S: code("S"),
  R: code("R"),
  I: code("I"),
  a: code("a"),
  d: code("d"),
  h: code("h"),
  s: code("s"),
  t: code("t"),
  u: code("u"),
} as const;

/** A clock that was set back makes it negative: then it is not known. */
const durationOf = (seconds: number): number => (seconds >= 0 ? Math.round(seconds * 1e6) / 1e3 : NaN);
