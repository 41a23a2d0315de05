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

  /** Copies the texts that the entry points at, the statement last: it may grow. */
  take(from: LogEntry): void {
    const { entry } = this;
    const { sql, session, transaction, database, user, parameters } = from;
    const { count, bounds } = parameters;
    let length = lengthOf(sql) + lengthOf(session) + lengthOf(transaction) + lengthOf(database) + lengthOf(user);
    for (let bound = 0; bound < count * 2; bound += 2) length += bounds[bound + 1]! - bounds[bound]!;
    this.#length = 0;
    this.#makeRoom(length);
    if (entry.parameters.bounds.length < count * 2) entry.parameters.bounds = new Int32Array(bounds.length);
    entry.parameters.count = count;
    for (let bound = 0; bound < count * 2; bound += 2) {
      entry.parameters.bounds[bound] = bounds[bound]! < 0 ? -1 : this.#length;
      if (bounds[bound]! >= 0) this.#copy(from.bytes, bounds[bound]!, bounds[bound + 1]!);
      entry.parameters.bounds[bound + 1] = bounds[bound]! < 0 ? -1 : this.#length;
    }
    this.#copySpan(from.bytes, session, entry.session);
    this.#copySpan(from.bytes, transaction, entry.transaction);
    this.#copySpan(from.bytes, database, entry.database);
    this.#copySpan(from.bytes, user, entry.user);
    this.#copySpan(from.bytes, sql, entry.sql);
    entry.offset = from.offset;
    entry.executions = from.executions;
    entry.timeMicros = from.timeMicros;
    entry.durationMs = from.durationMs;
    entry.rows = from.rows;
    this.part = "statement";
    this.torn = false;
    this.detail.start = this.detail.end = -1;
  }

  #copySpan(source: Uint8Array, from: Span, to: Span): void {
    to.start = from.start < 0 ? -1 : this.#length;
    if (from.start >= 0) this.#copy(source, from.start, from.end);
    to.end = from.start < 0 ? -1 : this.#length;
  }

  /** A loop beats a native copy for what is short. */
  #copy(source: Uint8Array, start: number, end: number): void {
    const { bytes } = this.entry;
    let write = this.#length;
    if (end - start > 256) bytes.set(source.subarray(start, end), write);
    else for (let read = start; read < end; read++) bytes[write++] = source[read]!;
    this.#length += end - start;
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
    this.#copy(source, start, end);
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

const lengthOf = ({ start, end }: Span): number => (start < 0 ? 0 : end - start);
