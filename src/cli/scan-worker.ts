import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import type { Carry } from "../ingest/carry.ts";
import { loadGrammar } from "../sql/parse.ts";
import { buffersOf, partToState, type PartState } from "../workload/part.ts";
import { scanRange, type RangeTask } from "./scan-range.ts";

/** What the thread posts at its end. */
export interface RangeMessage {
  readonly state: PartState;
  readonly endedAt: number;
  readonly carry: Carry | undefined;
}

/** Runs one range on a thread of its own, and posts the result as one message. */
assert(parentPort !== null, "scan-worker runs as a worker thread");
const port = parentPort;
const task = workerData as RangeTask;
await loadGrammar(task.dialect);
const { part, endedAt, carry } = scanRange(task, (count) => {
  if (task.bytesRead !== undefined) task.bytesRead[0]! += count;
});
const state = partToState(part);
port.postMessage({ state, endedAt, carry } satisfies RangeMessage, buffersOf(state));
