import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../cli/run.ts";

/** A project that has installed the package: the packed files, and our dependencies beside them. */
let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "shardplan-library-"));
  const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], options);
  const { filename } = (JSON.parse(packed) as { filename: string }[])[0]!;
  mkdirSync(join(project, "node_modules/shardplan"), { recursive: true });
  execFileSync("tar", ["-xzf", join(project, filename), "-C", join(project, "node_modules/shardplan"), "--strip-components=1"]);
  symlinkSync(join(root, "node_modules"), join(project, "node_modules/shardplan/node_modules"));
  mkdirSync(join(project, "node_modules/@types"));
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  writeFileSync(join(project, "package.json"), '{"type":"module"}');
  writeFileSync(join(project, "program.ts"), program);
});
afterAll(() => rmSync(project, { recursive: true }));

/** The README's example, and the other functions once each. */
const example = /```ts\n([^]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!;
const program = `${example}
import { analyze, exportDesign, inferSchema, type Report, renderMarkdown, renderTerminal, simulate, parseScenario, InputError } from "shardplan";
const again: Report = report;
const whole = inferSchema(scanned.workload, schema);
const carries: number = analyze(scanned.workload, whole, { shardCounts: [4] }).designs.designs[0]!.scaleOut.factor;
const outcome = simulate(parseScenario(readFileSync("node_modules/shardplan/samples/checkout.yaml", "utf8"), "checkout.yaml"));
let refused = "";
try { parseDesign("version: 2", "design.yaml"); } catch (error) { refused = error instanceof InputError ? error.message : "?"; }
console.log(JSON.stringify({
  carries: carries > 1,
  markdown: renderMarkdown(again).startsWith("# Shard keys"),
  terminal: renderTerminal(again, { width: 80, color: false, unicode: true, all: false }).includes("Do you need shards?"),
  files: exportDesign(design, schema, undefined, "citus").files.length,
  served: outcome.measures.some(({ name }) => name === "latency.p99"),
  refused,
}));
`;

test("a sample program has types", () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--lib", "es2023", "--types", "node", "program.ts"];
  expect(() => execFileSync(process.execPath, [tsc, ...flags], { cwd: project, encoding: "utf8" })).not.toThrow();
  writeFileSync(join(project, "wrong.ts"), 'import { scan } from "shardplan";\nawait scan(7);\n');
  expect(() => execFileSync(process.execPath, [tsc, ...flags.slice(0, -1), "wrong.ts"], { cwd: project, encoding: "utf8" })).toThrow();
});

test("it runs, and gives what the command gives", () => {
  const flags = ["--outDir", ".", "--module", "nodenext", "--target", "es2023", "--skipLibCheck", "--types", "node", "program.ts"];
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags], { cwd: project });
  const lines = execFileSync(process.execPath, ["program.js"], { cwd: project, encoding: "utf8" }).trim().split("\n");
  const [verdict, route, shard, moved, rest] = lines;
  expect(verdict).toBe("no-shards");
  expect(route).toMatch(/^single-shard: /);
  expect(shard).toMatch(/^\d$/);
  expect(moved).toBe("reshard");
  expect(JSON.parse(rest!)).toEqual({
    carries: true,
    markdown: true,
    terminal: true,
    files: 1,
    served: true,
    refused: expect.stringMatching(/^design.yaml:1:/) as string,
  });
});

test("its report is that of the command, byte for byte", () => {
  const script = `
    import { parseSchema, renderJson, report, scan } from "shardplan";
    import { readFileSync } from "node:fs";
    const log = "node_modules/shardplan/samples/shop.csv.gz";
    const { schema } = parseSchema(readFileSync("node_modules/shardplan/samples/shop.sql", "utf8"));
    process.stdout.write(renderJson(report(await scan(log, { schema, workers: 1 }), schema).report));`;
  writeFileSync(join(project, "report.js"), script);
  const options = { cwd: project, encoding: "utf8", maxBuffer: 1e8 } as const;
  const library = execFileSync(process.execPath, ["report.js"], options);
  const samples = "node_modules/shardplan/samples";
  const command = ["analyze", `${samples}/shop.csv.gz`, "--schema", `${samples}/shop.sql`, "--json"];
  expect(library).toBe(execFileSync(process.execPath, ["node_modules/shardplan/bin/shardplan.js", ...command], options));
});
