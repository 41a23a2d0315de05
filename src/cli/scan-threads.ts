import { Worker } from "node:worker_threads";
import { kernelModule } from "../kernel/kernel.ts";
import type { Language } from "../sql/template.ts";
import type { CountJob } from "../workload/kernel-counter.ts";
import { partFromState } from "../workload/part.ts";
import type { RangeResult, RangeTask } from "./scan-range.ts";
import { workerFile } from "./worker-file.ts";
import type { ThreadAnswer, ThreadRequest } from "./scan-worker.ts";

/** Counting that several threads share. */
export interface CountTask {
  readonly jobs: readonly CountJob[];
  /** The number of the next job. */
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** A range that is read on another thread, which then helps to count. */
export interface RunningRange {
  readonly result: Promise<RangeResult>;
  /** To be called once, after the result. */
  count(task: CountTask): Promise<void>;
  /** Gives the thread back, or ends it where it stands. */
  stop(): void;
}

/**
 * Threads that read ranges. They take as long to start as this thread takes to look at its inputs: who knows that they will be
 * wanted starts them before.
 */
export class ScanThreads {
  readonly #threads = new Set<ScanThread>();

  /** Starts threads until there are so many. */
  start(count: number): void {
    while (this.#threads.size < count) this.#threads.add(new ScanThread());
  }

  /** Has each load the grammar that it will need; to be called with `withPlainParsers`. */
  async prepare(dialect: Language): Promise<void> {
    // Whatever goes wrong shows when a range is to be read.
    await Promise.allSettled([...this.#threads].map((thread) => thread.ask({ kind: "prepare", dialect })));
  }

  run(task: RangeTask): RunningRange {
    const idle = [...this.#threads].find((thread) => !thread.isTaken);
    const thread = idle ?? new ScanThread();
    this.#threads.add(thread);
    thread.isTaken = true;
    return {
      result: thread.ask({ kind: "range", task }).then((answer) => {
        const { state, ...result } = answer!;
        return { ...result, part: partFromState(state) };
      }),
      async count(counts) {
        await thread.ask({ kind: "count", ...counts });
      },
      stop: () => {
        thread.isTaken = false;
        if (thread.isIdle) return;
        this.#threads.delete(thread);
        thread.end();
      },
    };
  }

  close(): void {
    for (const thread of this.#threads) thread.end();
    this.#threads.clear();
  }
}

/** A thread that does one thing after the other. It keeps the process alive only while it is asked for something. */
class ScanThread {
  isTaken = false;
  readonly #worker: Worker;
  readonly #waiting: { resolve: (answer: ThreadAnswer) => void; reject: (error: Error) => void }[] = [];
  #fault: Error | undefined;

  constructor() {
    this.#worker = new Worker(workerFile("scan-worker"), { workerData: kernelModule() });
    this.#worker.unref();
    this.#worker.on("message", (answer: ThreadAnswer) => {
      this.#waiting.shift()!.resolve(answer);
      if (this.isIdle) this.#worker.unref();
    });
    this.#worker.on("error", (error: Error) => this.#fail(error));
    this.#worker.on("exit", (code) => this.#fail(new Error(`a scanning thread ended with code ${code}`)));
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#fault === undefined;
  }

  ask(request: ThreadRequest): Promise<ThreadAnswer> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      // Threads have no origin: the second argument is what moves there, and nothing does.
      this.#worker.postMessage(request, []);
    });
  }

  end(): void {
    void this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#fault);
  }
}
