import { Transform, type TransformCallback } from "node:stream";
import { Worker } from "node:worker_threads";
import { workerFile } from "../worker-file.ts";
import type { Compression } from "./compression.ts";
import type { UnpackAnswer, UnpackRequest } from "../unpack-worker.ts";

/** Packed pieces that may be with the thread, so that it need not wait while this one reads records. */
const mostInFlight = 4;

/**
 * Unpacks zstd or bzip2 on a thread of its own. The thread does not keep the process alive: whoever waits for its
 * bytes says so with `ref`.
 */
export class ThreadUnpacker extends Transform {
  readonly #worker: Worker;
  #inFlight = 0;
  #waiting: TransformCallback | undefined;
  #flushed: TransformCallback | undefined;
  #broken: Error | undefined;

  constructor(compression: Exclude<Compression, "gzip">) {
    super({ readableHighWaterMark: 1 << 20 });
    this.#worker = new Worker(workerFile("unpack-worker"), { workerData: compression });
    this.#worker.unref();
    this.#worker.on("error", (error) => this.destroy(error));
    this.#worker.on("message", (answer: UnpackAnswer) => this.#take(answer));
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    this.#worker.unref();
  }

  override _transform(bytes: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#broken !== undefined) {
      done(); // nothing more can be made of it
      return;
    }
    this.#worker.postMessage({ bytes } satisfies UnpackRequest, []);
    this.#inFlight += 1;
    if (this.#inFlight < mostInFlight) done();
    else this.#waiting = done;
  }

  override _flush(done: TransformCallback): void {
    if (this.#broken !== undefined) {
      done();
      return;
    }
    this.#worker.postMessage({ bytes: undefined } satisfies UnpackRequest, []);
    this.#flushed = done;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void this.#worker.terminate();
    done(error);
  }

  #take(answer: UnpackAnswer): void {
    switch (answer.kind) {
      case "piece":
        this.push(answer.bytes);
        break;
      case "taken":
        this.#inFlight -= 1;
        this.#takeNext();
        break;
      case "done":
        this.#flushed?.();
        break;
      case "broken":
        this.#broken = new Error(answer.reason);
        // An error would throw away what is still to be read, so the stream just ends, and `broken` says why.
        this.push(null);
        this.#takeNext();
        this.#flushed?.();
        break;
    }
  }

  #takeNext(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }

  /** Why unpacking broke off; undefined while it has not. */
  get broken(): Error | undefined {
    return this.#broken;
  }
}
