import { InputError } from "../base/input-error.ts";
import type { Design, TableDesign } from "../placement/design.ts";
import { tableOptions, type OptionName } from "../placement/table-options.ts";
import type { Target } from "../placement/target.ts";
import type { Gap } from "./exported.ts";

/** The same design for another target, as far as that has the same strategies and options; the gaps say what it has not. */
export function retarget(design: Design, target: Target): { readonly design: Design; readonly gaps: readonly Gap[] } {
  if (design.target === target.name) return { design, gaps: [] };
  const gaps: Gap[] = [];
  const tables = [...design.tables].map(([name, table]) => [name, tableFor(name, table, target, gaps)] as const);
  const shards = target.shardNames(design.shards.length);
  if (shards.length !== design.shards.length) {
    throw new InputError(`${target.name} can't have ${design.shards.length} shards`, {
      hint: "give the design another number",
    });
  }
  return { design: { version: 1, target: target.name, shards, tables: new Map(tables) }, gaps };
}

function tableFor(name: string, table: TableDesign, target: Target, gaps: Gap[]): TableDesign {
  if (table.kind !== "sharded") return table;
  const strategy = target.strategies.includes(table.strategy) ? table.strategy : target.defaultStrategy;
  const follows = table.colocatedWith !== undefined;
  if (strategy !== table.strategy && !follows)
    gaps.push({ table: name, what: `${target.name} has no strategy ${table.strategy}: ${strategy} is taken` });
  const known = target.options(strategy);
  const options = tableOptions(table.options, `table "${name}"`);
  const kept: Record<string, unknown> = {};
  for (const option of Object.keys(options) as OptionName[]) {
    if (known.includes(option)) kept[option] = options[option];
    else
      gaps.push({
        table: name,
        what: `${target.name} has no option ${option} under strategy ${strategy}: it is dropped`,
      });
  }
  return { ...table, strategy, options: kept };
}
