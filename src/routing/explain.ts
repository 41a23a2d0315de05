import { mongoAccess } from "../sql/mongodb/access.ts";
import type { MongoDocument } from "../sql/mongodb/document.ts";
import { parseTemplate } from "../sql/parse.ts";
import { templateOf, type SlotItem } from "../sql/template-of.ts";
import type { Dialect, Literal, SlotValues } from "../sql/template.ts";
import { becauseText } from "./because-text.ts";
import type { RoutingContext } from "./context.ts";
import { judge, type TableRoute } from "./judge.ts";
import type { Route } from "./route.ts";

export interface StatementToExplain {
  readonly sql: string;
  readonly dialect: Dialect;
  /** Values of the placeholders: the first stands for `$1` or the first `?`. */
  readonly parameters?: readonly Literal[] | undefined;
  /** Values of named placeholders (`:name`, `@name`), without the sign. */
  readonly named?: ReadonlyMap<string, Literal> | undefined;
}

export interface Explanation extends Route {
  /** A plain sentence. */
  readonly why: string;
  readonly tables: readonly TableRoute[];
}

/**
 * Where one statement goes under a design, and why. The grammar of the dialect must be loaded. Throws InputError when
 * the text is no statement at all; a statement that the grammar refuses has class "unknown". Of `EXPLAIN SELECT ...`
 * it is the SELECT that is explained.
 */
export function explainStatement(statement: StatementToExplain, context: RoutingContext): Explanation {
  const { template, items } = templateOf(withoutExplain(statement.sql), statement.dialect);
  const pattern = parseTemplate(template, context.schema);
  const values: SlotValues = (slot) => boundValues(items[slot] ?? [], statement);
  // One row of placeholders is one row, whatever they stand for; a list's placeholder may stand for a list.
  const counts = (slot: number): number | undefined =>
    template.slots[slot]?.repeat === "rows" ? items[slot]?.length : undefined;
  const { maps, keyTypes, schema, design } = context;
  const { route, tables } = judge(pattern, design, { schema, slots: template.slots, values, counts, maps, keyTypes });
  return explained(route, tables, context);
}

/** Where one MongoDB command goes under a design. A collection that the design does not name is "unknown". */
export function explainCommand(command: MongoDocument, context: RoutingContext): Explanation {
  const { maps, keyTypes, schema, design } = context;
  const keyFields = (collection: string): readonly string[] => {
    const table = design.tables.get(collection.toLowerCase());
    return table?.kind === "sharded" ? table.shardKey : [];
  };
  const { pattern, slots, values } = mongoAccess(command, keyFields);
  const { route, tables } = judge(pattern, design, { schema, slots, values: (slot) => values[slot], maps, keyTypes });
  return explained(route, tables, context);
}

function explained(
  route: Route,
  tables: readonly TableRoute[],
  { design, guessed, keyTypes }: RoutingContext,
): Explanation {
  const guess = tables.find(({ table }) => guessed.has(table));
  const note =
    guess === undefined || route.shards === "not-logged"
      ? route.note
      : [route.note, `the type of ${guess.table}'s shard key is not known; taken for ${keyTypes(guess.table)![0]!}`]
          .filter((text) => text !== undefined)
          .join("; ");
  const noted = note === undefined ? route : { ...route, note };
  return { ...noted, why: becauseText(noted, tables, design), tables };
}

const explainPrefix =
  /^\s*explain\s+(?:\([^()]*\)\s*|(?:analyze|verbose|extended|partitions|format\s*=\s*\w+)\s+)*(?=select|insert|update|delete|replace|with|values|table|merge|\()/i;

const withoutExplain = (sql: string): string => sql.replace(explainPrefix, "");

/** Undefined unless every placeholder at the slot has a value. */
function boundValues(
  items: readonly SlotItem[],
  { parameters, named }: StatementToExplain,
): readonly Literal[] | undefined {
  const values: Literal[] = [];
  for (const item of items) {
    if (item.kind !== "placeholder") values.push(item);
    else {
      const value = /^\d+$/.test(item.name)
        ? parameters?.[Number(item.name) - 1]
        : named?.get(item.name.replace(/^@/, ""));
      if (value === undefined) return undefined;
      values.push(value);
    }
  }
  return values;
}
