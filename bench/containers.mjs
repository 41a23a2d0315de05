/**
 * How long does a packed log or a Parquet file take, beside DuckDB's own read of the same file?
 *
 *   node bench/containers.mjs [megabytes]
 *
 * `analyze` as a whole process, start-up included and taken off (measured on a tiny log); DuckDB as the query alone, all
 * columns with their types. Run in turns, medians compared. The files are made by DuckDB out of the generated log.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import duckdb from "@duckdb/node-api";

const megabytes = Number(process.argv[2] ?? 200);
const repeats = 3;
const data = join(import.meta.dirname, "data");
const program = join(import.meta.dirname, "..", "bin", "shardplan.js");
mkdirSync(data, { recursive: true });
const csv = join(data, `containers-${megabytes}.csv`);
run(process.execPath, [join(import.meta.dirname, "generate.mjs"), "--out", csv, "--bytes", `${megabytes}MB`]);
const tiny = join(data, "containers-tiny.csv");
writeFileSync(tiny, "ts,session,duration_ms,rows,sql\n2026-11-20 07:44:09,s1,1,1,SELECT 1 FROM t WHERE id = 1\n");

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
  note("start-up", analyzed(tiny));
  for (const [kind, file] of Object.entries(files)) {
    note(`duckdb ${kind}`, await queried(kind === "parquet" ? `read_parquet('${file}')` : csvRead(file)));
    note(`analyze ${kind}`, analyzed(file));
  }
}
for (const [kind, file] of Object.entries(files)) {
  const own = median(`analyze ${kind}`) - median("start-up");
  const theirs = median(`duckdb ${kind}`);
  const size = (statSync(file).size / 1e6).toFixed(1);
  console.log(
    `${kind} (${size} MB of ${megabytes}): ${(own / theirs).toFixed(2)} times DuckDB's read ` +
      `(${own.toFixed(0)} ms beside ${theirs.toFixed(0)} ms; bar 1.5)`,
  );
}

function analyzed(file) {
  const started = performance.now();
  run(process.execPath, [program, "analyze", file, "--json"]);
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
