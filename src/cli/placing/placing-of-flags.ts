import { InputError } from "../../base/input-error.ts";
import { strategyNames, type StrategyName } from "../../placement/design.ts";
import { parseDesign } from "../../placement/design-file.ts";
import { keyTypesOf, shardMapOf } from "../../placement/shard-map-of.ts";
import type { ShardMap } from "../../placement/shard-map.ts";
import { columnTypeNames } from "../../placement/table-options.ts";
import { defaultVirtualNodes } from "../../placement/strategies/consistent-hash.ts";
import type { Target } from "../../placement/target.ts";
import { riak } from "../../placement/targets/riak.ts";
import { targetNamed } from "../../placement/targets.ts";
import { columnTypeOf } from "../../sql/ddl/column-type.ts";
import type { ColumnType } from "../../sql/schema.ts";
import { readTextFile } from "../files.ts";
import type { PlaceFlags } from "../commands/run-place.ts";
import { placingOptions } from "./placing-options.ts";
import { targetOfFlag } from "./target-of-flag.ts";
import { unknownName } from "./unknown-name.ts";

/** Everything about placing that is known before the first key is read. */
export interface Placing {
  readonly target: Target;
  readonly strategy: StrategyName;
  readonly shards: readonly string[];
  /** Types of the key's columns; undefined when the keys must tell. */
  readonly types: readonly ColumnType[] | undefined;
  /** What the reader of the answer must know of the input. */
  readonly warnings: readonly string[];
  /** Throws InputError when the target doesn't take the types. */
  mapOf(types: readonly ColumnType[]): ShardMap;
}

export async function placingOfFlags(flags: PlaceFlags): Promise<Placing> {
  if (flags.design !== undefined) return placingOfDesign(flags, flags.design);
  if (flags.schema !== undefined)
    throw new InputError("--schema: only a design has tables whose columns it could know", {
      hint: "pass --type instead",
    });
  const target = targetOfFlag("--target", flags.target ?? "generic");
  const shards = shardsOf(flags.shards, target);
  const strategy = strategyOf(flags.strategy, target);
  const options = placingOptions(flags, target, strategy, shards);
  if (flags.table !== undefined && target !== riak) {
    throw new InputError(`--table: target ${target.name} does not look at the table's name`, {
      hint: "leave it out, or name the --design that it is of",
    });
  }
  if (target.options(strategy).includes("virtualNodes"))
    checkRing(shards.length, options.virtualNodes ?? defaultVirtualNodes);
  const needsSplits =
    strategy === "range" && shards.length > 1 && options.splits === undefined && options.keyRanges === undefined;
  if (needsSplits) {
    throw new InputError(`target ${target.name}: where the ranges are cut is not known`, {
      hint: `pass --splits with ${shards.length - 1} ${shards.length === 2 ? "value" : "values"}, the first key of each shard but the first`,
    });
  }
  return {
    target,
    strategy,
    shards,
    types: flags.type === undefined ? undefined : typesOf(flags.type),
    warnings: [],
    mapOf: (types) => {
      const takes = target.keyTypes(strategy);
      const wrong = types.find((type) => !takes.includes(type));
      if (wrong !== undefined) {
        throw new InputError(`target ${target.name} can't place a key of type ${wrong} by ${strategy}`, {
          hint: `it takes ${takes.join(", ")}; pass one with --type`,
        });
      }
      const shardKey = types.length === 1 ? ["key"] : types.map((_, column) => `column ${column + 1}`);
      return target.shardMap({
        ...(flags.table !== undefined && { table: flags.table }),
        where: `target ${target.name}`,
        shards,
        strategy,
        shardKey,
        types,
        options,
        extra: {},
      });
    },
  };
}

async function placingOfDesign(flags: PlaceFlags, file: string): Promise<Placing> {
  const design = parseDesign(readTextFile(file, "design"), file);
  const sharded = [...design.tables]
    .filter(([, { kind }]) => kind === "sharded")
    .map(([name]) => name)
    .sort();
  const asked = flags.table?.toLowerCase() ?? (sharded.length === 1 ? sharded[0]! : undefined);
  if (asked === undefined)
    throw new InputError("--table is missing: which table's key is this?", {
      hint: `sharded tables of ${file} are ${sharded.join(", ") || "none"}`,
    });
  if (!design.tables.has(asked)) unknownName("--table", flags.table ?? asked, sharded, "sharded table");
  const table = design.tables.get(asked)!;
  if (table.kind !== "sharded") {
    const where = table.kind === "reference" ? "every shard has all of its rows" : "it is on no shard";
    throw new InputError(`--table: "${asked}" is ${table.kind}: ${where}`, {
      hint: `sharded tables are ${sharded.join(", ") || "none"}`,
    });
  }
  // The grammars that read DDL are large: they are loaded when there is some.
  const read =
    flags.schema === undefined
      ? undefined
      : (await import("../schema-option.ts")).readSchemaOption(flags.schema, undefined);
  const types = flags.type === undefined ? keyTypesOf(design, asked, read?.schema) : typesOf(flags.type);
  if (types !== undefined && types.length !== table.shardKey.length) {
    throw new InputError(`--type ${flags.type}: the shard key of "${asked}" is ${table.shardKey.join(", ")}`, {
      hint: `give ${table.shardKey.length} types`,
    });
  }
  return {
    target: targetNamed(design.target, file),
    strategy: table.strategy,
    shards: design.shards,
    types,
    warnings: read?.warnings ?? [],
    mapOf: (types) => {
      if (types.length === table.shardKey.length) return shardMapOf(design, asked, types);
      throw new InputError(`the shard key of "${asked}" is ${table.shardKey.join(", ")}`, {
        hint: `give each key as a JSON array of ${table.shardKey.length} values`,
      });
    },
  };
}

/** Most shards that are worth a number; a name each would be a long line before that. */
const shardLimit = 65_536;

function shardsOf(value: string | undefined, target: Target): readonly string[] {
  if (value === undefined)
    throw new InputError("--shards is missing: over how many shards?", {
      hint: "pass their number or their names, or a design with --design and --table",
    });
  if (/^\d+$/.test(value)) {
    const count = Number(value);
    if (count >= 1 && count <= shardLimit) return target.shardNames(count);
    throw new InputError(`--shards ${value}: not a number of shards`, {
      hint: `pass a whole number from 1 to ${shardLimit}, or names`,
    });
  }
  const names = value.split(",").map((name) => name.trim());
  if (names.includes(""))
    throw new InputError(`--shards ${value}: a shard has no name`, {
      hint: "pass a number such as 8, or names such as eu,us,asia",
    });
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new InputError(`--shards: shard "${twice}" is there twice`, { hint: "each shard has a name of its own" });
  const wrong = target.wrongShardNames?.(names);
  if (wrong !== undefined)
    throw new InputError(`--shards: ${wrong}`, {
      hint: `${names.length} even shards of ${target.name} are ${target.shardNames(names.length).join(",")}`,
    });
  return names;
}

/** Tokens that a ring is built with in about a second. */
const tokenLimit = 1_048_576;

function checkRing(shards: number, virtualNodes: number): void {
  if (shards * virtualNodes <= tokenLimit) return;
  throw new InputError(`${shards} shards of ${virtualNodes} tokens each are too many for one ring`, {
    hint: `pass --virtual-nodes ${Math.max(1, Math.floor(tokenLimit / shards))} or less`,
  });
}

function strategyOf(value: string | undefined, target: Target): StrategyName {
  if (value === undefined) return target.defaultStrategy;
  const strategy =
    strategyNames.find((name) => name === value) ?? unknownName("--strategy", value, strategyNames, "strategy");
  if (target.strategies.includes(strategy)) return strategy;
  throw new InputError(`--strategy ${value}: target ${target.name} does not place so`, {
    hint: `it takes ${target.strategies.join(", ")}`,
  });
}

/** Types by our names, or by those that SQL has for them. */
function typesOf(value: string): readonly ColumnType[] {
  return value.split(",").map((part) => {
    const name = part.trim().toLowerCase();
    const type = columnTypeNames.find((known) => known === name) ?? columnTypeOf(name, "postgres");
    if (type !== "other" || name === "other") return type;
    throw new InputError(`--type: no type "${part.trim()}"`, { hint: `types are ${columnTypeNames.join(", ")}` });
  });
}
