import { newEntry } from "../entry.ts";
import type { LogEntry, Span } from "../entry.ts";

/** A statement of which a later record tells the rest: its duration, its further lines, its parameters. */
export class HeldStatement {
  /** A window onto this statement's own copy of the bytes. */
  readonly entry: LogEntry = newEntry("statement");
  /** Names the session; two sessions may share one, so their bytes are compared too. */
  key = 0;
  /** Further lines of the message may follow. */
  open = false;
  /** Number of its message; -1 where messages are not numbered. */
  message = -1;
  /** Number of the message's last line that came; 0 where lines are not numbered. */
  lastChunk = 0;
  /** A numbered line of the message is missing. */
  torn = false;
  /** Which text the next line without a heading goes on with. */
  part: "statement" | "detail" | "other" = "statement";
  readonly detail: Span = { start: -1, end: -1 };
  #length = 0;

  /** Copies what the entry points at, as one stretch: it all stands in one record. */
  take(from: LogEntry): void {
    const { entry } = this;
    let least = Infinity;
    let most = 0;
    for (const name of spans) {
      const { start, end } = from[name];
      if (start < 0) continue;
      if (start < least) least = start;
      if (end > most) most = end;
    }
    const { count, bounds } = from.parameters;
    for (let bound = 0; bound < count * 2; bound += 2) {
      if (bounds[bound]! < 0) continue;
      if (bounds[bound]! < least) least = bounds[bound]!;
      if (bounds[bound + 1]! > most) most = bounds[bound + 1]!;
    }
    this.#length = most - least;
    this.#makeRoom(this.#length);
    const { bytes } = entry;
    const source = from.bytes;
    // A loop beats a native copy for what is this short.
    if (this.#length > 512) bytes.set(source.subarray(least, most));
    else for (let index = 0, at = least; at < most; index++, at++) bytes[index] = source[at]!;
    for (const name of spans) {
      const { start, end } = from[name];
      const span = entry[name];
      span.start = start < 0 ? -1 : start - least;
      span.end = start < 0 ? -1 : end - least;
    }
    if (entry.parameters.bounds.length < count * 2) entry.parameters.bounds = new Int32Array(bounds.length);
    entry.parameters.count = count;
    for (let bound = 0; bound < count * 2; bound++)
      entry.parameters.bounds[bound] = bounds[bound]! < 0 ? -1 : bounds[bound]! - least;
    entry.offset = from.offset;
    entry.executions = from.executions;
    entry.timeMicros = from.timeMicros;
    entry.durationMs = from.durationMs;
    entry.rows = from.rows;
    this.part = "statement";
    this.torn = false;
    this.detail.start = this.detail.end = -1;
  }

  /** Adds a line to the statement or its detail; the statement must be the last thing that was copied. */
  append(source: Uint8Array, start: number, end: number, newline: boolean): void {
    const target = this.part === "statement" ? this.entry.sql : this.detail;
    this.#copyStatementToEnd();
    if (this.part === "detail" && target.start < 0) {
      target.start = target.end = this.#length;
      newline = false;
    }
    this.#makeRoom(this.#length + end - start + 1);
    if (newline) this.entry.bytes[this.#length++] = 10;
    this.entry.bytes.set(source.subarray(start, end), this.#length);
    this.#length += end - start;
    target.end = this.#length;
  }

  /** What grows must stand last. */
  #copyStatementToEnd(): void {
    const { sql, bytes } = this.entry;
    if (this.part !== "statement" || sql.end === this.#length) return;
    const size = sql.end - sql.start;
    this.#makeRoom(this.#length + size);
    this.entry.bytes.set(bytes.subarray(sql.start, sql.end), this.#length);
    sql.start = this.#length;
    sql.end = this.#length += size;
  }

  #makeRoom(length: number): void {
    if (length <= this.entry.bytes.length) return;
    const grown = new Uint8Array(Math.max(256, length * 2));
    grown.set(this.entry.bytes);
    this.entry.bytes = grown;
  }
}

const spans = ["sql", "session", "transaction", "database", "user"] as const;
