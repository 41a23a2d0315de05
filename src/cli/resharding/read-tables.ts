import { InputError } from "../../base/input-error.ts";
import type { Design } from "../../placement/design.ts";
import type { ReshardReport } from "../../report/schema-reshard.ts";
import type { TableInput } from "../../reshard/reshard.ts";
import { type AskedTable, askedTables, positionsOf, tableOfWorkload, typesOf } from "../../reshard/tables-of-workload.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import type { Workload } from "../../workload/workload.ts";
import type { ReshardFlags } from "../commands/run-reshard.ts";
import { recordFilterOf } from "../filter-options.ts";
import { readerOptionsOf } from "../reading-options.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { readKeysFile } from "./keys-file.ts";

/** What logs and files of keys say of the sharded tables of a design. */
export interface ReadTables {
  readonly tables: ReadonlyMap<string, TableInput>;
  readonly workload: Workload | undefined;
  readonly inputs: ReshardReport["inputs"];
  readonly warnings: readonly string[];
}

/** Reads the logs, if any, and the files of keys. Throws InputError, with exit code 3 when no table's keys are in them. */
export async function readTables(
  logs: readonly string[],
  before: Design,
  after: Design,
  flags: ReshardFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<ReadTables> {
  const asked = askedTables(before, after);
  const files = filesOf(flags, asked);
  const { schema: declared, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const scanned =
    logs.length === 0
      ? undefined
      : await scan(
          logs,
          {
            reader: readerOptionsOf(flags, headerGiven),
            filter: recordFilterOf(flags),
            dialect: flags.dialect,
            schemaDialect: dialect,
            schema: declared,
            workers: flags.workers,
            named: asked.map(({ table, columns }) => ({ table, columns })),
          },
          around,
        );
  const schema = scanned === undefined ? declared : inferSchema(scanned.workload, scanned.schema);
  const tables = new Map<string, TableInput>();
  const inputs: ReshardReport["inputs"] = [];
  for (const { name, digest, entries } of scanned?.workload.inputs ?? [])
    inputs.push({ role: "log", name, digest, table: null, records: entries });
  const said = [...warnings, ...(scanned?.warnings ?? []), ...(scanned?.workload.inputs.flatMap((input) => input.warnings) ?? [])];
  for (const table of asked) {
    const types = typesOf(table, before, after, schema);
    const file = files.get(table.table);
    if (file === undefined) {
      tables.set(table.table, scanned === undefined ? { unknown: noKeys } : tableOfWorkload(scanned.workload, table, types, schema));
      continue;
    }
    const read = await readKeysFile(
      { name: file, columns: table.columns, types, countColumn: flags.keysCount, bytesColumn: flags.keysBytes },
      around,
    );
    if (read.guessed)
      said.push(`${read.name}: the keys of ${table.table} are taken for ${read.types.join(", ")}; "type:" in the design or --schema says otherwise`);
    inputs.push({ role: "keys", name: read.name, digest: read.digest, table: table.table, records: read.lines });
    tables.set(table.table, {
      ...positionsOf(table),
      counts: read.counts,
      source: "keys-file",
      keptShare: read.counts.finished().keptShare,
      unique: false,
      inserts: 0,
      hasBytes: read.hasBytes,
    });
  }
  if ([...tables.values()].every((table) => "unknown" in table))
    throw new InputError(`${logs.join(", ")}: no statement pins the shard key of a table of the design to logged values`, {
      hint: [
        `its keys are ${asked.map(({ table, columns }) => `${table}.${columns.join(",")}`).join("; ")}; or pass --keys`,
        // Why there are none: redacted bind variables, statistics.
        ...(scanned?.workload.inputs.flatMap((input) => input.warnings) ?? []),
      ].join("; "),
      exitCode: 3,
    });
  return { tables, workload: scanned?.workload, inputs, warnings: said };
}

function filesOf({ keys }: ReshardFlags, asked: readonly AskedTable[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const names = asked.map(({ table }) => table);
  for (const { table, value } of keys) {
    if (table === undefined && names.length !== 1)
      throw new InputError(`--keys ${value}: whose keys are these?`, {
        hint: `pass table=file; sharded tables are ${names.join(", ")}`,
      });
    const owner = table ?? names[0]!;
    if (!names.includes(owner))
      throw new InputError(`--keys: the design shards no table "${owner}"`, { hint: `it shards ${names.join(", ")}` });
    if (files.has(owner))
      throw new InputError(`--keys: "${owner}" is given twice`, { hint: "put all keys of a table into one file" });
    files.set(owner, value);
  }
  return files;
}

const noKeys = "no keys were given: pass --keys TABLE=FILE, or a log";
