import unbzip2Stream from "@openpgp/unbzip2-stream";
import { Decompress } from "fzstd";
import type { Compression } from "./compression.ts";

type Pieces = AsyncIterable<Uint8Array>;

/**
 * What unpacks bytes that Node 20 can't: in JavaScript, so they run on a thread of their own (`ThreadUnpacker`). Each
 * gives all that can be unpacked before it throws. Several frames or streams one after the other are one.
 */
export const unpackers = { zstd, bzip2 } satisfies Record<Exclude<Compression, "gzip">, (packed: Pieces) => Pieces>;

/** fzstd does not look at the checksums of frames: a flipped bit is noticed where it breaks the format. */
async function* zstd(packed: Pieces): Pieces {
  const pieces: Uint8Array[] = [];
  const decompress = new Decompress((piece) => void pieces.push(piece));
  const push = (bytes: Uint8Array, isLast: boolean): unknown => {
    try {
      decompress.push(bytes, isLast);
      return undefined;
    } catch (error) {
      return error; // what was unpacked before comes first
    }
  };
  let error: unknown;
  for await (const bytes of packed) {
    error = push(bytes, false);
    yield* pieces.splice(0);
    if (error !== undefined) throw error;
  }
  error = push(new Uint8Array(0), true);
  yield* pieces.splice(0);
  if (error !== undefined) throw error;
}

function bzip2(packed: Pieces): Pieces {
  const iterator = packed[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
  return unbzip2Stream(source);
}
