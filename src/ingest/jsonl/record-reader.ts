import { maxRecordBytes, newEntry } from "../entry.ts";
import type { LogEntry, RecordReader, SkipReason, Span, Visit, VisitSkipped } from "../entry.ts";
import { columnNames } from "../columns.ts";
import type { ColumnRole } from "../columns.ts";
import { parseDuration } from "../duration.ts";
import { parseDecimal } from "../decimal.ts";
import { unescapeJsonString } from "../json-string.ts";
import { decodeJsonArray, decodeParameters } from "../parameters.ts";
import { timeParser } from "../timestamp.ts";
import type { ParseTime } from "../timestamp.ts";
import type { JsonlSettings } from "./settings.ts";
import { JsonWalk } from "./walk.ts";

/** Reads one JSON object per line. Blank lines are not records; a line that is no object is skipped with a reason. */
export class JsonlRecordReader implements RecordReader {
  until = Infinity;
  readonly keyColumns: readonly string[] = [];
  readonly #settings: JsonlSettings;
  readonly #parseTime: ParseTime;
  readonly #walk: JsonWalk;
  readonly #entry: LogEntry = newEntry("statement");
  /** Index of each role's field in the walk; -1 when the log has none. */
  readonly #roles: Readonly<Record<ColumnRole, number>>;
  /** Inside a line that was given up for its length. */
  #lost = false;
  /** The first backslash at or after the last place that was asked for: most values hold none. */
  #nextBackslash = -1;
  #searchedFrom = 0;

  constructor(settings: JsonlSettings) {
    this.#settings = settings;
    this.#parseTime = timeParser(settings.timeWriting);
    const named = Object.entries(settings.fields) as [ColumnRole, readonly string[]][];
    this.#walk = new JsonWalk(named.map(([, path]) => ({ path })));
    this.#roles = Object.fromEntries(
      Object.keys(columnNames).map((role) => [role, named.findIndex(([name]) => name === role)]),
    ) as Record<ColumnRole, number>;
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
    const entry = this.#entry;
    const stopAt = Math.min(to, this.until - baseOffset);
    this.#walk.open(buffer);
    this.#nextBackslash = -1;
    entry.bytes = bytes;
    let position = from;
    while (position < stopAt || this.#lost) {
      const newline = buffer.indexOf(10, position);
      if (newline === -1 && !atEnd) {
        if (!this.#lost) {
          if (to - position <= maxRecordBytes) return position;
          skipped(baseOffset + position, tooLong);
          this.#lost = true;
        }
        // The end of the line is still sought; what follows it belongs to the next range.
        this.until = Math.max(this.until, baseOffset + to + 1);
        return to;
      }
      const next = newline === -1 ? to : newline + 1;
      if (this.#lost) {
        this.#lost = false;
      } else if (next - position > maxRecordBytes) {
        skipped(baseOffset + position, tooLong);
      } else {
        const end = newline === -1 ? to : newline;
        if (!isBlank(buffer, position, end)) {
          entry.offset = baseOffset + position;
          const reason = this.#decode(buffer, position, end);
          if (reason === undefined) visit(entry);
          else skipped(entry.offset, reason);
        }
      }
      position = next;
    }
    return position;
  }

  #decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    const entry = this.#entry;
    const roles = this.#roles;
    if (!walk.find(start, end)) return "not a complete JSON object";
    const { starts, ends, kinds } = walk;
    if (roles.sql === -1 || starts[roles.sql] === -1) return "no SQL field";
    if (kinds[roles.sql] !== "string")
      return isNull(bytes, starts[roles.sql]!, kinds[roles.sql]) ? "empty statement" : "SQL field is not text";
    entry.sql.start = starts[roles.sql]!;
    entry.sql.end = this.#unescape(bytes, entry.sql.start, ends[roles.sql]!);
    if (entry.sql.end === entry.sql.start) return "empty statement";
    entry.timeMicros = NaN;
    entry.durationMs = NaN;
    entry.rows = NaN;
    if (roles.time !== -1 && starts[roles.time]! >= 0)
      entry.timeMicros = this.#parseTime(bytes, starts[roles.time]!, ends[roles.time]!);
    if (roles.duration !== -1 && starts[roles.duration]! >= 0) {
      entry.durationMs = parseDuration(
        bytes,
        starts[roles.duration]!,
        ends[roles.duration]!,
        this.#settings.millisPerDuration,
      );
    }
    if (roles.rows !== -1 && starts[roles.rows]! >= 0)
      entry.rows = parseDecimal(bytes, starts[roles.rows]!, ends[roles.rows]!);
    this.#setSpan(entry.session, bytes, roles.session);
    this.#setSpan(entry.transaction, bytes, roles.transaction);
    this.#setSpan(entry.database, bytes, roles.database);
    this.#setSpan(entry.user, bytes, roles.user);
    entry.parameters.count = 0;
    const parameters = roles.parameters;
    if (parameters !== -1 && starts[parameters]! >= 0) {
      if (kinds[parameters] === "array") {
        decodeJsonArray(bytes, starts[parameters]!, ends[parameters]!, entry.parameters);
      } else if (kinds[parameters] === "string") {
        const textEnd = unescapeJsonString(bytes, starts[parameters]!, ends[parameters]!);
        decodeParameters(bytes, starts[parameters]!, textEnd, entry.parameters);
      }
    }
    return undefined;
  }

  #setSpan(span: Span, bytes: Buffer, field: number): void {
    const { starts, ends, kinds } = this.#walk;
    const start = field === -1 ? -1 : starts[field]!;
    if (start === -1 || start === ends[field] || isNull(bytes, start, kinds[field])) {
      span.start = -1;
      span.end = -1;
      return;
    }
    span.start = start;
    span.end = kinds[field] === "string" ? this.#unescape(bytes, start, ends[field]!) : ends[field]!;
  }

  #unescape(bytes: Buffer, start: number, end: number): number {
    // Fields are asked for in any order, so a place found for one tells nothing about what is before it.
    if (this.#nextBackslash < start || this.#searchedFrom > start) {
      const found = bytes.indexOf(92, start);
      this.#nextBackslash = found === -1 ? bytes.length : found;
      this.#searchedFrom = start;
    }
    return this.#nextBackslash >= end ? end : unescapeJsonString(bytes, start, end);
  }
}

const isNull = (bytes: Uint8Array, start: number, kind: string | undefined): boolean =>
  kind === "word" && bytes[start] === 110;

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position++) if (bytes[position]! > 32) return false;
  return true;
}

const tooLong: SkipReason = "record longer than 64 MiB";
