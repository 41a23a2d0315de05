/**
 * Measures `shardplan simulate` and prints a Markdown table of ratios, all from one run.
 *
 *   node bench/simulate.mjs [--quick]
 *
 * Two replicas and a quorum on 16 shards x 4 servers: the fast engine on one core and on two, the event queue, and the
 * same model in SimPy (bench/simulate.py; left out with a line where Python or SimPy is missing). Memory at one and at
 * ten times as many requests, and the 24 cells of the PBS paper at a million operations each.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const dist = join(import.meta.dirname, "..", "dist", "simulate");
if (!existsSync(dist)) {
  process.stderr.write("error: dist/ is not built: run `npm run build` first\n");
  process.exit(2);
}
const { parseScenario } = await import(join(dist, "scenario-file.js"));
const { simulateFast } = await import(join(dist, "fast-engine.js"));
const { simulateEvents } = await import(join(dist, "event-engine.js"));
const { doTask, outcomeOf, tasksOf } = await import(join(dist, "tasks.js"));

const rate = 89_600;
const quorum = (requests, seed) =>
  parseScenario(
    `
version: 1
seed: ${seed}
duration: ${requests / rate}s
arrivals: ${rate}/s
operations:
  - { name: get, share: 8, service: { exponential: 1ms } }
  - { name: put, kind: write, share: 2, service: { exponential: 1ms }, apply: { exponential: 1ms } }
keys: { placement: modulo, count: 16000 }
cluster:
  shards: 16
  servers: 4
  replicas: 2
  replication: { mode: quorum, delay: { exponential: 0.5ms }, answer: { exponential: 0.5ms }, applyThreads: shared }
reads: { policy: any }
`,
    "bench",
  );

const timed = (work) => {
  const started = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - started) / 1000 };
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

if (!isMainThread) {
  // Warmed up, then told to start together with the others.
  simulateFast(quorum(500_000, 9));
  parentPort.on("message", () => {
    simulateFast(quorum(workerData.requests, workerData.seed));
    parentPort.postMessage("done", []);
  });
  parentPort.postMessage("ready", []);
} else await main();

async function main() {
  const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
  const requests = values.quick ? 2_000_000 : 10_000_000;
  const repeats = values.quick ? 3 : 5;
  simulateFast(quorum(500_000, 9));
  simulateEvents(quorum(100_000, 9));
  const fast = [];
  const events = [];
  const peer = [];
  let simpy;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    fast.push(requests / timed(() => simulateFast(quorum(requests, repeat))).seconds);
    events.push(200_000 / timed(() => simulateEvents(quorum(200_000, repeat))).seconds);
    simpy = simpyRun(values.quick ? 30_000 : 100_000);
    if (simpy !== undefined) peer.push(simpy.perSecond);
  }
  const two = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) two.push((2 * requests) / (await onTwoWorkers(requests)));
  const [small, large] = [requests / 10, requests].map(memoryOf);
  const cells = pbsCells();
  const pbs = timed(() => cells.map((scenario) => outcomeOf(scenario, tasksOf(scenario, false).map(doTask))));
  const m = (value) => `${(value / 1e6).toFixed(2)} M/s`;
  const rows = [
    ["fast engine, one core", m(median(fast)), "≥ 7 M/s"],
    [
      "fast engine ÷ SimPy",
      peer.length === 0 ? "skipped: no Python with SimPy here" : (median(fast) / median(peer)).toFixed(0),
      "≥ 60",
    ],
    ["two workers ÷ one", (median(two) / median(fast)).toFixed(2), "≥ 1.8"],
    ["fast engine ÷ event queue", (median(fast) / median(events)).toFixed(1), ""],
    ["memory, ten times as many requests", (large / small).toFixed(2), "flat"],
    ["24 PBS cells of a million, one core", `${pbs.seconds.toFixed(1)} s`, "< 5 s"],
  ];
  console.log(`Two replicas and a quorum on 16 shards x 4 servers, 80 % reads; ${requests.toLocaleString("en-US")} requests, medians of ${repeats},
on ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.version}${simpy === undefined ? "" : `, SimPy ${simpy.version}`}.

| measure | result | bar |
|---|--:|--:|
${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}`);
}

/** Undefined where there is no Python, or no SimPy. */
function simpyRun(requests) {
  const run = spawnSync("python3", [join(import.meta.dirname, "simulate.py"), String(requests)], { encoding: "utf8" });
  if (run.status !== 0) return undefined;
  const [version, perSecond] = run.stdout.trim().split(" ");
  return { version, perSecond: Number(perSecond) };
}

/** Seconds that two threads take for so many requests each. */
async function onTwoWorkers(requests) {
  const workers = [1, 2].map((seed) => new Worker(new URL(import.meta.url), { workerData: { requests, seed } }));
  const next = (worker) => new Promise((resolve) => worker.once("message", resolve));
  await Promise.all(workers.map(next));
  const started = performance.now();
  const done = workers.map(next);
  for (const worker of workers) worker.postMessage("start", []);
  await Promise.all(done);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return seconds;
}

/** Peak memory of a process that does nothing else. */
function memoryOf(requests) {
  const script = `
    const { parseScenario } = await import(${JSON.stringify(join(dist, "scenario-file.js"))});
    const { simulateFast } = await import(${JSON.stringify(join(dist, "fast-engine.js"))});
    const { readFileSync } = await import("node:fs");
    simulateFast(parseScenario(readFileSync(0, "utf8"), "bench"));
    console.log(process.resourceUsage().maxRSS);`;
  const text = JSON.stringify({
    version: 1,
    duration: `${requests / rate}s`,
    arrivals: `${rate}/s`,
    operations: [{ name: "put", kind: "write", service: { exponential: "0.3ms" }, apply: { exponential: "0.3ms" } }],
    cluster: { shards: 16, servers: 4, replicas: 2, replication: { mode: "quorum", delay: { exponential: "0.5ms" }, applyThreads: "shared" } },
  });
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", input: text });
  return Number(run.stdout);
}

/** The four fits of the paper's table 3, each with the six R and W of its table 4. */
function pbsCells() {
  const mixture = (weight, minimum, shape, mean) => ({
    mixture: [
      { weight, of: { pareto: { minimum: `${minimum}ms`, shape } } },
      { weight: 1 - weight, of: { exponential: `${mean}ms` } },
    ],
  });
  const ssd = mixture(0.9122, 0.235, 10, 1 / 1.66);
  const disk = mixture(0.38, 1.05, 1.51, 1 / 0.183);
  const ymmr = { write: mixture(0.939, 3, 3.35, 1 / 0.0028), other: mixture(0.982, 1.5, 3.8, 1 / 0.0217) };
  const fits = [
    { write: ssd, other: ssd },
    { write: disk, other: ssd },
    ymmr,
    { write: disk, other: ssd, regions: { names: ["a", "b", "c"], between: "75ms" } },
  ];
  const quorums = [
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [3, 1],
    [1, 3],
  ];
  return fits.flatMap(({ write, other, regions }) =>
    quorums.map(([r, w]) =>
      parseScenario(
        JSON.stringify({
          version: 1,
          cluster: { replication: { mode: "leaderless", n: 3, r, w, legs: { write, ack: other, read: other, response: other } }, ...(regions && { regions }) },
          staleness: { trials: 1_000_000, after: ["0ms", "10ms"] },
        }),
        "bench",
      ),
    ),
  );
}
