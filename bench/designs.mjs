/**
 * Measures the search for designs: how long a large schema takes, what it finds against the baselines, and how near it
 * comes to the best of all designs on small ones, each of which is looked at.
 *
 *   node bench/designs.mjs [--tables 60] [--templates 2000] [--schemas 200]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { analyze } from "../dist/analyze/analyze.js";
import { DesignSums } from "../dist/analyze/designs/design-cost.js";
import { searchDesign } from "../dist/analyze/designs/search.js";
import { scan } from "../dist/cli/scan.js";
import { processSurroundings } from "../dist/cli/surroundings.js";
import { parseSchema } from "../dist/sql/schema-ddl.js";
import { inferSchema } from "../dist/workload/inferred-schema.js";
import { schemaAndLog } from "./schema-log.mjs";

const { values } = parseArgs({
  options: {
    tables: { type: "string", default: "60" },
    templates: { type: "string", default: "2000" },
    schemas: { type: "string", default: "200" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "bench-designs-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

async function read(made) {
  const path = join(folder, "log.csv");
  writeFileSync(path, made.log);
  const given = parseSchema(made.ddl, "postgres").schema;
  const options = { reader: { header: true }, dialect: "postgres", schemaDialect: "postgres", schema: given, workers: 1, named: [] };
  const { workload } = await scan([path], options, processSurroundings());
  return { workload, schema: inferSchema(workload, given) };
}

/** The analysis, the problem that its search was given, and when (in seconds) which part of it was done. */
function analyzed({ workload, schema }, options) {
  const began = performance.now();
  const since = () => (performance.now() - began) / 1000;
  const heard = {};
  const analysis = analyze(workload, schema, options, {
    begins: (problem, starts, moves) => Object.assign(heard, { problem, starts, moves, keysSeconds: since() }),
    ends: (found) => Object.assign(heard, { found, searchSeconds: since() - heard.keysSeconds }),
  });
  return { ...heard, designs: analysis.designs, seconds: since() };
}

/** Each design in turn, one table's option changed at a time; the cost of the best is added up afresh. */
function bestOfAll(problem) {
  const counts = problem.tables.map(({ options }) => options.length);
  const sums = new DesignSums(problem, counts.map(() => 0));
  let designs = 0;
  let least = Infinity;
  let best = [];
  for (let table = 0; table < counts.length; ) {
    designs += 1;
    const { busiest } = sums.cost();
    if (busiest < least) {
      least = busiest;
      best = [...sums.choice];
    }
    for (table = 0; table < counts.length; table += 1) {
      const next = sums.choice[table] + 1;
      sums.set(table, next < counts[table] ? next : 0);
      if (next < counts[table]) break;
    }
  }
  return { designs, busiest: new DesignSums(problem, best).cost().busiest };
}

async function large() {
  const made = schemaAndLog({ tables: Number(values.tables), templates: Number(values.templates), executions: 40_000, seed: 1 });
  const began = performance.now();
  const input = await read(made);
  const readSeconds = (performance.now() - began) / 1000;
  const { designs, found, keysSeconds, searchSeconds, seconds } = analyzed(input, {});
  const rest = seconds - keysSeconds - searchSeconds;
  console.log(`${values.tables} tables, ${values.templates} templates, 10^${designs.search.spaceLog10.toFixed(0)} designs:`);
  console.log(`  search ${searchSeconds.toFixed(1)} s: ${found.evaluations} designs looked at, ${found.nodes} nodes, the templates judged under them`);
  console.log(
    `  whole ${(readSeconds + seconds).toFixed(1)} s: reading ${readSeconds.toFixed(1)}, keys of each table ${keysSeconds.toFixed(1)}, ` +
      `search ${searchSeconds.toFixed(1)}, other designs and baselines ${rest.toFixed(1)}`,
  );
  console.log(`  recommended: ${designs.designs[0].scaleOut.factor.toFixed(2)}x on ${designs.shardCount} shards`);
  for (const { name, design } of designs.baselines) console.log(`  ${name}: ${design.scaleOut.factor.toFixed(2)}x`);
}

async function small() {
  const count = Number(values.schemas);
  const began = performance.now();
  const limits = { seed: 1, evaluationLimit: 40_000, nodeLimit: 20_000 };
  const runs = [
    { name: "neighbourhood search alone", search: { ...limits, nodeLimit: 0 }, ratios: [], evaluations: 0, proven: 0 },
    { name: "whole search", search: limits, ratios: [], evaluations: 0, proven: 0 },
  ];
  let designs = 0;
  for (let seed = 1; seed <= count; seed += 1) {
    const made = schemaAndLog({ tables: 5 + (seed % 3), templates: 30, executions: 300, seed });
    const input = await read(made);
    const options = { shardCounts: [4], strategies: ["hash"], maxDesigns: 1, search: runs[0].search };
    const { problem, starts, moves } = analyzed(input, options);
    const best = bestOfAll(problem);
    designs += best.designs;
    for (const run of runs) {
      const { busiest, evaluations, proven } = searchDesign(problem, starts, moves, run.search);
      run.ratios.push(best.busiest / busiest);
      run.evaluations += evaluations;
      run.proven += proven ? 1 : 0;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`${count} small schemas, each of their ${designs} designs looked at, ${seconds.toFixed(1)} s:`);
  for (const { name, ratios, evaluations, proven } of runs) {
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / count;
    const optimal = ratios.filter((ratio) => ratio >= 1 - 1e-9).length;
    console.log(
      `  ${name} (${evaluations} looked at): ${(100 * mean).toFixed(2)} % of the best on average, ${(100 * Math.min(...ratios)).toFixed(2)} % at worst, ` +
        `the best itself for ${((100 * optimal) / count).toFixed(1)} %${proven > 0 ? `, proven for ${((100 * proven) / count).toFixed(1)} %` : ""}`,
    );
  }
}

await small();
await large();
