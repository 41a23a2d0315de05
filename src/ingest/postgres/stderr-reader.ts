import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span, Visit, VisitSkipped } from "../entry.ts";
import { decodePostgresParameters } from "../parameters.ts";
import { timeParser } from "../timestamp.ts";
import { LinePrefixMatcher } from "./line-prefix.ts";
import type { LinePrefix } from "./line-prefix.ts";
import { decodeMessage, dropNoTransaction, isParameters, serverMessage, severityReason } from "./message.ts";
import type { MessageReader } from "./session-reader.ts";

/**
 * Reads what PostgreSQL writes to stderr: messages that begin with log_line_prefix and a heading (`LOG:  `), go on in
 * lines that begin with a tab, and have further parts (`DETAIL:  `, `STATEMENT:  `) in lines of the same process right
 * behind. All of that is one record. A line that begins with neither prefix nor tab belongs to the record before it too.
 */
export class StderrReader implements MessageReader {
  until = Infinity;
  readonly keyColumns: readonly string[] = [];
  readonly entry: LogEntry = newEntry("statement");
  readonly #prefix: LinePrefixMatcher;
  readonly #nextPrefix: LinePrefixMatcher;
  readonly #fill: (prefix: LinePrefix, bytes: Uint8Array, entry: LogEntry) => void;
  #lost = false;

  constructor(prefix: string) {
    this.#prefix = new LinePrefixMatcher(prefix);
    this.#nextPrefix = new LinePrefixMatcher(prefix);
    this.#fill = prefixFields();
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
    const { entry } = this;
    const stopAt = Math.min(to, this.until - baseOffset);
    let prefix = this.#prefix;
    let nextPrefix = this.#nextPrefix;
    entry.bytes = bytes;
    let position = from;
    // Whether the line at `position` has a heading is known from looking for the end of the record before it.
    let known = false;
    let headed = false;
    while (position < stopAt || this.#lost) {
      let lineEnd = buffer.indexOf(newline, position);
      if (lineEnd === -1) {
        if (!atEnd && to - position <= maxRecordBytes) return position;
        if (!atEnd) return this.#giveUp(position, to, baseOffset, skipped);
        lineEnd = to;
      }
      if (!known) headed = prefix.match(bytes, position, lineEnd);
      known = false;
      if (this.#lost) {
        // The rest of what was given up goes on to the next heading.
        if (!headed) {
          position = Math.min(lineEnd + 1, to);
          this.until = Math.max(this.until, baseOffset + position + 1);
          if (position >= to) return position;
          continue;
        }
        this.#lost = false;
        if (position >= stopAt) return position;
      }
      let textEnd = lineEnd;
      let detailStart = -1;
      let detailEnd = -1;
      let severalLines = false;
      let part: "text" | "detail" | "other" = "text";
      let next = lineEnd + 1;
      let ended = false;
      while (next < to) {
        let nextEnd = buffer.indexOf(newline, next);
        if (nextEnd === -1) {
          if (!atEnd) break;
          nextEnd = to;
        }
        if (bytes[next] !== tab && nextPrefix.match(bytes, next, nextEnd)) {
          if (!nextPrefix.heading.isPart || !headed || !sameSession(bytes, prefix, nextPrefix)) {
            ended = true;
            break;
          }
          part = nextPrefix.heading.word === "DETAIL" && detailStart < 0 ? "detail" : "other";
          if (part === "detail") {
            detailStart = nextPrefix.textStart;
            detailEnd = nextEnd;
          }
        } else {
          severalLines = true;
          if (part === "text") textEnd = nextEnd;
          else if (part === "detail") detailEnd = nextEnd;
        }
        next = nextEnd + 1;
      }
      if (!ended && !atEnd) {
        if (to - position <= maxRecordBytes) return position;
        return this.#giveUp(position, to, baseOffset, skipped);
      }
      next = Math.min(next, to);
      entry.offset = baseOffset + position;
      const reason =
        next - position > maxRecordBytes
          ? tooLong
          : headed
            ? this.#decode(bytes, prefix, textEnd, detailStart, detailEnd, severalLines)
            : this.#noHeading(bytes, position, next);
      if (reason === undefined) visit(entry);
      else if (reason !== blank) skipped(entry.offset, reason);
      position = next;
      if (ended) {
        [prefix, nextPrefix] = [nextPrefix, prefix];
        known = true;
        headed = true;
      }
    }
    return position;
  }

  #giveUp(position: number, to: number, baseOffset: number, skipped: VisitSkipped): number {
    if (!this.#lost) {
      skipped(baseOffset + position, tooLong);
      this.#lost = true;
    }
    this.until = Math.max(this.until, baseOffset + to + 1);
    return to;
  }

  #noHeading(bytes: Uint8Array, start: number, end: number): SkipReason {
    for (let position = start; position < end; position++) if (bytes[position]! > 32) return noPrefix;
    return blank;
  }

  #decode(
    bytes: Uint8Array,
    prefix: LinePrefix,
    textEnd: number,
    detailStart: number,
    detailEnd: number,
    severalLines: boolean,
  ): SkipReason | undefined {
    const { entry } = this;
    const start = prefix.textStart;
    const end = withoutReturn(bytes, start, textEnd);
    const sessionSpan = prefix.session.start >= 0 ? prefix.session : prefix.process;
    entry.session.start = sessionSpan.start;
    entry.session.end = sessionSpan.end;
    transactionOf(prefix, entry);
    if (prefix.heading.isPart) return `${prefix.heading.word} line without its message`;
    if (prefix.heading.word !== "LOG") return severityReason(prefix.heading.word);
    const reason = decodeMessage(bytes, start, end, entry);
    if (reason !== undefined) return reason === serverMessage ? severityReason("LOG") : reason;
    entry.sql.end = severalLines ? joinLines(bytes, entry.sql.start, end) : end;
    this.#fill(prefix, bytes, entry);
    entry.parameters.count = 0;
    if (detailStart >= 0 && isParameters(bytes, detailStart, detailEnd)) {
      const detailTo = withoutReturn(bytes, detailStart, detailEnd);
      decodePostgresParameters(bytes, detailStart, joinLines(bytes, detailStart, detailTo), entry.parameters);
    }
    return undefined;
  }
}

export function transactionOf(prefix: LinePrefix, entry: LogEntry): void {
  copySpan(prefix.transaction, entry.transaction);
  dropNoTransaction(entry);
}

/** Fills the entry with the fields of a line's prefix, all but session and transaction. */
export function prefixFields(): (prefix: LinePrefix, bytes: Uint8Array, entry: LogEntry) => void {
  const parseDate = timeParser("date");
  const parseEpoch = timeParser("epoch-s");
  return (prefix, bytes, entry) => {
    entry.timeMicros =
      prefix.time.start >= 0
        ? parseDate(bytes, prefix.time.start, prefix.time.end)
        : prefix.epoch.start >= 0
          ? parseEpoch(bytes, prefix.epoch.start, prefix.epoch.end)
          : NaN;
    copySpan(prefix.user, entry.user);
    copySpan(prefix.database, entry.database);
  };
}

function copySpan(from: Span, to: Span): void {
  to.start = from.start;
  to.end = from.start < 0 ? -1 : from.end;
}

/** Where lines don't name their process, what stands together belongs together. */
function sameSession(bytes: Uint8Array, left: LinePrefix, right: LinePrefix): boolean {
  for (const name of ["session", "process"] as const) {
    const { start, end } = left[name];
    const other = right[name];
    if (start < 0 || other.start < 0) continue;
    if (end - start !== other.end - other.start) return false;
    for (let index = 0; index < end - start; index++)
      if (bytes[start + index] !== bytes[other.start + index]) return false;
  }
  return true;
}

/** Takes away the tabs with which the server indents further lines, in place, and the CR of CRLF before them. */
export function joinLines(bytes: Uint8Array, start: number, end: number): number {
  let read = start;
  while (read < end && bytes[read] !== newline) read += 1;
  let write = read;
  for (; read < end; read++) {
    const byte = bytes[read]!;
    if (byte === newline) {
      if (write > start && bytes[write - 1] === carriageReturn) write -= 1;
      bytes[write++] = newline;
      if (read + 1 < end && bytes[read + 1] === tab) read += 1;
    } else {
      bytes[write++] = byte;
    }
  }
  return write;
}

const withoutReturn = (bytes: Uint8Array, start: number, end: number): number =>
  end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;

const tooLong: SkipReason = "record longer than 64 MiB";
export const noPrefix: SkipReason = "text without the log's prefix";
const blank: SkipReason = "";
const newline = 10;
const tab = 9;
const carriageReturn = 13;
