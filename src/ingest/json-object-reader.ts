import { maxRecordBytes } from "./entry.ts";
import type { LogEntry, RecordReader, SkipReason, Visit, VisitSkipped } from "./entry.ts";
import { endOfObject } from "./json-objects.ts";
import type { ObjectLayout } from "./json-objects.ts";

/** Makes an entry of one JSON object. */
export interface ObjectDecoder {
  readonly entry: LogEntry;
  /** Called with the bytes of each read, before any object in them. */
  open(buffer: Buffer): void;
  /** Fills the entry from the object in `[start, end)`, or says why it is no entry. */
  decode(buffer: Buffer, start: number, end: number): SkipReason | undefined;
}

/**
 * Finds JSON objects, one per line or one after the other (see `ObjectLayout`), and has each decoded. Blank lines, and
 * the brackets and commas of an array, are not records; everything else that is no object is skipped with a reason.
 */
export class JsonObjectReader implements RecordReader {
  until = Infinity;
  readonly keyColumns: readonly string[];
  /** What it visits with. */
  readonly entry: LogEntry;
  readonly #decoder: ObjectDecoder;
  readonly #layout: ObjectLayout;
  /** Inside a line that was given up for its length. */
  #lost = false;

  constructor(decoder: ObjectDecoder, layout: ObjectLayout, keyColumns: readonly string[] = []) {
    this.keyColumns = keyColumns;
    this.entry = decoder.entry;
    this.#decoder = decoder;
    this.#layout = layout;
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
    this.#decoder.open(buffer);
    this.#decoder.entry.bytes = bytes;
    const range = { buffer, to, atEnd, baseOffset, visit, skipped };
    return this.#layout === "lines" ? this.#lines(range, from) : this.#objects(range, from);
  }

  #lines(range: Range, from: number): number {
    const { buffer, to, atEnd, baseOffset, skipped } = range;
    const stopAt = Math.min(to, this.until - baseOffset);
    let position = from;
    while (position < stopAt || this.#lost) {
      const newline = buffer.indexOf(10, position);
      if (newline === -1 && !atEnd) {
        if (!this.#lost) {
          if (to - position <= maxRecordBytes) return position;
          skipped(baseOffset + position, tooLong);
        }
        return this.#giveUp(baseOffset, to);
      }
      const next = newline === -1 ? to : newline + 1;
      if (this.#lost) this.#lost = false;
      else if (next - position > maxRecordBytes) skipped(baseOffset + position, tooLong);
      else {
        const end = newline === -1 ? to : newline;
        if (!isBlank(buffer, position, end)) this.#decode(range, position, end);
      }
      position = next;
    }
    return position;
  }

  /** The end of a line that is too long is still sought; what follows it belongs to the next range. */
  #giveUp(baseOffset: number, to: number): number {
    this.#lost = true;
    this.until = Math.max(this.until, baseOffset + to + 1);
    return to;
  }

  #objects(range: Range, from: number): number {
    const { buffer, to, atEnd, baseOffset, skipped } = range;
    let position = from;
    for (;;) {
      if (this.#lost) {
        const newline = buffer.indexOf(10, position);
        if (newline === -1) return this.#giveUp(baseOffset, to);
        this.#lost = false;
        position = newline + 1;
      }
      while (position < to && isBetweenObjects(buffer[position]!)) position += 1;
      if (position >= to || position >= this.until - baseOffset) return position;
      if (buffer[position] !== openBrace) {
        const end = endOfStray(buffer, position, to);
        if (end === to && !atEnd && to - position <= maxRecordBytes) return position;
        skipped(baseOffset + position, notAnObject);
        position = end;
        continue;
      }
      const end = endOfObject(buffer, position, to);
      if (end !== -1) {
        this.#decode(range, position, end);
        position = end;
        continue;
      }
      if (!atEnd && to - position <= maxRecordBytes) return position;
      // An object that does not end takes its own line with it, not all that follows.
      skipped(baseOffset + position, atEnd ? notAnObject : tooLong);
      this.#lost = true;
    }
  }

  #decode({ buffer, baseOffset, visit, skipped }: Range, start: number, end: number): void {
    const { entry } = this.#decoder;
    entry.offset = baseOffset + start;
    const reason = this.#decoder.decode(buffer, start, end);
    if (reason === undefined) visit(entry);
    else skipped(entry.offset, reason);
  }
}

interface Range {
  readonly buffer: Buffer;
  readonly to: number;
  readonly atEnd: boolean;
  readonly baseOffset: number;
  readonly visit: Visit;
  readonly skipped: VisitSkipped;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position++) if (bytes[position]! > 32) return false;
  return true;
}

/** White space, commas and the brackets of arrays. */
const isBetweenObjects = (byte: number): boolean => byte <= 32 || byte === 44 || byte === 91 || byte === 93;

/** Where something that is no object ends: at the end of its line, or where an object starts. */
function endOfStray(buffer: Buffer, from: number, to: number): number {
  const newline = buffer.indexOf(10, from);
  const brace = buffer.indexOf(openBrace, from);
  return Math.min(newline === -1 ? to : newline, brace === -1 ? to : brace, to);
}

export const notAnObject: SkipReason = "not a complete JSON object";
const tooLong: SkipReason = "record longer than 64 MiB";
const openBrace = 123;
