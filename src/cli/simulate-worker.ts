import { parentPort } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { doTask, type Task } from "../simulate/tasks.ts";

/** Does one task after the other, as they are posted, and posts each result. */
assert(parentPort !== null, "simulate-worker runs as a worker thread");
const port = parentPort;
port.on("message", (task: Task) => port.postMessage(doTask(task), []));
