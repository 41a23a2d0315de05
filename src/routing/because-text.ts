import { unreachable } from "../base/assert.ts";
import type { Design } from "../placement/design.ts";
import type { TableRoute } from "./judge.ts";
import type { Route } from "./route.ts";

/** The reason of a route as a sentence that names tables and keys. */
export function becauseText(route: Route, tables: readonly TableRoute[], design: Design): string {
  const sentence = reason(route, keysOf(tables, design), namesOf(tables));
  return route.note === undefined ? sentence : `${sentence} (${route.note})`;
}

function reason({ because, class: reach }: Route, key: string, names: string): string {
  switch (because) {
    case "equal":
      return `${key} is pinned to one value`;
    case "in-list":
      return `${key} is pinned to a list of values, each of which has its shard`;
    case "rows":
      return `several rows are inserted, each of which has its shard`;
    case "range":
      return `${key} is bounded, and keys in order are shards in order`;
    case "partial-key":
      return `only some columns of ${key} are pinned`;
    case "no-key":
      return `nothing restricts ${key}`;
    case "inequality":
      return `${key} is compared in a way that rules out no shard`;
    case "function-of-key":
      return `${key} is inside an expression, where its value can't be told`;
    case "not-colocated":
      return `rows of different shards must meet: ${names}`;
    case "subquery":
      return `parts of the statement go to different places`;
    case "contradiction":
      return "no row can match the condition";
    case "null-key":
      return reach === "none" ? `${key} is NULL, which no row has` : `${key} is NULL`;
    case "missing-key":
      return `the inserted row names no value for ${key}: wherever its default belongs`;
    case "key-update":
      return `the statement changes ${key}, so a row may move to another shard`;
    case "no-table":
      return "the statement touches no table's rows";
    case "reference-table":
      return `every shard has a copy of ${names}`;
    case "reference-write":
      return `every shard has a copy of ${names}, and each copy is written`;
    case "unsharded-table":
      return `${names} is not sharded`;
    case "mixed":
      return `sharded and unsharded tables must meet: ${names}`;
    case "unparsed":
      return "the statement is not understood";
    case "unresolved":
      return "a table of the statement is not in the design";
    default:
      return unreachable(because);
  }
}

function keysOf(tables: readonly TableRoute[], design: Design): string {
  const keys = tables.flatMap(({ table, alias }) => {
    const found = design.tables.get(table);
    if (found?.kind !== "sharded") return [];
    const columns = found.shardKey.join(", ");
    return [`${alias === "" ? table : alias}.${found.shardKey.length > 1 ? `(${columns})` : columns}`];
  });
  return keys.length === 0 ? "the shard key" : list(keys);
}

const namesOf = (tables: readonly TableRoute[]): string =>
  tables.length === 0 ? "tables" : list([...new Set(tables.map(({ table }) => table))]);

function list(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;
}
