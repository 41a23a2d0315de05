import { Worker } from "node:worker_threads";
import { evenCuts, guessFacts, rangesOf, rangesToReread } from "../ingest/cut.ts";
import { formats } from "../ingest/formats.ts";
import { emptyPart, mergePart, partFromState, type WorkloadPart } from "../workload/part.ts";
import { guessStarts, readWindow, type FileInput } from "./inputs.ts";
import { scanRange, type RangeResult, type RangeTask, type ScanTask } from "./scan-range.ts";
import type { RangeMessage } from "./scan-worker.ts";

/** A thread costs tens of milliseconds to start and a second grammar to load: not worth it for less than this. */
const leastRangeBytes = 8e6;

/** How far before a cut is looked for what later records lean on. */
const lookBackBytes = 1 << 20;

export interface FileScanOptions {
  readonly workers: number;
  /** Hears now and then how many bytes of the file were read so far, by all threads. */
  readonly onBytes: (done: number) => void;
  /** Where to cut; even cuts unless given. */
  readonly cuts?: readonly number[];
  /** How the ranges behind the first are run: each on a thread of its own unless given. */
  readonly runRange?: (task: RangeTask) => Promise<RangeResult>;
}

/**
 * Reads a plain file in as many ranges as there are workers, the first of them on this thread. The workload is the same for
 * any number of ranges: each cut is verified, and read again where the guess was wrong.
 */
export async function scanFile(file: FileInput, task: ScanTask, options: FileScanOptions): Promise<WorkloadPart> {
  const { dataStart } = task.detection;
  const cuts = options.cuts ?? evenCuts(dataStart, file.bytes, options.workers, leastRangeBytes);
  const ranges = rangesOf(dataStart, guessStarts(file, task.detection, cuts));
  const rangeTask = (from: number, until: number): RangeTask => ({ ...task, path: file.path, from, until });
  const runRange = options.runRange ?? scanOnThread;
  const threads = ranges.slice(1).map(({ start, until }) => {
    const bytesRead = new Float64Array(new SharedArrayBuffer(8));
    const from = Math.max(dataStart, start - lookBackBytes);
    const window = readWindow(file, from, start - from);
    const before = guessFacts(formats[task.detection.format], window, from, task.detection);
    return { bytesRead, result: runRange({ ...rangeTask(start, until), before, bytesRead }) };
  });
  const others = threads.map(({ result }) => result);
  // Should this thread fail first, the others' failures are not "unhandled".
  for (const result of others) result.catch(() => {});
  let ownBytes = 0;
  const tellBytes = (): void => options.onBytes(threads.reduce((sum, { bytesRead }) => sum + bytesRead[0]!, ownBytes));
  const first = scanRange(rangeTask(dataStart, ranges[0]!.until), (count) => {
    ownBytes += count;
    tellBytes();
  });
  const timer = setInterval(tellBytes, 200);
  const results: RangeResult[] = [first, ...(await Promise.all(others).finally(() => clearInterval(timer)))];
  const starts = ranges.map(({ start }) => start);
  for (;;) {
    const reads = ranges.map(({ until }, index) => {
      const { endedAt, carry } = results[index]!;
      return { start: starts[index]!, until, end: endedAt, carry };
    });
    const again = rangesToReread(reads);
    if (again.length === 0) break;
    for (const { index, start, until, before } of again) {
      results[index] = scanRange({ ...rangeTask(start, until), before }, () => {});
      starts[index] = start;
    }
  }
  const whole = emptyPart();
  for (const { part } of results) mergePart(whole, part);
  return whole;
}

function scanOnThread(task: RangeTask): Promise<RangeResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./scan-worker.js", import.meta.url), { workerData: task });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a scanning thread ended with code ${code} before its result`)));
    worker.on("message", ({ state, endedAt, carry }: RangeMessage) =>
      resolve({ part: partFromState(state), endedAt, carry }),
    );
  });
}
