import { resolve } from "node:path";
import { growthOf } from "../../advice/growth.ts";
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
import { scenarioText } from "../../report/scenario-text.ts";
import type { Report } from "../../report/schema.ts";
import type { ReplicationMode } from "../../simulate/scenario.ts";
import type { Schema } from "../../sql/schema.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import { resolveAskedKeys, resolvePins } from "../asked-keys.ts";
import { expandArguments } from "../inputs.ts";
import type { NamedData, NamedKey } from "../option-values.ts";
import { isDatabaseUrl } from "../live/database-url.ts";
import { mergedSchema, readLiveSources } from "../live/live-sources.ts";
import { recordFilterOf } from "../filter-options.ts";
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
  readonly target?: string;
  readonly growth?: number;
  readonly saveScenario?: string;
  readonly replicas: number;
  readonly replication: ReplicationMode;
  readonly objective?: string;
  readonly json?: true;
  readonly markdown?: true;
  readonly output?: string;
  readonly html?: string;
  readonly data: readonly NamedData[];
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
  const output =
    flags.output === undefined ? undefined : new OutputFile(flags.output, inputFiles(logs, flags), around.processId);
  const saved = {
    design: resultFile("--save-design", flags.saveDesign, logs, flags, around),
    scenario: resultFile("--save-scenario", flags.saveScenario, logs, flags, around),
    page: resultFile("--html", flags.html, logs, flags, around),
  };
  const { report, designText, scenarioText: scenario } = await analysisOf(logs, flags, headerGiven, around);
  const text = render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  // All are made before any is written.
  const results = [
    { file: saved.design, content: saved.design === undefined ? "" : await designText() },
    { file: saved.scenario, content: saved.scenario === undefined ? "" : scenario() },
    { file: saved.page, content: saved.page === undefined ? "" : await pageOf(report) },
  ];
  for (const { file, content } of results) file?.write(content);
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

/** Most runs write no page. */
async function pageOf(report: Report): Promise<string> {
  const { renderHtml } = await import("../../report/html/render-html.ts");
  return renderHtml(report);
}

/** The design file, for the target that was asked for. */
async function savedDesign(
  design: Design | undefined,
  schema: Schema,
  flags: AnalyzeFlags,
  around: Surroundings,
): Promise<string> {
  if (design === undefined)
    throw new InputError("--save-design: there is no design, because no statement of the log reaches a table", {
      hint: "pass a log with statements on tables, or leave the option out",
    });
  refuseLikeNames([...design.tables.keys()]);
  // Most runs save none, and design files bring along YAML, their shape and all targets.
  const { renderDesign } = await import("../../placement/design-file.ts");
  if (flags.target === undefined) return renderDesign(design, schema);
  const { targetOfFlag } = await import("../placing/target-of-flag.ts");
  const { retarget } = await import("../../export/retarget.ts");
  const { gapText } = await import("../../export/sql-script.ts");
  const moved = retarget(design, targetOfFlag("--target", flags.target));
  for (const gap of moved.gaps) around.stderr(`warning: ${plainText(gapText(gap))}\n`);
  return renderDesign(moved.design, schema);
}

/** MongoDB and quoted names can have two tables that a design file takes for one. */
function refuseLikeNames(tables: readonly string[]): void {
  const first = new Map<string, string>();
  for (const table of tables) {
    const other = first.get(table.toLowerCase());
    if (other !== undefined)
      throw new InputError(`--save-design: tables ${other} and ${table} differ in case alone, and a design file has no two such tables`, {
        hint: "leave the statements of one of them out of the log, or leave the option out",
      });
    first.set(table.toLowerCase(), table);
  }
}

function resultFile(
  flag: string,
  path: string | undefined,
  logs: readonly string[],
  flags: AnalyzeFlags,
  around: Surroundings,
): OutputFile | undefined {
  if (path === undefined) return undefined;
  const others = [flags.output, flags.saveDesign, flags.saveScenario, flags.html].filter((other) => other !== undefined);
  if (others.filter((other) => resolve(other) === resolve(path)).length > 1)
    throw new InputError(`${path}: it can't be two results at once`, {
      hint: "pass different paths to -o, --save-design, --save-scenario and --html",
    });
  return new OutputFile(path, inputFiles(logs, flags), around.processId, flag);
}

/** Before the long run: what the scenario would be refused for. */
async function checkObjective({ objective }: AnalyzeFlags): Promise<void> {
  if (objective === undefined) return;
  const { parseScenario } = await import("../../simulate/scenario-file.ts");
  const least = 'version: 1\nduration: 60s\narrivals: 1/s\noperations: [{ name: a, share: 1, service: 1ms }]\n';
  try {
    parseScenario(`${least}objective: ${JSON.stringify(objective)}\nexpect: [${JSON.stringify(objective)}]\n`, "--objective");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`--objective: ${error.message.replace(/^--objective:\d+:\d+: /, "")}`, {
      hint: error.hint ?? "pass a measure of simulate, such as 'latency.p99<50ms'",
    });
  }
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

/** What `analyze` comes to, before any of it is written. */
export interface AnalysisResult {
  readonly report: Report;
  /** Throws InputError when there is no design. */
  readonly designText: () => Promise<string>;
  /** Throws InputError when the log is not enough for a scenario. */
  readonly scenarioText: () => string;
}

/** Reads and judges. `headerGiven` says that `--no-header` was. */
export async function analysisOf(
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<AnalysisResult> {
  checkRankAt(flags);
  await checkObjective(flags);
  const given = readSchemaOption(flags.schema, flags.dialect);
  const urls = logs.filter(isDatabaseUrl);
  const live = await readLiveSources(urls, urls.length < logs.length + flags.data.length, {
    sample: flags.sample,
    seed: flags.seed,
  });
  const schemaDialect = given.dialect ?? live.dialect;
  const schemaWarnings = [...given.warnings, ...live.warnings];
  const pins = [...flags.pin, ...flags.reference];
  const { workload, dataSets, inputs, lines, schema, warnings } = await scan(
    logs.filter((log) => !isDatabaseUrl(log)),
    {
      reader: readerOptionsOf(flags, headerGiven),
      filter: recordFilterOf(flags, urls.length > 0),
      dialect: flags.dialect,
      schemaDialect,
      schema: mergedSchema([given.schema, ...live.schemas]),
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
  const growth = flags.growth === undefined ? undefined : growthOf(ladder, flags.growth);
  const recommendation = recommend(workload, analysis, ladder, { literals: flags.literals === true, growth });
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
    growth,
    recommendation,
    toolVersion: toolVersion(),
    // Only the search for designs draws by chance: samples are chosen by the place of a record in its input.
    seed: flags.seed,
    literals: flags.literals === true,
    locate: recordLocator(inputs, lines, workload, originsShown(workload, analysis, recommendation), flags.literals === true),
  });
  const { cores, replicas, replication, objective, seed } = flags;
  return {
    report,
    designText: () => savedDesign(analysis.design, whole, flags, around),
    scenarioText: () => scenarioText(workload, analysis, { cores, replicas, replication, objective, seed }),
  };
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
