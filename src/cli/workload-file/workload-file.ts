import { closeSync, openSync, statSync, readFileSync, readSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../base/input-error.ts";
import type { Schema, TableDefinition } from "../../sql/schema.ts";
import { canonicalState } from "../../workload/canonical-part.ts";
import type { CountedColumns } from "../../workload/counted-columns.ts";
import { partFromState, type WorkloadPart } from "../../workload/part.ts";
import type { InputSummary } from "../../workload/workload.ts";
import type { OutputFile } from "../output-file.ts";
import { TemporaryFolder } from "../temporary-folder.ts";
import { toolVersion } from "../tool-version.ts";
import { extractArchive, startsArchive, writeArchive } from "./archive.ts";
import { ParquetTables, type TableShape } from "./parquet-tables.ts";
import { readPartTables, writePartTables, type PartFacts } from "./part-tables.ts";

/** The first member: by its name the file is known. */
const manifestName = "shardplan-workload.json";
const newestVersion = 1;

/** A line of an input that reports name. */
export interface KnownLine {
  readonly input: number;
  readonly offset: number;
  readonly line: number;
}

/** What logs come to, kept in a file or about to be. */
export interface StoredWorkload {
  readonly part: WorkloadPart;
  readonly inputs: readonly InputSummary[];
  /** Columns whose values were counted; a table that is not in it has all of them counted. */
  readonly counted: CountedColumns;
  /** The schema that statements were bound with. */
  readonly schema: Schema;
  /** Of the records that reports name. */
  readonly lines: readonly KnownLine[];
  /** Set when it is anonymised: tells keys from each other. */
  readonly anonymized?: string | undefined;
}

interface Manifest {
  readonly kind: "shardplan-workload";
  readonly version: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly inputs: readonly InputSummary[];
  readonly counted: readonly (readonly [string, readonly string[]])[];
  readonly schema: readonly SchemaTable[];
  readonly workload: PartFacts;
  readonly anonymized?: string;
}

interface SchemaTable extends Omit<TableDefinition, "columns"> {
  readonly columns: readonly (readonly [string, unknown])[];
}

const linesTable = {
  name: "lines",
  columns: { input: "BIGINT", offset: "BIGINT", line: "BIGINT" },
} as const satisfies TableShape;

/** Told by its first bytes. Only a plain file is looked into: to open a named pipe would wait for its writer, and take its bytes. */
export function isWorkloadFile(name: string): boolean {
  let file: number;
  try {
    if (name === "-" || statSync(name, { throwIfNoEntry: false })?.isFile() !== true) return false;
    file = openSync(name, "r");
  } catch {
    return false; // why it can't be opened is said where it is read
  }
  try {
    const bytes = new Uint8Array(512);
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && startsArchive(bytes, manifestName);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}

/** Writes a summary; its part is spent. The file is there whole or not at all. */
export async function writeWorkloadFile(output: OutputFile, stored: StoredWorkload): Promise<void> {
  await inFolder(async (folder) => {
    const tables = await ParquetTables.open(folder);
    try {
      const { facts, paths } = await writePartTables(tables, canonicalState(stored.part));
      const lines = await tables.write(linesTable, (row) =>
        stored.lines.forEach(({ input, offset, line }) => row([input, offset, line])),
      );
      const manifest: Manifest = {
        kind: "shardplan-workload",
        version: newestVersion,
        tool: { name: "shardplan", version: toolVersion() },
        inputs: stored.inputs.map(withoutSummary),
        counted: [...stored.counted].map(([table, columns]) => [table, [...columns].sort()] as const).sort(byFirst),
        schema: [...stored.schema.tables.values()].map((table) => ({ ...table, columns: [...table.columns] })),
        workload: facts,
        ...(stored.anonymized === undefined ? {} : { anonymized: stored.anonymized }),
      };
      output.writeWith((file) =>
        writeArchive(file, [
          { name: manifestName, content: Buffer.from(`${JSON.stringify(manifest)}\n`) },
          ...paths.map(({ name, path }) => ({ name, content: { path } })),
          { name: "lines.parquet", content: { path: lines } },
        ]),
      );
    } finally {
      tables.close();
    }
  });
}

/** Which summary an input came from says nothing of the input. */
function withoutSummary(input: InputSummary): InputSummary {
  const { summary: _, ...rest } = input;
  return rest;
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

/** Reads a summary; its first input has the number `firstInput` from then on. */
export async function readWorkloadFile(path: string, firstInput: number): Promise<StoredWorkload> {
  return inFolder(async (folder) => {
    const names = extractArchive(path, folder);
    const manifest = names.includes(manifestName)
      ? (JSON.parse(readFileSync(join(folder, manifestName), "utf8")) as Manifest)
      : undefined;
    if (manifest?.kind !== "shardplan-workload")
      throw new InputError(`${path}: this is no workload summary`, { hint: "make one with shardplan scan" });
    if (manifest.version !== newestVersion)
      throw new InputError(
        `${path}: this workload summary has version ${manifest.version}, and ${newestVersion} is the newest that is known`,
        { hint: "read it with the shardplan that wrote it, or a newer one" },
      );
    const tables = await ParquetTables.open(folder);
    try {
      const state = await readPartTables(tables, manifest.workload, firstInput);
      const lines: KnownLine[] = [];
      await tables.read(linesTable, ([input, offset, line]) =>
        lines.push({ input: (input as number) + firstInput, offset: offset as number, line: line as number }),
      );
      return {
        part: partFromState(state),
        inputs: manifest.inputs,
        counted: new Map(manifest.counted.map(([table, columns]) => [table, new Set(columns)])),
        schema: {
          tables: new Map(
            manifest.schema.map((table) => [
              table.name,
              { ...table, primaryKey: table.primaryKey, columns: new Map(table.columns) } as TableDefinition,
            ]),
          ),
        },
        lines,
        anonymized: manifest.anonymized,
      };
    } finally {
      tables.close();
    }
  });
}

/** A folder of our own while `work` runs; it is gone afterwards, also when a signal ends the process. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = new TemporaryFolder();
  try {
    return await work(folder.path);
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error) || !/ENOSPC|No space left/i.test(error.message)) throw error;
    throw new InputError(`${tmpdir()}: there is no space left for temporary files`, {
      hint: "make some, or set TMPDIR to a folder that has more",
    });
  } finally {
    folder.remove();
  }
}
