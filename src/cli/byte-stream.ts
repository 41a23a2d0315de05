import { createReadStream } from "node:fs";
import { Transform, type TransformCallback } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../base/input-error.ts";
import { LineIndex } from "./line-index.ts";

/** Bytes that can only be read from their beginning, unpacked when they are gzip. */
export interface ByteStream {
  /** Bytes taken from the source so far, before unpacking. */
  readonly storedBytes: number;
  /** Where the lines start, of all that was read. */
  readonly lines: LineIndex;
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
 * A gzip file. It is opened anew for the head and for reading, so that a thousand of them don't hold a thousand heads.
 */
export class GzipFile implements ByteStream {
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
    const source = createReadStream(this.#path);
    try {
      return await new OneTimeStream(this.#path, () => source).head(count);
    } finally {
      source.destroy();
    }
  }

  read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead> {
    this.#reading = new OneTimeStream(this.#path, () => createReadStream(this.#path, { highWaterMark: 1 << 18 }));
    return this.#reading.read(onBytes);
  }
}

/** A stream that passes by once, such as stdin: the head is kept until it is read. */
export class OneTimeStream implements ByteStream {
  storedBytes = 0;
  readonly lines = new LineIndex();
  readonly #name: string;
  readonly #open: () => NodeJS.ReadableStream;
  /**
   * The stream that gives the plain bytes: the source itself or what unpacks it. Undefined until two bytes told which.
   */
  #plain: NodeJS.ReadableStream | undefined;
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

  /** Waits until there is enough, or all. */
  async #until(enough: () => boolean): Promise<void> {
    if (!this.#started) this.#start();
    await new Promise<void>((resolve) => {
      this.#onChange = () => {
        if (this.#ended || this.#failure !== undefined || enough()) resolve();
      };
      this.#onChange();
    });
    this.#onChange = () => {};
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #start(): void {
    this.#started = true;
    const source = this.#open();
    source.on("error", (error) => this.#fail(unreadable(this.#name, error)));
    source.on("data", (piece: Uint8Array) => (this.storedBytes += piece.length));
    // Two bytes tell whether it is gzip; they may come in two pieces.
    let first = Buffer.alloc(0);
    const look = (piece: Uint8Array) => {
      first = Buffer.concat([first, piece]);
      if (first.length < 2) return;
      source.off("data", look);
      source.off("end", tooShort);
      if (isGzip(first)) this.#unpack(source, first);
      else this.#passOn(source, first);
    };
    const tooShort = () => {
      this.#take(first);
      this.#end();
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

  /** Several gzip members one after the other are one stream, as gzip itself has it. */
  #unpack(source: NodeJS.ReadableStream, first: Uint8Array): void {
    const gunzip = createGunzip({ chunkSize: 1 << 18 });
    this.#plain = gunzip;
    gunzip.on("data", (piece: Uint8Array) => this.#take(piece));
    gunzip.on("end", () => this.#end());
    gunzip.on("error", (error) => {
      if (this.#position === 0) {
        const what = `${this.#name}: the gzip data can't be unpacked (${error.message})`;
        this.#fail(new InputError(what, { hint: "check it with gzip -t, and fetch or write it again" }));
        return;
      }
      this.#warning =
        `${this.#name}: the gzip data breaks off behind byte ${this.#position} of the unpacked log ` +
        `(${error.message}); what comes before it was read`;
      this.#end();
    });
    const pieces = new GrowingPieces();
    pieces.pipe(gunzip);
    pieces.write(first);
    source.pipe(pieces);
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

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

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
