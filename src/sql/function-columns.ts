/** Columns of a set-returning function under this alias; undefined when they are not known. */
export function columnsOfFunction(name: string, alias: string): readonly string[] | undefined {
  return scalarSets.has(name) ? [alias] : tableFunctions.get(name);
}

/** Each gives one value per row, and names its column like itself. */
const scalarSets: ReadonlySet<string> = new Set([
  "unnest",
  "generate_series",
  "generate_subscripts",
  "regexp_split_to_table",
  "string_to_table",
  "json_object_keys",
  "jsonb_object_keys",
]);

/** Those that statements name most; others may have any columns. */
const tableFunctions: ReadonlyMap<string, readonly string[]> = new Map([
  ["json_array_elements", ["value"]],
  ["jsonb_array_elements", ["value"]],
  ["json_array_elements_text", ["value"]],
  ["jsonb_array_elements_text", ["value"]],
  ["json_each", ["key", "value"]],
  ["jsonb_each", ["key", "value"]],
  ["json_each_text", ["key", "value"]],
  ["jsonb_each_text", ["key", "value"]],
]);
