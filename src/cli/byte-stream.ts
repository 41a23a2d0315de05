import { createReadStream } from "node:fs";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../base/input-error.ts";
import { checkCommands, type Compression, compressionOf, magicBytes } from "./unpack/compression.ts";
import { ThreadUnpacker } from "./unpack/thread-unpacker.ts";
import { LineIndex } from "./line-index.ts";

/** Bytes that can only be read from their beginning, unpacked when they are gzip, zstd or bzip2. */
export interface ByteStream {
  /** Bytes taken from the source so far, before unpacking. */
  readonly storedBytes: number;
  /** Where the lines start, of all that was read. */
  readonly lines: LineIndex;
  /** Whether its bytes can be read once only, as those of a pipe. */
  readonly oneTime: boolean;
  /** Set when rows are taken out of another format, and given as CSV; known once the head was asked for. */
  readonly container?: "parquet" | undefined;
  /** The first `count` bytes, fewer when the stream ends before. They are given again by `read`. */
  head(count: number): Promise<{ readonly bytes: Uint8Array; readonly atEnd: boolean }>;
  /**
   * Gives all bytes in pieces that are valid during the call. An error thrown by `onBytes` ends the reading and is
   * thrown on.
   */
  read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead>;
}

/** What a stream came to. */
export interface StreamRead {
  /** Offset behind the last byte that could be unpacked. */
  readonly end: number;
  /** Set when the stream broke off; what was read before is kept. */
  readonly warning: string | undefined;
}

/**
 * A packed file. It is opened anew for the head and for reading, so that a thousand of them don't hold a thousand heads.
 */
export class PackedFile implements ByteStream {
  readonly oneTime = false;
  readonly #path: string;
  #reading: OneTimeStream | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get storedBytes(): number {
    return this.#reading?.storedBytes ?? 0;
  }

  get lines(): LineIndex {
    return this.#reading?.lines ?? new LineIndex();
  }

  async head(count: number): Promise<{ readonly bytes: Uint8Array; readonly atEnd: boolean }> {
    const stream = new OneTimeStream(this.#path, () => createReadStream(this.#path));
    try {
      return await stream.head(count);
    } finally {
      stream.close();
    }
  }

  read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead> {
    this.#reading = new OneTimeStream(this.#path, () => createReadStream(this.#path, { highWaterMark: 1 << 18 }));
    return this.#reading.read(onBytes);
  }
}

/** A stream that passes by once, such as stdin: the head is kept until it is read. */
export class OneTimeStream implements ByteStream {
  readonly oneTime = true;
  storedBytes = 0;
  readonly lines = new LineIndex();
  readonly #name: string;
  readonly #open: () => NodeJS.ReadableStream;
  #source: NodeJS.ReadableStream | undefined;
  /**
   * The stream that gives the plain bytes: the source itself or what unpacks it. Undefined until the first bytes told
   * which.
   */
  #plain: NodeJS.ReadableStream | undefined;
  #unpacker: ThreadUnpacker | undefined;
  #head: Uint8Array[] = [];
  #headLength = 0;
  #position = 0;
  #started = false;
  #ended = false;
  #warning: string | undefined;
  #failure: { readonly error: unknown } | undefined;
  #onBytes: ((bytes: Uint8Array) => void) | undefined;
  #onChange: () => void = () => {};

  /** `open` is called when the first bytes are asked for: to open a pipe may mean to wait for its writer. */
  constructor(name: string, open: () => NodeJS.ReadableStream) {
    this.#name = name;
    this.#open = open;
  }

  async head(count: number): Promise<{ readonly bytes: Uint8Array; readonly atEnd: boolean }> {
    // A second, longer head goes on where the first one paused.
    this.#plain?.resume();
    await this.#until(() => this.#headLength >= count);
    this.#plain?.pause();
    const bytes = new Uint8Array(Math.min(count, this.#headLength));
    let at = 0;
    for (const piece of this.#head) {
      const part = piece.subarray(0, bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
    return { bytes, atEnd: this.#ended && this.#headLength <= count };
  }

  async read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead> {
    const head = this.#head;
    this.#head = [];
    for (const piece of head) onBytes(piece);
    this.#onBytes = onBytes;
    this.#plain?.resume();
    await this.#until(() => false);
    return { end: this.#position, warning: this.#warning };
  }

  /** Ends the reading, wherever it is. */
  close(): void {
    for (const stream of [this.#source, this.#plain])
      if (stream !== undefined && "destroy" in stream) (stream as Readable).destroy();
  }

  /** Waits until there is enough, or all. */
  async #until(enough: () => boolean): Promise<void> {
    if (!this.#started) this.#start();
    this.#unpacker?.ref();
    await new Promise<void>((resolve) => {
      this.#onChange = () => {
        if (this.#ended || this.#failure !== undefined || enough()) resolve();
      };
      this.#onChange();
    });
    this.#onChange = () => {};
    // Of a thread that nobody waits for the process does not wait either.
    this.#unpacker?.unref();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #start(): void {
    this.#started = true;
    const source = (this.#source = this.#open());
    source.on("error", (error) => this.#fail(unreadable(this.#name, error)));
    source.on("data", (piece: Uint8Array) => (this.storedBytes += piece.length));
    // The first bytes tell whether it is packed; they may come in several pieces.
    let first = Buffer.alloc(0);
    const look = (piece: Uint8Array) => {
      first = Buffer.concat([first, piece]);
      if (first.length < magicBytes) return;
      source.off("data", look);
      source.off("end", tooShort);
      const compression = compressionOf(first);
      if (compression === undefined) this.#passOn(source, first);
      else this.#unpack(source, first, compression);
    };
    const tooShort = () => {
      const compression = compressionOf(first);
      if (compression === undefined) {
        this.#take(first);
        this.#end();
      } else this.#unpack(Readable.from([]), first, compression);
    };
    source.on("data", look);
    source.on("end", tooShort);
  }

  #passOn(source: NodeJS.ReadableStream, first: Uint8Array): void {
    this.#plain = source;
    this.#take(first);
    source.on("data", (piece: Uint8Array) => this.#take(piece));
    source.on("end", () => this.#end());
  }

  #unpack(source: NodeJS.ReadableStream, first: Uint8Array, compression: Compression): void {
    if (compression === "gzip") this.#gunzip(source, first);
    else this.#unpackOnThread(source, first, compression);
  }

  /** Several gzip members one after the other are one stream, as gzip itself has it. */
  #gunzip(source: NodeJS.ReadableStream, first: Uint8Array): void {
    const gunzip = createGunzip({ chunkSize: 1 << 18 });
    this.#plain = gunzip;
    gunzip.on("data", (piece: Uint8Array) => this.#take(piece));
    gunzip.on("end", () => this.#end());
    gunzip.on("error", (error) => this.#breakOff("gzip", error));
    const pieces = new GrowingPieces();
    pieces.pipe(gunzip);
    pieces.write(first);
    source.pipe(pieces);
  }

  #unpackOnThread(source: NodeJS.ReadableStream, first: Uint8Array, compression: Exclude<Compression, "gzip">): void {
    const unpacker = new ThreadUnpacker(compression);
    unpacker.ref();
    this.#unpacker = unpacker;
    this.#plain = unpacker;
    unpacker.on("data", (piece: Uint8Array) => this.#take(piece));
    unpacker.on("error", (error) => this.#fail(error));
    unpacker.on("end", () => {
      if (unpacker.broken === undefined) this.#end();
      else this.#breakOff(compression, unpacker.broken);
    });
    unpacker.write(first);
    source.pipe(unpacker);
  }

  #breakOff(compression: Compression, { message }: Error): void {
    if (this.#position === 0) {
      const what = `${this.#name}: the ${compression} data can't be unpacked (${message})`;
      const hint = `check it with ${checkCommands[compression]}, and fetch or write it again`;
      this.#fail(new InputError(what, { hint }));
      return;
    }
    this.#warning =
      `${this.#name}: the ${compression} data breaks off behind byte ${this.#position} of the unpacked log ` +
      `(${message}); what comes before it was read`;
    this.#end();
  }

  #take(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#position += bytes.length;
    this.lines.add(bytes);
    if (this.#onBytes === undefined) {
      this.#head.push(bytes);
      this.#headLength += bytes.length;
      this.#onChange();
      return;
    }
    try {
      this.#onBytes(bytes);
    } catch (error) {
      this.#fail(error); // thrown here it would end the process, past every handler
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#plain?.pause();
    this.#onChange();
  }

  #end(): void {
    this.#ended = true;
    this.#onChange();
  }
}

/**
 * Passes bytes on in pieces that double from half a kilobyte to 16. Of a piece in which the gzip data turns out to be
 * broken nothing is unpacked, so a broken end should not take much with it, and least of all the whole of a small file.
 */
class GrowingPieces extends Transform {
  #size = 512;

  override _transform(bytes: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + this.#size);
      this.push(piece);
      at += piece.length;
      this.#size = Math.min(this.#size * 2, 1 << 14);
    }
    done();
  }
}

/** What a failed open or read means to the user. */
export function unreadable(name: string, error: unknown): InputError {
  const code = error instanceof Error && "code" in error ? `${error.code}` : "unknown error";
  const reasons = new Map([
    ["EACCES", "permission denied"],
    ["EISDIR", "this is a directory"],
    ["EIO", "input/output error"],
    ["ELOOP", "its links lead in a circle"],
    ["ENAMETOOLONG", "the name is too long"],
  ]);
  return new InputError(`${name}: can't be read (${reasons.get(code) ?? code})`, {
    hint: code === "EACCES" ? "check its permissions" : "check the path",
  });
}
