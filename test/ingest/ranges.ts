import { expect } from "vitest";
import { rangesOf, rangesToReread } from "../../src/ingest/cut.ts";
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
  const results: (AllRead & ReadRange)[] = rangesOf(detection.dataStart, guesses).map(({ start, until }) => ({
    ...readRange(bytes, detection, start, until, 64),
    start,
    until,
  }));
  let rereads = 0;
  for (let again = rangesToReread(results); again.length > 0; again = rangesToReread(results)) {
    for (const { index, start, until } of again)
      results[index] = { ...readRange(bytes, detection, start, until, 64), start, until };
    rereads += again.length;
    expect(rereads, "every round settles a range").toBeLessThanOrEqual(results.length ** 2);
  }
  return {
    all: { entries: results.flatMap((one) => one.entries), skipped: results.flatMap((one) => one.skipped) },
    rereads,
  };
}
