import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { detectFormat } from "../../src/ingest/detect.ts";
import type { Detection, ReaderOptions } from "../../src/ingest/format.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { readInRanges } from "./ranges.ts";
import { readRange } from "./reading.ts";
import type { AllRead } from "./reading.ts";

/** A log to damage, with how it is read while it is whole. */
export interface FuzzLog {
  readonly bytes: Uint8Array;
  readonly detection: Detection;
  readonly options: ReaderOptions;
  /** Where its records start. */
  readonly starts: readonly number[];
}

export function fuzzLog(whole: Uint8Array, options: ReaderOptions = {}): FuzzLog {
  const bytes = whole.subarray(0, mostBytes);
  const detection = detectFormat({ bytes, atEnd: bytes.length === whole.length, name: "fuzzed.log" }, options);
  const { entries, skipped } = readRange(bytes, detection, detection.dataStart, Infinity);
  expect(entries.length, "a log to damage has entries").toBeGreaterThan(0);
  return { bytes, detection, options, starts: [...new Set(offsetsOf({ entries, skipped }))].sort((a, b) => a - b) };
}

/** A file, unpacked when it is gzip. */
export function fuzzFile(path: string): Uint8Array {
  expect(existsSync(path), `${path} is there`).toBe(true);
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/**
 * Damages a slice of a log and reads it: whole, in small pieces and in ranges, which must agree, with every record used
 * or skipped exactly once. Then the damaged bytes are read as whatever they are taken for, if anything.
 * `others` are logs to splice in. What happens follows from `seed` alone.
 */
export function fuzzCase(log: FuzzLog, others: readonly FuzzLog[], seed: number): void {
  const chance = randomStream(seed, "fuzz");
  const below = (limit: number) => Math.floor(chance.next() * limit);
  const header = log.bytes.slice(0, log.detection.dataStart);
  const damaged = Buffer.concat([header, damage(sliceOf(log, below), others, below)]);
  const { dataStart } = log.detection;
  const whole = readRange(damaged, log.detection, dataStart, Infinity);
  checkSums(whole, damaged.length, dataStart);
  const pieces = readRange(damaged, log.detection, dataStart, Infinity, 1 + below(200));
  expect(pieces, "read in small pieces").toEqual(whole);
  const cuts = Array.from({ length: 1 + below(3) }, () => below(damaged.length + 1)).sort((a, b) => a - b);
  const { all } = readInRanges(damaged, log.detection, cuts, 64 + below(4096));
  expect(all, `cut at ${cuts.join(", ")}`).toEqual({ entries: whole.entries, skipped: whole.skipped });
  readAsDetected(Buffer.concat([damage(header, others, below), damaged.subarray(dataStart)]));
}

function readAsDetected(bytes: Uint8Array): void {
  let detection: Detection;
  try {
    detection = detectFormat({ bytes, atEnd: true, name: "fuzzed.log" });
  } catch (error) {
    if (error instanceof InputError) return;
    throw error;
  }
  checkSums(readRange(bytes, detection, detection.dataStart, Infinity), bytes.length, detection.dataStart);
}

const offsetsOf = ({ entries, skipped }: Omit<AllRead, "end">): number[] => [
  ...entries.map(({ offset }) => offset),
  ...skipped.map((text) => Number.parseInt(text, 10)),
];

/** Records = entries + skipped: no place is both, and none is outside of what was read. */
function checkSums(read: AllRead, length: number, dataStart: number): void {
  const offsets = offsetsOf(read);
  expect(new Set(offsets).size).toBe(offsets.length);
  for (const offset of offsets) {
    expect(offset).toBeGreaterThanOrEqual(dataStart);
    expect(offset).toBeLessThan(length);
  }
  expect(read.end).toBe(length);
  for (const { executions, duration, rows } of read.entries) {
    expect(Number.isInteger(executions) && executions >= 1).toBe(true);
    expect(Number.isNaN(duration) || duration >= 0).toBe(true);
    expect(Number.isNaN(rows) || rows >= 0).toBe(true);
  }
}

/** Up to 4 KiB from a record's start on. */
function sliceOf({ bytes, starts }: FuzzLog, below: (limit: number) => number): Uint8Array {
  const start = starts[below(starts.length)]!;
  return bytes.slice(start, start + 1 + below(4096));
}

function damage(bytes: Uint8Array, others: readonly FuzzLog[], below: (limit: number) => number): Uint8Array {
  let damaged = Buffer.from(bytes);
  for (let times = below(8); times > 0 && damaged.length > 0; times--) {
    const at = below(damaged.length);
    const end = Math.min(damaged.length, at + below(below(2) === 0 ? 8 : 600));
    const [before, middle, after] = [damaged.subarray(0, at), damaged.subarray(at, end), damaged.subarray(end)];
    switch (below(7)) {
      case 0:
        damaged[at]! ^= 1 << below(8);
        break;
      case 1:
        damaged = Buffer.concat([before, Buffer.from(marks[below(marks.length)]!, "latin1"), middle, after]);
        break;
      case 2:
        damaged = Buffer.concat([before, after]);
        break;
      case 3:
        damaged = Buffer.concat([before, middle, middle, after]);
        break;
      case 4:
        damaged = Buffer.concat([before, sliceOf(others[below(others.length)]!, below).subarray(0, 1500), after]);
        break;
      case 5:
        damaged = Buffer.concat([after, middle, before]);
        break;
      default:
        if (below(4) === 0) damaged = before;
        else damaged[at] = below(256);
    }
  }
  return damaged;
}

/** What means something to one reader or another. */
const marks = [
  '"', "'", "\n", "\r\n", "\r", "\t", ",", ";", ":", "  ", "{", "}", "[", "]", "\\", "\\u00", "\0", "\xff", "\xef\xbb\xbf",
  "$1 = ", "NULL", "-", "1e309", "99999999999999999999", "#011", "[7-1] ", "# ", "LOG:  ", "DETAIL:  ", "duration: ", " ms",
];
const mostBytes = 1 << 19;
