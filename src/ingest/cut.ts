import { assert } from "../base/assert.ts";
import { factsBehind, noFacts, wasReadWith } from "./carry.ts";
import type { Carry, Facts } from "./carry.ts";
import type { Detection, Format } from "./format.ts";

/**
 * Reading one file in several ranges at once, without knowing where its records start.
 *
 * The bytes are cut evenly; at each cut a record start is guessed (`Format.guessRecordStart`), and range w reads the
 * records that start in [start w, start w+1). A guess can be wrong, because a quote far before may make everything
 * around the cut part of one field. So it is verified: range w must end exactly where range w+1 started. Where it does
 * not, w+1 is read again from the true place. So are the facts that records take from earlier ones (see `carry.ts`).
 * What comes out is then what one pass would give, whatever the cuts and the guesses.
 */
export interface ReadRange {
  /** Where the first record of the range was taken to start. */
  readonly start: number;
  /** Records that start at this offset or after it belong to the next range. */
  readonly until: number;
  /** Where reading ended: the start of the first record that was not read. */
  readonly end: number;
  /** What its records took from earlier ones and what they leave; absent where records stand alone. */
  readonly carry?: Carry | undefined;
}

/** A range that must be read again, from `start`, with the facts that hold there. */
export interface Reread {
  readonly index: number;
  readonly start: number;
  readonly until: number;
  readonly before: Facts;
}

/** Even cuts of the bytes [from, to) into `ranges` parts of `leastBytes` or more: the offsets between the parts. */
export function evenCuts(from: number, to: number, ranges: number, leastBytes: number): readonly number[] {
  const count = Math.max(1, Math.min(ranges, Math.floor((to - from) / Math.max(1, leastBytes))));
  const cuts: number[] = [];
  for (let index = 1; index < count; index++) cuts.push(from + Math.floor(((to - from) * index) / count));
  return cuts;
}

/**
 * The ranges to read first. `guesses` are the guessed record starts, one per cut, -1 where none was found: that cut is
 * then not made. The first range starts at `from`, the start of the data, and the last is open at its end.
 */
export function rangesOf(
  from: number,
  guesses: readonly number[],
): readonly { readonly start: number; readonly until: number }[] {
  const starts = [from];
  for (const guess of guesses) if (guess > starts.at(-1)!) starts.push(guess);
  return starts.map((start, index) => ({ start, until: starts[index + 1] ?? Infinity }));
}

/**
 * Guesses what earlier records have said that holds at a cut: what the records in `window`, the bytes just before it,
 * leave, and for the rest what the first bytes of the input left. `offset` is where the window starts in the input.
 * Empty for formats whose records stand alone.
 */
export function guessFacts(format: Format, window: Uint8Array, offset: number, detection: Detection): Facts {
  const reader = format.createReader(detection);
  if (!("carry" in reader)) return noFacts;
  const isWhole = offset === detection.dataStart;
  reader.before = isWhole ? noFacts : (detection.facts ?? noFacts);
  const start = isWhole ? 0 : window.length > 1 ? format.guessRecordStart(window, 1, true, detection) : -1;
  const ignore = (): void => {};
  if (start !== -1) reader.read(new Uint8Array(window), start, window.length, true, 0, ignore, ignore);
  return factsBehind(reader.before, reader.carry!);
}

/**
 * Given how the ranges were read, says which to read again; empty when all fit together. The first of them is certain.
 * The later ones start where a range ended that may itself be read again, but will then most likely end in the same
 * place. Read them, put the new results in the place of the old, and ask again: each round makes at least one more
 * range certain.
 */
export function rangesToReread(reads: readonly ReadRange[]): readonly Reread[] {
  const again: Reread[] = [];
  let trueStart = reads[0]?.start ?? 0;
  let before = noFacts;
  for (const [index, read] of reads.entries()) {
    assert(read.end >= Math.min(read.start, read.until), `range ${index} ended before it started`);
    const wrongFacts = read.carry !== undefined && !wasReadWith(before, read.carry);
    if (read.start !== trueStart || wrongFacts) again.push({ index, start: trueStart, until: read.until, before });
    if (read.carry !== undefined) before = factsBehind(before, read.carry);
    // A record that reaches over the whole of the next range leaves it empty.
    trueStart = read.start === trueStart ? read.end : Math.max(read.end, trueStart);
  }
  return again;
}
