/**
 * How true the dates of `shardplan plan` are: node bench/plan-round-trip.mjs [cases] [seed]
 *
 * Each case is a made-up application: some templates with a distribution of service times each, a rate, a server, a growth
 * and a load at which its objective breaks: the objective is what its true distributions, simulated, come to there. Its log of
 * some minutes is written by serving the statements on that server, first come first served. The plan is told the log, the
 * growth and the objective. Printed: the share of cases whose true date lies in the interval of the plan.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plan } from "../dist/cli/library.js";
import { parseScenario } from "../dist/simulate/scenario-file.js";
import { runScenario } from "../dist/simulate/simulate.js";
import { randomStream } from "../dist/stats/random-stream.js";

const cases = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? 1);
const folder = mkdtempSync(join(tmpdir(), "shardplan-round-trip-"));

/** One application. */
function application(number) {
  const random = randomStream(seed * 1000 + number, "application");
  const between = (low, high) => low + random.next() * (high - low);
  const cores = [1, 2, 4, 8, 16][Math.floor(random.next() * 5)];
  const templates = Array.from({ length: 2 + Math.floor(random.next() * 4) }, (_, at) => {
    const meanMs = Math.exp(between(Math.log(1), Math.log(40)));
    const kind = ["exponential", "lognormal", "uniform"][Math.floor(random.next() * 3)];
    return { name: `t${at}`, write: at % 3 === 2, weight: between(0.2, 1), meanMs, kind, variation: between(0.3, 1.5) };
  });
  const weights = templates.reduce((sum, { weight }) => sum + weight, 0);
  const meanMs = templates.reduce((sum, template) => sum + (template.weight / weights) * template.meanMs, 0);
  const busy = between(0.05, 0.3);
  return {
    cores,
    templates,
    weights,
    perSecond: (busy * cores * 1000) / meanMs,
    growthPercent: between(3, 15),
    // Where the objective breaks: so many times the load, at which the server is so busy that some have to wait. Where nobody
    // does, the objective is the time of the statements themselves, and holds or not at any load.
    breaksAt: between({ 1: 0.5, 2: 0.6, 4: 0.7, 8: 0.78, 16: 0.85 }[cores], 0.95) / busy,
  };
}

const serviceOf = ({ kind, meanMs, variation }) =>
  kind === "exponential" ? { exponential: `${meanMs}ms` } : kind === "uniform" ? { uniform: [`${meanMs * 0.5}ms`, `${meanMs * 1.5}ms`] } : { lognormal: { mean: `${meanMs}ms`, cv: variation } };

function drawMs({ kind, meanMs, variation }, random) {
  if (kind === "exponential") return -Math.log(1 - random.next()) * meanMs;
  if (kind === "uniform") return meanMs * (0.5 + random.next());
  const variance = Math.log(1 + variation ** 2);
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.exp(Math.log(meanMs) - variance / 2 + Math.sqrt(variance) * normal);
}

const statements = 40_000;

/** Serves the statements as they come and writes down how long each took, waiting included. */
function writeLog(app, path, number) {
  const random = randomStream(seed * 1000 + number, "log");
  const free = new Array(app.cores).fill(0);
  const lines = ["time,duration_ms,sql"];
  let now = 0;
  for (let at = 0; at < statements; at++) {
    now += (-Math.log(1 - random.next()) * 1000) / app.perSecond;
    let wanted = random.next() * app.weights;
    const template = app.templates.find(({ weight }) => (wanted -= weight) <= 0) ?? app.templates.at(-1);
    let server = 0;
    for (let other = 1; other < free.length; other++) if (free[other] < free[server]) server = other;
    const service = drawMs(template, random);
    const done = Math.max(now, free[server]) + service;
    free[server] = done;
    const sql = template.write ? `UPDATE ${template.name} SET a = 1 WHERE id = ${at % 1000}` : `SELECT * FROM ${template.name} WHERE id = ${at % 1000}`;
    lines.push(`${new Date(1767225600000 + now).toISOString().replace("Z", `${String(Math.floor((now % 1) * 1000)).padStart(3, "0")}Z`)},${(done - now).toFixed(4)},"${sql}"`);
  }
  writeFileSync(path, `${lines.join("\n")}\n`);
}

/** The 99th percentile of the application itself at a multiple of its load: the mean of some long runs. */
function p99At(app, factor) {
  const perSecond = app.perSecond * factor;
  const scenario = parseScenario(
    JSON.stringify({
      version: 1,
      duration: `${(requestsEach / perSecond) * 1000}ms`,
      warmup: `${(requestsEach / perSecond) * 50}ms`,
      arrivals: { process: "poisson", rate: `${perSecond}/s` },
      operations: app.templates.map((template) => ({ name: template.name, share: template.weight, service: serviceOf(template) })),
      cluster: { shards: 1, servers: app.cores },
    }),
    "truth",
  );
  const found = [1, 2, 3, 4, 5].map((run) => runScenario({ ...scenario, seed: run }).measures.find(({ name }) => name === "latency.p99").value);
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

const requestsEach = 250_000;

let inside = 0;
const widths = [];
for (let number = 0; number < cases; number++) {
  const app = application(number);
  const path = join(folder, `${number}.csv`);
  writeLog(app, path, number);
  const limit = p99At(app, app.breaksAt);
  const objective = `p99<${limit.toFixed(3)}ms`;
  const rate = app.growthPercent;
  const grows = `${(rate * 0.99999).toFixed(6)}..${(rate * 1.00001).toFixed(6)}%/month`;
  const report = await plan(path, { growth: `reads ${grows}, writes ${grows}`, slo: objective, maxUtilisation: 0.999, cores: app.cores, largestCores: app.cores, maxReplicas: 0, horizonMonths: 120 });
  const { until } = report.ladder.find(({ rung }) => rung === "as-it-is");
  const truth = Math.log(app.breaksAt) / Math.log1p(rate / 100);
  const held = until.low <= truth && truth <= (until.high ?? Infinity);
  if (held) inside++;
  widths.push((until.high - until.low) / 2);
  console.log(
    `${String(number).padStart(2)}  ${String(app.cores).padStart(2)} cores  ${objective.padEnd(16)} ${rate.toFixed(1).padStart(4)} %/month  ` +
      `plan ${until.value.toFixed(1).padStart(5)} (${until.low.toFixed(1)} to ${until.high.toFixed(1)})  true ${truth.toFixed(1).padStart(5)}  ${held ? "inside" : "OUTSIDE"}`,
  );
}
rmSync(folder, { recursive: true });
widths.sort((a, b) => a - b);
const share = inside / cases;
console.log(`${inside} of ${cases} true dates lie in the interval of the plan (${(share * 100).toFixed(0)} %); half of the intervals are within ±${widths[Math.floor(cases / 2)].toFixed(1)} months`);
process.exitCode = share >= 0.93 ? 0 : 1;
