import { Document, isMap, isSeq } from "yaml";
import type { Design, SpelledNames, StrategyName, TableDesign } from "./design.ts";
import { emptySchema, type Schema } from "../sql/schema.ts";
import { checkLeader, checkTable, type DesignCheck } from "./design-check.ts";
import { designShapeOf, type DesignShape, type TableShape } from "./design-shape.ts";
import { type DesignSource, readDesignSource } from "./design-source.ts";
import type { Target } from "./target.ts";
import { targetNamed } from "./targets.ts";

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
 * colocated with another one follows it in everything: it says its own shard key and nothing more. Options of a
 * sharded table, as far as its target and strategy know them:
 *
 * - `type`: the types of the key columns when no schema is given, one for all or one each: int16, int32, int64,
 *   decimal, float, text, uuid, bytes, boolean, date, timestamp, other.
 * - `splits`: where ranges are cut, one fewer than shards, ascending; each is the first key of the next shard, a
 *   value or a list of values for the leading columns.
 * - `keyRanges`: `[{from, shard}]` in any order: a range reaches from its lower bound to the next one (SPQR).
 * - `hash`: a hash function of the target, one for all key columns or one each (SPQR: identity, murmur, city;
 *   MongoDB, Kafka, ... see the targets).
 * - `vindex`: Vitess: hash, xxhash, numeric, reverse_bits, binary, binary_md5, unicode_loose_md5,
 *   unicode_loose_xxhash, region_experimental, multicol, null. With `columnVindex` and `columnBytes` for multicol,
 *   `regionBytes` for regions.
 * - `modulus`: PostgreSQL: number of hash partitions, when it is not the number of shards.
 * - `slots`: number of slots, Citus shards, vBuckets, tablets or chunks that are dealt to the shards.
 * - `virtualNodes`: tokens per shard on a consistent-hash ring. `tokens`: `{shard: [token, ...]}` of a Cassandra
 *   ring.
 * - `loadBound`: how many times the mean a shard of a bounded-load ring may take. `probes`: places that multi-probe looks
 *   at. `tableSize`: entries of a Maglev table, a prime number.
 * - `directory`: `{value: shard}`, for a compound key `"value, value": shard`; `default`: the shard of all other
 *   keys, or `hash`, which is the default.
 *
 * Throws InputError with file, line and column for an unknown key, a wrong shape, a table that follows a missing
 * table or itself, a shard key of another length than the one it follows, or no shard at all.
 */
export function parseDesign(text: string, origin: string): Design {
  const source = readDesignSource(text, origin);
  const file = designShapeOf(source);
  const target = targetNamed(file.target, origin);
  const shards = readShards(source, target, file.shards);
  const read = readTables(source, target, file);
  const check = { source, target, design: { version: 1, target: file.target, shards, tables: read.tables } } as const;
  for (const [key, table] of read.tables) checkTable(check, table, read.written.get(key)!);
  return { ...check.design, tables: withLeaders(check, read.written) };
}

/**
 * Writes a design as YAML that `parseDesign` reads back to the same design. Names are written as the schema has them, or
 * else as the file of the design did.
 */
export function renderDesign(design: Design, schema: Schema = emptySchema): string {
  const target = targetNamed(design.target, "design");
  const names = target.shardNames(design.shards.length);
  const counted = names.every((name, shard) => name === design.shards[shard]);
  const spelled = new Map([...design.tables].map(([name, table]) => [name, spellingOf(name, table, schema)]));
  const document = new Document({
    version: 1,
    target: design.target,
    shards: counted ? design.shards.length : [...design.shards],
    tables: Object.fromEntries(
      [...spelled].map(([name, { table }]) => [table, renderTable(design.tables.get(name)!, target, name, spelled)]),
    ),
  });
  for (const path of [["shards"], ...[...spelled.values()].map(({ table }) => ["tables", table])]) {
    const node = document.getIn(path, true);
    if (isMap(node) || isSeq(node)) node.flow = true;
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function readShards(source: DesignSource, target: Target, shards: DesignShape["shards"]): readonly string[] {
  if (typeof shards === "number") return target.shardNames(shards);
  const names = shards.map(String);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    source.fail(["shards", index], `shard "${name}" is there twice`, "each shard has a name of its own");
  });
  const wrong = target.wrongShardNames?.(names);
  if (wrong === undefined) return names;
  const usual = target.shardNames(names.length).join(", ");
  return source.fail(["shards"], wrong, `${names.length} even shards of ${target.name} are ${usual}`);
}

interface ReadTables {
  readonly tables: Map<string, TableDesign>;
  /** Names as the file writes them, for looking up where they stand. */
  readonly written: Map<string, string>;
}

function readTables(source: DesignSource, target: Target, file: DesignShape): ReadTables {
  const tables = new Map<string, TableDesign>();
  const written = new Map<string, string>();
  for (const [name, table] of Object.entries(file.tables)) {
    const key = name.toLowerCase();
    if (tables.has(key)) {
      source.fail(["tables", name], `table "${name}" is there twice`, "names are compared without case", "key");
    }
    const read = readTable(source, name, table, file.strategy ?? target.defaultStrategy);
    tables.set(key, { ...read, ...spelledNames(name, table.shardKey ?? []) });
    written.set(key, name);
  }
  return { tables, written };
}

/** Names are compared in lower case; where a system keeps the case, an export writes them as the file does. */
function spelledNames(table: string, shardKey: string | readonly string[]): Pick<TableDesign, "spelled"> {
  const columns = typeof shardKey === "string" ? [shardKey] : shardKey;
  return [table, ...columns].every((name) => name === name.toLowerCase()) ? {} : { spelled: { table, shardKey: columns } };
}

function readTable(source: DesignSource, name: string, table: TableShape, defaultStrategy: StrategyName): TableDesign {
  const { kind, shardKey, strategy, colocatedWith, ...options } = table;
  const at = ["tables", name];
  if (kind === "reference" || kind === "unsharded") {
    const other = Object.keys(table).find((key) => key !== "kind");
    if (other === undefined) return { kind };
    const hint = `leave it out, or leave out "kind: ${kind}"`;
    return source.fail([...at, other], `a table of kind ${kind} has no "${other}"`, hint, "key");
  }
  if (shardKey === undefined) {
    const hint = 'add "shardKey: [column]", or "kind: reference" or "kind: unsharded"';
    return source.fail(at, `table "${name}" has no shardKey`, hint, "key");
  }
  const columns = (typeof shardKey === "string" ? [shardKey] : shardKey).map((column) => column.toLowerCase());
  const twice = columns.find((column, index) => columns.indexOf(column) < index);
  if (twice !== undefined) {
    source.fail([...at, "shardKey"], `column "${twice}" is there twice`, "name each column of the shard key once");
  }
  return {
    kind: "sharded",
    shardKey: columns,
    strategy: strategy ?? defaultStrategy,
    colocatedWith: colocatedWith?.toLowerCase(),
    options,
  };
}

/** Colocated tables take over the strategy of the table that they follow in the end, and leave the options to it. */
function withLeaders(check: DesignCheck, written: ReadonlyMap<string, string>): Map<string, TableDesign> {
  const tables = new Map<string, TableDesign>();
  for (const [key, table] of check.design.tables) {
    if (table.kind !== "sharded" || table.colocatedWith === undefined) {
      tables.set(key, table);
      continue;
    }
    const { strategy } = checkLeader(check, table, written.get(key)!);
    const { type } = table.options;
    tables.set(key, { ...table, strategy, options: type === undefined ? {} : { type } });
  }
  return tables;
}

/** The names of a table and of its key columns as a file should have them. */
function spellingOf(name: string, table: TableDesign, schema: Schema): SpelledNames {
  const definition = schema.tables.get(name);
  const columns = table.kind === "sharded" ? table.shardKey : [];
  return {
    table: definition?.spelled ?? table.spelled?.table ?? name,
    shardKey: columns.map((column, index) => definition?.columns.get(column)?.spelled ?? table.spelled?.shardKey[index] ?? column),
  };
}

function renderTable(
  table: TableDesign,
  target: Target,
  name: string,
  spelled: ReadonlyMap<string, SpelledNames>,
): Record<string, unknown> {
  if (table.kind !== "sharded") return { kind: table.kind };
  const { strategy, colocatedWith, options } = table;
  return {
    shardKey: [...spelled.get(name)!.shardKey],
    ...(colocatedWith !== undefined && { colocatedWith: spelled.get(colocatedWith)?.table ?? colocatedWith }),
    ...(colocatedWith === undefined && strategy !== target.defaultStrategy && { strategy }),
    ...options,
  };
}
