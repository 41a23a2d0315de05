import { Worker } from "node:worker_threads";
import { partFromState } from "../workload/part.ts";
import type { RangeResult, RangeTask } from "./scan-range.ts";
import type { CountTask, RangeMessage } from "./scan-worker.ts";

/** A range that is read on another thread, which then helps to count. */
export interface RunningRange {
  readonly result: Promise<RangeResult>;
  /** To be called once, after the result. */
  count(task: CountTask): Promise<void>;
  /** Ends the thread, if it is still there. */
  stop(): void;
}

export function scanOnThread(task: RangeTask): RunningRange {
  const worker = new Worker(new URL("./scan-worker.js", import.meta.url), { workerData: task });
  const ended = new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a scanning thread ended with code ${code}`));
    });
  });
  const told = new Promise<RangeMessage>((resolve) => worker.on("message", resolve));
  return {
    result: Promise.race([told, ended]).then((message) => {
      if (message === undefined) throw new Error("a scanning thread ended before its result");
      return { ...message, part: partFromState(message.state) };
    }),
    count(counts) {
      // Threads have no origin: the second argument is what moves there, and nothing does.
      worker.postMessage(counts, []);
      return ended;
    },
    stop() {
      ended.catch(() => {});
      void worker.terminate();
    },
  };
}
