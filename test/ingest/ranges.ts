import { expect } from "vitest";
import { noFacts } from "../../src/ingest/carry.ts";
import type { Facts } from "../../src/ingest/carry.ts";
import { guessFacts, rangesOf, rangesToReread } from "../../src/ingest/cut.ts";
import type { ReadRange } from "../../src/ingest/cut.ts";
import type { Detection } from "../../src/ingest/format.ts";
import { formats } from "../../src/ingest/formats.ts";
import type { AllRead } from "./reading.ts";
import { readRange } from "./reading.ts";

/** Reads in ranges cut at the given places, as the caller of `cut.ts` does, and counts the ranges read again. */
export function readInRanges(
  bytes: Uint8Array,
  detection: Detection,
  cuts: readonly number[],
  windowBytes: number,
): { all: Omit<AllRead, "end">; rereads: number } {
  const guesses = cuts.map((cut) => {
    if (cut <= detection.dataStart) return -1;
    const window = bytes.slice(cut - 1, cut - 1 + windowBytes);
    const guess = formats[detection.format].guessRecordStart(
      window,
      1,
      cut - 1 + window.length >= bytes.length,
      detection,
    );
    return guess === -1 ? -1 : cut - 1 + guess;
  });
  const format = formats[detection.format];
  const read = (start: number, until: number, before: Facts): AllRead & ReadRange => {
    const reader = format.createReader(detection);
    reader.before = before;
    const all = readRange(bytes, detection, start, until, 64, reader);
    return { ...all, start, until, carry: reader.carry };
  };
  const results = rangesOf(detection.dataStart, guesses).map(({ start, until }, index) => {
    const from = Math.max(detection.dataStart, start - windowBytes);
    return read(start, until, index === 0 ? noFacts : guessFacts(format, bytes.slice(from, start), from, detection));
  });
  let rereads = 0;
  for (let again = rangesToReread(results); again.length > 0; again = rangesToReread(results)) {
    for (const { index, start, until, before } of again) results[index] = read(start, until, before);
    rereads += again.length;
    expect(rereads, "every round settles a range").toBeLessThanOrEqual(results.length ** 2);
  }
  return {
    all: { entries: results.flatMap((one) => one.entries), skipped: results.flatMap((one) => one.skipped) },
    rereads,
  };
}
