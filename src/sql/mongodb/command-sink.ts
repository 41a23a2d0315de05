import { LiteralSpans } from "../literal-spans.ts";
import { closeBracket, colon, comma, type Field, newField, nextItem, openBracket, quote } from "./json-cursor.ts";
import { slotMark, SkeletonWriter } from "./skeleton.ts";
import { ValueReader } from "./value-reader.ts";

/** Where a command stands in the bytes of a log, as a log entry has it. */
export interface CommandSpans {
  readonly bytes: Uint8Array;
  /** The command, an object. */
  readonly sql: ByteSpan;
  /** The log's word for the operation: "command", "update", "remove", "query", "getMore", ... */
  readonly operation: ByteSpan;
  readonly database: ByteSpan;
  /** The collection; with the database in front where the log has several. */
  readonly table: ByteSpan;
  /** Documents returned or changed; NaN when not logged. */
  readonly rows: number;
}

interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** What a walk over a command writes: the skeleton on one side, the values on the other. */
export class CommandSink {
  readonly literals = new LiteralSpans();
  readonly out = new SkeletonWriter();
  readonly value = new ValueReader();
  bytes: Buffer = Buffer.alloc(0);
  /** Slots written so far. */
  slots = 0;
  /** Why the walk failed. */
  failure = "";
  #entry: CommandSpans | undefined;
  #depth = 0;

  open(entry: CommandSpans): void {
    const { bytes } = entry;
    // Most entries of a log are windows onto the same piece of it.
    if (bytes.buffer !== this.bytes.buffer || bytes.byteOffset !== this.bytes.byteOffset || bytes.length !== this.bytes.length)
      this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#entry = entry;
    this.out.clear();
    this.literals.count = 0;
    this.slots = 0;
    this.#depth = 0;
    this.failure = "MongoDB command that can't be read";
  }

  /** Writes an array item by item; what is no array as an empty one. */
  each(start: number, end: number, write: (start: number, end: number) => boolean): boolean {
    if (this.bytes[start] !== openBracket) return this.out.text("[]");
    const field = newField();
    this.out.byte(openBracket);
    let position = start + 1;
    for (let count = 0; (position = nextItem(this.bytes, position, end, field)) > 0; count++) {
      if (count > 0) this.out.byte(comma);
      if (!write(field.valueStart, field.valueEnd)) return false;
    }
    this.out.byte(closeBracket);
    return position === 0;
  }

  /** Writes a slot for the value; false when there is none. */
  slotOf(start: number, end: number): boolean {
    const value = this.value;
    const sort = value.read(this.bytes, start, end);
    if (sort === "none") return false;
    this.literals.add(this.slots++, value.start, value.end, value.form, value.integer);
    this.out.byte(slotMark[sort === "null" ? "string" : sort]);
    return true;
  }

  /** The name of a field, and the colon behind it. */
  name({ nameStart, nameEnd }: Field): void {
    this.out.byte(quote);
    this.out.copy(this.bytes, nameStart, nameEnd);
    this.out.byte(quote);
    this.out.byte(colon);
  }

  /** Names keep the escapes that they have in the log. */
  path(path: string): void {
    const bytes = Buffer.from(path);
    this.out.byte(quote);
    this.out.copy(bytes, 0, bytes.length);
    this.out.byte(quote);
    this.out.byte(colon);
  }

  /** The database stands in front where the entry's table has it. */
  collection(start: number, end: number): boolean {
    const { database, table } = this.#entry!;
    this.out.byte(quote);
    if (table.start === database.start && table.start >= 0 && start !== table.start) {
      this.out.copy(this.bytes, database.start, database.end);
      this.out.text(".");
    }
    this.out.copy(this.bytes, start, end);
    this.out.byte(quote);
    return true;
  }

  /** JSON text as the log has it. */
  verbatim(start: number, end: number): boolean {
    this.out.copy(this.bytes, start, end);
    return true;
  }

  /** ASCII text of the log, cut to what any name that we know has. */
  text(start: number, end: number): string {
    return start < 0 ? "" : this.bytes.toString("latin1", start, Math.min(end, start + 64));
  }

  /** Goes one level deeper; false where it is too deep. */
  deeper(): boolean {
    if (++this.#depth <= depthLimit) return true;
    this.failure = "nested too deeply";
    return false;
  }

  shallower(): true {
    this.#depth -= 1;
    return true;
  }
}

const depthLimit = 100;
