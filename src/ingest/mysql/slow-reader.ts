import { CarriedFacts } from "../carry.ts";
import type { Carry, Facts } from "../carry.ts";
import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import { parseDecimal } from "../decimal.ts";
import { PlacedNames } from "../placed-names.ts";
import { behindBanner, startOfBannerBefore } from "./banner.ts";
import { mayOpenQuote, mysqlQuoting, skipQuoted } from "../quoting.ts";
import { administratorCommand, decidingBytes, isAdministratorCommand, SlowHeader, startsSlowRecord } from "./slow-header.ts";

/** How one slow log is to be read; plain data. */
export interface SlowLogSettings {
  /** Minutes that the server's local time is ahead of UTC; 0 when the log does not say. */
  readonly localAheadMinutes: number;
}

/** Names of the facts that records take from earlier ones. */
const slowFacts = { database: "database", localMicros: "local time" } as const;

/**
 * Reads a slow log. A record is its header lines and its statement, with `use` and `SET timestamp` before it; it ends
 * where the next header or a banner starts. A statement may hold lines that look like a header: they are its own when
 * they lie in a string or comment that closes, as `;` closes the statement.
 */
export class SlowLogReader implements RecordReader {
  until = Infinity;
  before: Facts = new Map();
  readonly keyColumns: readonly string[] = [];
  readonly #settings: SlowLogSettings;
  readonly #entry: LogEntry = newEntry("statement");
  readonly #header = new SlowHeader();
  readonly #names = new PlacedNames();
  #facts: CarriedFacts | undefined;
  /** The carried facts as they are used; undefined where not asked for yet. */
  #database: Uint8Array | null | undefined;
  #localMicros: number | undefined;
  #saysDatabase = false;
  #saysTime = false;
  /** Inside a record that was given up for its length. */
  #lost = false;
  // Of the record being read: what its lines before the statement said.
  #useStart = -1;
  #useEnd = -1;
  #timestampMicros = NaN;

  constructor(settings: SlowLogSettings) {
    this.#settings = settings;
  }

  get carry(): Carry {
    const facts = this.#openFacts();
    // Kept as bytes and number while reading, because a time changes with every second.
    if (this.#saysDatabase) facts.set(slowFacts.database, this.#database ? Buffer.from(this.#database).toString("latin1") : undefined);
    if (this.#saysTime) facts.set(slowFacts.localMicros, `${this.#localMicros}`);
    return facts.carry;
  }

  #openFacts(): CarriedFacts {
    return (this.#facts ??= new CarriedFacts(this.before));
  }

  read(
    bytes: Uint8Array,
    from: number,
    to: number,
    atEnd: boolean,
    baseOffset: number,
    visit: Visit,
    skipped: VisitSkipped,
  ): number {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, to);
    const stopAt = Math.min(to, this.until - baseOffset);
    const entry = this.#entry;
    let position = from;
    while (position < stopAt || this.#lost) {
      if (this.#lost) {
        position = this.#findRecord(buffer, position, to, atEnd);
        if (this.#lost) {
          this.until = Math.max(this.until, baseOffset + position + 1);
          return position;
        }
        continue;
      }
      if (buffer[position]! <= 32) {
        while (position < to && buffer[position]! <= 32) position += 1;
        continue;
      }
      const banner = buffer[position] === hash ? -1 : behindBanner(buffer, position, to, atEnd);
      if (banner === -2) return position;
      if (banner !== -1) {
        skipped(baseOffset + position, serverStart);
        this.#forget();
        position = banner;
        continue;
      }
      const statement = this.#header.read(buffer, position, to, atEnd);
      const end = statement === -1 ? -1 : this.#endOfRecord(buffer, position, statement, to, atEnd);
      if (end === -1 || end - position > maxRecordBytes) {
        if (end === -1 && to - position <= maxRecordBytes) return position;
        skipped(baseOffset + position, tooLong);
        this.#lost = true;
        continue;
      }
      entry.bytes = bytes;
      entry.offset = baseOffset + position;
      const reason =
        statement === position ? "text without the header of a slow log" : this.#decode(buffer, statement, end);
      if (reason !== undefined) {
        skipped(entry.offset, reason);
      } else {
        this.#place(entry, from, position);
        visit(entry);
      }
      position = end;
    }
    return position;
  }

  /** Where the record from `start` ends whose statement starts at `statement`; -1 when more bytes must tell. */
  #endOfRecord(buffer: Buffer, start: number, statement: number, to: number, atEnd: boolean): number {
    if (statement + decidingBytes > to && !atEnd) return -1;
    if (startsSlowRecord(buffer, statement, to)) return statement;
    const first = nextHeader(buffer, statement, to, atEnd);
    if (first === -1) return -1;
    const end = this.#outsideQuotes(buffer, statement, first, to, atEnd);
    if (end === -1) return -1;
    const beforeBanner = beforeBanners(buffer, statement, end);
    // A line that is both a command and the beginning of a banner is a record, not an empty one.
    return beforeBanner > start ? beforeBanner : end;
  }

  /** The first header line that is not part of a string or a comment; the very first when nothing closes those. */
  #outsideQuotes(buffer: Buffer, statement: number, first: number, to: number, atEnd: boolean): number {
    const limit = Math.min(to, first + lookAhead);
    let header = first;
    let position = statement;
    while (position < first && mayOpenQuote[buffer[position]!] === 0) position += 1;
    if (position === first) return first;
    while (header <= limit) {
      while (position < header) {
        const behind =
          mayOpenQuote[buffer[position]!] === 0 ? position + 1 : skipQuoted(buffer, position, limit, mysqlQuoting);
        if (behind === -1) return limit === to && to < first + lookAhead && !atEnd ? -1 : first;
        position = behind;
      }
      if (position === header) return header === first || endsStatement(buffer, statement, header) ? header : first;
      header = nextHeader(buffer, position, to, atEnd);
      if (header === -1) return to >= first + lookAhead ? first : -1;
    }
    return first;
  }

  #decode(buffer: Buffer, start: number, end: number): SkipReason | undefined {
    const entry = this.#entry;
    const header = this.#header;
    let statementStart = this.#readPrefix(buffer, start, end);
    this.#sayFacts(buffer);
    let statementEnd = end;
    while (statementEnd > statementStart && buffer[statementEnd - 1]! <= 32) statementEnd -= 1;
    while (statementStart < statementEnd && buffer[statementStart]! <= 32) statementStart += 1;
    if (isAdministratorCommand(buffer, statementStart, statementEnd)) {
      return `administrator command: ${wordsAt(buffer, statementStart + administratorCommand.length, statementEnd)}`;
    }
    if (statementEnd > statementStart && buffer[statementEnd - 1] === semicolon) statementEnd -= 1;
    if (statementEnd === statementStart) return "header without a statement";
    setSpan(entry.sql, statementStart, statementEnd);
    setSpan(entry.session, header.session.start, header.session.end);
    setSpan(entry.user, header.user.start, header.user.end);
    setSpan(entry.transaction, header.transaction.start, header.transaction.end);
    if (this.#useStart >= 0) setSpan(entry.database, this.#useStart, this.#useEnd);
    else setSpan(entry.database, header.schema.start, header.schema.end);
    entry.durationMs = header.durationMs;
    const { rowsSent, rowsAffected } = header;
    // Where rows affected are not logged, none sent says nothing of a write.
    entry.rows = rowsAffected >= 0 ? rowsAffected + (rowsSent || 0) : rowsSent > 0 ? rowsSent : NaN;
    entry.timeMicros = this.#timeMicros();
    entry.parameters.count = 0;
    return undefined;
  }

  /** Passes over `use shop;` and `SET timestamp=...;` before the statement, unless they are the statement. */
  #readPrefix(buffer: Buffer, start: number, end: number): number {
    this.#useStart = -1;
    this.#timestampMicros = NaN;
    let line = start;
    for (;;) {
      const isUse = startsWith(buffer, line, end, use);
      if (!isUse && !startsWith(buffer, line, end, set)) return line;
      let newline = line;
      while (newline < end && buffer[newline] !== 10) newline += 1;
      if (newline >= end) return line;
      let lineEnd = newline;
      while (lineEnd > line && buffer[lineEnd - 1]! <= 32) lineEnd -= 1;
      if (buffer[lineEnd - 1] !== semicolon || !hasText(buffer, newline, end)) return line;
      if (isUse) {
        const quoted = buffer[line + use.length] === backtick ? 1 : 0;
        this.#useStart = line + use.length + quoted;
        this.#useEnd = lineEnd - 1 - quoted;
      } else if (!this.#readSet(buffer, line + set.length, lineEnd - 1)) return line;
      line = newline + 1;
    }
  }

  /** `SET insert_id=34484549,timestamp=1197996507;`: false when it sets something that the log does not write. */
  #readSet(buffer: Buffer, start: number, end: number): boolean {
    let micros = this.#wholeSeconds(buffer, start, end);
    if (micros >= 0) {
      this.#timestampMicros = micros;
      return true;
    }
    let position = start;
    while (position < end) {
      const isTimestamp = startsWith(buffer, position, end, timestamp);
      const name = isTimestamp ? timestamp : loggedIds.find((id) => startsWith(buffer, position, end, id));
      if (name === undefined) return false;
      const value = position + name.length;
      position = value;
      while (position < end && buffer[position] !== comma) position += 1;
      if (isTimestamp) micros = Math.round(parseDecimal(buffer, value, position) * 1e6);
      position += 1;
    }
    this.#timestampMicros = micros;
    return true;
  }

  /** `timestamp=1197996507` and nothing else, in microseconds; NaN for any other form. */
  #wholeSeconds(buffer: Buffer, start: number, end: number): number {
    if (!startsWith(buffer, start, end, timestamp)) return NaN;
    let seconds = 0;
    for (let position = start + timestamp.length; position < end; position++) {
      const digit = buffer[position]! - 48;
      if (!(digit >= 0 && digit <= 9)) return NaN;
      seconds = seconds * 10 + digit;
    }
    return seconds * 1e6;
  }

  /** Takes note of what later records lean on. */
  #sayFacts(buffer: Buffer): void {
    if (this.#useStart >= 0) {
      if (!this.#saysDatabase || !isSame(this.#database, buffer, this.#useStart, this.#useEnd))
        this.#database = Uint8Array.prototype.slice.call(buffer, this.#useStart, this.#useEnd);
      this.#saysDatabase = true;
    }
    if (this.#header.localMicros === this.#header.localMicros) {
      this.#localMicros = this.#header.localMicros;
      this.#saysTime = true;
    }
  }

  /**
   * When the statement was logged where that is precise (MySQL from 5.7 on), else when it began, which is nearly always
   * said as `SET timestamp`; the last resort is the local time, perhaps of an earlier record.
   */
  #timeMicros(): number {
    if (this.#header.isoMicros === this.#header.isoMicros) return this.#header.isoMicros;
    if (this.#timestampMicros > 0) return this.#timestampMicros;
    this.#localMicros ??= Number(this.#openFacts().get(slowFacts.localMicros) ?? NaN);
    return this.#localMicros - this.#settings.localAheadMinutes * 60e6;
  }

  /** Fills in the database of an earlier record. `bytes[from, to)` are read already. */
  #place(entry: LogEntry, from: number, to: number): void {
    if (entry.database.start >= 0 || this.#header.saysSchema) return;
    if (this.#database === undefined) {
      const name = this.#openFacts().get(slowFacts.database);
      this.#database = name === undefined ? null : Buffer.from(name, "latin1");
    }
    if (this.#database !== null) this.#names.place(entry, from, to, this.#database, undefined);
  }

  #forget(): void {
    this.#openFacts().forget();
    this.#database = null;
    this.#localMicros = NaN;
    this.#saysDatabase = this.#saysTime = false;
  }

  /** Goes to the next header; stays lost, near the end of the bytes, when there is none yet. */
  #findRecord(buffer: Buffer, from: number, to: number, atEnd: boolean): number {
    const header = nextHeader(buffer, from + 1, to, atEnd);
    if (header === -1) return Math.max(from, to - decidingBytes);
    this.#lost = false;
    return header;
  }
}

/** The first line at or after `from` that starts a record; `to` at the end of the input, -1 when more bytes must tell. */
export function nextHeader(buffer: Buffer, from: number, to: number, atEnd: boolean): number {
  let at = buffer.indexOf(hash, from);
  while (at !== -1 && at < to) {
    if (at + decidingBytes > to && !atEnd) return -1;
    if ((at === 0 || buffer[at - 1] === 10) && startsSlowRecord(buffer, at, to)) return at;
    at = buffer.indexOf(hash, at + 1);
  }
  return atEnd ? to : -1;
}

/** A server that starts writes its banner between two records. */
function beforeBanners(buffer: Buffer, from: number, end: number): number {
  const last = buffer[end - 2] === carriageReturn ? end - 3 : end - 2;
  if (buffer[last] !== lastOfBanner) return end;
  let before = end;
  for (let start = startOfBannerBefore(buffer, from, before); start !== -1; ) {
    before = start;
    start = startOfBannerBefore(buffer, from, before);
  }
  return before;
}

function endsStatement(buffer: Buffer, from: number, end: number): boolean {
  let last = beforeBanners(buffer, from, end);
  while (last > from && buffer[last - 1]! <= 32) last -= 1;
  return buffer[last - 1] === semicolon;
}

function hasText(buffer: Buffer, from: number, end: number): boolean {
  for (let position = from; position < end; position++) if (buffer[position]! > 32) return true;
  return false;
}

/** The words of a command, without what could follow them. */
function wordsAt(buffer: Buffer, from: number, end: number): string {
  return /^[A-Za-z_ ]{1,40}/.exec(buffer.toString("latin1", from, Math.min(end, from + 40)))?.[0].trim() ?? "unnamed";
}

function startsWith(buffer: Buffer, at: number, end: number, text: Uint8Array): boolean {
  if (at + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (buffer[at + index] !== text[index]) return false;
  return true;
}

function isSame(name: Uint8Array | null | undefined, buffer: Buffer, start: number, end: number): boolean {
  if (!name || name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) if (name[index] !== buffer[start + index]) return false;
  return true;
}

function setSpan(span: { start: number; end: number }, start: number, end: number): void {
  span.start = start;
  span.end = start === -1 ? -1 : end;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const use = ascii("use ");
const set = ascii("SET ");
const timestamp = ascii("timestamp=");
const loggedIds = [ascii("insert_id="), ascii("last_insert_id=")];
const carriageReturn = 13;
const hash = 35;
/** The t of "Argument". */
const lastOfBanner = 116;
const comma = 44;
const semicolon = 59;
const backtick = 96;
/** How far behind a header inside a string is looked for the string's end. */
const lookAhead = 1 << 20;
const tooLong: SkipReason = "record longer than 64 MiB";
const serverStart: SkipReason = "banner of a server that starts";
