import { closeSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../base/input-error.ts";
import type { ReaderOptions } from "../ingest/format.ts";
import type { ByteStream, StreamRead } from "./byte-stream.ts";
import type { LineIndex } from "./line-index.ts";
import { isParquet, ParquetFile } from "./parquet.ts";
import { TemporaryFolder } from "./temporary-folder.ts";
import { magicBytes } from "./unpack/compression.ts";

/**
 * Bytes of a pipe, or of a packed file, that may turn out to be Parquet. Its table of contents stands at its end, so that it is
 * written to a temporary file first; other bytes pass through.
 */
export class MaybeParquet implements ByteStream {
  readonly #bytes: ByteStream;
  readonly #name: string;
  readonly #columns: ReaderOptions["columns"];
  #rows: ParquetFile | undefined;

  /** `columns` are the columns that the user named. */
  constructor(bytes: ByteStream, name: string, columns: ReaderOptions["columns"]) {
    this.#bytes = bytes;
    this.#name = name;
    this.#columns = columns;
  }

  get storedBytes(): number {
    return this.#bytes.storedBytes;
  }

  get lines(): LineIndex {
    return (this.#rows ?? this.#bytes).lines;
  }

  get oneTime(): boolean {
    return this.#rows === undefined && this.#bytes.oneTime;
  }

  /** Known once the head was asked for. */
  get container(): "parquet" | undefined {
    return this.#rows === undefined ? undefined : "parquet";
  }

  async head(count: number): Promise<{ readonly bytes: Uint8Array; readonly atEnd: boolean }> {
    const { bytes } = await this.#bytes.head(magicBytes);
    if (this.#rows === undefined && isParquet(bytes)) this.#rows = await this.#spooled();
    return (this.#rows ?? this.#bytes).head(count);
  }

  read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead> {
    return (this.#rows ?? this.#bytes).read(onBytes);
  }

  async #spooled(): Promise<ParquetFile> {
    // It stays until the process ends: its rows may be read again.
    const path = join(new TemporaryFolder().path, "rows.parquet");
    const file = openSync(path, "wx", 0o600);
    try {
      await this.#bytes.read((piece) => {
        for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      throw new InputError(`${tmpdir()}: there is no space left for the Parquet file of ${this.#name}`, {
        hint: "make some, or set TMPDIR to a folder that has more",
      });
    } finally {
      closeSync(file);
    }
    return new ParquetFile(path, this.#columns, this.#name);
  }
}
