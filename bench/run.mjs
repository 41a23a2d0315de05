/**
 * Measures `shardplan analyze` against DuckDB's reader and prints a Markdown table of ratios.
 *
 *   node bench/run.mjs [--quick] [--bytes 800MB] [--repeats 5] [--readme]
 *
 * Everything is run alternately in one session, each time in a fresh process, and medians are compared: on a shared
 * machine absolute times move by a quarter, the ratio of neighbours in time hardly does. --quick uses 80 MB, 3
 * repeats; --readme also writes the table into README.md.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const folder = import.meta.dirname;
const data = join(folder, "data");
const program = join(folder, "..", "bin", "shardplan.js");
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    bytes: { type: "string" },
    repeats: { type: "string" },
    readme: { type: "boolean", default: false },
  },
});
const megabytes = Number(/^(\d+)MB$/.exec(options.bytes ?? (options.quick ? "80MB" : "800MB"))?.[1]);
const repeats = Number(options.repeats ?? (options.quick ? 3 : 5));
if (!(megabytes > 0) || !(repeats >= 1)) stop("usage: node bench/run.mjs [--quick] [--bytes 800MB] [--repeats 5] [--readme]");
if (!existsSync(program)) stop("error: bin/shardplan.js is not there: this is not a checkout of shardplan");
if (!existsSync(join(folder, "..", "dist", "cli", "main.js")))
  stop("error: dist/ is not built: run `npm run build` first");

const log = await generated(megabytes, 32);
const doubled = await generated(2 * megabytes, 32);
const manyTemplates = await generated(megabytes, 1_000);
const tiny = await generated(0.0013, 32);

const taken = new Map();
const rows = new Map();
for (let repeat = 1; repeat <= repeats; repeat += 1) {
  progress(`repeat ${repeat} of ${repeats}`);
  for (const threads of [1, 2]) {
    note(`duckdb ${threads}`, await duckdb(log, threads));
    note(`analyze ${threads}`, await analyze(log, threads, rows.get("duckdb 1")));
  }
  note("1,000 templates", await analyze(manyTemplates, 1));
  note("doubled", await analyze(doubled, 1));
  for (let start = 0; start < 3; start += 1) {
    note("start-up", await analyze(tiny, 1));
    note("help", await timed([process.execPath, program, "--help"]));
    note("node alone", await timed([process.execPath, "-e", "0"]));
  }
}
note("duckdb, 1,000 templates", await duckdb(manyTemplates, 2)); // only for its number of statements

const oneThread = ms("analyze 1") / ms("duckdb 1");
const twoThreads = ms("analyze 2") / ms("duckdb 2");
const perStatement =
  ms("1,000 templates") / rows.get("duckdb, 1,000 templates") / (ms("analyze 1") / rows.get("duckdb 1"));
const count = (number) => Math.round(number).toLocaleString("en-US");
const inMs = (name) => `${count(ms(name))} ms`;
const megabytesOf = (name) => `${count(peak(name) / 1e6)} MB`;

const table = `\`analyze\` against DuckDB's typed read of the same file: ${count(megabytes)} MB of CSV, ${count(rows.get("duckdb 1"))} statements, 32 templates.
Medians of ${repeats} runs each, alternately and in fresh processes, on ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}),
Node ${process.version}, DuckDB ${rows.get("duckdb version")}. The time of analyze is that of the whole process, start-up included; that of
DuckDB is the query alone. Made by \`npm run bench\`.

| measure | result | bar | from |
|---|--:|--:|---|
| time, 1 thread, analyze ÷ DuckDB | ${oneThread.toFixed(2)} | ≤ 2.0 | ${inMs("analyze 1")} ÷ ${inMs("duckdb 1")} |
| time, 2 threads, analyze ÷ DuckDB | ${twoThreads.toFixed(2)} | ≤ 2.0 | ${inMs("analyze 2")} ÷ ${inMs("duckdb 2")} |
| time per statement, 1,000 ÷ 32 templates | ${perStatement.toFixed(2)} | ≤ 2.0 | ${inMs("1,000 templates")}, ${inMs("analyze 1")} |
| start-up on a 10-line file | ${inMs("start-up")} | < 400 ms | of which Node alone ${inMs("node alone")} |
| start-up of --help | ${inMs("help")} | < 150 ms | of which Node alone ${inMs("node alone")} |
| peak memory, 1 thread | ${megabytesOf("analyze 1")} | ≤ 600 MB | whole process |
| peak memory, 2 threads | ${megabytesOf("analyze 2")} | ≤ 600 MB | whole process |
| peak memory, file twice as big | ${(peak("doubled") / peak("analyze 1")).toFixed(2)} | flat | ${megabytesOf("doubled")} ÷ ${megabytesOf("analyze 1")} |`;
console.log(table);
if (options.readme) {
  const readme = join(folder, "..", "README.md");
  const between = /(<!-- bench:begin -->\n)[^]*(<!-- bench:end -->)/;
  writeFileSync(readme, readFileSync(readme, "utf8").replace(between, (_, begin, end) => `${begin}\n${table}\n\n${end}`));
}

/** A generated log, made when it is missing. A file that is there is whole: it gets its name last. */
async function generated(size, templates) {
  mkdirSync(data, { recursive: true });
  const bytes = Math.round(size * 1e6);
  const path = join(data, `shop-${bytes}-${templates}.csv`);
  const madeBy = ["generate.mjs", "templates.mjs"].map((name) => statSync(join(folder, name)).mtimeMs);
  if (existsSync(path) && statSync(path).mtimeMs > Math.max(...madeBy)) return path;
  progress(`generating ${bytes} bytes with ${templates} templates`);
  const unfinished = `${path}.unfinished`;
  rmSync(path, { force: true });
  await timed([
    process.execPath,
    join(folder, "generate.mjs"),
    "--bytes",
    String(bytes),
    "--templates",
    String(templates),
    "--out",
    unfinished,
  ]);
  renameSync(unfinished, path);
  return path;
}

async function duckdb(file, threads) {
  const { stdout } = await timed([process.execPath, join(folder, "duckdb.mjs"), file, "--threads", String(threads)]);
  const answer = JSON.parse(stdout);
  return { ms: answer.ms, rows: Number(answer.rows), version: answer.version };
}

/** Wall time of the whole process from its start, as a user waits for it, and its peak memory. */
async function analyze(file, workers, statements) {
  const preload = pathToFileURL(join(folder, "peak-memory.mjs")).href;
  const command = ["analyze", file, "--workers", String(workers), "--json"];
  const answer = await timed([process.execPath, "--import", preload, program, ...command]);
  // Being fast by leaving records out is not the idea.
  if (statements !== undefined && !new RegExp(`\\b${statements}\\b`).test(answer.stdout)) {
    stop(
      `error: DuckDB counts ${statements} statements in ${file}, and the report of analyze does not have this number`,
    );
  }
  return answer;
}

function timed([command, ...args]) {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    const told = ["", "", "", ""];
    for (const stream of [1, 2, 3]) child.stdio[stream].on("data", (bytes) => (told[stream] += bytes));
    child.on("close", (code) => {
      const milliseconds = performance.now() - startedAt;
      const said = told[2].split("\n").find((line) => /error/i.test(line)) ?? told[2].trim();
      if (code !== 0) stop(`error: \`node ${args.filter(isOwn).join(" ")}\` ended with code ${code}: ${said}`);
      resolve({ ms: milliseconds, stdout: told[1], peakBytes: Number(told[3]) });
    });
  });
}

/** Not our preload, which nobody repeats by hand. */
function isOwn(argument) {
  return argument !== "--import" && !argument.startsWith("file:");
}

function note(name, { ms: milliseconds, peakBytes, rows: counted, version }) {
  if (!taken.has(name)) taken.set(name, { ms: [], peakBytes: [] });
  taken.get(name).ms.push(milliseconds);
  taken.get(name).peakBytes.push(peakBytes);
  if (counted !== undefined) rows.set(name, counted).set("duckdb version", version);
}

function ms(name) {
  return median(taken.get(name).ms);
}

function peak(name) {
  return median(taken.get(name).peakBytes);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function progress(text) {
  console.error(`bench: ${text}`);
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
