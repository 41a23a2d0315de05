import { InputError } from "../../base/input-error.ts";
import { byName } from "../../base/order.ts";
import type { StrategyName } from "../../placement/design.ts";
import type { Schema } from "../../sql/schema.ts";
import type { TableAnalysis } from "../analyze.ts";
import type { Evaluation } from "../evaluation.ts";
import { isUnknown } from "../known.ts";
import { nearest } from "../nearest-name.ts";
import type { Relation } from "../relations.ts";
import type { Pin } from "./design-options.ts";
import { optionName, type TableOption } from "./table-option.ts";

/** A table may be copied to every shard, or why not. */
export type ReferenceFitness = { readonly fit: true } | { readonly fit: false; readonly reason: string };

/** Above this share of writes a copy on every shard is written more than it is read for. */
const mostReferenceWrites = 0.05;
/** Rows known of, above which copies cost more than they spare. */
const mostReferenceRows = 100_000;

/**
 * What each table can be, in the order of preference: its keys, the best first; keys that only other tables' keys lead
 * to; its primary key and its `id`; reference, if it is fit; unsharded. A pinned table has one option. Throws InputError when a pin
 * names a table that no statement uses.
 */
export function tableOptions(
  tables: readonly TableAnalysis[],
  schema: Schema,
  relations: readonly Relation[],
  strategy: StrategyName,
  pins: readonly Pin[],
): { readonly options: readonly (readonly TableOption[])[]; readonly fitness: ReadonlyMap<string, ReferenceFitness> } {
  checkPins(tables, pins);
  const fitness = referenceFitness(tables, relations);
  const options = tables.map((table) => {
    const pin = pins.findLast((candidate) => candidate.table === table.load.table);
    const keyed = keyOptions(table, schema, strategy);
    if (pin?.to.kind === "sharded") {
      const wanted = pin.to.key.join();
      return [keyed.find((option) => option.key.join() === wanted) ?? { ...pin.to, evaluation: undefined }];
    }
    if (pin !== undefined) return [{ kind: pin.to.kind }];
    const copied: TableOption[] = fitness.get(table.load.table)!.fit ? [{ kind: "reference" }] : [];
    return [...keyed, ...copied, { kind: "unsharded" as const }];
  });
  return { options, fitness };
}

function checkPins(tables: readonly TableAnalysis[], pins: readonly Pin[]): void {
  const names = tables.map(({ load }) => load.table).sort(byName);
  for (const { table, to } of pins) {
    if (names.includes(table)) continue;
    const flag = to.kind === "reference" ? `--reference ${table}` : `--pin ${table}=${pinName(to)}`;
    throw new InputError(`${flag}: no statement of the log uses a table "${table}"`, {
      hint: nearest(table, names, "tables"),
    });
  }
}

const pinName = (to: Pin["to"]): string =>
  to.kind === "sharded" ? to.key.join() : optionName({ kind: to.kind });

type ShardedOption = Extract<TableOption, { kind: "sharded" }>;

function keyOptions(table: TableAnalysis, schema: Schema, strategy: StrategyName): readonly ShardedOption[] {
  const options = new Map<string, ShardedOption>();
  const add = (key: readonly string[], evaluation: Evaluation | undefined): void => {
    const name = key.join();
    if (!options.has(name)) options.set(name, { kind: "sharded", key, evaluation });
  };
  for (const evaluation of [...table.evaluations, ...table.setAside])
    if (evaluation.strategy === strategy) add(evaluation.key, evaluation);
  const definition = schema.tables.get(table.load.table);
  if (definition?.primaryKey !== undefined) add(definition.primaryKey, undefined);
  if (definition?.columns.has("id")) add(["id"], undefined);
  return [...options.values()];
}

/**
 * Tables that may be copied to every shard: other tables refer to them or join them, they are hardly ever written, they
 * are not known to be large, and they belong to no table that grows.
 */
function referenceFitness(
  tables: readonly TableAnalysis[],
  relations: readonly Relation[],
): ReadonlyMap<string, ReferenceFitness> {
  const fitness = new Map(tables.map((table) => [table.load.table, fitnessOf(table, relations)]));
  // A child of a table that is not copied grows with it.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to, kind } of relations) {
      const parent = fitness.get(to);
      if (kind !== "foreign-key" || fitness.get(from)?.fit !== true || parent?.fit !== false) continue;
      fitness.set(from, { fit: false, reason: `its rows belong to rows of ${to}` });
      changed = true;
    }
  }
  return fitness;
}

function fitnessOf({ load, evaluations, setAside }: TableAnalysis, relations: readonly Relation[]): ReferenceFitness {
  const used = relations.some(({ from, to, kind }) => to === load.table || (kind !== "foreign-key" && from === load.table));
  if (!used) return { fit: false, reason: "no other table refers to it, joins it or shares values with it in transactions" };
  const writeShare = load.executions === 0 ? 0 : load.writes / load.executions;
  if (writeShare > mostReferenceWrites)
    return { fit: false, reason: `${Math.round(writeShare * 100)} % of its statements write` };
  let rows = 0;
  for (const { measures } of [...evaluations, ...setAside])
    if (!isUnknown(measures.numDistinctValues)) rows = Math.max(rows, measures.numDistinctValues.count);
  if (rows > mostReferenceRows) return { fit: false, reason: `it has ${rows} rows or more` };
  return { fit: true };
}
