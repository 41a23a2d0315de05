import type { LogEntry, Span } from "./entry.ts";

/**
 * Gives an entry the database and user that an earlier record named. All spans of an entry lie in its one buffer, and
 * these names may have left it long ago: they are written into bytes that are read already, and where there is no room
 * before the record, statement and names are copied together.
 */
export class PlacedNames {
  #copy = new Uint8Array(4096);

  /**
   * `bytes[from, to)` are read and may be overwritten. A name that is undefined leaves its span as it is. The session
   * and the statement are the only other spans that are kept.
   */
  place(
    entry: LogEntry,
    from: number,
    to: number,
    database: Uint8Array | undefined,
    user: Uint8Array | undefined,
  ): void {
    const length = (database?.length ?? 0) + (user?.length ?? 0);
    if (length === 0) return;
    let at = from;
    if (length > to - from) at = this.#copyStatement(entry, length);
    if (database !== undefined) at = write(entry.bytes, at, database, entry.database);
    if (user !== undefined) write(entry.bytes, at, user, entry.user);
  }

  /** Moves the entry to a buffer of our own with room for `length` bytes behind it; returns where they start. */
  #copyStatement(entry: LogEntry, length: number): number {
    const spans = [entry.sql, entry.session, entry.transaction, entry.database, entry.user];
    const needed = spans.reduce((sum, { start, end }) => sum + (start === -1 ? 0 : end - start), length);
    if (needed > this.#copy.length) this.#copy = new Uint8Array(needed * 2);
    let at = 0;
    for (const span of spans) {
      if (span.start === -1) continue;
      this.#copy.set(entry.bytes.subarray(span.start, span.end), at);
      span.end = at + span.end - span.start;
      span.start = at;
      at = span.end;
    }
    entry.bytes = this.#copy;
    return at;
  }
}

function write(bytes: Uint8Array, at: number, name: Uint8Array, span: Span): number {
  for (let index = 0; index < name.length; index++) bytes[at + index] = name[index]!;
  span.start = at;
  span.end = at + name.length;
  return span.end;
}
