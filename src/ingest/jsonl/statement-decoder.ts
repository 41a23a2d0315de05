import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span } from "../entry.ts";
import { columnNames } from "../columns.ts";
import type { ColumnRole } from "../columns.ts";
import { parseDuration } from "../duration.ts";
import { parseRows } from "../decimal.ts";
import { notAnObject } from "../json-object-reader.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { unescapeJsonString } from "../json-string.ts";
import { decodeJsonArray, decodeParameters } from "../parameters.ts";
import { timeParser } from "../timestamp.ts";
import type { ParseTime } from "../timestamp.ts";
import type { JsonlSettings } from "./settings.ts";
import { JsonWalk } from "./walk.ts";

/** Reads the SQL field of a JSON object, and the fields beside it. */
export class StatementDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");
  readonly #settings: JsonlSettings;
  readonly #parseTime: ParseTime;
  readonly #walk: JsonWalk;
  /** Index of each role's field in the walk; -1 when the log has none. */
  readonly #roles: Readonly<Record<ColumnRole, number>>;
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

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
    this.#nextBackslash = -1;
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    const { entry } = this;
    const roles = this.#roles;
    if (!walk.find(start, end)) return notAnObject;
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
      entry.rows = parseRows(bytes, starts[roles.rows]!, ends[roles.rows]!);
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
