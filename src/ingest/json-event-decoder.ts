import { newEntry } from "./entry.ts";
import type { LogEntry, SkipReason, Span } from "./entry.ts";
import { parseDecimal } from "./decimal.ts";
import { notAnObject } from "./json-object-reader.ts";
import type { ObjectDecoder } from "./json-object-reader.ts";
import { unescapeJsonString } from "./json-string.ts";
import { JsonWalk } from "./jsonl/walk.ts";
import { timeParser } from "./timestamp.ts";
import type { ParseTime, TimeWriting } from "./timestamp.ts";

/** The fields of a JSON log whose names are known: each the name of a field at the top of an object. */
export interface EventFields {
  readonly sql: string;
  readonly time: string;
  readonly timeWriting: TimeWriting;
  readonly duration: string;
  readonly millisPerDuration: number;
  /** Rows returned and rows changed: what is logged of them is added up. */
  readonly rows: readonly string[];
  readonly session: string;
  readonly database: string;
  readonly user: string;
  /** Says what was done: other events than those named are skipped. */
  readonly event: string;
  readonly executions: ReadonlySet<string>;
  /** Handed to `finish`; undefined where there is none. */
  readonly bindVariables?: string;
}

/** Called for each entry, with the bounds of its bind variables. */
export type FinishEvent = (entry: LogEntry, bytes: Buffer, start: number, end: number) => void;

/** Reads the objects of a log that a proxy writes, one per command of a client. */
export class JsonEventDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");
  readonly #fields: EventFields;
  readonly #walk: JsonWalk;
  readonly #parseTime: ParseTime;
  readonly #finish: FinishEvent | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(fields: EventFields, finish?: FinishEvent) {
    this.#fields = fields;
    this.#finish = finish;
    this.#parseTime = timeParser(fields.timeWriting);
    const { sql, time, duration, session, database, user, event, bindVariables = "", rows } = fields;
    const names = [sql, time, duration, session, database, user, event, bindVariables, ...rows];
    this.#walk = new JsonWalk(names.map((name) => ({ path: [name] })));
  }

  open(buffer: Buffer): void {
    this.#bytes = buffer;
    this.#walk.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const { entry } = this;
    const walk = this.#walk;
    if (!walk.find(start, end)) return notAnObject;
    const { starts, ends, kinds } = walk;
    if (starts[index.event]! >= 0) {
      const event = bytes.toString("latin1", starts[index.event], Math.min(ends[index.event]!, starts[index.event]! + 40));
      if (!this.#fields.executions.has(event)) return `event ${event.replaceAll(/[^\w ]/g, "?")}: no execution of a statement`;
    }
    if (kinds[index.sql] !== "string") return "no SQL field";
    entry.bytes = this.#bytes;
    this.#setSpan(entry.sql, bytes, index.sql);
    if (entry.sql.start === -1) return "empty statement";
    entry.timeMicros = starts[index.time]! >= 0 ? this.#parseTime(bytes, starts[index.time]!, ends[index.time]!) : NaN;
    entry.durationMs = this.#number(bytes, index.duration) * this.#fields.millisPerDuration;
    entry.rows = NaN;
    for (let row = 0; row < this.#fields.rows.length; row++) {
      const rows = this.#number(bytes, index.rows + row);
      if (rows >= 0) entry.rows = rows + (entry.rows || 0);
    }
    this.#setSpan(entry.session, bytes, index.session);
    this.#setSpan(entry.database, bytes, index.database);
    this.#setSpan(entry.user, bytes, index.user);
    entry.parameters.count = 0;
    if (starts[index.bindVariables]! >= 0)
      this.#finish?.(entry, bytes, starts[index.bindVariables]!, ends[index.bindVariables]!);
    return undefined;
  }

  #number(bytes: Buffer, field: number): number {
    const start = this.#walk.starts[field]!;
    const value = start >= 0 ? parseDecimal(bytes, start, this.#walk.ends[field]!) : NaN;
    return value >= 0 ? value : NaN;
  }

  #setSpan(span: Span, bytes: Buffer, field: number): void {
    const { starts, ends, kinds } = this.#walk;
    const start = starts[field]!;
    span.start = span.end = -1;
    if (start === -1 || start === ends[field] || kinds[field] === "word") return;
    span.start = start;
    span.end = kinds[field] === "string" ? unescapeJsonString(bytes, start, ends[field]!) : ends[field]!;
  }
}

/** Where the fields stand in the walk. */
const index = { sql: 0, time: 1, duration: 2, session: 3, database: 4, user: 5, event: 6, bindVariables: 7, rows: 8 } as const;
