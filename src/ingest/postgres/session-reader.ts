import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import { decodePostgresParameters } from "../parameters.ts";
import { HeldStatement } from "./held-statement.ts";
import { durationLine, endsStatement, failures, isParameters } from "./message.ts";

/** A reader of single records, and what it says of the last one beyond its entry. */
export interface MessageReader extends RecordReader {
  /** The entry it visits with. Of a skipped record it holds session and transaction, and the duration of a `durationLine`. */
  readonly entry: LogEntry;
}

/** How a format in which a message may go on in records behind its first says what the last record was. */
export interface MessageLines {
  /** Number of the line in its message, from 1; 0 where they are not numbered. */
  chunk: number;
  /** Number of the message that the line is of; -1 where messages are not numbered. */
  message: number;
  /** What a skipped `continuationLine` adds to its message; `start` -1 where it adds nothing. */
  readonly text: { start: number; end: number };
  /** A newline of the message stands before the text. */
  newline: boolean;
  /** The line begins another part of the message. */
  begins: "detail" | "other" | undefined;
}

/** A line that is part of a message whose first line stands before. */
export const continuationLine: SkipReason = "continuation line of a message";
export const lineMissing: SkipReason = "statement of which a line is missing";

/**
 * How far behind a statement its duration, or the next of its lines, is found. A statement that runs for a minute in a
 * log of 500 kB/s just fits. It also bounds what is held: statements of the last 32 MiB of the log at most.
 */
export const reachBytes = 32 * 1024 * 1024;

/**
 * Puts together what a session says in several records, however many sessions talk at once: a statement and the
 * duration that log_duration writes on a line of its own, and, where a format writes a message line by line, its lines.
 *
 * A statement without a duration is held until the session's next message: a bare duration is its own, anything else
 * ends it. So what becomes of a statement depends only on what stands behind it, up to `reachBytes`; and the records
 * that complete it are skipped with a reason of their own, whether their statement is found or not. That makes the
 * result the same for every cut: a range reads on behind its end for the statements it still holds, and the next range
 * needs to know nothing of them. Entries come out when they are complete, not in the order of their offsets.
 *
 * A duration is never given to a statement behind it: under the extended protocol, those of parsing and binding stand
 * before the statement, and are not its.
 */
export class SessionReader implements RecordReader {
  until = Infinity;
  readonly keyColumns: readonly string[] = [];
  /** Where the range ended, once it has: reading may go on behind that. */
  endedAt: number | undefined = undefined;
  readingAhead = false;
  readonly #reader: MessageReader;
  readonly #lines: MessageLines | undefined;
  readonly #held = new Map<number, HeldStatement>();
  readonly #spare: HeldStatement[] = [];
  /** The statement that the record before this one belongs to: a line that names no session goes on with it. */
  #latest: HeldStatement | undefined;
  #lastOffset = 0;
  /** No statement that is held stands before this. */
  #oldestOffset = 0;
  #visit: Visit = () => {};
  #skipped: VisitSkipped = () => {};
  // A record that is skipped before it is decoded must not be taken for one of the session before.
  readonly #onEntry = (entry: LogEntry): void => {
    this.#entry(entry);
    entry.session.start = -1;
  };
  readonly #onSkipped = (offset: number, reason: SkipReason): void => {
    this.#skip(offset, reason);
    this.#reader.entry.session.start = -1;
  };

  constructor(reader: MessageReader, lines?: MessageLines) {
    this.#reader = reader;
    this.#lines = lines;
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
    const reader = this.#reader;
    this.#visit = visit;
    this.#skipped = skipped;
    let position = from;
    if (!this.readingAhead) {
      reader.until = this.until;
      position = reader.read(bytes, from, to, atEnd, baseOffset, this.#onEntry, this.#onSkipped);
      this.until = reader.until;
      if (baseOffset + position < this.until && !atEnd) return position;
      if (this.#held.size > 0 && baseOffset + position >= this.until) {
        this.endedAt = baseOffset + position;
        this.readingAhead = true;
        reader.until = Infinity;
      }
    }
    if (this.readingAhead)
      position = reader.read(bytes, position, to, atEnd, baseOffset, this.#onEntry, this.#onSkipped);
    if (atEnd || this.#held.size === 0 || baseOffset + position > this.#lastOffset + reachBytes) {
      for (const held of this.#held.values()) this.#hand(held);
      this.#held.clear();
      this.readingAhead = false;
    }
    return position;
  }

  #belongsToNext(offset: number): boolean {
    return this.endedAt !== undefined && offset >= this.endedAt;
  }

  #entry(entry: LogEntry): void {
    const lines = this.#lines;
    this.#latest = undefined;
    const known = entry.session.start >= 0;
    // A line that names no session can only be followed by its own lines, directly.
    const key = known ? sessionKey(entry.bytes, entry.session) : -1;
    const before = this.#held.get(key);
    if (before !== undefined) {
      this.#held.delete(key);
      this.#hand(before);
    }
    if (this.#belongsToNext(entry.offset)) return;
    if ((lines === undefined && (entry.durationMs >= 0 || !known)) || tooLong(entry)) {
      this.#visit(entry);
      return;
    }
    this.#expire(entry.offset);
    const held = this.#spare.pop() ?? new HeldStatement();
    held.take(entry);
    held.open = lines !== undefined;
    held.lastChunk = lines?.chunk ?? 0;
    held.message = lines?.message ?? -1;
    held.key = key;
    this.#held.set(key, held);
    this.#latest = held;
    this.#lastOffset = entry.offset;
  }

  #skip(offset: number, reason: SkipReason): void {
    // What the session said before comes first.
    this.#complete(offset, reason);
    if (this.#belongsToNext(offset)) return;
    const { entry } = this.#reader;
    const endsSession = entry.session.start < 0 ? undefined : failures.get(reason);
    this.#skipped(offset, reason, endsSession === undefined ? undefined : { entry, endsSession });
  }

  #complete(offset: number, reason: SkipReason): void {
    const { entry } = this.#reader;
    if (reason === continuationLine) {
      this.#continue(offset);
      return;
    }
    this.#latest = undefined;
    if (this.#held.size === 0 || entry.session.start < 0) return;
    if (reason === durationLine) this.#release(entry, entry.durationMs, offset);
    else if (endsStatement.has(reason)) this.#release(entry, NaN);
    else if (this.#lines !== undefined) {
      const held = this.#heldBy(entry);
      if (held !== undefined) held.open = false;
    }
  }

  #continue(offset: number): void {
    const { entry } = this.#reader;
    const lines = this.#lines;
    const held = entry.session.start < 0 ? this.#latest : this.#heldBy(entry);
    this.#latest = undefined;
    if (held === undefined || lines === undefined || !held.open || offset - held.entry.offset > reachBytes) return;
    if (lines.message !== held.message) return;
    if (lines.chunk > 0 && lines.chunk !== held.lastChunk + 1) held.torn = true;
    held.lastChunk = lines.chunk;
    if (lines.begins !== undefined) held.part = lines.begins;
    this.#latest = held;
    if (lines.text.start < 0 || held.part === "other" || held.torn) return;
    held.append(entry.bytes, lines.text.start, lines.text.end, lines.newline);
  }

  #heldBy({ bytes, session }: LogEntry): HeldStatement | undefined {
    const held = this.#held.get(sessionKey(bytes, session));
    return held !== undefined && sameBytes(held.entry, bytes, session) ? held : undefined;
  }

  /** Hands on the statement that the entry's session still had, with the duration that was found for it. */
  #release(entry: LogEntry, durationMs: number, offset = 0): void {
    const held = this.#heldBy(entry);
    if (held === undefined) return;
    if (durationMs >= 0 && Number.isNaN(held.entry.durationMs) && offset - held.entry.offset <= reachBytes)
      held.entry.durationMs = durationMs;
    this.#held.delete(held.key);
    this.#hand(held);
  }

  #hand(held: HeldStatement): void {
    const { entry, detail } = held;
    if (held.torn) this.#skipped(entry.offset, lineMissing);
    else {
      if (detail.start >= 0 && isParameters(entry.bytes, detail.start, detail.end))
        decodePostgresParameters(entry.bytes, detail.start, detail.end, entry.parameters);
      this.#visit(entry);
    }
    if (this.#latest === held) this.#latest = undefined;
    if (this.#spare.length < mostSpare && entry.bytes.length <= longestSpare) this.#spare.push(held);
  }

  /** Hands on what nothing can complete any more. The map is in the order of offsets. */
  #expire(offset: number): void {
    if (offset - this.#oldestOffset <= reachBytes) return;
    this.#oldestOffset = offset;
    for (const held of this.#held.values()) {
      if (offset - held.entry.offset <= reachBytes) {
        this.#oldestOffset = held.entry.offset;
        return;
      }
      this.#held.delete(held.key);
      this.#hand(held);
    }
  }
}

const longestSpare = 1 << 16;
const mostSpare = 1024;

/** Nothing behind such a statement is within reach. */
const tooLong = ({ sql }: LogEntry): boolean => sql.end - sql.start > reachBytes;

/** 30 bits of the session's name, a small integer: what a Map finds fastest. */
function sessionKey(bytes: Uint8Array, { start, end }: { start: number; end: number }): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash & 0x3fffffff;
}

function sameBytes(held: LogEntry, bytes: Uint8Array, session: { start: number; end: number }): boolean {
  const { start, end } = held.session;
  if (end - start !== session.end - session.start) return false;
  for (let index = 0; index < end - start; index++)
    if (held.bytes[start + index] !== bytes[session.start + index]) return false;
  return true;
}
