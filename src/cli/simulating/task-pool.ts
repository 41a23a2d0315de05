import { Worker } from "node:worker_threads";
import { doTask, type Task, type TaskResult } from "../../simulate/tasks.ts";
import { workerFile } from "../worker-file.ts";

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
    const worker = new Worker(workerFile("simulate-worker"));
    try {
      while (next < tasks.length) {
        const index = next++;
        results[index] = await resultOf(worker, tasks[index]!);
        done(++finished);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, workAlong));
  return results;
}

/** Has a thread do a task. Its own listeners are taken off one by one: removing all would take off Node's too, and the thread fall silent. */
function resultOf(worker: Worker, task: Task): Promise<TaskResult> {
  return new Promise((resolve, reject) => {
    const settle = <T>(then: (value: T) => void) => {
      return (value: T): void => {
        worker.off("message", done);
        worker.off("error", failed);
        then(value);
      };
    };
    const done = settle<TaskResult>(resolve);
    const failed = settle<unknown>(reject);
    worker.on("message", done);
    worker.on("error", failed);
    worker.postMessage(task, []);
  });
}
