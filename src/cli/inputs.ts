import { closeSync, createReadStream, openSync, readSync, realpathSync, statSync, type Stats } from "node:fs";
import { InputError } from "../base/input-error.ts";
import { headBytes } from "../ingest/detect.ts";
import type { RecordReader, Visit, VisitSkipped } from "../ingest/entry.ts";
import { RecordFeed } from "../ingest/feed.ts";
import type { Detection, Head, ReaderOptions } from "../ingest/format.ts";
import { formats } from "../ingest/formats.ts";
import { OneTimeStream, PackedFile, unreadable } from "./byte-stream.ts";
import type { ByteStream, StreamRead } from "./byte-stream.ts";
import { MaybeParquet } from "./maybe-parquet.ts";
import { isParquet, ParquetFile } from "./parquet.ts";
import { compressionOf, magicBytes } from "./unpack/compression.ts";
import { glob, isGlob } from "./glob.ts";

/**
 * One input of a command. A "file" can be read at any place, by several threads at once; a "stream" (a packed file, stdin) only
 * from its beginning, once.
 */
export type Input = FileInput | StreamInput;

export interface FileInput {
  readonly kind: "file";
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

export interface StreamInput {
  readonly kind: "stream";
  readonly name: string;
  /** Bytes as they are stored; NaN when that is not known. For progress only. */
  readonly bytes: number;
  readonly source: ByteStream;
}

/**
 * The files, patterns and `-` of a command line as names of inputs: patterns expanded, each file once. A file that is
 * named twice would count its statements twice, so it is read once and the warning says so.
 */
export function expandArguments(args: readonly string[]): {
  readonly names: readonly string[];
  readonly warnings: readonly string[];
} {
  const names = new Map<string, string>();
  const warnings: string[] = [];
  for (const argument of args) {
    const isFile = argument === "-" || look(argument) !== undefined;
    const expanded = isFile || !isGlob(argument) ? [argument] : glob(argument);
    if (expanded.length === 0) {
      throw new InputError(`${argument}: no file matches this pattern`, {
        hint: "quote the pattern, and check the folder it starts in",
      });
    }
    for (const name of expanded) {
      const identity = name === "-" ? "-" : realPath(name);
      const earlier = names.get(identity);
      if (earlier === undefined) names.set(identity, name);
      else warnings.push(sameInput(name, earlier));
    }
  }
  return { names: [...names.values()], warnings };
}

function sameInput(name: string, earlier: string): string {
  const what = name === earlier ? "is named twice" : `is the same input as ${earlier}`;
  return `${name === "-" ? "stdin" : name} ${what}: it is read once`;
}

/**
 * Opens an input by name: looks what it is, and whether it can be read. Compression is told by the first bytes. Given
 * the columns that the user named, if any, Parquet files are opened as their rows.
 */
export async function openInput(
  name: string,
  stdin: NodeJS.ReadableStream,
  parquetColumns?: ReaderOptions["columns"],
): Promise<Input> {
  const opened = (stored: ByteStream, shown = name): ByteStream =>
    parquetColumns === undefined ? stored : new MaybeParquet(stored, shown, parquetColumns);
  if (name === "-")
    return { kind: "stream", name, bytes: NaN, source: opened(new OneTimeStream("stdin", () => stdin), "stdin") };
  if (name === "")
    throw new InputError('"": no file has an empty name', { hint: "is a variable of the script not set?" });
  const stat = look(name);
  if (stat === undefined) {
    // Names are bytes; what is no UTF-8 has become a replacement character on the way here.
    const hint = name.includes("\ufffd")
      ? "its name is no UTF-8: pass it as stdin, shardplan analyze - < FILE"
      : undefined;
    throw new InputError(`${name}: no such file`, {
      hint: hint ?? "check the path, or quote a pattern such as 'logs/*.csv'",
    });
  }
  if (stat.isDirectory()) {
    throw new InputError(`${name}: this is a directory`, {
      hint: `name the files in it with a pattern: '${name.replace(/\/+$/, "")}/*'`,
    });
  }
  // A named pipe can't be looked at and read again: it is a stream like stdin.
  if (!stat.isFile())
    return { kind: "stream", name, bytes: NaN, source: opened(new OneTimeStream(name, () => createReadStream(name))) };
  let file: number;
  try {
    file = openSync(name, "r");
  } catch (error) {
    throw unreadable(name, error);
  }
  try {
    const first = new Uint8Array(magicBytes);
    const count = readFully(file, first, 0, name);
    if (count === 0)
      throw new InputError(`${name}: the file is empty`, {
        hint: "pass a query log with at least one record",
        exitCode: 3,
      });
    if (parquetColumns !== undefined && isParquet(first.subarray(0, count)))
      return { kind: "stream", name, bytes: stat.size, source: new ParquetFile(name, parquetColumns) };
    if (compressionOf(first.subarray(0, count)) !== undefined)
      return { kind: "stream", name, bytes: stat.size, source: opened(new PackedFile(name)) };
    return { kind: "file", name, path: name, bytes: stat.size };
  } finally {
    closeSync(file);
  }
}

/** Undefined when nothing is there. */
function look(name: string): Stats | undefined {
  try {
    return statSync(name, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw unreadable(name, error); // a folder that can't be looked into, links in a circle, a name too long
  }
}

/** The first bytes of an input, for detection. A stream keeps them, and gives them again when it is read. */
export async function readHead(input: Input): Promise<Head> {
  const name = input.name === "-" ? "stdin" : input.name;
  if (input.kind === "stream") {
    const { bytes, atEnd } = await input.source.head(headBytes);
    return { bytes, atEnd, name };
  }
  const bytes = readWindow(input, 0, headBytes);
  return { bytes, atEnd: bytes.length >= input.bytes, name };
}

/** Reads the records that start in [start, until) of a plain file, and returns where reading ended. */
export function readFileRange(
  path: string,
  reader: RecordReader,
  start: number,
  until: number,
  visit: Visit,
  skipped: VisitSkipped,
  onBytes: (count: number) => void = () => {},
): number {
  reader.until = until;
  const feed = new RecordFeed(reader, start, visit, skipped);
  const file = openSync(path, "r");
  try {
    while (!feed.done) {
      const room = feed.room();
      // Behind the range only the rest of one record is wanted, so that is read in small pieces.
      const inRange = until - feed.wanted;
      const count = readSome(
        file,
        inRange > 0 ? room.subarray(0, Math.max(smallPiece, inRange)) : room.subarray(0, smallPiece),
        feed.wanted,
        path,
      );
      if (count === 0) feed.end();
      else feed.filled(count);
      onBytes(count);
    }
  } finally {
    closeSync(file);
  }
  return feed.position;
}

/** Reads a stream from `start` to its end. `onBytes` hears how many stored bytes are done, for progress. */
export async function readStream(
  input: StreamInput,
  reader: RecordReader,
  start: number,
  visit: Visit,
  skipped: VisitSkipped,
  onBytes: (storedBytes: number) => void = () => {},
): Promise<StreamRead> {
  const feed = new RecordFeed(reader, start, visit, skipped);
  let toSkip = start;
  const end = await input.source.read((bytes) => {
    const skip = Math.min(toSkip, bytes.length);
    toSkip -= skip;
    if (skip < bytes.length) feed.push(skip === 0 ? bytes : bytes.subarray(skip));
    onBytes(input.source.storedBytes);
  });
  feed.end();
  return end;
}

/** A piece out of a plain file; shorter at its end. */
export function readWindow(input: FileInput, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, input.bytes - from)));
  const file = openSync(input.path, "r");
  try {
    return bytes.subarray(0, readFully(file, bytes, from, input.name));
  } finally {
    closeSync(file);
  }
}

/**
 * Guesses a record start at each cut of a plain file; -1 where there is none to be seen. Windows grow until one is
 * found, for records may be long.
 */
export function guessStarts(input: FileInput, detection: Detection, cuts: readonly number[]): readonly number[] {
  const format = formats[detection.format];
  return cuts.map((cut) => {
    for (const length of [1 << 16, 1 << 20, 1 << 24]) {
      const bytes = readWindow(input, cut - 1, length);
      const guess = format.guessRecordStart(bytes, 1, cut - 1 + bytes.length >= input.bytes, detection);
      if (guess !== -1) return cut - 1 + guess;
      if (cut - 1 + bytes.length >= input.bytes) break;
    }
    return -1;
  });
}

/**
 * The lines, counted from 1, on which some offsets of an input stand. Plain files are read again up to the last of
 * them, which is why this is asked once and only for what is shown; streams kept an index. An offset whose line is not
 * known is left out.
 */
export function linesOf(input: Input, offsets: readonly number[]): ReadonlyMap<number, number> {
  const wanted = [...new Set(offsets)].sort((left, right) => left - right);
  const lines = new Map<number, number>();
  if (wanted.length === 0) return lines;
  if (input.kind === "stream") {
    for (const offset of wanted) {
      const line = input.source.lines.lineAt(offset);
      if (line !== undefined) lines.set(offset, line);
    }
    return lines;
  }
  let position = 0;
  let line = 1;
  let next = 0;
  const count = (bytes: Uint8Array): boolean => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    for (; next < wanted.length && wanted[next]! <= position + bytes.length; next++) {
      const target = wanted[next]! - position;
      for (let newline = buffer.indexOf(10, at); newline !== -1 && newline < target; newline = buffer.indexOf(10, at)) {
        line += 1;
        at = newline + 1;
      }
      lines.set(wanted[next]!, line);
    }
    for (let newline = buffer.indexOf(10, at); newline !== -1; newline = buffer.indexOf(10, newline + 1)) line += 1;
    position += bytes.length;
    return next < wanted.length;
  };
  const piece = new Uint8Array(pieceBytes);
  const file = openSync(input.path, "r");
  try {
    for (;;) {
      const length = readSome(file, piece, position, input.name);
      if (length === 0 || !count(piece.subarray(0, length))) return lines;
    }
  } finally {
    closeSync(file);
  }
}

function realPath(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    return name; // a file that is not there is complained about when it is opened
  }
}

function readFully(file: number, into: Uint8Array, position: number, name: string): number {
  let done = 0;
  while (done < into.length) {
    const count = readSome(file, into.subarray(done), position + done, name);
    if (count === 0) break;
    done += count;
  }
  return done;
}

function readSome(file: number, into: Uint8Array, position: number, name: string): number {
  try {
    return readSync(file, into, 0, into.length, position);
  } catch (error) {
    throw unreadable(name, error);
  }
}

const pieceBytes = 1 << 20;
const smallPiece = 1 << 16;
