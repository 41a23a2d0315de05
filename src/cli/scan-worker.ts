import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { useKernelModule, type KernelMemory, type KernelModule } from "../kernel/kernel.ts";
import { loadGrammar } from "../sql/parse.ts";
import type { Language } from "../sql/template.ts";
import { doCountJobs } from "../workload/kernel-counter.ts";
import { buffersOf, partToState, type PartState } from "../workload/part.ts";
import { scanRange, type RangeResult, type RangeTask } from "./scan-range.ts";
import type { CountTask } from "./scan-threads.ts";

/** What a scanning thread is asked for, one thing after the other. */
export type ThreadRequest =
  | { readonly kind: "prepare"; readonly dialect: Language }
  | { readonly kind: "range"; readonly task: RangeTask }
  /** In the memory of the last range. */
  | ({ readonly kind: "count" } & CountTask);

/** Of a range, what was read; else just that it is done. */
export type ThreadAnswer = (Omit<RangeResult, "part"> & { readonly state: PartState }) | undefined;

assert(parentPort !== null, "scan-worker runs as a worker thread");
const port = parentPort;
useKernelModule(workerData as KernelModule);
let memory: KernelMemory | undefined;
let before: Promise<void> = Promise.resolve();
port.on("message", (request: ThreadRequest) => {
  before = before.then(() => answer(request));
});

async function answer(request: ThreadRequest): Promise<void> {
  if (request.kind === "range") {
    const result = await read(request.task);
    port.postMessage(result, result === undefined ? [] : buffersOf(result.state));
    return;
  }
  if (request.kind === "prepare") await loadGrammar(request.dialect);
  else if (memory !== undefined) doCountJobs(memory, request.jobs, request.next);
  port.postMessage(undefined);
}

async function read(task: RangeTask): Promise<ThreadAnswer> {
  await loadGrammar(task.dialect);
  memory = task.memory;
  const { part, ...result } = scanRange(task, (count) => {
    if (task.bytesRead !== undefined) task.bytesRead[0]! += count;
  });
  return { ...result, state: partToState(part) };
}
