import { Worker } from "node:worker_threads";
import { doTask, type Task, type TaskResult } from "../../simulate/tasks.ts";

/** Does all tasks on so many threads; the results are in the order of the tasks, whoever did them. */
export async function doTasks(
  tasks: readonly Task[],
  threads: number,
  done: (count: number) => void,
): Promise<readonly TaskResult[]> {
  const results = new Array<TaskResult>(tasks.length);
  let next = 0;
  let finished = 0;
  if (threads <= 1 || tasks.length <= 1) {
    for (const [index, task] of tasks.entries()) {
      results[index] = doTask(task);
      done(index + 1);
    }
    return results;
  }
  const workAlong = async (): Promise<void> => {
    const worker = new Worker(new URL("../simulate-worker.js", import.meta.url));
    try {
      while (next < tasks.length) {
        const index = next++;
        results[index] = await new Promise<TaskResult>((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
          worker.postMessage(tasks[index], []);
        });
        worker.removeAllListeners();
        done(++finished);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, workAlong));
  return results;
}
