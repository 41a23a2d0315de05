import { execFileSync } from "node:child_process";
import { constants, createReadStream, openSync, statSync, symlinkSync } from "node:fs";
import { Socket } from "node:net";
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../base/input-error.ts";
import { columnNames, comparableName } from "../ingest/columns.ts";
import { withoutDurationUnit } from "../ingest/duration.ts";
import type { ReaderOptions } from "../ingest/format.ts";
import type { ByteStream, StreamRead } from "./byte-stream.ts";
import { LineIndex } from "./line-index.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

/** The first four bytes of a Parquet file, and its last (https://parquet.apache.org/docs/file-format/). */
export const isParquet = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;

/** How the rows of a Parquet file are written for our CSV reader. */
export const parquetDialect = { delimiter: ",", header: true } as const satisfies ReaderOptions;

/** Rows that are looked at to tell what the columns are. */
const headRows = 2000;

/**
 * A Parquet file as the CSV that DuckDB makes of it: columns by their names, values in full (64-bit integers and
 * decimals with every digit, times in UTC, lists as JSON arrays). DuckDB is loaded when the first such file is opened,
 * and writes into a named pipe that our scanner reads: six times as fast as taking the values over one by one.
 */
export class ParquetFile implements ByteStream {
  storedBytes = 0;
  readonly oneTime = false;
  readonly container = "parquet";
  /** Rows have no lines. */
  readonly lines = new LineIndex();
  readonly #path: string;
  readonly #columns: ReaderOptions["columns"];
  readonly #name: string;

  /** `columns` are the columns that the user named; `name` is for messages, where the file has another. */
  constructor(path: string, columns: ReaderOptions["columns"], name = path) {
    this.#path = path;
    this.#columns = columns;
    this.#name = name;
  }

  async head(count: number): Promise<{ readonly bytes: Uint8Array; readonly atEnd: boolean }> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    const rows = await this.#copy(headRows, (bytes) => {
      if (length < count) pieces.push(Uint8Array.from(bytes));
      length += bytes.length;
    });
    const bytes = Buffer.concat(pieces).subarray(0, count);
    return { bytes: Uint8Array.from(bytes), atEnd: rows < headRows && length <= count };
  }

  async read(onBytes: (bytes: Uint8Array) => void): Promise<StreamRead> {
    let end = 0;
    await this.#copy(undefined, (bytes) => {
      end += bytes.length;
      onBytes(bytes);
    });
    this.storedBytes = statSync(this.#path).size;
    return { end, warning: undefined };
  }

  /** Has the rows written, and gives their number. */
  async #copy(limit: number | undefined, onBytes: (bytes: Uint8Array) => void): Promise<number> {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const pipe = new Pipe();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      const source = `read_parquet(${quoted(pipe.nameOf(this.#path))})`;
      const columns = await this.#selected(connection, source);
      const rows = `SELECT ${columns.join(", ")} FROM ${source}${limit === undefined ? "" : ` LIMIT ${limit}`}`;
      const copy = connection.runAndReadAll(
        `COPY (${rows}) TO ${quoted(pipe.path)} (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"', ` +
          "FORCE_QUOTE *, NULLSTR '', USE_TMP_FILE false)",
      );
      const written = await pipe.read(copy, onBytes);
      return Number(written.getRowsJson()[0]?.[0] ?? 0);
    } catch (error) {
      if (error instanceof InputError || !isDuckdbError(error)) throw error;
      const reason = firstSentence(error.message).replaceAll(this.#path, this.#name);
      throw new InputError(`${this.#name}: the Parquet file can't be read (${reason})`, {
        hint: "check it with another reader, and fetch or write it again",
      });
    } finally {
      pipe.remove();
      connection.closeSync();
      database.closeSync();
    }
  }

  /** The columns to read, each as an expression whose text is exact. */
  async #selected(connection: DuckDBConnection, source: string): Promise<readonly string[]> {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
    const columns = described.getRowsJson().map(([name, type]) => ({ name: String(name), type: String(type) }));
    const wanted = wantedColumns(
      columns.map(({ name }) => name),
      this.#columns,
    );
    return columns
      .filter(({ name }) => wanted.has(name))
      .map(({ name, type }) => `${textOf(identifier(name), type)} AS ${identifier(name)}`);
  }
}

/**
 * Where a log has a column of SQL, the columns that have a role beside it; all of them where the content must tell, or
 * where the user counts columns.
 */
function wantedColumns(names: readonly string[], chosen: ReaderOptions["columns"] = {}): ReadonlySet<string> {
  const choices = Object.values(chosen);
  const named = new Set<string>([
    ...Object.values(columnNames).flat(),
    ...choices.filter((choice) => typeof choice === "string").map(comparableName),
  ]);
  const isSql = (name: string): boolean =>
    (columnNames.sql as readonly string[]).includes(comparableName(name)) || name === chosen.sql;
  if (choices.some((choice) => typeof choice === "number") || !names.some(isSql)) return new Set(names);
  return new Set(
    names.filter((name) => named.has(comparableName(name)) || named.has(withoutDurationUnit(name) ?? "")),
  );
}

/** The column as text, where DuckDB's own is not the value's. */
function textOf(column: string, type: string): string {
  if (/\[\d*\]$|^(?:STRUCT|MAP|UNION)\b/.test(type)) return `to_json(${column})`;
  // Many writers leave texts without their annotation; what is no UTF-8 is shown with escapes.
  if (type === "BLOB") return `coalesce(TRY(decode(${column})), CAST(${column} AS VARCHAR))`;
  return column;
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const firstSentence = (message: string): string => message.split("\n", 1)[0]!.slice(0, 200);
const isDuckdbError = (error: unknown): error is Error => error instanceof Error && !("code" in error);

/** A named pipe in a folder of its own, or a file where there are no pipes. */
class Pipe {
  readonly #folder = new TemporaryFolder();
  readonly path = join(this.#folder.path, "rows.csv");
  readonly #reading: number | undefined;

  constructor() {
    try {
      execFileSync("mkfifo", ["-m", "600", this.path], { stdio: "ignore" });
      // Open before the writer comes: neither has to wait for the other.
      this.#reading = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      this.#reading = undefined;
    }
  }

  /** A path for DuckDB to read `file` by: it would take `*` and `[` in a name for a pattern. */
  nameOf(file: string): string {
    const path = resolve(file);
    if (!/[*?[\]{}]/.test(path)) return path;
    const link = join(this.#folder.path, "input.parquet");
    symlinkSync(path, link);
    return link;
  }

  /** Gives what is written while `writing` runs, and its result. */
  async read<T>(writing: Promise<T>, onBytes: (bytes: Uint8Array) => void): Promise<T> {
    if (this.#reading === undefined) {
      const result = await writing;
      for await (const bytes of createReadStream(this.path, { highWaterMark: 1 << 18 })) onBytes(bytes as Uint8Array);
      return result;
    }
    const socket = new Socket({ fd: this.#reading, readable: true, writable: false });
    const read = new Promise<void>((done, fail) => {
      socket.on("data", (bytes) => {
        try {
          onBytes(bytes);
        } catch (error) {
          fail(error as Error);
          socket.destroy();
        }
      });
      socket.on("end", done);
      socket.on("error", fail);
      // When nothing was ever written there is no end to be seen.
      writing.catch(fail);
    });
    try {
      await read;
      return await writing;
    } finally {
      socket.destroy();
      // The database is not closed under a query that still runs: it fails now that nobody reads.
      await writing.catch(() => {});
    }
  }

  remove(): void {
    this.#folder.remove();
  }
}
