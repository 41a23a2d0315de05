import { closeSync, openSync, readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { evenCuts, rangesOf, rangesToReread } from "../ingest/cut.ts";
import { formats } from "../ingest/formats.ts";
import { emptyPart, mergePart, partFromState, type PartState, type WorkloadPart } from "../workload/part.ts";
import { scanRange, type RangeResult, type RangeTask } from "./scan-range.ts";

/** A thread costs tens of milliseconds to start and a second grammar to load: not worth it for less than this. */
const leastRangeBytes = 8e6;
/** Bytes looked at behind a cut to find a record start there. */
const guessWindowBytes = 1 << 20;

/**
 * Reads a plain file in as many ranges as there are workers, one of them on this thread. The workload is the same for any
 * number of ranges: each cut is verified, and read again where the guess was wrong.
 */
export async function scanPlain(
  task: Omit<RangeTask, "from" | "until">,
  options: { readonly bytes: number; readonly workers: number; readonly cuts?: readonly number[]; readonly onBytes: (count: number) => void },
): Promise<WorkloadPart> {
  const cuts = options.cuts ?? evenCuts(task.detection.dataStart, options.bytes, options.workers, leastRangeBytes);
  const ranges = rangesOf(task.detection.dataStart, guessStarts(task, cuts));
  const onThreads = ranges.slice(1).map(({ start, until }) => scanOnThread({ ...task, from: start, until }, options.onBytes));
  // Should this thread fail first, the others' failures are not "unhandled".
  for (const result of onThreads) result.catch(() => {});
  const first = scanRange({ ...task, from: ranges[0]!.start, until: ranges[0]!.until }, options.onBytes);
  const results: RangeResult[] = [first, ...(await Promise.all(onThreads))];
  const starts = ranges.map(({ start }) => start);
  for (;;) {
    const reads = ranges.map(({ until }, index) => ({ start: starts[index]!, until, end: results[index]!.endedAt }));
    const again = rangesToReread(reads);
    if (again.length === 0) break;
    for (const { index, start, until } of again) {
      results[index] = scanRange({ ...task, from: start, until }, () => {});
      starts[index] = start;
    }
  }
  const whole = emptyPart();
  for (const { part } of results) mergePart(whole, part);
  return whole;
}

function guessStarts({ path, detection }: Omit<RangeTask, "from" | "until">, cuts: readonly number[]): number[] {
  if (cuts.length === 0) return [];
  const file = openSync(path, "r");
  try {
    return cuts.map((cut) => {
      // The byte before the cut says whether the cut itself starts a line.
      const window = Buffer.alloc(guessWindowBytes);
      const count = readSync(file, window, 0, window.length, cut - 1);
      const guess = formats[detection.format].guessRecordStart(window.subarray(0, count), 1, count < window.length, detection);
      return guess < 0 ? -1 : cut - 1 + guess;
    });
  } finally {
    closeSync(file);
  }
}

function scanOnThread(task: RangeTask, onBytes: (count: number) => void): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url.endsWith(".ts") ? "./scan-worker.ts" : "./scan-worker.js", import.meta.url), { workerData: task });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a scanning thread ended with code ${code} before its result`)));
    worker.on("message", (message: number | { readonly state: PartState; readonly endedAt: number }) => {
      if (typeof message === "number") onBytes(message);
      else resolve({ part: partFromState(message.state), endedAt: message.endedAt });
    });
  });
}
