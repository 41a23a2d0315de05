/**
 * Preloaded into a measured process (`node --import`): says at its end, on file descriptor 3, how much memory it
 * took.
 */
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread) process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS * 1024)));
