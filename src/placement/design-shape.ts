import { z } from "zod";
import { strategyNames } from "./design.ts";
import { systemsWithoutPlacement } from "./target-facts/systems-without-placement.ts";
import type { DesignSource, SourcePath } from "./design-source.ts";
import { columnTypeNames, tableOptionsSchema } from "./table-options.ts";
import { targetNames } from "./targets.ts";

/** A table as the design file writes it: what it is, and its options in one flat list. */
const tableShape = tableOptionsSchema.extend({
  kind: z.enum(["sharded", "reference", "unsharded"]).optional(),
  shardKey: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  strategy: z.enum(strategyNames).optional(),
  colocatedWith: z.string().optional(),
});

const designShape = z.strictObject({
  version: z.literal(1),
  target: z.enum(targetNames as readonly string[] as readonly [string, ...string[]]).default("generic"),
  shards: z.union([z.int().min(1).max(1_048_576), z.array(z.union([z.string(), z.number()])).min(1)]),
  strategy: z.enum(strategyNames).optional(),
  tables: z.record(z.string().min(1), tableShape),
});

export type TableShape = z.infer<typeof tableShape>;
export type DesignShape = z.infer<typeof designShape>;

/** Checks the keys and the types of values. Throws InputError at the first that is wrong. */
export function designShapeOf(source: DesignSource): DesignShape {
  const checked = designShape.safeParse(source.value);
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  // A misspelt key explains what seems to be missing, so it is told first.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    return source.fail([...path, key], `unknown key "${key}"`, `keys here are ${keysAt(path).join(", ")}`, "key");
  }
  const target = path.length === 1 && path[0] === "target" ? (source.value as { target: unknown }).target : undefined;
  if (typeof target === "string" && Object.hasOwn(systemsWithoutPlacement, target)) {
    const what = `target ${target} does not shard: ${systemsWithoutPlacement[target]!}`;
    return source.fail(path, what, `shardplan targets ${target} shows its limits; the application shards with target mysql or generic`);
  }
  const name = path.length === 0 ? "the design" : `"${path.at(-1)!}"`;
  return source.fail(
    path,
    source.has(path) ? `${name}: ${complaint(issue)}` : `${name} is missing`,
    expectation(path),
  );
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      // Long lists of names stand in the hint.
      return issue.values.length > 1 ? "is none of the known ones" : `expected ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "array" || issue.origin === "string" ? "is empty" : `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_union": {
      const bound = issue.errors.flat().find(({ code }) => code === "too_small" || code === "too_big");
      return bound === undefined ? "has the wrong shape" : complaint(bound);
    }
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  record: "names with their values",
  object: "names with their values",
  array: "a list",
  int: "a whole number",
};

function keysAt(path: SourcePath): readonly string[] {
  if (path.length === 0) return Object.keys(designShape.shape);
  if (path.includes("keyRanges")) return ["from", "shard"];
  return ["shardKey", "strategy", "colocatedWith", "kind", ...Object.keys(tableOptionsSchema.shape)];
}

/** What to write instead, of the innermost key that has something to say. */
function expectation(path: SourcePath): string {
  if (path.length === 0) return 'begin with "version: 1", "shards: 4" and "tables:"';
  const key = path.findLast((step) => Object.hasOwn(expectations, step));
  return key === undefined ? 'a table is given as "name: { shardKey: [column] }"' : expectations[key]!;
}

const expectations: Readonly<Record<string, string>> = {
  version: 'write "version: 1"',
  target: `targets are ${targetNames.join(", ")}`,
  shards: "give a number of shards from 1, or a list of their names",
  strategy: `strategies are ${strategyNames.join(", ")}`,
  tables: 'give tables by name, such as "customer: { shardKey: [id] }"',
  shardKey: 'give a column or a list of columns, such as "shardKey: [tenant_id]"',
  kind: "kinds are sharded, reference, unsharded",
  colocatedWith: "give the name of the table to follow",
  type: `types are ${columnTypeNames.join(", ")}`,
  splits: "give a list, one value or list of values per split",
  keyRanges: 'give a list such as "[{ from: 0, shard: sh1 }]"',
  directory: 'give values with their shards, such as "{ acme: 0 }"',
  tokens: 'give nodes with their tokens, such as "{ node1: [-9223372036854775808] }"',
  virtualNodes: "give a whole number from 1",
  loadBound: "give a number from 1, such as 1.25",
  probes: "give a whole number from 1, such as 21",
  tableSize: "give a prime number, such as 65537",
  slots: "give a whole number from 1",
  modulus: "give a whole number from 1",
};
