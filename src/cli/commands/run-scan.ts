import { InputError } from "../../base/input-error.ts";
import { buildScan, scanText } from "../../report/build-scan.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { emptySchema } from "../../sql/schema.ts";
import type { Origin } from "../../ingest/entry.ts";
import type { WorkloadPart } from "../../workload/part.ts";
import { recordFilterOf } from "../filter-options.ts";
import { expandArguments, linesOf } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import { readerOptionsOf } from "../reading-options.ts";
import { checkGathered, gather, type Gathered, type ScanOptions } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { isWorkloadFile, writeWorkloadFile, type KnownLine } from "../workload-file/workload-file.ts";
import { anonymized, readKeyFile } from "../workload-file/anonymized.ts";
import { toolVersion } from "../tool-version.ts";
import type { MergeFlags } from "./merge.ts";
import type { ScanFlags } from "./scan.ts";

/** Reads logs and writes what they come to. */
export async function runScan(
  logs: readonly string[],
  flags: ScanFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<void> {
  const { schema, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const files = flags.schema === undefined ? [] : [flags.schema];
  await write(logs, flags, files, warnings, around, {
    reader: readerOptionsOf(flags, headerGiven),
    filter: recordFilterOf(flags),
    dialect: flags.dialect,
    schemaDialect: dialect,
    schema,
    workers: flags.workers,
    continues: true,
    named: flags.key.map(({ table, key }) => ({ table, columns: key })),
  });
}

/** Puts summaries together. */
export async function runMerge(names: readonly string[], flags: MergeFlags, around: Surroundings): Promise<void> {
  const other = expandArguments(names).names.find((name) => !isWorkloadFile(name));
  if (other !== undefined)
    throw new InputError(`${other}: this is no workload summary, or its beginning is damaged`, {
      hint: "make one with shardplan scan, which takes logs and summaries alike",
    });
  await write(names, flags, [], [], around, {
    reader: {},
    filter: undefined,
    dialect: undefined,
    schemaDialect: undefined,
    schema: emptySchema,
    workers: 1,
    named: [],
  });
}

async function write(
  names: readonly string[],
  { output: path, json, anonymize, anonymizeKey }: MergeFlags,
  otherFiles: readonly string[],
  earlier: readonly string[],
  around: Surroundings,
  options: ScanOptions,
): Promise<void> {
  const files = expandArguments(names).names.filter((name) => name !== "-");
  const keyFiles = anonymizeKey === undefined ? [] : [anonymizeKey];
  const output = new OutputFile(path, [...files, ...otherFiles, ...keyFiles], around.processId);
  const secret = readKeyFile(anonymizeKey);
  const { stored, dataSets, inputs, warnings } = await gather(names, options, around);
  if (dataSets.length > 0)
    throw new InputError(`${dataSets[0]!.counted.inputs[0]!.name}: rows of a table are not kept in a summary`, {
      hint: "pass them to analyze beside the summary, with --data",
    });
  checkGathered(stored);
  for (const warning of [...earlier, ...warnings, ...stored.inputs.flatMap((input) => input.warnings)])
    around.stderr(`warning: ${plainText(warning)}\n`);
  const kept = { ...stored, lines: linesToKeep(stored, inputs) };
  const written = anonymize === undefined && secret === undefined ? kept : anonymized(kept, secret);
  const report = buildScan(path, written.part, written.inputs, toolVersion(), written.anonymized !== undefined);
  await writeWorkloadFile(output, written);
  around.stdout(json ? `${jsonText(report, 2)}\n` : `${plainText(scanText(report))}\n`);
}

/** Lines of the records that reports may name: looked up now, because the logs are not there later. */
function linesToKeep(stored: Gathered["stored"], inputs: Gathered["inputs"]): readonly KnownLine[] {
  const origins = originsOf(stored.part);
  const wanted = new Set(origins.map(({ input, offset }) => `${input} ${offset}`));
  const known = stored.lines.filter(({ input, offset }) => wanted.has(`${input} ${offset}`));
  const found = inputs.flatMap((input, number) => {
    if (input === undefined) return [];
    const own = origins.filter((origin) => origin.input === number).map(({ offset }) => offset);
    return [...linesOf(input, own)].map(([offset, line]) => ({ input: number, offset, line }));
  });
  return [...known, ...found].sort((a, b) => a.input - b.input || a.offset - b.offset);
}

const originsOf = ({ templates, skipped }: WorkloadPart): readonly Origin[] => [
  ...[...templates.values()].map(({ first }) => first),
  ...[...skipped.values()].flatMap(({ first }) => first),
];
