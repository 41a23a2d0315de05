import { isUtf8 } from "node:buffer";
import { InputError } from "../../base/input-error.ts";

/** Whole lines of UTF-8, the last with or without its newline, and the number of the first, from 1. */
export interface LinePiece {
  readonly bytes: Uint8Array;
  readonly firstLine: number;
}

/** The longest line that is taken for a key. */
const lineLimit = 1 << 20;

/**
 * The input in pieces of whole lines, each given as soon as it is there, so that a pipe is answered while it is written.
 * A byte-order mark is taken off. `name` stands before line numbers. Throws InputError at a line that is too long, or bytes that are no UTF-8.
 */
export async function* linePieces(
  input: AsyncIterable<Uint8Array | string>,
  name = "stdin",
): AsyncGenerator<LinePiece> {
  let rest: Uint8Array = new Uint8Array(0);
  let firstLine = 1;
  let begun = false;
  const piece = (bytes: Uint8Array): LinePiece => {
    const withoutMark =
      !begun && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
    begun = true;
    if (!isUtf8(withoutMark)) throw notUtf8(withoutMark, firstLine, name);
    return { bytes: withoutMark, firstLine };
  };
  for await (const read of input) {
    const chunk = typeof read === "string" ? Buffer.from(read, "utf8") : read;
    const end = chunk.lastIndexOf(10) + 1;
    if (rest.length + (end === 0 ? chunk.length : 0) > lineLimit) {
      throw new InputError(`${name}:${firstLine}: the line is longer than a key can be (1 MiB)`, {
        hint: "pass one key a line",
      });
    }
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const lines = rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]);
    yield piece(lines);
    firstLine += newlines(lines);
    // A copy: whoever reads on may use the chunk's memory again.
    rest = Uint8Array.from(chunk.subarray(end));
  }
  if (rest.length > 0) yield piece(rest);
}

/** The lines of a piece as texts, without their line ends. */
export function linesOf({ bytes }: LinePiece): string[] {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

function notUtf8(bytes: Uint8Array, firstLine: number, name: string): InputError {
  let line = firstLine;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return new InputError(`${name}:${line}: this is no UTF-8 text`, {
    hint: "pass bytes in hex, \\x00ff, with --type bytes",
  });
}
