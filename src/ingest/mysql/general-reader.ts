import { CarriedFacts, noFacts } from "../carry.ts";
import type { Carry, Facts } from "../carry.ts";
import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import { PlacedNames } from "../placed-names.ts";
import { timeParser } from "../timestamp.ts";
import { behindBanner } from "./banner.ts";
import { Connections } from "./connections.ts";
import { decidingBytes, GeneralLine } from "./general-line.ts";
import { parseOldTime } from "./old-time.ts";

/**
 * Reads a general log. A record starts at a line that names a connection and a command, and goes on to the next such
 * line. `Query` and `Execute` run a statement; `Prepare` does not, its executions are logged by themselves. Database,
 * user and, in the old form, the time come from earlier records.
 */
export class GeneralLogReader implements RecordReader {
  until = Infinity;
  before: Facts = noFacts;
  readonly keyColumns: readonly string[] = [];
  readonly #entry: LogEntry = newEntry("statement");
  readonly #line = new GeneralLine();
  /** The line behind the present record. */
  readonly #nextLine = new GeneralLine();
  readonly #names = new PlacedNames();
  readonly #parseIso = timeParser("date");
  #facts: CarriedFacts | undefined;
  #connections: Connections | undefined;
  /** Time of the last line that had one; undefined where it was not asked for or said yet. */
  #timeMicros: number | undefined;
  #saysTime = false;
  #lost = false;

  get carry(): Carry {
    this.#open();
    this.#connections!.settle();
    if (this.#saysTime) this.#facts!.set(timeFact, `${this.#timeMicros}`);
    return this.#facts!.carry;
  }

  #open(): void {
    this.#facts ??= new CarriedFacts(this.before);
    this.#connections ??= new Connections(this.#facts);
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
    while (position < stopAt || this.#lost) {
      if (!isDecided(buffer, position, to, atEnd)) return position;
      const isRecord = this.#line.read(buffer, position, to);
      if (!isRecord && !this.#lost) {
        const blank = behindBlankLine(buffer, position, to, atEnd);
        if (blank !== -1) {
          position = blank;
          continue;
        }
        const banner = behindBanner(buffer, position, to, atEnd);
        if (banner === -2) return position;
        if (banner !== -1) {
          skipped(baseOffset + position, serverStart);
          this.#forget();
          position = banner;
          continue;
        }
      }
      const end = this.#endOfRecord(buffer, position, to, atEnd);
      if (end === -1) {
        if (this.#lost || to - position > maxRecordBytes) {
          if (!this.#lost) skipped(baseOffset + position, tooLong);
          this.#lost = true;
          // The line that starts last may be the next record's.
          position = Math.max(position, buffer.lastIndexOf(10) + 1, to - decidingBytes);
          this.until = Math.max(this.until, baseOffset + position + 1);
        }
        return position;
      }
      if (this.#lost) {
        this.#lost = false;
      } else if (end - position > maxRecordBytes) {
        skipped(baseOffset + position, tooLong);
      } else {
        entry.bytes = bytes;
        entry.offset = baseOffset + position;
        const reason = isRecord ? this.#decode(buffer, end) : "text before the first line of a record";
        if (reason !== undefined) {
          skipped(entry.offset, reason);
        } else {
          this.#place(entry, from, position);
          visit(entry);
        }
      }
      position = end;
    }
    return position;
  }

  /** The start of the next line that begins a record or a banner; -1 when more bytes must tell. */
  #endOfRecord(buffer: Buffer, from: number, to: number, atEnd: boolean): number {
    let line = from;
    for (;;) {
      const newline = buffer.indexOf(10, line);
      if (newline === -1) return atEnd ? to : -1;
      line = newline + 1;
      if (line >= to) return atEnd ? to : -1;
      if (!isDecided(buffer, line, to, atEnd)) return -1;
      if (this.#nextLine.read(buffer, line, to)) return line;
      if (mayStartBanner(buffer[line]!)) {
        const banner = behindBanner(buffer, line, to, atEnd);
        if (banner === -2) return -1;
        if (banner !== -1) return line;
      }
    }
  }

  #decode(buffer: Buffer, end: number): SkipReason | undefined {
    const line = this.#line;
    const connections = this.#connections!;
    if (line.timeStart >= 0) {
      this.#timeMicros = line.isIso
        ? this.#parseIso(buffer, line.timeStart, line.timeEnd)
        : parseOldTime(buffer, line.timeStart, line.timeEnd);
      this.#saysTime = true;
    }
    let last = end;
    while (last > line.argument && buffer[last - 1]! <= 32) last -= 1;
    switch (line.kind) {
      case "connect":
        this.#connect(buffer, line.argument, last);
        return noExecution(line.command);
      case "database":
        connections.say({ id: line.connection, database: copied(buffer, line.argument, last), user: this.#user() });
        return noExecution(line.command);
      case "quit":
        connections.quit(line.connection);
        return noExecution(line.command);
      case "other":
        return noExecution(line.command);
      case "execution":
        return this.#statement(buffer, line.argument, last);
    }
  }

  #statement(buffer: Buffer, start: number, end: number): SkipReason | undefined {
    if (end <= start) return "empty statement";
    const entry = this.#entry;
    const line = this.#line;
    entry.sql.start = start;
    entry.sql.end = end;
    entry.session.start = line.idStart;
    entry.session.end = line.idEnd;
    entry.database.start = entry.user.start = -1;
    if (this.#timeMicros === undefined) this.#timeMicros = Number(this.#facts!.get(timeFact) ?? NaN);
    entry.timeMicros = this.#timeMicros;
    entry.parameters.count = 0;
    if (end - start < 80 && (buffer[start]! | 32) === 117) this.#use(buffer, start, end);
    return undefined;
  }

  /** `USE shop` as a statement changes the database too: for itself, which is harmless, and for what follows. */
  #use(buffer: Buffer, start: number, end: number): void {
    const name = /^use\s+`?([^`;]+?)`?\s*;?$/i.exec(buffer.toString("latin1", start, end))?.[1];
    if (name === undefined) return;
    this.#connections!.say({ id: this.#line.connection, database: Buffer.from(name, "latin1"), user: this.#user() });
  }

  #user = (): Uint8Array | undefined => this.#connections!.find(this.#line.connection)?.user;

  /** `root@localhost on tpcc using Socket`, without a database `root@localhost as  on`. Refusals say nothing. */
  #connect(buffer: Buffer, start: number, end: number): void {
    const text = buffer.toString("latin1", start, Math.min(end, start + 1000));
    const match = /^(\S*)@\S*(?: as \S*)? on ?(.*?)(?: using \S+)?$/.exec(text);
    if (match === null || text.startsWith("Access denied")) return;
    const name = (part: string | undefined) => (part ? Buffer.from(part.trim(), "latin1") : undefined);
    this.#connections!.say({ id: this.#line.connection, database: name(match[2]), user: name(match[1]) });
  }

  #place(entry: LogEntry, from: number, to: number): void {
    const connection = this.#connections!.find(this.#line.connection);
    if (connection !== undefined) this.#names.place(entry, from, to, connection.database, connection.user);
  }

  #forget(): void {
    this.#connections!.forget();
    this.#timeMicros = NaN;
    this.#saysTime = false;
  }
}

/** Position behind a line without text; -1 when the line has some, or has no end yet. */
function behindBlankLine(buffer: Buffer, at: number, to: number, atEnd: boolean): number {
  for (let position = at; position < to; position++) {
    if (buffer[position] === 10) return position + 1;
    if (buffer[position]! > 32) return -1;
  }
  return atEnd ? to : -1;
}

/** Are there bytes enough to tell whether a record starts at a line? */
const isDecided = (buffer: Buffer, line: number, to: number, atEnd: boolean): boolean =>
  atEnd || to - line >= decidingBytes || buffer.indexOf(10, line) !== -1;

const copied = (buffer: Buffer, start: number, end: number): Uint8Array | undefined =>
  end > start ? Uint8Array.from(buffer.subarray(start, end)) : undefined;

const noExecution = (command: string): SkipReason => `command ${command}: no execution of a statement`;
/** A path or a name of the server: not what lines inside a statement mostly begin with. */
const mayStartBanner = (byte: number): boolean => byte > 32;
const timeFact = "local time";
const tooLong: SkipReason = "record longer than 64 MiB";
const serverStart: SkipReason = "banner of a server that starts";
