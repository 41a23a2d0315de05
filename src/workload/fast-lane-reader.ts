import { maxRecordBytes, type RecordReader, type Visit, type VisitSkipped } from "../ingest/entry.ts";
import type { FastLane } from "./fast-lane.ts";

/**
 * Reads the plain records of an input by the lane and the others, one by one, by the format's own reader, which visits
 * them.
 */
export class FastLaneReader implements RecordReader {
  until = Infinity;
  readonly keyColumns: readonly string[];
  readonly newBuffer: (length: number) => Uint8Array;
  readonly #lane: FastLane;
  readonly #reader: RecordReader;
  /** The format's own reader is in the middle of something. */
  #readerGoesOn = false;

  constructor(lane: FastLane, reader: RecordReader) {
    this.keyColumns = reader.keyColumns;
    this.newBuffer = (length) => lane.newBuffer(length);
    this.#lane = lane;
    this.#reader = reader;
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
    const stopAt = Math.min(to, this.until - baseOffset);
    let position = from;
    for (;;) {
      if (!this.#readerGoesOn) {
        if (position >= stopAt) return position;
        const ran = this.#lane.run(bytes, position, stopAt, to, baseOffset);
        position = ran.position;
        if (ran.stopped === "at the limit") return position;
        if (ran.stopped === "needs bytes" && !atEnd && to - position <= maxRecordBytes) return position;
        reader.until = baseOffset + position + 1;
      }
      position = reader.read(bytes, position, to, atEnd, baseOffset, visit, skipped);
      // After a fault it wants to find the next record, wherever that is.
      this.#readerGoesOn = baseOffset + position < reader.until;
      if (!this.#readerGoesOn) continue;
      this.until = Math.max(this.until, reader.until);
      return position;
    }
  }
}
