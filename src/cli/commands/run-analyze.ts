import { resolve } from "node:path";
import { ladderOf } from "../../advice/ladder.ts";
import { recommend } from "../../advice/recommend.ts";
import { analyze } from "../../analyze/analyze.ts";
import type { Pin } from "../../analyze/designs/design-options.ts";
import { storedKeysOf, storedTableOf } from "../../analyze/stored-keys.ts";
import { InputError } from "../../base/input-error.ts";
import type { Design, StrategyName } from "../../placement/design.ts";
import { buildReport, originsShown } from "../../report/build-report.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderJson } from "../../report/render-json.ts";
import { renderMarkdown } from "../../report/render-markdown.ts";
import { renderTerminal } from "../../report/render-terminal.ts";
import type { Report } from "../../report/schema.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import { resolveAskedKeys, resolvePins } from "../asked-keys.ts";
import { expandArguments } from "../inputs.ts";
import type { NamedData, NamedKey } from "../option-values.ts";
import { isDatabaseUrl } from "../live/database-url.ts";
import { mergedSchema, readLiveSources } from "../live/live-sources.ts";
import { OutputFile } from "../output-file.ts";
import { type ReadingFlags, readerOptionsOf } from "../reading-options.ts";
import { recordLocator } from "../record-locator.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import { searchProgress } from "../search-progress.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `analyze`, as they are after parsing. */
export interface AnalyzeFlags extends ReadingFlags {
  readonly schema?: string;
  readonly shards: readonly number[];
  readonly rankAt?: number;
  readonly key: readonly NamedKey[];
  readonly strategy: readonly StrategyName[];
  readonly maxDesigns: number;
  readonly pin: readonly Pin[];
  readonly reference: readonly Pin[];
  readonly seed: number;
  readonly searchLimit: number;
  readonly searchNodes: number;
  readonly saveDesign?: string;
  readonly json?: true;
  readonly markdown?: true;
  readonly output?: string;
  readonly data: readonly NamedData[];
  /** Share of a live database's rows to sample. */
  readonly sample?: number;
  readonly all?: true;
  readonly literals?: true;
  readonly cores: number;
  readonly largestCores: number;
  readonly targetUtilization: number;
  readonly costPerShardMs: number;
  readonly costPerShardShare: number;
  readonly costSeparation: number;
  readonly costKeyUpdate: number;
  readonly costTwoPhaseCommitMs: number;
  readonly costTwoPhaseCommitShare: number;
  readonly costRelatedRows: number;
  readonly costCopy: number;
  readonly costKeyColumn: number;
  readonly costSkew: number;
}

/** Reads, judges, and prints or writes the report. `headerGiven` says that `--no-header` was. */
export async function runAnalyze(
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<void> {
  if (logs.length === 0 && flags.data.length === 0) {
    throw new InputError("nothing to read: no log was named", {
      hint: "pass files, patterns or - for stdin, or rows with --data; see shardplan analyze --help",
    });
  }
  checkRankAt(flags);
  const output =
    flags.output === undefined ? undefined : new OutputFile(flags.output, inputFiles(logs, flags), around.processId);
  const saved = designFile(logs, flags, around);
  const { report, design } = await reportOf(logs, flags, headerGiven, around);
  const text = render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  if (saved !== undefined) {
    if (design === undefined)
      throw new InputError("--save-design: there is no design, because no statement of the log reaches a table", {
        hint: "pass a log with statements on tables, or leave the option out",
      });
    // Most runs save none, and design files bring along YAML, their shape and all targets.
    const { renderDesign } = await import("../../placement/design-file.ts");
    saved.write(renderDesign(design));
  }
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

function designFile(logs: readonly string[], flags: AnalyzeFlags, around: Surroundings): OutputFile | undefined {
  const { saveDesign, output } = flags;
  if (saveDesign === undefined) return undefined;
  if (output !== undefined && resolve(output) === resolve(saveDesign))
    throw new InputError(`${saveDesign}: it can't be both the report and the design`, {
      hint: "pass different paths to -o and --save-design",
    });
  return new OutputFile(saveDesign, inputFiles(logs, flags), around.processId, "--save-design");
}

function checkRankAt({ rankAt, shards }: AnalyzeFlags): void {
  if (rankAt === undefined || shards.includes(rankAt)) return;
  throw new InputError(`--rank-at ${rankAt}: not one of the shard counts that are judged`, {
    hint: `pass one of ${shards.join(", ")}, or name it in --shards too`,
  });
}

/** Files that the result must not be written over. */
function inputFiles(logs: readonly string[], { schema, data }: AnalyzeFlags): readonly string[] {
  const files = expandArguments(logs.filter((log) => !isDatabaseUrl(log))).names.filter((name) => name !== "-");
  return [...files, ...data.map(({ name }) => name), ...(schema === undefined ? [] : [schema])];
}

async function reportOf(
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<{ readonly report: Report; readonly design: Design | undefined }> {
  const given = readSchemaOption(flags.schema, flags.dialect);
  const urls = logs.filter(isDatabaseUrl);
  const live = await readLiveSources(urls, urls.length < logs.length + flags.data.length, {
    sample: flags.sample,
    seed: flags.seed,
  });
  const schema = mergedSchema([given.schema, ...live.schemas]);
  const schemaDialect = given.dialect ?? live.dialect;
  const schemaWarnings = [...given.warnings, ...live.warnings];
  const pins = [...flags.pin, ...flags.reference];
  const { workload, dataSets, inputs, warnings } = await scan(
    logs.filter((log) => !isDatabaseUrl(log)),
    {
      reader: readerOptionsOf(flags, headerGiven),
      dialect: flags.dialect,
      schemaDialect,
      schema,
      workers: flags.workers,
      streams: live.streams,
      data: flags.data,
      named: [
        ...flags.key.map(({ table, key }) => ({ table, columns: key })),
        ...pins.flatMap(({ table, to }) => (to.kind === "sharded" ? [{ table, columns: to.key }] : [])),
      ],
    },
    around,
  );
  const read = [workload, ...dataSets.map(({ counted }) => counted)].flatMap((part) => part.inputs);
  for (const warning of [...schemaWarnings, ...warnings, ...read.flatMap((input) => input.warnings)])
    around.stderr(`warning: ${plainText(warning)}\n`);
  const whole = inferSchema(workload, schema);
  const analysis = analyze(
    workload,
    whole,
    {
      shardCounts: flags.shards,
      strategies: flags.strategy,
      keys: resolveAskedKeys(flags.key, whole),
      rankAt: flags.rankAt,
      maxDesigns: flags.maxDesigns,
      pins: resolvePins(pins, whole),
      search: { seed: flags.seed, evaluationLimit: flags.searchLimit, nodeLimit: flags.searchNodes },
      textInDesigns: flags.literals === true,
      weights: {
        perShardMs: flags.costPerShardMs,
        perShardShare: flags.costPerShardShare,
        separation: flags.costSeparation,
        keyUpdate: flags.costKeyUpdate,
        twoPhaseCommitMs: flags.costTwoPhaseCommitMs,
        twoPhaseCommitShare: flags.costTwoPhaseCommitShare,
        relatedRows: flags.costRelatedRows,
        copy: flags.costCopy,
        keyColumn: flags.costKeyColumn,
        skew: flags.costSkew,
      },
    },
    searchProgress(around),
  );
  const storedKeys = dataSets.map(({ table, counted }) => storedKeysOf(table, counted, schema, analysis.options));
  const ladder = ladderOf(workload, {
    cores: flags.cores,
    largestCores: flags.largestCores,
    targetUtilization: flags.targetUtilization,
  });
  const report = buildReport({
    workload,
    schema: whole,
    analysis,
    ladder,
    stored: new Map([
      ...live.stored,
      ...storedKeys.map((set) => [set.table, storedTableOf(set, "all rows of the data set")] as const),
    ]),
    storedKeys,
    rowInputs: new Map(dataSets.map(({ table, counted }) => [table, counted])),
    recommendation: recommend(workload, analysis, ladder, { literals: flags.literals === true }),
    toolVersion: toolVersion(),
    // Only the search for designs draws by chance: samples are chosen by the place of a record in its input.
    seed: flags.seed,
    literals: flags.literals === true,
    locate: recordLocator(inputs, workload, originsShown(workload, analysis), flags.literals === true),
  });
  return { report, design: analysis.design };
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
