import type { Span } from "../entry.ts";
import { timeParser } from "../timestamp.ts";

/** How the syslog lines of PostgreSQL are told from others; plain data. */
export interface SyslogSettings {
  readonly prefix: string;
  /** syslog_ident, the name of the program. */
  readonly ident: string;
  /** Month of the first line, 0 to 11: BSD times have no year, and a month before this one is of the next year. */
  readonly firstMonth: number;
}

/** RFC 3164 has no year. A leap year, so that the 29th of February is a day. */
export const assumedYear = 2000;

/**
 * What a syslog line has around the server's text: RFC 3164 (`Feb 10 23:15:40 host postgres[123]: `), with a time of
 * ISO 8601 in place of the BSD one as rsyslog writes it, RFC 5424 (`<134>1 2026-02-10T23:15:40Z host postgres 123 - - `),
 * and Heroku's logplex (`2026-02-10T23:15:40+00:00 app[postgres.123]: [DATABASE] `).
 */
export class SyslogEnvelope {
  readonly ident: Span = { start: -1, end: -1 };
  readonly process: Span = { start: -1, end: -1 };
  /** Number of the line in its message, from 1; 0 where it is not numbered. */
  chunk = 0;
  /** Number of the message; -1 where messages are not numbered. */
  message = -1;
  bodyStart = 0;
  timeStart = 0;
  timeEnd = 0;
  month = -1;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  readonly #parseDate = timeParser("date");
  // Most lines are of the day of the line before, so the calendar is asked once a day.
  #day = -1;
  #dayMillis = NaN;

  /** Finds the envelope of the line `[start, end)`; false when it has none. */
  open(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.ident.start = this.process.start = -1;
    this.chunk = 0;
    this.message = -1;
    let at = start;
    // Octet counting, as over TCP: `123 <134>1 ...`.
    const counted = this.#behindDigits(at);
    if (counted > at && bytes[counted] === 32 && bytes[counted + 1] === 60) at = counted + 1;
    let structured = false;
    if (bytes[at] === 60) {
      const close = this.#behindDigits(at + 1);
      if (bytes[close] !== 62) return false;
      at = close + 1;
      const version = this.#behindDigits(at);
      if (version > at && version - at < 3 && bytes[version] === 32) {
        structured = true;
        at = version + 1;
      }
    }
    this.timeStart = at;
    at = this.#behindTime(at);
    if (at === -1 || bytes[at] !== 32) return false;
    this.timeEnd = at;
    at = structured ? this.#behindStructured(at + 1) : this.#behindTag(at + 1);
    if (at === -1) return false;
    this.#sequence(at);
    return true;
  }

  /** The time in microseconds, a BSD one in the assumed year. */
  timeMicros(firstMonth: number): number {
    const bytes = this.#bytes;
    if (this.month === -1) return this.#parseDate(bytes, this.timeStart, this.timeEnd);
    const at = this.timeStart;
    const pair = (index: number): number => {
      const tens = bytes[at + index]!;
      return (tens === 32 ? 0 : tens - 48) * 10 + bytes[at + index + 1]! - 48;
    };
    const day = this.month * 32 + pair(4);
    if (day !== this.#day) {
      this.#day = day;
      const year = this.month < firstMonth ? assumedYear + 1 : assumedYear;
      this.#dayMillis = Date.UTC(year, this.month, pair(4));
    }
    return (this.#dayMillis + (pair(7) * 3600 + pair(10) * 60 + pair(13)) * 1000) * 1000;
  }

  hasIdent(ident: Uint8Array): boolean {
    const { start, end } = this.ident;
    if (start < 0 || end - start !== ident.length) return false;
    for (let index = 0; index < ident.length; index++) if (this.#bytes[start + index] !== ident[index]) return false;
    return true;
  }

  #behindTime(at: number): number {
    const bytes = this.#bytes;
    this.month = -1;
    if (bytes[at] === 45) return at + 1;
    if (isDigit(bytes[at]!)) {
      if (at + 19 > this.#end || bytes[at + 4] !== 45 || bytes[at + 7] !== 45 || bytes[at + 13] !== 58) return -1;
      // With a space in place of the T it is the server's own time.
      if (bytes[at + 10] !== 84) return -1;
      let end = at + 19;
      while (end < this.#end && bytes[end]! > 32) end += 1;
      return end;
    }
    if (at + 16 > this.#end || bytes[at + 3] !== 32 || bytes[at + 9] !== 58 || bytes[at + 12] !== 58) return -1;
    for (const digit of timeDigits) if (!isDigit(bytes[at + digit]!)) return -1;
    if (bytes[at + 4] !== 32 && !isDigit(bytes[at + 4]!)) return -1;
    this.month = monthOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!);
    return this.month === -1 ? -1 : at + 15;
  }

  /** Host, program, process, message id and structured data of RFC 5424. Logplex leaves the last out. */
  #behindStructured(from: number): number {
    const bytes = this.#bytes;
    const programStart = this.#behindToken(from);
    if (programStart === -1) return -1;
    const processStart = this.#behindToken(programStart);
    if (processStart === -1) return -1;
    const messageStart = this.#behindToken(processStart);
    if (messageStart === -1) return -1;
    let at = this.#behindToken(messageStart);
    if (at === -1) return -1;
    setSpan(this.ident, programStart, processStart - 1);
    this.#setProcess(processStart, messageStart - 1);
    if (bytes[at] === 45 && bytes[at + 1] === 32) at += 2;
    else if (bytes[at] === 91 && !isDigit(bytes[at + 1]!)) {
      while (at < this.#end && bytes[at] === 91) {
        let quoted = false;
        for (at += 1; at < this.#end && (quoted || bytes[at] !== 93); at++) {
          if (bytes[at] === 34) quoted = !quoted;
          else if (bytes[at] === 92 && quoted) at += 1;
        }
        at += 1;
      }
      if (bytes[at] === 32) at += 1;
    }
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    return Math.min(at, this.#end);
  }

  /** A host, or none, and `postgres[123]: `. */
  #behindTag(from: number): number {
    let at = from;
    for (let token = 0; token < 4; token++) {
      const next = this.#behindToken(at);
      const end = next === -1 ? this.#end : next - 1;
      if (end > at + 1 && this.#bytes[end - 1] === 58 && this.#bytes[at] !== 91) {
        this.#setTag(at, end - 1);
        return next === -1 ? this.#end : next;
      }
      if (next === -1) return -1;
      at = next;
    }
    return -1;
  }

  #setTag(start: number, end: number): void {
    let bracket = end;
    if (this.#bytes[end - 1] === 93) {
      bracket = start;
      while (bracket < end && this.#bytes[bracket] !== 91) bracket += 1;
      if (bracket < end) this.#setProcess(bracket + 1, end - 1);
    }
    setSpan(this.ident, start, bracket);
  }

  /** Digits, also behind a name: `postgres.123`. */
  #setProcess(start: number, end: number): void {
    let first = end;
    while (first > start && isDigit(this.#bytes[first - 1]!)) first -= 1;
    if (first < end) setSpan(this.process, first, end);
  }

  /** `[7-1] ` before the text, and before that the name that Heroku gives the database. */
  #sequence(from: number): void {
    const bytes = this.#bytes;
    this.bodyStart = from;
    let at = from;
    if (bytes[at] === 91 && !isDigit(bytes[at + 1]!)) {
      const next = this.#behindToken(at);
      if (next === -1 || bytes[next - 2] !== 93) return;
      at = next;
    }
    if (bytes[at] !== 91) return;
    const dash = this.#behindDigits(at + 1);
    if (dash === at + 1 || bytes[dash] !== 45) return;
    const close = this.#behindDigits(dash + 1);
    if (close === dash + 1 || bytes[close] !== 93 || close - dash > 9) return;
    this.message = 0;
    for (let digit = at + 1; digit < dash; digit++) this.message = this.message * 10 + bytes[digit]! - 48;
    for (let digit = dash + 1; digit < close; digit++) this.chunk = this.chunk * 10 + bytes[digit]! - 48;
    at = close + 1;
    if (bytes[at] === 32) at += 1;
    this.bodyStart = Math.min(at, this.#end);
  }

  #behindToken(from: number): number {
    let at = from;
    while (at < this.#end && this.#bytes[at] !== 32) at += 1;
    return at < this.#end ? at + 1 : -1;
  }

  #behindDigits(from: number): number {
    let at = from;
    while (at < this.#end && isDigit(this.#bytes[at]!)) at += 1;
    return at;
  }
}

/**
 * Resolves what syslog daemons write for control characters, `#011` for a tab, in place. Returns the new end. A `#011`
 * that somebody wrote himself can't be told from one.
 */
export function unescapeOctal(bytes: Uint8Array, start: number, end: number): number {
  let write = start;
  for (let read = start; read < end; read++) {
    let byte = bytes[read]!;
    if (byte === 35 && read + 3 < end && bytes[read + 1] === 48) {
      const high = bytes[read + 2]! - 48;
      const low = bytes[read + 3]! - 48;
      if (high >= 0 && high < 4 && low >= 0 && low < 8) {
        byte = high * 8 + low;
        read += 3;
      }
    }
    bytes[write++] = byte;
  }
  return write;
}

function setSpan(span: Span, start: number, end: number): void {
  span.start = start;
  span.end = end;
}

const monthOf = (first: number, second: number, third: number): number =>
  months.get((first << 16) | (second << 8) | third) ?? -1;

const months: ReadonlyMap<number, number> = new Map(
  ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map((name, month) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    month,
  ]),
);
const timeDigits = [5, 7, 8, 10, 11, 13, 14] as const;
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
