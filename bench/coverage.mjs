/**
 * Do the stated 95 % intervals cover the truth? Runs ten scenarios that have a closed form with many seeds each and prints
 * the share of seeds whose interval holds the exact value; 93 to 97 % is right.
 *
 *   node bench/coverage.mjs [--seeds 1000] [--only wait.mean]
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const dist = join(import.meta.dirname, "..", "dist", "simulate");
if (!existsSync(dist)) {
  process.stderr.write("error: dist/ is not built: run `npm run build` first\n");
  process.exit(2);
}
const { parseScenario } = await import(join(dist, "scenario-file.js"));
const { exactAnswers } = await import(join(dist, "exact-answers.js"));
const { doTask, outcomeOf, tasksOf } = await import(join(dist, "tasks.js"));

const { values } = parseArgs({ options: { seeds: { type: "string", default: "1000" }, only: { type: "string" } } });
const seeds = Number(values.seeds);
if (!(seeds >= 1)) {
  process.stderr.write("usage: node bench/coverage.mjs [--seeds 1000] [--only measure]\n");
  process.exit(2);
}

const station = (rate, service, duration, cluster = "") =>
  `duration: ${duration}\nwarmup: 1s\narrivals: ${rate}\noperations: [{ name: get, service: ${service} }]\ncluster: { ${cluster} }`;
const cases = [
  ["M/M/1 at 0.5", "wait.mean", station("500/s", "{ exponential: 1ms }", "60s")],
  ["M/M/1 at 0.7", "latency.mean", station("700/s", "{ exponential: 1ms }", "120s")],
  ["M/M/1 at 0.5", "latency.p95", station("500/s", "{ exponential: 1ms }", "120s")],
  ["M/M/1 at 0.5", "latency.p50", station("500/s", "{ exponential: 1ms }", "120s")],
  ["M/M/4 at 0.7", "wait.mean", station("2800/s", "{ exponential: 1ms }", "40s", "servers: 4")],
  ["M/D/1 at 0.7", "wait.mean", station("700/s", "1ms", "80s")],
  ["M/G/1 lognormal at 0.5", "wait.mean", station("500/s", "{ lognormal: { mean: 1ms, cv: 1 } }", "120s")],
  ["M/G/1 bimodal at 0.6", "latency.mean", station("300/s", "{ choice: [{ weight: 0.95, value: 1ms }, { weight: 0.05, value: 20ms }] }", "400s")],
  [
    "single-threaded apply",
    "lag.mean",
    "duration: 60s\nwarmup: 1s\narrivals: 600/s\noperations: [{ name: put, kind: write, service: 0ms, apply: { exponential: 1ms } }]\ncluster: { servers: unlimited, replicas: 1, replication: { delay: 0.5ms } }",
  ],
  [
    "transactions of three keys",
    "crossShard.share",
    "duration: 10s\narrivals: 300/s\noperations: [{ name: put, kind: write, keys: 3, service: 0.01ms }]\nkeys: { count: 1000, placement: modulo }\ncluster: { servers: unlimited, shards: 10 }",
  ],
].filter(([, measure]) => values.only === undefined || measure === values.only);

console.log(`| scenario | figure | truth | covered by 95 % intervals of ${seeds} seeds |\n|---|---|--:|--:|`);
for (const [name, measure, text] of cases) {
  let covered = 0;
  let truth = NaN;
  for (let seed = 0; seed < seeds; seed += 1) {
    const scenario = parseScenario(`version: 1\nseed: ${seed}\n${text}`, "coverage");
    truth = exactAnswers(scenario).find((answer) => answer.measure === measure).value;
    const { measures } = outcomeOf(scenario, tasksOf(scenario, false).map(doTask));
    const { low, high } = measures.find((found) => found.name === measure);
    if (low <= truth && truth <= high) covered += 1;
  }
  console.log(`| ${name} | ${measure} | ${Number(truth.toPrecision(5))} | ${((100 * covered) / seeds).toFixed(1)} % |`);
}
