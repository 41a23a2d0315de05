// `shardplan analyze` against pgBadger on the same log of PostgreSQL: node bench/pgbadger.mjs [--bytes 200MB]
// [--format stderr|csvlog] [--workers 2]. The log is made of the lines that a real PostgreSQL wrote (samples/shop.csv.gz),
// again and again, an hour later and by other processes each time. Wall time of whole processes, ours the best of three,
// pgBadger's of one run: it takes minutes. Where pgBadger is not installed, that is said and only ours is measured.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import Papa from "papaparse";

const folder = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    bytes: { type: "string", default: "200MB" },
    format: { type: "string", default: "stderr" },
    workers: { type: "string", default: "2" },
  },
});
const megabytes = Number(/^(\d+)MB$/.exec(options.bytes)?.[1]);
if (!(megabytes > 0) || !["stderr", "csvlog"].includes(options.format)) {
  console.error("usage: node bench/pgbadger.mjs [--bytes 200MB] [--format stderr|csvlog] [--workers 2]");
  process.exit(2);
}
const path = generated();
const program = join(folder, "..", "bin", "shardplan.js");
const ours = Math.min(...[1, 2, 3].map(() => seconds(process.execPath, [program, "analyze", path, "--workers", options.workers, "--json"])));
console.log(`shardplan analyze, ${options.workers} threads: ${ours.toFixed(2)} s for ${megabytes} MB of ${options.format}`);
if (spawnSync("pgbadger", ["--version"]).status === 0) {
  const prefix = options.format === "stderr" ? ["-p", "%m [%p] %q%u@%d/%a "] : [];
  const theirs = seconds("pgbadger", [
    ...["-f", options.format === "stderr" ? "stderr" : "csv", ...prefix, "-j", options.workers, "-q", "-x", "json"],
    ...["-o", join(tmpdir(), `shardplan-bench-${process.pid}.json`), path],
  ]);
  console.log(`pgBadger -j ${options.workers}: ${theirs.toFixed(2)} s; ${(theirs / ours).toFixed(0)} times as long (bar: 50); ${cpus()[0]?.model}`);
} else console.log("pgbadger is not installed: nothing to compare with");

function seconds(command, args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${command} ended with code ${status}: ${stderr}`);
  return (performance.now() - started) / 1000;
}

function generated() {
  mkdirSync(join(folder, "data"), { recursive: true });
  const file = join(folder, "data", `postgres-${megabytes}.${options.format}`);
  if (existsSync(file)) return file;
  const sample = gunzipSync(readFileSync(join(folder, "..", "samples", "shop.csv.gz"))).toString();
  const records = Papa.parse(sample, { skipEmptyLines: true }).data;
  const out = openSync(`${file}.unfinished`, "w");
  for (let written = 0, round = 0; written < megabytes * 1e6; round++)
    written += writeSync(out, records.map((record) => lineOf(later(record, round))).join(""));
  closeSync(out);
  renameSync(`${file}.unfinished`, file);
  return file;
}

/** The record an hour later for each round, by another process. */
function later(record, round) {
  const time = new Date(Date.parse(record[0].replace(" UTC", "Z").replace(" ", "T")) + round * 3_600_000);
  const pid = Number(record[3]) + (round % 1000);
  return [
    time.toISOString().replace("T", " ").replace("Z", " UTC"),
    ...record.slice(1, 3),
    `${pid}`,
    record[4],
    `${record[5].split(".")[0]}.${pid.toString(16)}`,
    ...record.slice(6),
  ];
}

function lineOf(record) {
  if (options.format === "csvlog")
    return `${record.map((field, index) => (/[",\n]/.test(field) || (field !== "" && [1, 2, 13, 14, 22].includes(index)) ? `"${field.replaceAll('"', '""')}"` : field)).join(",")}\n`;
  const prefix = `${record[0]} [${record[3]}] ${record[1]}@${record[2]}/${record[22]} `;
  const text = (heading, field) => `${prefix}${heading}:  ${field.replaceAll("\n", "\n\t")}\n`;
  return text(record[11], record[13]) + (record[14] === "" ? "" : text("DETAIL", record[14]));
}
