import type { Schema } from "../../sql/schema.ts";
import type { TableAnalysis } from "../analyze.ts";
import type { Choice } from "./design-problem.ts";
import { optionWithKey } from "./families.ts";
import type { TableOption } from "./table-option.ts";

export type BaselineName = "primary-keys" | "most-frequent-columns" | "hash-of-id";

/** What people do without an analysis, as a choice among the same options. */
export interface Baseline {
  readonly name: BaselineName;
  readonly choice: Choice;
}

/**
 * Three designs to compare with: every table by its primary key; by the column that most of its statements pin; by `id`.
 * A table that lacks the one gets the next of them, at last it stays unsharded. A pinned table stays as it is pinned.
 */
export function baselinesOf(
  tables: readonly TableAnalysis[],
  options: readonly (readonly TableOption[])[],
  schema: Schema,
): readonly Baseline[] {
  const primary = tables.map(({ load }, table) =>
    optionWithKey(options[table]!, schema.tables.get(load.table)?.primaryKey),
  );
  const frequent = tables.map((table, index) => mostFrequent(table, options[index]!));
  const id = tables.map((_, table) => optionWithKey(options[table]!, ["id"]));
  const choose = (...wishes: readonly (readonly number[])[]): Choice =>
    options.map((list, table) => wishes.map((wish) => wish[table]!).find((option) => option >= 0) ?? list.length - 1);
  return [
    { name: "primary-keys", choice: choose(primary, frequent) },
    { name: "most-frequent-columns", choice: choose(frequent, primary) },
    { name: "hash-of-id", choice: choose(id, primary, frequent) },
  ];
}

function mostFrequent({ load }: TableAnalysis, options: readonly TableOption[]): number {
  const searched = new Map<string, number>();
  const inserted = new Map<string, number>();
  for (const { use } of load.shapes) {
    const counts = use.shape.use === "insert" ? inserted : searched;
    for (const { column } of use.shape.equal) counts.set(column, (counts.get(column) ?? 0) + use.executions);
  }
  // Where nothing is searched by, what is inserted is all there is.
  const found = mostCounted(options, searched);
  return found >= 0 ? found : mostCounted(options, inserted);
}

function mostCounted(options: readonly TableOption[], counts: ReadonlyMap<string, number>): number {
  let best = -1;
  let most = 0;
  options.forEach((option, index) => {
    const executions = option.kind === "sharded" && option.key.length === 1 ? (counts.get(option.key[0]!) ?? 0) : 0;
    if (executions <= most) return;
    most = executions;
    best = index;
  });
  return best;
}
