import { z } from "zod";
import { nearest } from "../analyze/nearest-name.ts";
import { type DesignSource as FileSource, readDesignSource as readFileSource } from "../placement/design-source.ts";
import { readBytes } from "./byte-size.ts";

/** A kind of node that the user could buy. What its line does not say is undefined: not compared, never guessed. */
export interface NodeKind {
  readonly name: string;
  readonly cores: number;
  readonly memoryBytes: number | undefined;
  readonly storageBytes: number | undefined;
  readonly iops: number | undefined;
  /** That it takes at once, such as its max_connections. */
  readonly connections: number | undefined;
  readonly price: Price | undefined;
}

/** The user's own; one currency in the whole list. */
export interface Price {
  readonly perMonth: number;
  /** As written: EUR, $, credits. */
  readonly currency: string;
}

const node = z.strictObject({
  name: z.string().min(1),
  cores: z.number().positive(),
  memory: z.unknown().optional(),
  storage: z.unknown().optional(),
  iops: z.number().positive().optional(),
  connections: z.number().positive().optional(),
  price: z.unknown().optional(),
});

const listShape = z.strictObject({
  version: z.literal(1),
  nodes: z.array(node).min(1),
});

type NodeLine = z.infer<typeof node>;

/**
 * Reads the nodes that the user could buy, YAML or JSON. `origin` is the file's name, for messages.
 *
 * ```yaml
 * version: 1
 * nodes:
 *   - { name: small, cores: 4, memory: 16GB, storage: 500GB, iops: 3000, connections: 500, price: 120 EUR/month }
 *   - { name: large, cores: 32, memory: 128GB, price: 1.40 EUR/hour }   # an hour, a month or a year
 * ```
 *
 * Throws InputError with file, line and column for an unknown key, a node without a name or cores, a size that is none,
 * two nodes of one name, and prices in several currencies.
 */
export function parseNodes(text: string, origin: string): readonly NodeKind[] {
  const source = readFileSource(text, origin, {
    kind: "nodes",
    digits: false,
    beginning: 'begin with "version: 1" and "nodes:", such as "nodes: [{ name: small, cores: 4 }]"',
  });
  const nodes = shapeOf(source).nodes.map((line, index) => nodeOf(line, index, source));
  nodes.forEach(({ name, price }, index) => {
    if (nodes.findIndex((other) => other.name === name) < index)
      source.fail(["nodes", index, "name"], `a second node is named "${name}"`, "give each its own name");
    const first = nodes.find((other) => other.price !== undefined)?.price;
    if (price !== undefined && price.currency !== first!.currency)
      source.fail(["nodes", index, "price"], `its price is in ${price.currency}, an earlier one in ${first!.currency}`, "give all prices in one currency");
  });
  return nodes;
}

function nodeOf(line: NodeLine, index: number, source: FileSource): NodeKind {
  const bytes = (key: "memory" | "storage"): number | undefined => {
    if (line[key] === undefined) return undefined;
    return readBytes(line[key]) ?? source.fail(["nodes", index, key], `"${key}" is no size`, 'give a number with its unit, such as "16GB" or "512GiB"');
  };
  return {
    name: line.name,
    cores: line.cores,
    memoryBytes: bytes("memory"),
    storageBytes: bytes("storage"),
    iops: line.iops,
    connections: line.connections,
    price: line.price === undefined ? undefined : priceOf(line.price, index, source),
  };
}

const hoursPerMonth = (365.25 * 24) / 12;
const monthsIn: Readonly<Record<string, number>> = { hour: 1 / hoursPerMonth, month: 1, year: 12 };
const pricePattern = /^\s*([^\d\s.,/+-]*)\s*(\d+(?:\.\d+)?)\s*([^\d\s.,/+-]*)\s*\/\s*(hour|month|year)\s*$/i;

function priceOf(value: unknown, index: number, source: FileSource): Price {
  const match = typeof value === "string" ? pricePattern.exec(value) : null;
  const [, before, amount, after, period] = match ?? [];
  const currency = before === "" ? after : after === "" ? before : undefined;
  if (currency === undefined || currency === "")
    return source.fail(["nodes", index, "price"], '"price" is no price', 'give an amount, a currency and a period, such as "120 EUR/month" or "$0.48/hour"');
  return { perMonth: Number(amount) / monthsIn[period!.toLowerCase()]!, currency };
}

function shapeOf(source: FileSource): z.infer<typeof listShape> {
  const result = listShape.safeParse(source.value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt name explains what seems to be missing, so it is told first.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const names = Object.keys(path.length === 0 ? listShape.shape : node.shape);
    return source.fail([...path, key], `unknown name "${key}"`, nearest(key, names, path.length === 0 ? "keys here" : "what a node has"), "key");
  }
  const name = path.length === 0 ? "the file" : typeof path.at(-1) === "number" ? `node ${Number(path.at(-1)) + 1}` : `"${path.at(-1)!}"`;
  const of = path.length === 3 ? ` of ${nameOf(source, path[1]!)}` : "";
  if (!source.has(path)) return source.fail(path, `${name}${of} is missing`, hintOf(path));
  return source.fail(path, `${name}${of}: ${complaint(issue)}`, hintOf(path));
}

function nameOf(source: FileSource, index: string | number): string {
  const named = (source.value as { nodes: readonly { name?: unknown }[] }).nodes[Number(index)]!.name;
  return typeof named === "string" && named !== "" ? `node "${named}"` : `node ${Number(index) + 1}`;
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return `expected ${issue.values.map(String).join(" or ")}`;
  if (issue.code === "too_small") return issue.origin === "array" || issue.origin === "string" ? "it is empty" : "it is not above 0";
  if (issue.code === "invalid_type") return issue.expected === "number" ? "it is no number" : `expected ${issue.expected === "array" ? "a list" : issue.expected === "string" ? "a text" : "names with their values"}`;
  return "it is of another kind";
}

function hintOf(path: readonly (string | number)[]): string {
  const last = path.at(-1);
  if (last === "version") return 'write "version: 1"';
  if (last === "cores") return "give its cores, such as cores: 4: what a node carries is told by them";
  if (last === "connections") return "give how many it takes at once, such as connections: 500";
  if (last === "iops") return "give operations per second, such as iops: 3000";
  if (path.length < 2) return 'begin with "version: 1" and "nodes: [{ name: small, cores: 4 }]"';
  return "give each node as { name: small, cores: 4, memory: 16GB, storage: 500GB, iops: 3000, price: 120 EUR/month }";
}
