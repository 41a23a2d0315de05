import { Readable } from "node:stream";
import { InputError } from "../../base/input-error.ts";
import type { Schema, TableDefinition } from "../../sql/schema.ts";
import type { Dialect } from "../../sql/template.ts";
import type { StoredRows, StoredTable } from "../../workload/stored-rows.ts";
import { OneTimeStream } from "../byte-stream.ts";
import type { StreamInput } from "../inputs.ts";
import type { LiveDatabase, LiveOptions } from "./live-database.ts";

/** What live databases add to an analysis. */
export interface LiveSources {
  readonly schemas: readonly Schema[];
  readonly dialect: Dialect | undefined;
  readonly stored: StoredRows;
  /** Their statement statistics, to be read like an export of them. */
  readonly streams: readonly StreamInput[];
  readonly warnings: readonly string[];
}

/**
 * Reads each database once. Without logs beside them they must know their statements. Throws InputError when the same is named twice, or one can't be read.
 */
export async function readLiveSources(
  urls: readonly string[],
  hasLogs: boolean,
  options: LiveOptions,
): Promise<LiveSources> {
  if (urls.length === 0) return { schemas: [], dialect: undefined, stored: new Map(), streams: [], warnings: [] };
  const { readDatabase } = await import("./read-database.ts");
  const databases: LiveDatabase[] = [];
  for (const url of urls) {
    const database = await readDatabase(url, options);
    if (databases.some(({ name }) => name === database.name))
      throw new InputError(`${database.name} is named twice`, { hint: "name each database once" });
    databases.push(database);
  }
  if (!hasLogs && databases.every(({ statements }) => statements === undefined)) {
    throw new InputError(databases.flatMap(({ warnings }) => warnings).join("; "), {
      hint: "without statements there is no load to judge keys by",
      exitCode: 3,
    });
  }
  return {
    schemas: databases.map(({ schema }) => schema),
    dialect: databases[0]!.dialect,
    stored: mergedStored(databases),
    streams: databases.flatMap(({ name, statements }) =>
      statements === undefined ? [] : [streamOf(name, statements)],
    ),
    warnings: databases.flatMap(({ warnings }) => warnings),
  };
}

function streamOf(name: string, statements: string): StreamInput {
  const bytes = Buffer.from(statements);
  return { kind: "stream", name, bytes: bytes.length, source: new OneTimeStream(name, () => Readable.from([bytes])) };
}

/** The first that declares a table has it. */
export function mergedSchema(schemas: readonly Schema[]): Schema {
  const tables = new Map<string, TableDefinition>();
  for (const schema of schemas)
    for (const [name, table] of schema.tables) if (!tables.has(name)) tables.set(name, table);
  return { tables };
}

function mergedStored(databases: readonly LiveDatabase[]): StoredRows {
  const tables = new Map<string, StoredTable>();
  for (const { stored } of databases)
    for (const [name, table] of stored) if (!tables.has(name)) tables.set(name, table);
  return tables;
}
