import { executableMark, executableMarkBytes } from "../../base/executable-comment.ts";
import { CarriedFacts, noFacts } from "../carry.ts";
import type { Carry, Facts } from "../carry.ts";
import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import { PlacedNames } from "../placed-names.ts";
import { mayOpenQuote, mysqlQuoting, postgresQuoting, skipQuoted } from "../quoting.ts";
import type { Quoting } from "../quoting.ts";

/** How one script is to be read; plain data. */
export interface ScriptSettings {
  readonly quoting: "mysql" | "postgres";
}

/**
 * Reads the statements of a script: each ends at a `;` outside strings and comments, or at what the mysql client was
 * told by DELIMITER. There are no times and no sessions. Commands of psql and mysql are skipped with a reason, and so
 * is each row of the data behind `COPY ... FROM stdin`: rows that were loaded, not statements that were run.
 *
 * A string that never closes costs its own statement: reading goes on at the next line that begins one.
 */
export class SqlScriptReader implements RecordReader {
  until = Infinity;
  before: Facts = noFacts;
  readonly keyColumns: readonly string[] = [];
  readonly #quoting: Quoting;
  readonly #isMysql: boolean;
  readonly #entry: LogEntry = newEntry("statement");
  readonly #names = new PlacedNames();
  #facts: CarriedFacts | undefined;
  #delimiter: Uint8Array = semicolonAlone;
  #inCopyData = false;
  /** Still on the line of the COPY statement: its data begin on the next. */
  #inCopyLine = false;
  /** Undefined where not asked for yet. */
  #database: Uint8Array | null | undefined;
  #lost = false;

  constructor({ quoting }: ScriptSettings) {
    this.#isMysql = quoting === "mysql";
    this.#quoting = this.#isMysql ? mysqlQuoting : postgresQuoting;
  }

  get carry(): Carry {
    return this.#open().carry;
  }

  #open(): CarriedFacts {
    if (this.#facts === undefined) {
      this.#facts = new CarriedFacts(this.before);
      const delimiter = this.#facts.get(delimiterFact);
      if (delimiter !== undefined) this.#delimiter = Buffer.from(delimiter, "latin1");
      const copy = this.#facts.get(copyFact);
      this.#inCopyData = copy !== undefined;
      this.#inCopyLine = copy === onItsLine;
    }
    return this.#facts;
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
    this.#open();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, to);
    const stopAt = Math.min(to, this.until - baseOffset);
    const entry = this.#entry;
    let position = from;
    for (;;) {
      if (this.#lost) {
        const next = nextStatementLine(buffer, position, to, atEnd);
        if (next === -1) {
          position = Math.max(position, lastLineBefore(buffer, position, to));
          this.until = Math.max(this.until, baseOffset + position + 1);
          return position;
        }
        this.#lost = false;
        position = next;
      }
      if (this.#inCopyData) {
        if (position >= stopAt) return position;
        const newline = buffer.indexOf(10, position);
        if (newline === -1 && !atEnd && to - position <= maxRecordBytes) return position;
        const lineEnd = newline === -1 ? to : newline;
        if (this.#inCopyLine) this.#beginCopyData();
        else if (isEndOfCopy(buffer, position, lineEnd)) this.#endCopy();
        else skipped(baseOffset + position, copiedRow);
        position = newline === -1 ? to : newline + 1;
        continue;
      }
      const start = this.#behindComments(buffer, position, to, atEnd);
      const isOpen = start < 0;
      position = isOpen ? ~start : start;
      if (position >= stopAt) return position;
      if (isOpen) {
        if (to - position <= maxRecordBytes && !atEnd) return position;
        skipped(baseOffset + position, unterminatedComment);
        this.#lost = true;
        position += 1;
        continue;
      }
      if (isClientCommand(buffer, position, to)) {
        const newline = buffer.indexOf(10, position);
        if (newline === -1 && !atEnd) return position;
        const lineEnd = newline === -1 ? to : newline;
        skipped(baseOffset + position, this.#clientCommand(buffer, position, lineEnd));
        position = newline === -1 ? to : newline + 1;
        continue;
      }
      if (to - position < decidingBytes && !atEnd) return position;
      const end = this.#endOfStatement(buffer, position, to, atEnd);
      if (end < 0 || end - position > maxRecordBytes) {
        if (end === needMore && to - position <= maxRecordBytes) return position;
        skipped(baseOffset + position, end === unclosed ? unterminatedQuote : tooLong);
        this.#lost = true;
        position += 1;
        continue;
      }
      entry.bytes = bytes;
      entry.offset = baseOffset + position;
      const reason = this.#decode(buffer, position, end);
      if (reason !== undefined) skipped(entry.offset, reason);
      else {
        this.#place(entry, from, position);
        visit(entry);
      }
      position = this.#behindDelimiter(buffer, end, to);
    }
  }

  /** The next statement's or command's first byte; `to` where there is none, and `~at` when the comment at `at` does not close. */
  #behindComments(buffer: Buffer, from: number, to: number, atEnd: boolean): number {
    let position = from;
    for (;;) {
      while (position < to && (buffer[position]! <= 32 || buffer[position] === semicolon)) position += 1;
      if (position >= to) return to;
      const byte = buffer[position]!;
      // Two dashes at the start of a statement are a comment or a directive of mysqltest: no statement begins so.
      if (byte === dash && buffer[position + 1] === dash) {
        const newline = buffer.indexOf(10, position);
        if (newline === -1) return atEnd ? to : ~position;
        position = newline + 1;
        continue;
      }
      const isComment =
        (byte === hash && this.#isMysql) ||
        (byte === slash && buffer[position + 1] === star && executableMark(buffer, position, to) === 0);
      if (to - position < executableMarkBytes && !atEnd && (byte === dash || byte === slash)) return ~position;
      if (!isComment) return position;
      const behind = skipQuoted(buffer, position, to, this.#quoting);
      if (behind === -1) return ~position;
      if (behind === position + 1) return position;
      // A comment that may go on in bytes that are not there yet.
      if (behind === to && buffer[to - 1] !== 10 && byte !== slash && !atEnd) return ~position;
      position = behind;
    }
  }

  /** Where the delimiter stands that ends the statement, or the end of the input. */
  #endOfStatement(buffer: Buffer, start: number, to: number, atEnd: boolean): number {
    const delimiter = this.#delimiter;
    const first = delimiter[0]!;
    let position = start;
    while (position < to) {
      const byte = buffer[position]!;
      if (byte === first && (delimiter.length === 1 || startsWith(buffer, position, to, delimiter))) return position;
      if (mayOpenQuote[byte] === 0) {
        position += 1;
        continue;
      }
      const behind = skipQuoted(buffer, position, to, this.#quoting);
      if (behind === -1) return atEnd ? unclosed : to - start > maxRecordBytes ? unclosed : needMore;
      position = behind;
    }
    return atEnd ? to : needMore;
  }

  #behindDelimiter(buffer: Buffer, end: number, to: number): number {
    return startsWith(buffer, end, to, this.#delimiter) ? end + this.#delimiter.length : end;
  }

  #decode(buffer: Buffer, start: number, end: number): SkipReason | undefined {
    const entry = this.#entry;
    let sqlStart = start;
    let sqlEnd = end;
    while (sqlEnd > sqlStart && buffer[sqlEnd - 1]! <= 32) sqlEnd -= 1;
    // A statement that is one conditional comment, as mysqldump writes them: what is inside is run.
    const mark = executableMark(buffer, sqlStart, sqlEnd);
    if (mark > 0 && buffer.indexOf("*/", sqlStart) === sqlEnd - 2) {
      sqlStart += mark;
      sqlEnd -= 2;
      while (sqlStart < sqlEnd && buffer[sqlStart]! <= 32) sqlStart += 1;
      while (sqlEnd > sqlStart && buffer[sqlEnd - 1]! <= 32) sqlEnd -= 1;
    }
    if (sqlEnd <= sqlStart) return "empty statement";
    entry.sql.start = sqlStart;
    entry.sql.end = sqlEnd;
    entry.database.start = -1;
    entry.parameters.count = 0;
    const letter = buffer[sqlStart]! | 32;
    if (letter === 99 && !this.#isMysql) this.#noticeCopy(buffer, sqlStart, sqlEnd);
    else if (letter === 117 && this.#isMysql) this.#noticeUse(buffer, sqlStart, sqlEnd);
    return undefined;
  }

  #noticeCopy(buffer: Buffer, start: number, end: number): void {
    const last = buffer.toString("latin1", Math.max(start, end - 400), end);
    if (!/^copy\s/i.test(buffer.toString("latin1", start, start + 6)) || !/\sfrom\s+stdin\b[^']*$/i.test(last)) return;
    this.#inCopyData = this.#inCopyLine = true;
    this.#facts!.set(copyFact, onItsLine);
  }

  #beginCopyData(): void {
    this.#inCopyLine = false;
    this.#facts!.set(copyFact, inItsData);
  }

  #endCopy(): void {
    this.#inCopyData = false;
    this.#facts!.set(copyFact, undefined);
  }

  #noticeUse(buffer: Buffer, start: number, end: number): void {
    if (end - start > 100) return;
    const name = /^use\s+`?([^`\s]+)`?$/i.exec(buffer.toString("latin1", start, end))?.[1];
    if (name !== undefined) this.#useDatabase(name);
  }

  #useDatabase(name: string): void {
    this.#database = Buffer.from(name, "latin1");
    this.#facts!.set(databaseFact, name);
  }

  /** A line for psql or mysql, not for the server. */
  #clientCommand(buffer: Buffer, start: number, end: number): SkipReason {
    const line = buffer.toString("latin1", start, Math.min(end, start + 200)).trim();
    const delimiter = /^delimiter\s+(\S+)/i.exec(line)?.[1];
    if (delimiter !== undefined) {
      this.#delimiter = Buffer.from(delimiter, "latin1");
      this.#facts!.set(delimiterFact, delimiter === ";" ? undefined : delimiter);
      return "command of the mysql client: DELIMITER";
    }
    const database = /^\\c(?:onnect)?\s+(?:-\S+\s+)*"?([^\s"]+)/.exec(line)?.[1];
    if (database !== undefined && !database.includes("=")) this.#useDatabase(database);
    return `command of psql: ${/^\\[a-z]{1,20}/i.exec(line)?.[0] ?? "\\"}`;
  }

  #place(entry: LogEntry, from: number, to: number): void {
    if (this.#database === undefined) {
      const name = this.#facts!.get(databaseFact);
      this.#database = name === undefined ? null : Buffer.from(name, "latin1");
    }
    if (this.#database !== null) this.#names.place(entry, from, to, this.#database, undefined);
  }
}

/** The first line behind `from` that begins like a statement and follows one that ended; -1 when there is none yet. */
export function nextStatementLine(buffer: Buffer, from: number, to: number, atEnd: boolean): number {
  for (let newline = buffer.indexOf(10, from); newline !== -1; newline = buffer.indexOf(10, newline + 1)) {
    const line = newline + 1;
    if (to - line < decidingBytes && !atEnd) return -1;
    if (line < to && endsStatement(buffer, from, newline) && beginsStatement.test(firstBytes(buffer, line, to)))
      return line;
  }
  return atEnd ? to : -1;
}

function endsStatement(buffer: Buffer, from: number, newline: number): boolean {
  let last = newline;
  while (last > from && buffer[last - 1]! <= 32) last -= 1;
  return last > from && (buffer[last - 1] === semicolon || (buffer[last - 1] === dot && buffer[last - 2] === 92));
}

/** Where to look on when more bytes come: the last line, whose beginning may be a statement's. */
function lastLineBefore(buffer: Buffer, from: number, to: number): number {
  const newline = buffer.lastIndexOf(10, to - decidingBytes - 1);
  return newline === -1 ? from : newline;
}

const firstBytes = (buffer: Buffer, at: number, to: number): string =>
  buffer.toString("latin1", at, Math.min(to, at + decidingBytes));

const beginsStatement =
  /^(?:--|\/\*|\\|(?:select|insert|update|delete|replace|merge|with|create|alter|drop|set|use|lock|unlock|begin|start|commit|rollback|copy|grant|call|truncate|comment|delimiter)\b)/i;

const isClientCommand = (buffer: Buffer, at: number, to: number): boolean =>
  buffer[at] === backslash ||
  ((buffer[at]! | 32) === 100 && /^delimiter\s/i.test(firstBytes(buffer, at, to)));

const isEndOfCopy = (buffer: Buffer, start: number, end: number): boolean =>
  buffer[start] === backslash && buffer[start + 1] === dot && (end - start === 2 || buffer[start + 2] === 13);

function startsWith(buffer: Buffer, at: number, end: number, text: Uint8Array): boolean {
  if (at + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (buffer[at + index] !== text[index]) return false;
  return true;
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const semicolonAlone = ascii(";");
const hash = 35;
const star = 42;
const dash = 45;
const dot = 46;
const slash = 47;
const semicolon = 59;
const backslash = 92;
/** Bytes that tell what a line begins with. */
const decidingBytes = 24;
const needMore = -1;
const unclosed = -2;
const delimiterFact = "delimiter";
const copyFact = "COPY";
const onItsLine = "line";
const inItsData = "data";
const databaseFact = "database";
const copiedRow: SkipReason = "row of COPY data, loaded and not run as a statement";
const unterminatedQuote: SkipReason = "unterminated string or comment";
const unterminatedComment: SkipReason = "unterminated comment";
const tooLong: SkipReason = "record longer than 64 MiB";
