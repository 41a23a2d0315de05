import { existsSync, readFileSync } from "node:fs";
import Papa from "papaparse";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { ParquetFile, parquetDialect } from "../../src/cli/parquet.ts";
import { readAll } from "../ingest/reading.ts";
import { describeReference, readReference, referencePath } from "./reference.ts";

async function csvOf(path: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await new ParquetFile(path, {}).read((bytes) => void pieces.push(Uint8Array.from(bytes)));
  return Buffer.concat(pieces);
}

interface DuckdbRead {
  readonly rows?: number;
  readonly error?: string;
  readonly columns?: readonly (readonly [string, string])[];
  readonly first_rows?: readonly Readonly<Record<string, unknown>>[];
}

/** Types whose text is the same however a row is printed. */
const plainTypes = /^(?:BOOLEAN|U?(?:TINY|SMALL|BIG)?INT(?:EGER)?|DECIMAL.*|VARCHAR|DATE|TIMESTAMP)$/;

describeReference("Apache's Parquet test files", () => {
  const reads = () => JSON.parse(readReference("logs/parquet-testing/duckdb_reads.json")) as Record<string, DuckdbRead>;
  const present = () => Object.entries(reads()).filter(([name]) => existsSync(referencePath(`logs/parquet-testing/${name}`)));

  test("have the rows that DuckDB reads, and what it refuses is refused in one sentence", async () => {
    expect(present().length).toBeGreaterThan(15);
    for (const [name, expected] of present()) {
      const path = referencePath(`logs/parquet-testing/${name}`);
      if (expected.error !== undefined) {
        await expect(csvOf(path), name).rejects.toThrow(InputError);
        continue;
      }
      // Quoted throughout, so that a row of one NULL is told from no row.
      const { data } = Papa.parse<string[]>((await csvOf(path)).toString().replace(/\n$/, ""));
      const [header, ...rows] = data;
      expect(header, name).toEqual(expected.columns!.map(([column]) => column));
      expect(rows, name).toHaveLength(expected.rows!);
      for (const [index, row] of expected.first_rows!.entries()) {
        for (const [position, [column, type]] of expected.columns!.entries()) {
          if (!plainTypes.test(type) || row[column] === null) continue;
          expect(rows[index]![position], `${name} ${column}`).toBe(String(row[column]));
        }
      }
    }
  }, 60_000);
});

describeReference("query logs in Parquet", () => {
  const transcript = () =>
    gunzipSync(readFileSync(referencePath("logs/tpcc-engine-logs/transcript.jsonl.gz")))
      .toString()
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { sql: string }).sql);

  test.each(["tpcc_queries.zstd.parquet", "tpcc_queries.v2_zstd.parquet"])("%s has the transcript's statements", async (name) => {
    const { entries, skipped } = readAll(await csvOf(referencePath(`logs/parquet-logs/${name}`)), parquetDialect);
    expect(skipped).toEqual([]);
    expect(entries.map(({ sql }) => sql)).toEqual(transcript());
    expect(entries[1]).toMatchObject({ time: Date.parse("2024-03-01T12:00:00.007Z") * 1000, duration: 0.063 });
  });
});
