import { evenCuts, guessFacts, rangesOf, rangesToReread, type Reread } from "../ingest/cut.ts";
import { formats } from "../ingest/formats.ts";
import { newKernelMemory } from "../kernel/kernel.ts";
import { addCounted, countJobs, doCountJobs } from "../workload/kernel-counter.ts";
import { emptyPart, mergePart, type WorkloadPart } from "../workload/part.ts";
import { guessStarts, readWindow, type FileInput } from "./inputs.ts";
import { scanRange, type RangeResult, type RangeTask, type ScanTask } from "./scan-range.ts";
import type { RunningRange } from "./scan-threads.ts";

/** A thread costs tens of milliseconds to start and a second grammar to load: not worth it for less than this. */
const leastRangeBytes = 8e6;

/** What this thread reads while another one starts, and while it hands over what it has read. */
const headStartBytes = 48e6;

/** Even cuts, but for the head start: at most a quarter of the bytes. */
function cutsOf(from: number, to: number, workers: number): readonly number[] {
  const headStart = workers === 1 ? 0 : Math.min(headStartBytes, Math.floor((to - from) / 4));
  return evenCuts(from + headStart, to, workers, leastRangeBytes);
}

/** Threads that the reading of so many bytes will want beside this one. */
export const threadsFor = (bytes: number, workers: number): number => cutsOf(0, bytes, workers).length;

/** How far before a cut is looked for what later records lean on. */
const lookBackBytes = 1 << 20;

export interface FileScanOptions {
  readonly workers: number;
  /** Hears now and then how many bytes of the file were read so far, by all threads. */
  readonly onBytes: (done: number) => void;
  /** Where to cut, unless as seems best. */
  readonly cuts?: readonly number[];
  /** Runs the ranges behind the first. */
  readonly runRange: (task: RangeTask) => RunningRange;
}

/**
 * Reads a plain file in as many ranges as there are workers, the first of them on this thread. The workload is the same for
 * any number of ranges: each cut is verified, and read again where the guess was wrong.
 */
export async function scanFile(file: FileInput, task: ScanTask, options: FileScanOptions): Promise<WorkloadPart> {
  const { dataStart } = task.detection;
  const cuts = options.cuts ?? cutsOf(dataStart, file.bytes, options.workers);
  const ranges = rangesOf(dataStart, guessStarts(file, task.detection, cuts));
  const memory = newKernelMemory();
  const rangeTask = (from: number, until: number): RangeTask => ({ ...task, path: file.path, from, until, memory });
  const threads = ranges.slice(1).map(({ start, until }) => {
    const bytesRead = new Float64Array(new SharedArrayBuffer(8));
    const from = Math.max(dataStart, start - lookBackBytes);
    const window = readWindow(file, from, start - from);
    const before = guessFacts(formats[task.detection.format], window, from, task.detection);
    return { bytesRead, running: options.runRange({ ...rangeTask(start, until), before, bytesRead }) };
  });
  try {
    let ownBytes = 0;
    const tell = (): void => options.onBytes(threads.reduce((sum, { bytesRead }) => sum + bytesRead[0]!, ownBytes));
    const others = threads.map(({ running }) => running.result);
    // Should this thread fail first, the others' failures are not "unhandled".
    for (const result of others) result.catch(() => {});
    const first = scanRange(rangeTask(dataStart, ranges[0]!.until), (count) => {
      ownBytes += count;
      tell();
    });
    const timer = setInterval(tell, 200);
    const results: RangeResult[] = [first, ...(await Promise.all(others).finally(() => clearInterval(timer)))];
    rereadWrongCuts(ranges, results, ({ start, until, before }) =>
      scanRange({ ...rangeTask(start, until), before }, () => {}),
    );
    // What was read on several threads is counted on them too: each shape on whichever is free.
    const jobs = countJobs(results.flatMap(({ counters }) => counters));
    const next = new Int32Array(new SharedArrayBuffer(4));
    const counting = threads.map(({ running }) => running.count({ jobs, next }));
    for (const done of counting) done.catch(() => {});
    // The others count while this one merges; then it helps them.
    const whole = emptyPart();
    for (const { part } of results) mergePart(whole, part);
    doCountJobs(memory, jobs, next);
    await Promise.all(counting);
    addCounted(whole, memory, jobs);
    return whole;
  } finally {
    for (const { running } of threads) running.stop();
  }
}

/** Reads ranges again whose start was guessed wrong, until each begins where the one before it ended. */
function rereadWrongCuts(
  ranges: ReturnType<typeof rangesOf>,
  results: RangeResult[],
  read: (range: Reread) => RangeResult,
): void {
  const starts = ranges.map(({ start }) => start);
  for (;;) {
    const reads = ranges.map(({ until }, index) => {
      const { endedAt, carry } = results[index]!;
      return { start: starts[index]!, until, end: endedAt, carry };
    });
    const again = rangesToReread(reads);
    if (again.length === 0) return;
    for (const range of again) {
      results[range.index] = read(range);
      starts[range.index] = range.start;
    }
  }
}

