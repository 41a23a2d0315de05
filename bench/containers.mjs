/**
 * How long does it take to read a packed log or a Parquet file, beside DuckDB's own read of the same file?
 *
 *   node bench/containers.mjs [megabytes]
 *
 * Ours: every record found and its fields decoded, as `analyze` does before it looks at statements. DuckDB's: the query
 * alone, all columns with their types. Both in one process, in turns; medians are compared. The files are made by DuckDB
 * out of the generated log.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import duckdb from "@duckdb/node-api";
import { openInput, readHead, readStream } from "../dist/cli/inputs.js";
import { parquetDialect } from "../dist/cli/parquet.js";
import { detectFormat } from "../dist/ingest/detect.js";
import { formats } from "../dist/ingest/formats.js";

const megabytes = Number(process.argv[2] ?? 200);
const repeats = 3;
const data = join(import.meta.dirname, "data");
mkdirSync(data, { recursive: true });
const csv = join(data, `containers-${megabytes}.csv`);
run(process.execPath, [join(import.meta.dirname, "generate.mjs"), "--out", csv, "--bytes", `${megabytes}MB`]);
const types = "{ts: 'TIMESTAMP', session: 'VARCHAR', duration_ms: 'DOUBLE', rows: 'BIGINT', sql: 'VARCHAR'}";
const csvRead = (file) =>
  `read_csv('${file}', header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = ${types})`;
const instance = await duckdb.DuckDBInstance.create(":memory:");
const connection = await instance.connect();
const files = { gz: `${csv}.gz`, zst: `${csv}.zst`, parquet: `${csv}.parquet` };
for (const [kind, options] of [
  ["gz", "FORMAT csv, COMPRESSION gzip"],
  ["zst", "FORMAT csv, COMPRESSION zstd"],
  ["parquet", "FORMAT parquet, COMPRESSION zstd"],
])
  await connection.run(`COPY (SELECT * FROM ${csvRead(csv)}) TO '${files[kind]}' (${options})`);

const times = new Map();
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const [kind, file] of Object.entries(files)) {
    note(`duckdb ${kind}`, await queried(kind === "parquet" ? `read_parquet('${file}')` : csvRead(file)));
    note(`ours ${kind}`, await read(file, kind === "parquet" ? parquetDialect : {}));
  }
}
for (const [kind, file] of Object.entries(files)) {
  const [own, theirs] = [median(`ours ${kind}`), median(`duckdb ${kind}`)];
  const size = (statSync(file).size / 1e6).toFixed(1);
  console.log(
    `${kind} (${size} MB of ${megabytes}): ${(own / theirs).toFixed(2)} times DuckDB's read ` +
      `(${own.toFixed(0)} ms beside ${theirs.toFixed(0)} ms; bar 1.5)`,
  );
}

async function read(file, options) {
  const started = performance.now();
  const input = await openInput(file, process.stdin, {});
  const detection = detectFormat(await readHead(input), options);
  const reader = formats[detection.format].createReader(detection);
  let records = 0;
  await readStream(input, reader, detection.dataStart, () => (records += 1), () => {});
  if (records < 1000) throw new Error(`${file}: only ${records} records`);
  return performance.now() - started;
}

async function queried(source) {
  const started = performance.now();
  await connection.runAndReadAll(
    `SELECT count(*), sum(length(sql)), max(ts), sum(duration_ms), sum(rows), max(session) FROM ${source}`,
  );
  return performance.now() - started;
}

function note(name, ms) {
  times.set(name, [...(times.get(name) ?? []), ms]);
}

function median(name) {
  return times.get(name).toSorted((a, b) => a - b)[Math.floor(times.get(name).length / 2)];
}

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
}
