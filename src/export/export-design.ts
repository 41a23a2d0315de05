import { InputError } from "../base/input-error.ts";
import type { Design } from "../placement/design.ts";
import { keyTypesOf, leaderOf, shardMapOf } from "../placement/shard-map-of.ts";
import { tableOptions } from "../placement/table-options.ts";
import { targetNamed, type TargetName } from "../placement/targets.ts";
import type { Schema } from "../sql/schema.ts";
import type { Dialect } from "../sql/template.ts";
import type { Exported, ExportRequest, Gap, PlainTable, ShardedTable } from "./exported.ts";
import { exporters } from "./exporters.ts";
import { refusedNames } from "./refused-names.ts";
import { respelled, type Trusted } from "./respelled.ts";
import { retarget } from "./retarget.ts";

/**
 * The DDL or configuration that makes a design so on `targetName`, by default the design's own target. Throws InputError
 * when the target can't be told of it at all, or when something must be known that is not.
 */
export function exportDesign(
  design: Design,
  schema: Schema,
  schemaDialect: Dialect | undefined,
  targetName: string = design.target,
): Exported {
  const target = targetNamed(targetName, "--target");
  const spelled = respelled(design, schema, trusted(targetName, schemaDialect));
  const moved = retarget(spelled.design, target);
  refuseControlCharacters(moved.design);
  const request = requestOf(moved.design, spelled.schema, schemaDialect);
  refuseUnknownColumns(request);
  const { files, gaps } = exporters[target.name as TargetName](request);
  const refused = refusedNames(target.name as TargetName, [...moved.design.tables.keys()]);
  return { files, gaps: [...moved.gaps, ...refused, ...gaps, ...unplaceable(request, gaps)] };
}

/**
 * Whose spelling of names counts. Where a system folds names without quotes to lower case, only PostgreSQL's DDL tells
 * which ones were quoted.
 */
function trusted(target: string, schemaDialect: Dialect | undefined): Trusted {
  return folding.has(target) ? { ddl: schemaDialect === "postgres", file: false } : { ddl: true, file: true };
}

const folding: ReadonlySet<string> = new Set(["postgres", "citus", "cockroachdb", "yugabytedb", "redshift", "cassandra", "scylladb"]);

/** Keys that the target can't place: `shardplan place` refuses them, and nobody should find out in production. */
function unplaceable({ design, sharded }: ExportRequest, said: readonly Gap[]): readonly Gap[] {
  return sharded.flatMap(({ name, types }) => {
    if (types === undefined || said.some(({ table, what }) => table === name && what.endsWith("it is left out")))
      return [];
    try {
      shardMapOf(design, name, types);
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return [
        {
          table: name,
          what: `${error.message.replace(`table "${name}": `, "")}${error.hint ? ` (${error.hint})` : ""}`,
        },
      ];
    }
  });
}

function refuseUnknownColumns({ sharded }: ExportRequest): void {
  for (const { name, shardKey, definition } of sharded) {
    const missing = shardKey.find((column) => definition !== undefined && !definition.columns.has(column));
    if (missing === undefined) continue;
    throw new InputError(`table "${name}" has no column ${missing} in the schema`, {
      hint: `it has ${[...definition!.columns.keys()].slice(0, 12).join(", ")}`,
    });
  }
}

function requestOf(design: Design, schema: Schema, schemaDialect: Dialect | undefined): ExportRequest {
  const sharded: ShardedTable[] = [];
  const reference: PlainTable[] = [];
  const unsharded: PlainTable[] = [];
  for (const [name, table] of design.tables) {
    const plain: PlainTable = { name, definition: schema.tables.get(name) };
    if (table.kind === "reference") reference.push(plain);
    else if (table.kind === "unsharded") unsharded.push(plain);
    else {
      const leader = leaderOf(design, name);
      const leads = design.tables.get(leader)!;
      sharded.push({
        ...plain,
        shardKey: table.shardKey,
        leader,
        strategy: table.strategy,
        options: leads.kind === "sharded" ? tableOptions(leads.options, `table "${leader}"`) : {},
        types: keyTypesOf(design, name, schema),
      });
    }
  }
  return { design, schema, schemaDialect, sharded, reference, unsharded };
}

/** No system takes them in names, and a script with one may not do what it seems to. */
function refuseControlCharacters({ tables }: Design): void {
  for (const [name, table] of tables) {
    const names = table.kind === "sharded" ? [name, ...table.shardKey] : [name];
    const bad = names.find((text) => /[\u0000-\u001f\u007f-\u009f]/.test(text));
    if (bad === undefined) continue;
    throw new InputError(`${JSON.stringify(bad)}: a name with a control character can't be exported`, {
      hint: "rename it in the design",
    });
  }
}
