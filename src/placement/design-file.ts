import { Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import { z } from "zod";
import { InputError } from "../base/input-error.ts";
import { byName } from "../base/order.ts";
import type { Design, StrategyName, TableDesign } from "./design.ts";
import { strategyNames } from "./strategies.ts";
import { columnTypeNames, type OptionName, tableOptionsSchema, type TableOptions } from "./table-options.ts";
import type { Target } from "./target.ts";
import { targetNamed, targetNames } from "./targets.ts";

/**
 * Reads a design file, YAML or JSON (which is YAML too). `origin` is the file's name, for messages.
 *
 * ```yaml
 * version: 1
 * target: vitess             # optional; default: generic
 * shards: 8                  # or their names: the target's ranges ["-40", "40-80", ...], or any names [eu, us]
 * strategy: hash             # default for the tables below; without it the target's default
 * tables:
 *   customer: { shardKey: [id] }
 *   orders:   { shardKey: customer_id, colocatedWith: customer }
 *   events:   { shardKey: [tenant_id, ts], strategy: range, splits: [[100], [200, 2024-01-01]], type: [int64, date] }
 *   country:  { kind: reference }
 *   settings: { kind: unsharded }
 * ```
 *
 * Names of tables and columns are compared without regard to case, so they are read in lower case. A table that is
 * colocated with another one follows it in everything: it says its own shard key and nothing more. Options of a sharded
 * table, as far as its target and strategy know them:
 *
 * - `type`: the types of the key columns when no schema is given, one for all or one each: int16, int32, int64, decimal,
 *   float, text, uuid, bytes, boolean, date, timestamp, other.
 * - `splits`: where ranges are cut, one fewer than shards, ascending; each is the first key of the next shard, a value or a
 *   list of values for the leading columns.
 * - `keyRanges`: `[{from, shard}]` in any order: a range reaches from its lower bound to the next one (SPQR).
 * - `hash`: a hash function of the target, one for all key columns or one each (SPQR: identity, murmur, city; MongoDB,
 *   Kafka, ... see the targets).
 * - `vindex`: Vitess: hash, xxhash, numeric, reverse_bits, binary, binary_md5, unicode_loose_md5, unicode_loose_xxhash,
 *   region_experimental, multicol, null. With `columnVindex` and `columnBytes` for multicol, `regionBytes` for regions.
 * - `modulus`: PostgreSQL: number of hash partitions, when it is not the number of shards.
 * - `slots`: number of slots, Citus shards, vBuckets, tablets or chunks that are dealt to the shards.
 * - `virtualNodes`: tokens per shard on a consistent-hash ring. `tokens`: `{shard: [token, ...]}` of a Cassandra ring.
 * - `directory`: `{value: shard}`, for a compound key `"value, value": shard`; `default`: the shard of all other keys, or
 *   `hash`, which is the default.
 *
 * Throws InputError with file, line and column for an unknown key, a wrong shape, a table that follows a missing table or
 * itself, a shard key of another length than the one it follows, or no shard at all.
 */
export function parseDesign(text: string, origin: string): Design {
  const source = readSource(text, origin);
  const shape = designShape.safeParse(source.value);
  if (!shape.success) {
    // A misspelt key explains what seems to be missing, so it is told first.
    const { issues } = shape.error;
    throw shapeError(source, issues.find((issue) => issue.code === "unrecognized_keys") ?? issues[0]!);
  }
  const file = shape.data;
  const target = source.locate(["target"], () => targetNamed(file.target, "target"));
  const shards = readShards(source, target, file.shards);
  const tables = new Map<string, TableDesign>();
  const written = new Map<string, string>();
  for (const [name, table] of Object.entries(file.tables)) {
    const key = name.toLowerCase();
    if (tables.has(key)) source.fail(["tables", name], `table "${name}" is there twice`, "names are compared without case", "key");
    tables.set(key, readTable(source, name, table, target, file.strategy));
    written.set(key, name);
  }
  const design: Design = { version: 1, target: file.target, shards, tables };
  for (const [key, name] of written) checkTable(source, design, target, key, name);
  return { ...design, tables: resolveColocated(source, design, written) };
}

/** Writes a design as YAML that `parseDesign` reads back to the same design. */
export function renderDesign(design: Design): string {
  const target = targetNamed(design.target, "design");
  const names = target.shardNames(design.shards.length);
  const counted = names.every((name, shard) => name === design.shards[shard]);
  const document = new Document({
    version: 1,
    target: design.target,
    shards: counted ? design.shards.length : [...design.shards],
    tables: Object.fromEntries([...design.tables].map(([name, table]) => [name, renderTable(table, target)])),
  });
  for (const path of [["shards"], ...[...design.tables.keys()].map((name) => ["tables", name])]) {
    const node = document.getIn(path, true);
    if (isMap(node) || isSeq(node)) node.flow = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

const shardKeyShape = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const strategyShape = z.enum(strategyNames as readonly [StrategyName, ...StrategyName[]]);

const tableShape = tableOptionsSchema.extend({
  kind: z.enum(["sharded", "reference", "unsharded"]).optional(),
  shardKey: shardKeyShape.optional(),
  strategy: strategyShape.optional(),
  colocatedWith: z.string().optional(),
});

type TableShape = z.infer<typeof tableShape>;

const designShape = z.strictObject({
  version: z.literal(1),
  target: z.enum(targetNames as readonly [string, ...string[]]).default("generic"),
  shards: z.union([z.int().min(1).max(1_048_576), z.array(z.union([z.string(), z.number()])).min(1)]),
  strategy: strategyShape.optional(),
  tables: z.record(z.string().min(1), tableShape),
});

function readShards(source: Source, target: Target, shards: number | (string | number)[]): readonly string[] {
  if (typeof shards === "number") return target.shardNames(shards);
  const names = shards.map(String);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) source.fail(["shards", index], `shard "${name}" is there twice`, "each shard has one name");
  });
  const wrong = target.wrongShardNames?.(names);
  if (wrong !== undefined) source.fail(["shards"], wrong, `${target.name} names ${names.length} shards ${target.shardNames(names.length).join(", ")}`);
  return names;
}

function readTable(
  source: Source,
  name: string,
  table: TableShape,
  target: Target,
  defaultStrategy: StrategyName | undefined,
): TableDesign {
  const { kind, shardKey, strategy, colocatedWith, ...options } = table;
  const at = ["tables", name];
  if (kind === "reference" || kind === "unsharded") {
    const extra = Object.keys(table).find((key) => key !== "kind");
    if (extra !== undefined) {
      source.fail([...at, extra], `a table of kind ${kind} has no "${extra}"`, `leave it out, or leave out "kind: ${kind}"`, "key");
    }
    return { kind };
  }
  if (shardKey === undefined) {
    return source.fail(at, `table "${name}" has no shardKey`, `add "shardKey: [column]", or "kind: reference" or "kind: unsharded"`, "key");
  }
  const columns = (typeof shardKey === "string" ? [shardKey] : shardKey).map((column) => column.toLowerCase());
  columns.forEach((column, index) => {
    if (columns.indexOf(column) < index) source.fail([...at, "shardKey"], `column "${column}" is there twice`, "name each column of the shard key once");
  });
  return {
    kind: "sharded",
    shardKey: columns,
    strategy: strategy ?? defaultStrategy ?? target.defaultStrategy,
    colocatedWith: colocatedWith?.toLowerCase(),
    options,
  };
}

/** What can be said of a table only with the target, the shards and the other tables at hand. */
function checkTable(source: Source, design: Design, target: Target, key: string, name: string): void {
  const table = design.tables.get(key)!;
  if (table.kind !== "sharded") return;
  const at = ["tables", name];
  if (!target.strategies.includes(table.strategy)) {
    const path = source.has([...at, "strategy"]) ? [...at, "strategy"] : source.has(["strategy"]) ? ["strategy"] : at;
    source.fail(path, `target ${target.name} has no strategy "${table.strategy}"`, `it takes ${target.strategies.join(", ")}`);
  }
  const accepted = target.options(table.strategy);
  for (const option of Object.keys(table.options) as OptionName[]) {
    if (accepted.includes(option) || table.colocatedWith !== undefined) continue;
    const hint = accepted.length === 0 ? "leave it out" : `it takes ${accepted.join(", ")}`;
    source.fail([...at, option], `target ${target.name} has no option "${option}" under strategy ${table.strategy}`, hint, "key");
  }
  const options: TableOptions = table.options;
  for (const option of ["type", "hash"] as const) {
    const said = options[option];
    if (Array.isArray(said) && said.length !== table.shardKey.length) {
      source.fail([...at, option], `${said.length} entries for ${table.shardKey.length} key columns`, "give one, or one per column of the shard key");
    }
  }
  if (options.splits !== undefined && options.splits.length !== design.shards.length - 1) {
    const need = design.shards.length - 1;
    source.fail([...at, "splits"], `${design.shards.length} shards need ${need} splits, not ${options.splits.length}`, "a split is the first key of the next shard");
  }
  const named: [readonly (string | number)[], string | number][] = [
    ...(options.keyRanges ?? []).map(({ shard }, index): [(string | number)[], string | number] => [[...at, "keyRanges", index, "shard"], shard]),
    ...Object.entries(options.directory ?? {}).map(([value, shard]): [string[], string | number] => [[...at, "directory", value], shard]),
    ...Object.keys(options.tokens ?? {}).map((shard): [string[], string] => [[...at, "tokens", shard], shard]),
  ];
  if (options.default !== undefined && options.default !== "hash") named.push([[...at, "default"], options.default]);
  for (const [path, shard] of named) {
    if (!design.shards.includes(String(shard))) source.fail(path, `no shard "${shard}"`, `shards are ${design.shards.join(", ")}`);
  }
}

/** Colocated tables take over strategy and options of the table at the end of the chain. */
function resolveColocated(source: Source, design: Design, written: ReadonlyMap<string, string>): Map<string, TableDesign> {
  const resolved = new Map<string, TableDesign>();
  for (const [key, table] of design.tables) {
    if (table.kind !== "sharded" || table.colocatedWith === undefined) {
      resolved.set(key, table);
      continue;
    }
    const at = ["tables", written.get(key)!];
    const leader = followLeader(source, design, key, at);
    if (leader.shardKey.length !== table.shardKey.length) {
      source.fail(
        [...at, "shardKey"],
        `the shard key has ${table.shardKey.length} columns, that of "${table.colocatedWith}" ${leader.shardKey.length}`,
        "colocated tables have equally many key columns, in the same order",
      );
    }
    for (const name of ["strategy", ...Object.keys(table.options)]) {
      const said = name === "strategy" ? table.strategy : table.options[name];
      const leads = name === "strategy" ? leader.strategy : leader.options[name];
      if (name === "type" || !source.has([...at, name]) || JSON.stringify(said) === JSON.stringify(leads)) continue;
      source.fail([...at, name], `"${name}" differs from that of "${table.colocatedWith}", which the table follows`, "leave it out", "key");
    }
    const { type } = table.options;
    resolved.set(key, { ...table, strategy: leader.strategy, options: type === undefined ? {} : { type } });
  }
  return resolved;
}

function followLeader(source: Source, design: Design, key: string, at: readonly string[]): ShardedTable {
  const seen = [key];
  let table = design.tables.get(key) as ShardedTable;
  while (table.colocatedWith !== undefined) {
    const next = design.tables.get(table.colocatedWith);
    const path = [...at, "colocatedWith"];
    if (next === undefined) {
      const names = [...design.tables].filter(([, other]) => other.kind === "sharded").map(([name]) => name);
      return source.fail(path, `no table "${table.colocatedWith}"`, `sharded tables are ${names.sort(byName).join(", ")}`);
    }
    if (next.kind !== "sharded") {
      return source.fail(path, `table "${table.colocatedWith}" is ${next.kind}`, "a table can follow a sharded table only");
    }
    if (seen.includes(table.colocatedWith)) {
      return source.fail(path, `colocatedWith goes in a circle: ${[...seen, table.colocatedWith].join(" -> ")}`, "one table of the group must follow no other");
    }
    seen.push(table.colocatedWith);
    table = next;
  }
  return table;
}

type ShardedTable = Extract<TableDesign, { kind: "sharded" }>;

function renderTable(table: TableDesign, target: Target): Record<string, unknown> {
  if (table.kind !== "sharded") return { kind: table.kind };
  const { shardKey, strategy, colocatedWith, options } = table;
  return {
    shardKey: [...shardKey],
    ...(colocatedWith !== undefined && { colocatedWith }),
    ...(colocatedWith === undefined && strategy !== target.defaultStrategy && { strategy }),
    ...options,
  };
}

type Path = readonly (string | number)[];

/** The file's content as plain values, and the way back from a path in it to a line and column. */
interface Source {
  readonly value: unknown;
  has(path: Path): boolean;
  fail(path: Path, message: string, hint: string, at?: "key" | "value"): never;
  /** Runs `work`; an InputError of it gets the place of `path`. */
  locate<T>(path: Path, work: () => T): T;
}

function readSource(text: string, origin: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${origin}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new InputError(`${place(broken.pos[0])}: ${broken.message}`, { hint: "the file must be valid YAML or JSON" });
  }
  if (document.contents === null) {
    throw new InputError(`${origin}: the design file is empty`, { hint: 'begin with "version: 1", "shards: 4" and "tables:"' });
  }
  const offsets = new Map<string, { key: number; value: number }>();
  const value = plainValue(document, document.contents, [], document.contents.range?.[0] ?? 0, offsets);
  const offsetOf = (path: Path, at: "key" | "value"): number => {
    for (let length = path.length; length > 0; length--) {
      const found = offsets.get(pathName(path.slice(0, length)));
      if (found !== undefined) return found[at];
    }
    return 0;
  };
  return {
    value,
    has: (path) => offsets.has(pathName(path)),
    fail: (path, message, hint, at = "value") => {
      throw new InputError(`${place(offsetOf(path, at))}: ${message}`, { hint });
    },
    locate: (path, work) => {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const hint = error.hint === undefined ? {} : { hint: error.hint };
        throw new InputError(`${place(offsetOf(path, "value"))}: ${error.message}`, hint);
      }
    },
  };
}

const pathName = (path: Path): string => path.map(String).join("\u0000");

/** A node as plain values; numbers that a double can't hold keep their digits as text. Notes where everything stands. */
function plainValue(
  document: Document.Parsed,
  node: Node | null,
  path: Path,
  keyOffset: number,
  offsets: Map<string, { key: number; value: number }>,
): unknown {
  if (isAlias(node)) return plainValue(document, node.resolve(document) ?? null, path, keyOffset, offsets);
  offsets.set(pathName(path), { key: keyOffset, value: node?.range?.[0] ?? keyOffset });
  if (isMap(node)) {
    const entries = node.items.map((item): [string, unknown] => {
      const key = item.key as Node;
      const name = keyName(key);
      return [name, plainValue(document, item.value as Node | null, [...path, name], key?.range?.[0] ?? keyOffset, offsets)];
    });
    return Object.fromEntries(entries);
  }
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const offset = (item as Node | null)?.range?.[0] ?? keyOffset;
      return plainValue(document, item as Node | null, [...path, index], offset, offsets);
    });
  }
  return isScalar(node) ? plainScalar(node) : null;
}

function keyName(key: Node): string {
  return isScalar(key) ? String(key.type === "PLAIN" ? (key.source ?? key.value) : key.value) : String(key);
}

function plainScalar(node: Scalar): unknown {
  const { value } = node;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === "number" && node.source !== undefined && node.source.replace(/\D/g, "").length > 15) return node.source;
  return value;
}

function shapeError(source: Source, issue: z.core.$ZodIssue): InputError {
  const path = issue.path.filter((step) => typeof step !== "symbol") as Path;
  try {
    if (issue.code === "unrecognized_keys") {
      const key = issue.keys[0]!;
      return source.fail([...path, key], `unknown key "${key}"`, `keys here are ${keysAt(path).join(", ")}`, "key");
    }
    const name = path.length === 0 ? "the design" : `"${path.at(-1)!}"`;
    const missing = !source.has(path);
    const what = missing ? `${name} is missing` : `${name}: ${complaint(issue)}`;
    return source.fail(path, what, expectation(path), "value");
  } catch (error) {
    return error as InputError;
  }
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "array" || issue.origin === "string" ? "may not be empty" : `must be at least ${String(issue.minimum)}`;
    case "too_big":
      return `must be at most ${String(issue.maximum)}`;
    case "invalid_union": {
      const inner = issue.errors.flat().find((option) => option.code === "too_small" || option.code === "too_big");
      return inner === undefined ? "has the wrong shape" : complaint(inner);
    }
    default:
      return issue.message;
  }
}

function keysAt(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(designShape.shape);
  if (path.includes("keyRanges")) return ["from", "shard"];
  return ["shardKey", "strategy", "colocatedWith", "kind", ...Object.keys(tableOptionsSchema.shape)];
}

const expectations: Readonly<Record<string, string>> = {
  version: 'write "version: 1"',
  target: `targets are ${targetNames.join(", ")}`,
  shards: 'give a number of shards from 1, or a list of their names',
  strategy: `strategies are ${strategyNames.join(", ")}`,
  tables: 'give tables by name, such as "customer: { shardKey: [id] }"',
  shardKey: 'give a column or a list of columns, such as "shardKey: [tenant_id]"',
  kind: "kinds are sharded, reference, unsharded",
  type: `types are ${columnTypeNames.join(", ")}`,
  splits: "give a list, one value or list of values per split",
  keyRanges: 'give a list such as "[{ from: 0, shard: sh1 }]"',
  directory: 'give values with their shards, such as "{ acme: 0 }"',
};

function expectation(path: Path): string {
  for (let index = path.length - 1; index >= 0; index--) {
    const hint = expectations[String(path[index])];
    if (hint !== undefined) return hint;
  }
  return path.length <= 2 ? 'a table is given as "name: { shardKey: [column] }"' : "see the description of the design file";
}

