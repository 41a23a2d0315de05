import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../base/assert.ts";
import { unpackers } from "./unpack/unpackers.ts";

/** What the thread is sent: packed bytes, undefined for their end. */
export type UnpackRequest = { readonly bytes: Uint8Array | undefined };

/** What it answers: unpacked bytes, that it takes the next packed ones, that all is done, or why it can't go on. */
export type UnpackAnswer =
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  | { readonly kind: "taken" }
  | { readonly kind: "done" }
  | { readonly kind: "broken"; readonly reason: string };

assert(parentPort !== null, "unpack-worker runs as a worker thread");
const port = parentPort;
const requests: UnpackRequest[] = [];
let wake: () => void = () => {};
port.on("message", (request: UnpackRequest) => {
  requests.push(request);
  wake();
});

async function* packed(): AsyncGenerator<Uint8Array> {
  for (;;) {
    while (requests.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const { bytes } = requests.shift()!;
    if (bytes === undefined) return;
    yield bytes;
    answer({ kind: "taken" });
  }
}

function answer(message: UnpackAnswer): void {
  port.postMessage(message, []);
}

try {
  // The piece may be part of the decoder's window: it is copied, not moved.
  for await (const bytes of unpackers[workerData as keyof typeof unpackers](packed())) answer({ kind: "piece", bytes });
  answer({ kind: "done" });
} catch (error) {
  answer({ kind: "broken", reason: error instanceof Error ? error.message : String(error) });
}
port.close();
