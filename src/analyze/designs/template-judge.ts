import type { Design } from "../../placement/design.ts";
import type { RoutingContext } from "../../routing/context.ts";
import { judge, type Judgement } from "../../routing/judge.ts";
import type { AccessPattern } from "../../sql/access.ts";
import { accessesOf, type TableAccess } from "../../sql/constraints.ts";
import type { Schema } from "../../sql/schema.ts";
import type { TemplateUse } from "../../workload/workload.ts";
import { columnTypeOf } from "../column-values.ts";
import type { TableLoad } from "../table-load.ts";
import { classMap } from "./class-map.ts";
import { tableDesignOf, type TableOption } from "./table-option.ts";

export interface JudgeContext {
  readonly schema: Schema;
  readonly loads: readonly TableLoad[];
  readonly shardCount: number;
  /** A given design: it is asked as its target routes, whatever the options. */
  readonly given?: RoutingContext;
}

/**
 * Asks `routing` about one template, once for each combination of options that differs to it: keys of which the template
 * does not name every column are alike.
 */
export class TemplateJudge {
  readonly use: TemplateUse;
  /** Indexes into `JudgeContext.loads`. */
  readonly tables: readonly number[];
  readonly #context: JudgeContext;
  /** Every name in the pattern, wherever it stands: more than its columns, never fewer. Undefined: any column may be meant. */
  readonly #mentioned: ReadonlySet<string> | undefined;
  readonly #known = new Map<string, Judgement>();
  #accesses: readonly TableAccess[] | undefined;

  constructor(use: TemplateUse, context: JudgeContext) {
    this.use = use;
    this.#context = context;
    this.#mentioned = insertsUnnamed(use.pattern) ? undefined : namesIn(use.pattern);
    this.tables = tablesOf(use.pattern)
      .map((name) => context.loads.findIndex(({ table }) => table === name))
      .filter((index) => index >= 0);
  }

  /** Options with one name are alike to this template. */
  nameOf(option: TableOption, keepsOrder: boolean): string {
    if (option.kind !== "sharded") return `${option.kind}.`;
    const named = option.key.map((column) => (this.#mentioned?.has(column) === false ? "*" : column)).join();
    return keepsOrder ? `${named}<` : named;
  }

  get accesses(): readonly TableAccess[] {
    return (this.#accesses ??= accessesOf(this.use.pattern, this.use.template.slots));
  }

  /** `options` and `keepsOrder` (whether ranges of the key are ranges of shards) stand beside `tables`. */
  judge(options: readonly TableOption[], keepsOrder: readonly boolean[]): Judgement {
    const name = options.map((option, index) => this.nameOf(option, keepsOrder[index]!)).join(" ");
    let judgement = this.#known.get(name);
    if (judgement === undefined) this.#known.set(name, (judgement = this.#judged(options, keepsOrder)));
    return judgement;
  }

  #judged(options: readonly TableOption[], keepsOrder: readonly boolean[]): Judgement {
    const { schema, loads, shardCount, given } = this.#context;
    if (given !== undefined)
      return judge(this.use.pattern, given.design, { ...given, slots: this.use.template.slots });
    const places = new Map(this.tables.map((table, index) => [loads[table]!.table, index]));
    const sharded = (table: string) => {
      const option = options[places.get(table) ?? -1];
      return option?.kind === "sharded" ? option : undefined;
    };
    const design: Design = {
      version: 1,
      target: "generic",
      shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
      tables: new Map([...places].map(([table, index]) => [table, tableDesignOf(options[index]!)])),
    };
    return judge(this.use.pattern, design, {
      schema,
      slots: this.use.template.slots,
      maps: (table) => {
        const option = sharded(table);
        return option && classMap(shardCount, option.key.length, keepsOrder[places.get(table)!]!);
      },
      keyTypes: (table) => {
        const shapes = loads[this.tables[places.get(table) ?? -1] ?? -1]?.shapes ?? [];
        return sharded(table)?.key.map((column) => columnTypeOf(table, column, schema, shapes));
      },
    });
  }
}

function tablesOf(pattern: AccessPattern): readonly string[] {
  if (pattern.kind !== "rows") return [];
  return [...new Set(pattern.relations.flatMap((relation) => (relation.kind === "table" ? [relation.table] : [])))];
}

function namesIn(pattern: AccessPattern): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<object>();
  const walk = (value: unknown): void => {
    if (typeof value === "string") found.add(value);
    else if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const part of Object.values(value)) walk(part);
    }
  };
  walk(pattern);
  return found;
}

/** The columns that it inserts into are known by their places only. */
function insertsUnnamed(pattern: AccessPattern): boolean {
  if (pattern.kind !== "rows") return false;
  const { statement } = pattern;
  return statement.kind === "insert" ? statement.columns === undefined : statement.kind === "merge";
}
