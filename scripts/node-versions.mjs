/**
 * The same seed gives the same bytes, whichever Node runs it: simulates with both engines, analyses and reshards on each
 * of several versions, and compares what they print. Versions besides the one that runs this come from the packages
 * `node@22` and `node@24`, into a folder that is kept for the next time.
 *
 *   node scripts/node-versions.mjs [22 24]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "bin", "shardplan.js");
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24"];
if (!versions.every((version) => /^\d+(\.\d+)*$/.test(version))) {
  process.stderr.write("usage: node scripts/node-versions.mjs [22 24]\n");
  process.exit(2);
}

/** Every distribution, arrival process, replication mode and policy that draws on chance or on a logarithm, sooner or later. */
const scenarios = {
  fast: `
version: 1
seed: 11
duration: 5s
warmup: 1s
arrivals: { process: diurnal, rate: 3000/s, amplitude: 0.9, period: 2s }
operations:
  - { name: get, share: 6, service: { lognormal: { mean: 1ms, cv: 2 } } }
  - { name: put, share: 3, kind: write, service: { exponential: 1ms }, apply: { pareto: { minimum: 0.1ms, shape: 2.5 } } }
  - { name: find, share: 1, service: { hyperexponential: [{ weight: 1, mean: 1ms }, { weight: 9, mean: 0.2ms }] }, touches: all }
keys: { count: 5000, popularity: { zipf: 0.99 } }
cluster: { shards: 5, servers: 4, replicas: 2, replication: { mode: quorum, delay: { exponential: 1ms }, answer: { uniform: [0.1ms, 1ms] } } }
reads: { policy: any }
`,
  events: `
version: 1
seed: 12
runs: 2
duration: 5s
arrivals: { process: bursts, rate: 500/s, burstRate: 3000/s, calm: 1s, burst: 300ms }
operations:
  - { name: get, share: 6, service: { empirical: [0.2ms, 1ms, 7ms] } }
  - { name: put, share: 3, kind: write, service: { pareto: { minimum: 0.3ms, shape: 1.7, maximum: 1s } } }
  - { name: transfer, share: 1, kind: write, keys: 2, service: { exponential: 1ms } }
keys: { count: 5000, popularity: { zipf: 1.2 }, salt: { buckets: 4, hottest: 3 } }
cluster: { shards: 3, servers: 2, replicas: 2, replication: { mode: semi-sync, delay: { lognormal: { mean: 2ms, cv: 1 } } } }
reads: { policy: pinned }
clients: { sessions: 50, timeout: 200ms, retries: 2, backoff: 5ms, delay: { exponential: 0.3ms } }
failover: { raft: { timeout: [150ms, 300ms], latency: 10ms } }
faults: [{ at: 2s, for: 1s, shard: 1 }]
`,
  leaders: `
version: 1
seed: 13
duration: 5s
arrivals: { process: steps, steps: [{ rate: 500/s, for: 2s }, { rate: 1500/s }] }
operations: [{ name: get, service: { exponential: 1ms } }, { name: put, kind: write, service: { exponential: 1ms } }]
keys: { count: 100, popularity: { zipf: 0.7 } }
cluster: { servers: 4, regions: { names: [a, b], between: { lognormal: { mean: 30ms, cv: 0.3 } } }, replication: { mode: multi-leader, delay: { exponential: 5ms } } }
`,
  staleness: `
version: 1
seed: 14
cluster: { regions: { names: [a, b, c], between: { exponential: 20ms } }, replication: { mode: leaderless, n: 5, r: 2, w: 2, legs: { write: { pareto: { minimum: 1ms, shape: 1.51 } }, read: { lognormal: { mean: 1ms, cv: 1 } } } } }
staleness: { trials: 100000, after: [0ms, 3ms, 50ms] }
`,
  exact: `
version: 1
cluster: { replication: { mode: leaderless, n: 4, r: 1, w: 2, legs: { write: { exponential: 3ms }, ack: { exponential: 1ms }, read: { exponential: 2ms }, response: { exponential: 1ms } } } }
staleness: { trials: 1000, after: [0ms, 3ms] }
`,
};

const folder = mkdtempSync(join(tmpdir(), "shardplan-node-"));
try {
  const commands = [
    ...Object.entries(scenarios).map(([name, text]) => {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(file, text);
      return [`simulate ${name}`, ["simulate", "--scenario", file, "--no-capacity", "--json"]];
    }),
    ["simulate a log", ["simulate", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--design", "samples/shop-design.yaml", "--no-capacity", "--json"]],
    ["simulate capacity", ["simulate", "--scenario", join(folder, "fast.yaml"), "--slo", "p99<20ms", "--json"]],
    ["analyze", ["analyze", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--json"]],
    ["analyze metrics", ["analyze", "samples/metrics.csv.gz", "--schema", "samples/metrics.sql", "--json"]],
    ["reshard", ["reshard", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--design", "samples/shop-design.yaml", "--to", "7", "--json"]],
  ];
  const nodes = [process.execPath, ...versions.map(nodeOf)];
  const names = nodes.map((node) => spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim());
  let differing = 0;
  for (const [name, args] of commands) {
    const outputs = nodes.map((node) => outputOf(node, args));
    const same = outputs.every((output) => output === outputs[0]);
    if (!same) differing += 1;
    console.log(`${same ? "same" : "DIFFERS"}  ${digest(outputs[0])}  ${name}`);
    if (!same) outputs.forEach((output, at) => at > 0 && tellFirst(names[0], outputs[0], names[at], output));
  }
  console.log(`${commands.length - differing} of ${commands.length} commands print the same bytes on Node ${names.join(", ")}`);
  process.exitCode = differing > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** The binary of a version, installed if it is not there yet. */
function nodeOf(version) {
  const home = join(tmpdir(), `shardplan-node-${version}-${process.getuid?.() ?? 0}`);
  const binary = join(home, "node_modules", "node", "bin", "node");
  if (!existsSync(binary)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), "{}\n");
    const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--no-save", `node@${version}`], { cwd: home, encoding: "utf8" });
    if (!existsSync(binary)) throw new Error(`node@${version} could not be installed: ${npm.stderr}`);
  }
  return binary;
}

function outputOf(node, args) {
  const run = spawnSync(node, [bin, ...args], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status === null || run.status > 1) throw new Error(`${args.join(" ")} ended with ${run.status}: ${run.stderr}`);
  return run.stdout;
}

function tellFirst(name, text, otherName, other) {
  const [lines, others] = [text.split("\n"), other.split("\n")];
  const at = lines.findIndex((line, index) => line !== others[index]);
  console.log(`    ${name}, line ${at + 1}: ${(lines[at] ?? "").trim().slice(0, 100)}\n    ${otherName}: ${(others[at] ?? "").trim().slice(0, 100)}`);
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
