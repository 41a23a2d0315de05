import { posix } from "node:path";
import { parseAst } from "vitest/node";

/**
 * Reads every file of src/ and bin/ (a map from path to text) and returns one sentence per breach of DESIGN.md, "The
 * layers": where, what, and what to do instead. It reads syntax trees, so a comment that names `process.` is no
 * breach.
 */
export function breaches(files: ReadonlyMap<string, string>, exceptions: readonly Exception[] = []): string[] {
  const found: string[] = [];
  const used = new Set<Exception>();
  for (const [path, text] of files) {
    const report = (node: Node, sentence: string) => found.push(`${path}:${lineOf(text, node.start)}: ${sentence}`);
    const program = parseAst(text, { lang: path.endsWith(".ts") ? "ts" : "js" }) as unknown as Node;
    const nodes = [...walk(program)];

    for (const { node, specifier } of nodes.flatMap(importOf)) {
      const advice = specifier.startsWith(".")
        ? adviceOnOwnImport(path, posix.join(posix.dirname(path), specifier), files)
        : adviceOnPackage(path, specifier);
      if (advice) report(node, advice);
    }
    if (layerOf(path) === "bin") continue;
    found.push(...adviceOnName(path));
    if (layerOf(path) === "cli") continue;
    for (const { node, uses, instead } of nodes.flatMap(sideEffectOf)) {
      const exception = exceptions.find((entry) => entry.file === path && entry.uses === uses);
      if (exception) used.add(exception);
      else report(node, `${uses} outside src/cli: ${instead}`);
    }
    if (!nodes.some(({ type }) => type.startsWith("Export"))) {
      found.push(
        `${path}: exports nothing: delete it, or export what it is named after (src/cli alone has files that run)`,
      );
    }
  }
  for (const entry of exceptions) {
    if (!used.has(entry))
      found.push(`${entry.file}: no longer uses ${entry.uses}: remove its line from the exceptions`);
  }
  return found;
}

/** Something of the outside world that one file may use, and why that is no hole. */
export interface Exception {
  readonly file: string;
  readonly uses: string;
  readonly because: string;
}

/** From the bottom up. A folder imports from rows below its own; folders that share a row do not know each other. */
const rows: readonly (readonly string[])[] = [
  ["base"],
  ["stats", "kernel"],
  ["ingest", "sql"],
  ["workload"],
  ["placement"],
  ["routing"],
  ["analyze", "simulate", "reshard", "export"],
  ["advice", "plan"],
  ["report"],
  ["cli"],
  ["bin"],
];

/** The clock, chance, the environment and files come in through src/cli. By module, global or `global.property`. */
const sideEffects: ReadonlyMap<string, string> = new Map([
  ...each("Math.random crypto.randomUUID crypto.getRandomValues", "take a seed and draw from src/stats"),
  ...each("Date.now performance", "take the time as a parameter; src/cli reads the clock"),
  ...each(
    "process node:process",
    "take the value as a parameter; src/cli reads the environment, arguments and memory",
  ),
  ...each("console", "return the text; src/cli decides what goes to stdout and what to stderr"),
  ...each("node:fs node:fs/promises", "take bytes, or a function that yields them; src/cli opens files"),
  ...each("node:worker_threads node:child_process node:os", "write what one worker does; src/cli starts workers"),
  ...each("node:http node:https node:net node:readline node:tty", "return a value; src/cli talks to the outside"),
]);

const vagueName = /^(utils?|helpers?|misc)$/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

function adviceOnOwnImport(from: string, to: string, files: ReadonlyMap<string, string>): string | undefined {
  const [below, above] = [layerOf(to), layerOf(from)];
  if (above === "bin") {
    // bin/ is plain JavaScript and runs what is compiled: dist/bundle has the programs of src/cli.
    return to.startsWith("dist/bundle/")
      ? undefined
      : `bin imports ${to}: import dist/bundle/ only, the rest is reached from there`;
  }
  if (!files.has(to))
    return `imports ${to}, which is not there: own files are imported by their full name, ending in .ts`;
  const [rowBelow, rowAbove] = [rowOf(below), rowOf(above)];
  if (rowBelow < 0 || rowAbove < 0) return undefined; // reported by adviceOnName
  if (below === above || rowBelow < rowAbove) return undefined;
  if (rowBelow === rowAbove) {
    const instead = "move what both need to a row below, or combine the two results in a row above";
    return `${above} imports its sibling ${below} (${to}): ${instead}`;
  }
  const instead = `take the value as a parameter, or move what is needed from ${below} down to ${above} or below`;
  return `${above} imports ${below} (${to}), which stands above it: ${instead}`;
}

function adviceOnPackage(path: string, specifier: string): string | undefined {
  if (layerOf(path) !== "bin" || specifier.startsWith("node:")) return undefined;
  return `bin imports ${specifier}: import dist/bundle/ only, bin/ does nothing of its own`;
}

function adviceOnName(path: string): string[] {
  const parts = path
    .replace(/\.[a-z.]+$/, "")
    .split("/")
    .slice(1);
  const vague = parts.find((part) => vagueName.test(part));
  const advice: string[] = [];
  if (parts.length < 2 || rowOf(parts[0] ?? "") < 0 || parts[0] === "bin") {
    const layers = rows.flat().filter((layer) => layer !== "bin");
    advice.push(`${path}: belongs to no layer: move it into one of ${layers.join(", ")}`);
  }
  if (vague) {
    const instead = "put the function beside its caller, or name the file after the one idea in it";
    advice.push(`${path}: "${vague}" says nothing: ${instead}`);
  }
  return advice;
}

/** Static, re-exporting, dynamic and type-only imports alike: a type from above is a dependency on what is above. */
function importOf(node: Node): { node: Node; specifier: string }[] {
  const imports = /^(ImportDeclaration|ExportNamedDeclaration|ExportAllDeclaration|ImportExpression|TSImportType)$/;
  const source = imports.test(node.type) ? (node["source"] as { value?: unknown } | null) : null;
  return typeof source?.value === "string" ? [{ node, specifier: source.value }] : [];
}

function sideEffectOf(node: Node): { node: Node; uses: string; instead: string }[] {
  const named = (uses: string) => {
    const instead = sideEffects.get(uses);
    return instead === undefined ? [] : [{ node, uses, instead }];
  };
  const nameOf = (value: unknown) => (isNode(value) && value.type === "Identifier" ? String(value["name"]) : "");
  const [imported] = importOf(node);
  const onlyTypes = node["importKind"] === "type" || node["exportKind"] === "type";
  if (imported) return onlyTypes ? [] : named(imported.specifier);
  if (node.type === "MemberExpression") {
    const global = nameOf(node["object"]);
    return [...named(global), ...named(`${global}.${nameOf(node["property"])}`)];
  }
  const callsDate =
    (node.type === "NewExpression" || node.type === "CallExpression") && nameOf(node["callee"]) === "Date";
  const noArgument = (node["arguments"] as unknown[] | undefined)?.length === 0;
  if (callsDate && noArgument) return [{ node, uses: "new Date()", instead: sideEffects.get("Date.now") ?? "" }];
  return [];
}

function* walk(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* walk(child);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
const layerOf = (path: string) => (path.startsWith("src/") ? (path.split("/")[1] ?? "") : (path.split("/")[0] ?? ""));
const rowOf = (layer: string) => rows.findIndex((row) => row.includes(layer));
const lineOf = (text: string, offset: number) => text.slice(0, offset).split("\n").length;

function each(names: string, instead: string): [string, string][] {
  return names.split(" ").map((name) => [name, instead]);
}
