import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { breaches, type Exception } from "./architecture/breaches.ts";

/**
 * What may use the outside world although it is not in src/cli. Each line needs a reason that convinces a reviewer.
 */
const exceptions: readonly Exception[] = [];

const root = join(import.meta.dirname, "..");
const filesBelow = (folder: string, extension: string): [string, string][] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    // AssemblyScript, a language of its own: it imports only itself.
    .filter((name) => name.endsWith(extension) && !/^kernel[\\/](assembly|placing)[\\/]/.test(name))
    .sort()
    .map((name) => [`${folder}/${name.replaceAll("\\", "/")}`, readFileSync(join(root, folder, name), "utf8")]);

describe("the architecture of DESIGN.md", () => {
  it("holds in src and bin", () => {
    const files = new Map([...filesBelow("src", ".ts"), ...filesBelow("bin", ".js")]);
    expect(files.size).toBeGreaterThan(10);
    expect(breaches(files, exceptions)).toEqual([]);
  });
});

/** A made-up tree: each file is one line, so that every message points at line 1. */
const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const target = "export const x = 1;";

describe("an import", () => {
  it("points down", () => {
    const text = 'import { x } from "../sql/b.ts"; export const a = x;';
    const files = tree({ "src/routing/a.ts": text, "src/sql/b.ts": target });
    expect(breaches(files)).toEqual([]);
  });

  it("stays inside its own folder, at any depth", () => {
    const files = tree({ "src/sql/postgres/a.ts": 'export { x } from "../b.ts";', "src/sql/b.ts": target });
    expect(breaches(files)).toEqual([]);
  });

  it.each([
    ["static", 'import { x } from "../report/b.ts"; export const a = x;'],
    ["type-only", 'import type { x } from "../report/b.ts"; export type A = typeof x;'],
    ["re-exporting", 'export { x } from "../report/b.ts";'],
    ["re-exporting all", 'export * from "../report/b.ts";'],
    ["dynamic", 'export const a = () => import("../report/b.ts");'],
    ["type expression", 'export type A = import("../report/b.ts").x;'],
  ])("never points up (%s)", (_, text) => {
    expect(breaches(tree({ "src/analyze/a.ts": text, "src/report/b.ts": target }))).toEqual([
      "src/analyze/a.ts:1: analyze imports report (src/report/b.ts), which stands above it: " +
        "take the value as a parameter, or move what is needed from report down to analyze or below",
    ]);
  });

  it.each([
    ["ingest", "sql"],
    ["sql", "ingest"],
    ["analyze", "simulate"],
    ["simulate", "reshard"],
    ["advice", "plan"],
  ])("never goes sideways (%s to %s)", (from, to) => {
    const files = tree({ [`src/${from}/a.ts`]: `export { x } from "../${to}/b.ts";`, [`src/${to}/b.ts`]: target });
    expect(breaches(files)).toEqual([
      `src/${from}/a.ts:1: ${from} imports its sibling ${to} (src/${to}/b.ts): ` +
        "move what both need to a row below, or combine the two results in a row above",
    ]);
  });

  it("names a file that exists", () => {
    expect(breaches(tree({ "src/sql/a.ts": 'export { x } from "./b";' }))).toEqual([
      "src/sql/a.ts:1: imports src/sql/b, which is not there: own files are imported by their full name, ending in .ts",
    ]);
  });

  it("reaches only dist/bundle from bin", () => {
    expect(breaches(tree({ "bin/shardplan.js": 'import "../dist/bundle/main.js";' }))).toEqual([]);
    expect(breaches(tree({ "bin/shardplan.js": 'import "../dist/report/json.js"; import "commander";' }))).toEqual([
      "bin/shardplan.js:1: bin imports dist/report/json.js: import dist/bundle/ only, the rest is reached from there",
      "bin/shardplan.js:1: bin imports commander: import dist/bundle/ only, bin/ does nothing of its own",
    ]);
  });
});

describe("the outside world", () => {
  it.each([
    ["Math.random", "export const a = Math.random();"],
    ["crypto.randomUUID", "export const a = crypto.randomUUID();"],
    ["Date.now", "export const a = () => Date.now();"],
    ["new Date()", "export const a = new Date();"],
    ["new Date()", "export const a = Date();"],
    ["performance", "export const a = performance.now();"],
    ["process", "export const a = process.argv;"],
    ["node:process", 'import { argv } from "node:process"; export const a = argv;'],
    ["console", 'export const a = () => console.error("no");'],
    ["node:fs", 'import { readFileSync } from "node:fs"; export const a = readFileSync;'],
    ["node:fs/promises", 'export const a = await import("node:fs/promises");'],
    ["node:worker_threads", 'export { Worker } from "node:worker_threads";'],
  ])("is kept out of all but src/cli: %s", (uses, text) => {
    const advice = expect.stringContaining(`src/sql/a.ts:1: ${uses} outside src/cli: `);
    expect(breaches(tree({ "src/sql/a.ts": text }))).toEqual([advice]);
    expect(breaches(tree({ "src/cli/a.ts": text }))).toEqual([]);
  });

  it("may be named in comments, strings, types and properties, and a date may be made from a number", () => {
    const text = `// process.exit() cuts a report short
import type { Stats } from "node:fs";
export const a = (queue: { process: () => void }, _: Stats) => [queue.process(), "console.log", new Date(0)];`;
    expect(breaches(tree({ "src/sql/a.ts": text }))).toEqual([]);
  });

  it("may be used by a file that is excepted, as long as it does", () => {
    const exception = { file: "src/sql/a.ts", uses: "node:fs", because: "a grammar is read from its package" };
    expect(breaches(tree({ "src/sql/a.ts": 'export * from "node:fs";' }), [exception])).toEqual([]);
    expect(breaches(tree({ "src/sql/a.ts": target }), [exception])).toEqual([
      "src/sql/a.ts: no longer uses node:fs: remove its line from the exceptions",
    ]);
  });
});

describe("a file", () => {
  it("exports something, unless src/cli runs it", () => {
    expect(breaches(tree({ "src/cli/worker.ts": "const x = 1;" }))).toEqual([]);
    expect(breaches(tree({ "src/stats/a.ts": "const x = 1;" }))).toEqual([
      "src/stats/a.ts: exports nothing: delete it, or export what it is named after (src/cli alone has files that run)",
    ]);
  });

  it.each(["utils", "util", "helpers", "misc"])("is not named %s, nor is its folder", (name) => {
    const advice = `"${name}" says nothing: put the function beside its caller, or name the file after the one idea in it`;
    expect(breaches(tree({ [`src/sql/${name}.ts`]: target }))).toEqual([`src/sql/${name}.ts: ${advice}`]);
    expect(breaches(tree({ [`src/sql/${name}/hash.ts`]: target }))).toEqual([`src/sql/${name}/hash.ts: ${advice}`]);
  });

  it("belongs to a layer", () => {
    const advice = expect.stringContaining("belongs to no layer: move it into one of base, stats, kernel, ingest, sql, ");
    expect(breaches(tree({ "src/main.ts": target }))).toEqual([advice]);
    expect(breaches(tree({ "src/core/main.ts": target }))).toEqual([advice]);
  });
});
