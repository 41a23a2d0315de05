import { expect, test } from "vitest";
import type { RecordReader } from "../../src/ingest/entry.ts";
import { RecordFeed } from "../../src/ingest/feed.ts";

/** Reads lines, and keeps what it was given. */
function lineReader(until = Infinity): { reader: RecordReader; lines: string[]; given: number[] } {
  const lines: string[] = [];
  const given: number[] = [];
  const reader: RecordReader = {
    until,
    keyColumns: [],
    read(bytes, from, to, atEnd, baseOffset) {
      given.push(to - from);
      let position = from;
      while (position < to && baseOffset + position < this.until) {
        const newline = bytes.subarray(0, to).indexOf(10, position);
        if (newline === -1 && !atEnd) break;
        const end = newline === -1 ? to : newline;
        lines.push(`${baseOffset + position} ${Buffer.from(bytes.subarray(position, end)).toString()}`);
        position = Math.min(end + 1, to);
      }
      return position;
    },
  };
  return { reader, lines, given };
}

const nothing = () => {};

test("the beginning of a record is carried over to the next piece", () => {
  const { reader, lines } = lineReader();
  const feed = new RecordFeed(reader, 100, nothing, nothing, 4);
  for (const piece of ["ab", "c\nde", "", "f\n\ng"]) feed.push(Buffer.from(piece));
  expect(feed.position).toBe(109);
  feed.end();
  expect(lines).toEqual(["100 abc", "104 def", "108 ", "109 g"]);
  expect(feed).toMatchObject({ done: true, position: 110, wanted: 110 });
});

test("it stops where the range ends, and takes no more", () => {
  const { reader, lines } = lineReader(3);
  const feed = new RecordFeed(reader, 0, nothing, nothing);
  feed.push(Buffer.from("a\nbcd\ne\n"));
  expect(lines).toEqual(["0 a", "2 bcd"]);
  expect(feed).toMatchObject({ done: true, position: 6 });
  feed.push(Buffer.from("f\n"));
  feed.end();
  expect(lines).toHaveLength(2);
  expect(new RecordFeed(lineReader(5).reader, 5, nothing, nothing).done).toBe(true);
});

test("a long record is read again a few times only, not once for each piece", () => {
  const { reader, lines, given } = lineReader();
  const feed = new RecordFeed(reader, 0, nothing, nothing, 1024);
  const line = Buffer.from(`${"x".repeat(1_000_000)}\n`);
  for (let from = 0; from < line.length;) {
    const room = feed.room();
    const piece = line.subarray(from, from + room.length);
    room.set(piece);
    feed.filled(piece.length);
    from += piece.length;
  }
  expect(lines).toHaveLength(1);
  expect(given.reduce((sum, count) => sum + count, 0)).toBeLessThan(4 * line.length);
});
