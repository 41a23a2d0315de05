/** Programs of worker threads, which stand beside this file, compiled and bundled alike. */
export type WorkerName = "scan-worker" | "simulate-worker" | "unpack-worker";

export const workerFile = (name: WorkerName): URL => new URL(`./${name}.js`, import.meta.url);
