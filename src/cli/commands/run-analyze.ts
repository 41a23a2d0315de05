import { ladderOf } from "../../advice/ladder.ts";
import { recommend } from "../../advice/recommend.ts";
import { analyze } from "../../analyze/analyze.ts";
import { InputError } from "../../base/input-error.ts";
import type { StrategyName } from "../../placement/design.ts";
import { buildReport, originsShown } from "../../report/build-report.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderJson } from "../../report/render-json.ts";
import { renderMarkdown } from "../../report/render-markdown.ts";
import { renderTerminal } from "../../report/render-terminal.ts";
import type { Report } from "../../report/schema.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import { resolveAskedKeys } from "../asked-keys.ts";
import { expandArguments } from "../inputs.ts";
import type { NamedKey } from "../option-values.ts";
import { OutputFile } from "../output-file.ts";
import { type ReadingFlags, readerOptionsOf } from "../reading-options.ts";
import { recordLocator } from "../record-locator.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `analyze`, as they are after parsing. */
export interface AnalyzeFlags extends ReadingFlags {
  readonly schema?: string;
  readonly shards: readonly number[];
  readonly rankAt?: number;
  readonly key: readonly NamedKey[];
  readonly strategy: readonly StrategyName[];
  readonly json?: true;
  readonly markdown?: true;
  readonly output?: string;
  readonly all?: true;
  readonly literals?: true;
  readonly cores: number;
  readonly largestCores: number;
  readonly targetUtilization: number;
  readonly costPerShardMs: number;
  readonly costPerShardShare: number;
  readonly costSeparation: number;
  readonly costKeyUpdate: number;
}

/** Reads, judges, and prints or writes the report. `headerGiven` says that `--no-header` was. */
export async function runAnalyze(
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<void> {
  checkRankAt(flags);
  const output =
    flags.output === undefined ? undefined : new OutputFile(flags.output, inputFiles(logs, flags), around.processId);
  const report = await reportOf(logs, flags, headerGiven, around);
  const text = render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

function checkRankAt({ rankAt, shards }: AnalyzeFlags): void {
  if (rankAt === undefined || shards.includes(rankAt)) return;
  throw new InputError(`--rank-at ${rankAt}: not one of the shard counts that are judged`, {
    hint: `pass one of ${shards.join(", ")}, or name it in --shards too`,
  });
}

/** Files that the result must not be written over. */
function inputFiles(logs: readonly string[], { schema }: AnalyzeFlags): readonly string[] {
  const files = expandArguments(logs).names.filter((name) => name !== "-");
  return schema === undefined ? files : [...files, schema];
}

async function reportOf(
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<Report> {
  const { schema, dialect: schemaDialect, warnings: schemaWarnings } = readSchemaOption(flags.schema, flags.dialect);
  const { workload, inputs, warnings } = await scan(
    logs,
    {
      reader: readerOptionsOf(flags, headerGiven),
      dialect: flags.dialect,
      schemaDialect,
      schema,
      workers: flags.workers,
      named: flags.key.map(({ table, key }) => ({ table, columns: key })),
    },
    around,
  );
  for (const warning of [...schemaWarnings, ...warnings, ...workload.inputs.flatMap((input) => input.warnings)])
    around.stderr(`warning: ${plainText(warning)}\n`);
  const whole = inferSchema(workload, schema);
  const analysis = analyze(workload, whole, {
    shardCounts: flags.shards,
    strategies: flags.strategy,
    keys: resolveAskedKeys(flags.key, whole),
    rankAt: flags.rankAt,
    weights: {
      perShardMs: flags.costPerShardMs,
      perShardShare: flags.costPerShardShare,
      separation: flags.costSeparation,
      keyUpdate: flags.costKeyUpdate,
    },
  });
  const ladder = ladderOf(workload, {
    cores: flags.cores,
    largestCores: flags.largestCores,
    targetUtilization: flags.targetUtilization,
  });
  return buildReport({
    workload,
    schema: whole,
    analysis,
    ladder,
    recommendation: recommend(workload, analysis, ladder, { literals: flags.literals === true }),
    toolVersion: toolVersion(),
    // Nothing is drawn by chance: samples are chosen by the place of a record in its input.
    seed: 0,
    literals: flags.literals === true,
    locate: recordLocator(inputs, workload, originsShown(workload, analysis), flags.literals === true),
  });
}

function render(
  report: Report,
  flags: AnalyzeFlags,
  around: Pick<Surroundings, "width" | "color" | "unicode">,
): string {
  if (flags.json) return renderJson(report);
  if (flags.markdown) return renderMarkdown(report);
  return renderTerminal(report, {
    width: around.width ?? 80,
    color: around.color,
    unicode: around.unicode,
    all: flags.all === true,
  });
}
