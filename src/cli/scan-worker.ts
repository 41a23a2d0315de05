import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import type { Carry } from "../ingest/carry.ts";
import { loadGrammar } from "../sql/parse.ts";
import { doCountJobs, type CountJob, type KernelCounter } from "../workload/kernel-counter.ts";
import { buffersOf, partToState, type PartState } from "../workload/part.ts";
import { scanRange, type RangeTask } from "./scan-range.ts";

/** What the thread posts when its range is read. */
export interface RangeMessage {
  readonly state: PartState;
  readonly counters: readonly KernelCounter[];
  readonly endedAt: number;
  readonly carry: Carry | undefined;
}

/** What it is sent then: the last thing it does is to help counting. */
export interface CountTask {
  readonly jobs: readonly CountJob[];
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** Runs one range on a thread of its own. */
assert(parentPort !== null, "scan-worker runs as a worker thread");
const port = parentPort;
const task = workerData as RangeTask;
await loadGrammar(task.dialect);
const { part, counters, endedAt, carry } = scanRange(task, (count) => {
  if (task.bytesRead !== undefined) task.bytesRead[0]! += count;
});
const state = partToState(part);
port.once("message", ({ jobs, next }: CountTask) => {
  if (task.memory !== undefined) doCountJobs(task.memory, jobs, next);
});
port.postMessage({ state, counters, endedAt, carry } satisfies RangeMessage, buffersOf(state));
