/**
 * Measures the search for designs: how long a large schema takes, what it finds against the baselines, and how near it
 * comes to the best of all designs on small ones.
 *
 *   node bench/designs.mjs [--tables 60] [--templates 2000] [--schemas 200]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { schemaAndLog } from "./schema-log.mjs";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "60" },
    templates: { type: "string", default: "2000" },
    schemas: { type: "string", default: "200" },
  },
});
const program = join(import.meta.dirname, "..", "bin", "shardplan.js");
const folder = mkdtempSync(join(tmpdir(), "bench-designs-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function analyzed(made, ...flags) {
  writeFileSync(join(folder, "schema.sql"), made.ddl);
  writeFileSync(join(folder, "log.csv"), made.log);
  const began = performance.now();
  const run = spawnSync(
    process.execPath,
    [program, "analyze", join(folder, "log.csv"), "--schema", join(folder, "schema.sql"), "--json", "-o", join(folder, "report.json"), ...flags],
    { encoding: "utf8" },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return { seconds: (performance.now() - began) / 1000, designs: JSON.parse(readFileSync(join(folder, "report.json"), "utf8")).designs };
}

const large = schemaAndLog({ tables: Number(values.tables), templates: Number(values.templates), executions: 40_000, seed: 1 });
const { seconds, designs } = analyzed(large);
const [best] = designs.designs;
console.log(`${values.tables} tables, ${values.templates} templates: ${seconds.toFixed(1)} s for the whole analysis, ${designs.search.evaluations} designs looked at of 10^${designs.search.designsLog10.toFixed(0)}`);
console.log(`  recommended: ${best.scaleOutFactor.toFixed(2)}x on ${designs.shards} shards`);
for (const { name, design } of designs.baselines) console.log(`  ${name}: ${design.scaleOutFactor.toFixed(2)}x`);

// Small schemas: with a limit of nodes that lets branch and bound prove the best, and with none at all.
let proven = 0;
let sum = 0;
let worst = 1;
const count = Number(values.schemas);
for (let seed = 1; seed <= count; seed += 1) {
  const made = schemaAndLog({ tables: 5 + (seed % 3), templates: 40, executions: 400, seed });
  const exact = analyzed(made, "--search-nodes", "2000000").designs;
  const found = analyzed(made, "--search-nodes", "0").designs;
  if (!exact.search.provenBest) continue;
  proven += 1;
  const ratio = exact.search.cost / found.search.cost;
  sum += ratio;
  worst = Math.min(worst, ratio);
}
console.log(`${proven} small schemas, proven: the neighbourhood search alone comes to ${((100 * sum) / proven).toFixed(2)} % of the best on average, ${(100 * worst).toFixed(2)} % at worst`);
