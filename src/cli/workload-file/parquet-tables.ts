import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance, DuckDBType, DuckDBValue } from "@duckdb/node-api";

/** A value of a table: whole numbers of up to 53 bits are numbers. */
export type Cell = number | string | boolean | Uint8Array | null;
export type CellType = "BIGINT" | "DOUBLE" | "VARCHAR" | "BLOB" | "BOOLEAN";

export interface TableShape {
  readonly name: string;
  /** Column -> type, in their order. */
  readonly columns: Readonly<Record<string, CellType>>;
}

const chunkRows = 2048;

/** Writes and reads tables as Parquet files in a folder, by DuckDB, which is loaded only then. */
export class ParquetTables {
  readonly #folder: string;
  readonly #duckdb: typeof import("@duckdb/node-api");
  readonly #database: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(
    folder: string,
    duckdb: typeof import("@duckdb/node-api"),
    database: DuckDBInstance,
    connection: DuckDBConnection,
  ) {
    this.#folder = folder;
    this.#duckdb = duckdb;
    this.#database = database;
    this.#connection = connection;
  }

  /** What does not fit into memory goes to the folder, too. One thread: files are to be the same, byte for byte. */
  static async open(folder: string): Promise<ParquetTables> {
    const duckdb = await import("@duckdb/node-api");
    const database = await duckdb.DuckDBInstance.create(join(folder, "rows.duckdb"), {
      threads: "1",
      memory_limit: "512MB",
    });
    return new ParquetTables(folder, duckdb, database, await database.connect());
  }

  close(): void {
    this.#connection.closeSync();
    this.#database.closeSync();
  }

  /** Writes a table; `fill` hands over its rows. Returns its path. */
  async write({ name, columns }: TableShape, fill: (row: (cells: readonly Cell[]) => void) => void): Promise<string> {
    const { DuckDBDataChunk } = this.#duckdb;
    const types = Object.values(columns);
    const declared = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
    await this.#connection.run(`CREATE TABLE "${name}" (${declared.join(", ")})`);
    const appender = await this.#connection.createAppender(name);
    const gathered: Cell[][] = types.map(() => []);
    const flush = (): void => {
      const rows = gathered[0]!.length;
      if (rows === 0) return;
      const chunk = DuckDBDataChunk.create(types.map((type) => this.#typeOf(type)), rows);
      types.forEach((type, column) => {
        chunk.setColumnValues(column, gathered[column]!.map((cell) => this.#valueOf(cell, type)));
        gathered[column] = [];
      });
      appender.appendDataChunk(chunk);
    };
    fill((cells) => {
      cells.forEach((cell, column) => gathered[column]!.push(cell));
      if (gathered[0]!.length === chunkRows) flush();
    });
    flush();
    appender.closeSync();
    const path = join(this.#folder, `${name}.parquet`);
    await this.#connection.run(
      `COPY "${name}" TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    );
    await this.#connection.run(`DROP TABLE "${name}"`);
    return path;
  }

  /** Reads the rows of a table that has these columns, in their order. */
  async read({ name, columns }: TableShape, visit: (cells: readonly Cell[]) => void): Promise<void> {
    const path = join(this.#folder, `${name}.parquet`).replaceAll("'", "''");
    const names = Object.keys(columns).map((column) => `"${column}"`);
    const result = await this.#connection.stream(`SELECT ${names.join(", ")} FROM read_parquet('${path}')`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const values = names.map((_, column) => chunk.getColumnValues(column).map((value) => this.#cellOf(value)));
      for (let row = 0; row < chunk.rowCount; row++) visit(values.map((column) => column[row]!));
    }
  }

  #typeOf(type: CellType): DuckDBType {
    return this.#duckdb[type];
  }

  #valueOf(cell: Cell, type: CellType): DuckDBValue {
    if (cell instanceof Uint8Array) return new this.#duckdb.DuckDBBlobValue(cell);
    return type === "BIGINT" && typeof cell === "number" ? BigInt(cell) : cell;
  }

  #cellOf(value: DuckDBValue): Cell {
    if (typeof value === "bigint") return Number(value);
    if (value instanceof this.#duckdb.DuckDBBlobValue) return value.bytes;
    return value as Exclude<Cell, Uint8Array>;
  }
}
