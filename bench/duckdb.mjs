/**
 * The yardstick: DuckDB reads all columns of a generated log with their types, and computes something cheap over each
 * so that none can be left out.
 *
 *   node bench/duckdb.mjs FILE [--threads 1]
 *
 * Prints one JSON object: milliseconds of the query (without loading DuckDB), rows, and the sums.
 */
import { parseArgs } from "node:util";
import duckdb from "@duckdb/node-api";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: "string", default: "1" } },
});
if (positionals.length !== 1) {
  console.error("usage: node bench/duckdb.mjs FILE [--threads 1]");
  process.exit(2);
}

const instance = await duckdb.DuckDBInstance.create(":memory:", { threads: options.threads });
const connection = await instance.connect();
const startedAt = performance.now();
const reader = await connection.runAndReadAll(
  `
  SELECT count(*) AS rows, sum(length(sql)) AS characters, max(ts) AS last, sum(duration_ms) AS duration_ms,
         sum(rows) AS returned, max(session) AS session
  FROM read_csv($file, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false,
                columns = {ts: 'TIMESTAMP', session: 'VARCHAR', duration_ms: 'DOUBLE', rows: 'BIGINT', sql: 'VARCHAR'})`,
  { file: positionals[0] },
);
const ms = performance.now() - startedAt;
const [row] = reader.getRowObjectsJson();
console.log(JSON.stringify({ ms, threads: Number(options.threads), version: duckdb.version(), ...row }));
