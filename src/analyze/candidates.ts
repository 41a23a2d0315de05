import { InputError } from "../base/input-error.ts";
import { byName } from "../base/order.ts";
import type { Schema, TableDefinition } from "../sql/schema.ts";
import { columnTypeOf } from "./column-values.ts";
import { nearest } from "./nearest-name.ts";
import type { Relation } from "./relations.ts";
import type { TableLoad } from "./table-load.ts";

export type KeySource = "predicate" | "join" | "insert" | "foreign-key" | "primary-key" | "unique-key" | "user";

export interface Candidate {
  readonly key: readonly string[];
  readonly sources: readonly KeySource[];
}

/** A key that is not judged, and why. */
export interface DroppedKey {
  readonly key: readonly string[];
  readonly reason: string;
}

/** A key that the user asked for: `orders.customer_id` or `orders.tenant_id,order_id`. */
export interface AskedKey {
  readonly table: string;
  readonly key: readonly string[];
  /** As it was asked for, for messages; `--key table.columns` unless given. */
  readonly flag?: string;
}

/** More compound keys than this are not judged for one table; the ones that pin the least work are dropped. */
const compoundLimit = 12;

/** The candidate shard keys of a table, and the ones that were not taken, each in the order of their names. */
export function candidatesOf(
  load: TableLoad,
  schema: Schema,
  relations: readonly Relation[],
  asked: readonly AskedKey[],
): { readonly candidates: readonly Candidate[]; readonly dropped: readonly DroppedKey[] } {
  const definition = schema.tables.get(load.table);
  const found = new Map<string, Set<KeySource>>();
  const suggest = (key: readonly string[], source: KeySource): void => {
    const name = key.join(",");
    const sources = found.get(name);
    if (sources === undefined) found.set(name, new Set([source]));
    else sources.add(source);
  };
  const columns = columnUses(load);
  for (const [column, uses] of columns) for (const source of uses.sources) suggest([column], source);
  for (const { columns: own, source } of declaredKeys(definition, load.table, relations)) {
    for (const column of own) suggest([column], source);
    if (own.length >= 2 && own.length <= 3) suggest(own, source);
  }
  // A declared key keeps its own order of columns; the statements only confirm it.
  const declared = new Map([...found.keys()].map((name) => [name.split(",").sort(byName).join(), name.split(",")]));
  for (const key of compoundKeys(load)) suggest(declared.get([...key].sort(byName).join()) ?? key, "predicate");
  for (const { table, key } of asked) if (table === load.table) suggest(key, "user");
  return sift(load, schema, columns, found);
}

/** Throws InputError when a key names a table or column that is neither in the workload nor in the schema. */
export function checkAskedKeys(asked: readonly AskedKey[], loads: readonly TableLoad[], schema: Schema): void {
  for (const { table, key, flag = `--key ${table}.${key.join(",")}` } of asked) {
    const load = loads.find((candidate) => candidate.table === table);
    const definition = schema.tables.get(table);
    if (load === undefined) {
      const tables = loads.map((candidate) => candidate.table).sort(byName);
      throw new InputError(`${flag}: no statement of the log uses a table "${table}"`, {
        hint: nearest(table, tables, "tables"),
      });
    }
    const known = [...new Set([...(definition?.columns.keys() ?? []), ...columnUses(load).keys()])].sort(byName);
    for (const column of key) {
      if (known.includes(column)) continue;
      throw new InputError(`${flag}: no column "${column}" in table "${table}"`, {
        hint: nearest(column, known, `columns of ${table}`),
      });
    }
  }
}

/** How the log uses a column, in units of work. */
interface ColumnUse {
  readonly sources: Set<KeySource>;
  /** Work of reads, updates and deletes that pin it, and that bound it. */
  pinned: number;
  ranged: number;
}

function columnUses({ shapes }: TableLoad): Map<string, ColumnUse> {
  const uses = new Map<string, ColumnUse>();
  const useOf = (column: string): ColumnUse => {
    let use = uses.get(column);
    if (use === undefined) uses.set(column, (use = { sources: new Set(), pinned: 0, ranged: 0 }));
    return use;
  };
  for (const { use, work } of shapes) {
    const insert = use.shape.use === "insert";
    for (const { column } of use.shape.equal) {
      const columnUse = useOf(column);
      columnUse.sources.add(insert ? "insert" : "predicate");
      if (!insert) columnUse.pinned += Math.max(1, work);
    }
    for (const { column } of use.shape.ranges) {
      const columnUse = useOf(column);
      columnUse.sources.add("predicate");
      columnUse.ranged += Math.max(1, work);
    }
  }
  return uses;
}

function declaredKeys(
  definition: TableDefinition | undefined,
  table: string,
  relations: readonly Relation[],
): readonly { columns: readonly string[]; source: KeySource }[] {
  return [
    ...(definition?.primaryKey !== undefined
      ? [{ columns: definition.primaryKey, source: "primary-key" as const }]
      : []),
    ...(definition?.uniqueKeys ?? []).map((columns) => ({ columns, source: "unique-key" as const })),
    ...(definition?.foreignKeys ?? []).map(({ columns }) => ({ columns, source: "foreign-key" as const })),
    ...relations
      .filter(({ kind, from, to }) => kind === "join" && (from === table || to === table))
      .map(({ from, fromColumns, toColumns }) => ({
        columns: from === table ? fromColumns : toColumns,
        source: "join" as const,
      })),
  ];
}

/**
 * Keys of two or three columns that statements pin together, or pin and bound; the one that most work pins comes
 * first.
 */
function compoundKeys(load: TableLoad): readonly (readonly string[])[] {
  const pinnedWork = new Map<string, number>();
  for (const { use, work } of load.shapes) {
    if (use.shape.use === "insert") continue;
    for (const { column } of use.shape.equal) pinnedWork.set(column, (pinnedWork.get(column) ?? 0) + work);
  }
  const byWork = (a: string, b: string): number => (pinnedWork.get(b) ?? 0) - (pinnedWork.get(a) ?? 0) || byName(a, b);
  const weights = new Map<string, { key: readonly string[]; work: number }>();
  const add = (key: readonly string[], work: number): void => {
    const name = key.join(",");
    weights.set(name, { key, work: (weights.get(name)?.work ?? 0) + work });
  };
  for (const { use, work } of load.shapes) {
    if (use.shape.use === "insert") continue;
    const equal = use.shape.equal.map(({ column }) => column).sort(byWork);
    if (equal.length >= 2 && equal.length <= 3) add(equal, work);
    if (equal.length === 3) add(equal.slice(0, 2), work);
    const ranged = use.shape.ranges[0]?.column;
    if (ranged !== undefined && equal.length >= 1 && !equal.includes(ranged)) add([...equal.slice(0, 2), ranged], work);
  }
  return [...weights.values()]
    .sort((a, b) => b.work - a.work || byName(a.key.join(), b.key.join()))
    .map(({ key }) => key);
}

function sift(
  load: TableLoad,
  schema: Schema,
  columns: ReadonlyMap<string, ColumnUse>,
  found: ReadonlyMap<string, ReadonlySet<KeySource>>,
): { readonly candidates: readonly Candidate[]; readonly dropped: readonly DroppedKey[] } {
  const candidates: Candidate[] = [];
  const dropped: DroppedKey[] = [];
  let compounds = 0;
  for (const [name, sources] of found) {
    const key = name.split(",");
    const reason = sources.has("user") ? undefined : reasonAgainst(load, schema, columns, key, sources);
    if (reason !== undefined) dropped.push({ key, reason });
    else if (key.length > 1 && !sources.has("user") && ++compounds > compoundLimit) {
      dropped.push({
        key,
        reason: `more than ${compoundLimit} compound keys; the others are used by more of the work`,
      });
    } else candidates.push({ key, sources: [...sources].sort(byName) });
  }
  // Where nothing is ever searched by, what is inserted is all there is to place rows by.
  if (candidates.length === 0) {
    for (const { key } of dropped.filter(({ reason }) => reason === onlyInserted))
      candidates.push({ key, sources: ["insert"] });
  }
  const judged = new Set(candidates.map(({ key }) => key));
  const order = (a: { key: readonly string[] }, b: { key: readonly string[] }): number =>
    byName(a.key.join(), b.key.join());
  return { candidates: candidates.sort(order), dropped: dropped.filter(({ key }) => !judged.has(key)).sort(order) };
}

const onlyInserted = "in no predicate: inserted, but never searched by";

function reasonAgainst(
  load: TableLoad,
  schema: Schema,
  columns: ReadonlyMap<string, ColumnUse>,
  key: readonly string[],
  sources: ReadonlySet<KeySource>,
): string | undefined {
  for (const column of key) {
    const type = columnTypeOf(load.table, column, schema, load.shapes);
    if (type === "boolean") return `${key.length > 1 ? `${column} is ` : ""}boolean: two values`;
    if (type === "float")
      return `${key.length > 1 ? `${column} is ` : ""}floating point: rounding makes equality unreliable`;
  }
  if (key.length > 1) return undefined;
  // The oldest rule of the trade: by ranges the newest shard takes every insert, by hash every look back goes everywhere.
  const only = columnTypeOf(load.table, key[0]!, schema, load.shapes);
  if (only === "timestamp" || only === "date")
    return "time alone: by ranges every insert goes to the newest shard, by hash every look back goes to all";
  const use = columns.get(key[0]!);
  const declared = [...sources].some((source) => source !== "predicate" && source !== "insert");
  if (use === undefined) return "in no statement of the log";
  if (use.pinned === 0 && use.ranged > 0 && !declared) return "only in ranges: hashing would send each to every shard";
  if (use.pinned === 0 && use.ranged === 0 && !declared) return onlyInserted;
  return undefined;
}
