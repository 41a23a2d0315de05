import { assert } from "../base/assert.ts";
import type { RecordReader, Visit, VisitSkipped } from "./entry.ts";

/**
 * Feeds a reader with bytes that come in pieces. What the reader leaves over, the beginning of a record whose end is
 * not there yet, is carried over to the next piece; here and nowhere else. The buffer grows while one record fills it:
 * the reader gives records up at `maxRecordBytes`, which bounds it.
 *
 * @example
 * const feed = new RecordFeed(reader, offset, visit, skipped);
 * while (!feed.done) {
 *   const count = readSync(file, feed.room());
 *   if (count === 0) feed.end();
 *   else feed.filled(count);
 * }
 */
export class RecordFeed {
  /** True when the range is read: at the end of the input, or when the reader reached its `until`. */
  done = false;
  readonly #reader: RecordReader;
  readonly #visit: Visit;
  readonly #skipped: VisitSkipped;
  readonly #pieceBytes: number;
  #buffer: Uint8Array;
  /** Unread bytes are `#buffer[#from, #to)`; `#buffer[0]` stands at `#baseOffset` of the input. */
  #from = 0;
  #to = 0;
  #baseOffset: number;

  constructor(
    reader: RecordReader,
    startOffset: number,
    visit: Visit,
    skipped: VisitSkipped,
    pieceBytes = defaultPieceBytes,
  ) {
    assert(pieceBytes > 0, "a piece has bytes");
    this.#reader = reader;
    this.#visit = visit;
    this.#skipped = skipped;
    this.#pieceBytes = pieceBytes;
    this.#buffer = this.#newBuffer(pieceBytes);
    this.#baseOffset = startOffset;
    this.done = startOffset >= reader.until;
  }

  #newBuffer(length: number): Uint8Array {
    return this.#reader.newBuffer?.(length) ?? new Uint8Array(length);
  }

  /** Offset in the input of the first byte that is not read yet: where the next record starts. */
  get position(): number {
    return this.#reader.endedAt ?? this.#baseOffset + this.#from;
  }

  /** Offset in the input of the next byte to put into the room. */
  get wanted(): number {
    return this.#baseOffset + this.#to;
  }

  /** Where to put the next bytes. At least one byte long; valid until the next call. */
  room(): Uint8Array {
    if (this.#from > 0) {
      this.#buffer.copyWithin(0, this.#from, this.#to);
      this.#baseOffset += this.#from;
      this.#to -= this.#from;
      this.#from = 0;
    }
    // A record that fills half of the buffer gets one of twice the size, so that a long one is scanned a few times
    // only.
    if (this.#to * 2 > this.#buffer.length) {
      const grown = this.#newBuffer(Math.max(this.#buffer.length * 2, this.#to + this.#pieceBytes));
      grown.set(this.#buffer.subarray(0, this.#to));
      this.#buffer = grown;
    }
    return this.#buffer.subarray(this.#to);
  }

  /** Reads what can be read now that `count` bytes were put into the room. */
  filled(count: number): void {
    assert(!this.done && this.#to + count <= this.#buffer.length, "the bytes fit the room that was asked for");
    this.#to += count;
    this.#read(false);
  }

  /** Reads the rest: no more bytes follow. */
  end(): void {
    if (this.done) return;
    this.#read(true);
    this.done = true;
  }

  /** Takes bytes from wherever they are: copies them through the room. */
  push(bytes: Uint8Array): void {
    let taken = 0;
    while (taken < bytes.length && !this.done) {
      const room = this.room();
      const piece = bytes.subarray(taken, taken + room.length);
      room.set(piece);
      taken += piece.length;
      this.filled(piece.length);
    }
  }

  #read(atEnd: boolean): void {
    this.#from = this.#reader.read(
      this.#buffer,
      this.#from,
      this.#to,
      atEnd,
      this.#baseOffset,
      this.#visit,
      this.#skipped,
    );
    assert(!atEnd || this.#from === this.#to || this.position >= this.#reader.until, "at the end every byte is read");
    if (this.position >= this.#reader.until && this.#reader.readingAhead !== true) this.done = true;
  }
}

const defaultPieceBytes = 1 << 20;
