import { availableParallelism } from "node:os";
import { Readable } from "node:stream";
import type { LadderOptions } from "../advice/ladder-options.ts";
import { ladderOf } from "../advice/ladder.ts";
import { recommend } from "../advice/recommend.ts";
import { analyze, type Analysis } from "../analyze/analyze.ts";
import type { AnalyzeOptions } from "../analyze/analyze-options.ts";
import { InputError } from "../base/input-error.ts";
import type { ReaderOptions } from "../ingest/format.ts";
import type { Design } from "../placement/design.ts";
import { renderDesign } from "../placement/design-file.ts";
import { buildReport, originsShown } from "../report/build-report.ts";
import type { Survival } from "../plan/cluster.ts";
import type { Report } from "../report/schema.ts";
import type { PlanReport } from "../report/schema-plan.ts";
import type { ReshardReport } from "../report/schema-reshard.ts";
import { routingContext } from "../routing/context.ts";
import { explainStatement, type Explanation } from "../routing/explain.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { doTask, outcomeOf, tasksOf, type Outcome } from "../simulate/tasks.ts";
import { loadParser } from "./parser-loading.ts";
import { emptySchema, type Schema } from "../sql/schema.ts";
import type { Dialect, Literal } from "../sql/template.ts";
import { inferSchema } from "../workload/inferred-schema.ts";
import { keyValueOf } from "../workload/key-value.ts";
import type { Workload } from "../workload/workload.ts";
import { planReportOf } from "./commands/run-plan.ts";
import { reshardOf } from "./commands/run-reshard.ts";
import { recordLocator } from "./record-locator.ts";
import { scan as scanInputs, type Scanned } from "./scan.ts";
import type { Surroundings } from "./surroundings.ts";
import { toolVersion } from "./tool-version.ts";

/**
 * The library: `import { scan, analyze } from "shardplan"`. The commands print what these functions give. Whatever is the
 * caller's to mend is thrown as `InputError`, with a sentence and a hint.
 */

export type { Analysis, AnalyzeOptions, Design, Dialect, Explanation, LadderOptions, Outcome, ReaderOptions, Report };
export type { PlanReport, ReshardReport, Scanned, Scenario, Schema, Workload };
export { analyze, inferSchema, InputError, renderDesign };
export { exportDesign } from "../export/export-design.ts";
export { parseDesign } from "../placement/design-file.ts";
export { renderJson } from "../report/render-json.ts";
export { renderMarkdown } from "../report/render-markdown.ts";
export { renderTerminal } from "../report/render-terminal.ts";
export { parseScenario } from "../simulate/scenario-file.ts";
export { parseSchema } from "../sql/schema-ddl.ts";

export interface ScanSettings {
  /** As `parseSchema` gives it; without one types and keys are inferred. */
  readonly schema?: Schema;
  /** Of the statements; undefined: told from them. */
  readonly dialect?: Dialect;
  /** Format, columns, delimiter; what is unsaid is detected. */
  readonly reader?: ReaderOptions;
  /** Threads; the result is the same for any number. Default: one per core. */
  readonly workers?: number;
  /** Key columns whose values are counted whatever the statements look like. */
  readonly keys?: readonly { readonly table: string; readonly columns: readonly string[] }[];
}

/** Reads files or patterns and sums them up. Throws InputError, with exit code 3 where there is no usable statement. */
export function scan(paths: string | readonly string[], settings: ScanSettings = {}): Promise<Scanned> {
  const { schema = emptySchema, dialect, reader = {}, workers = availableParallelism(), keys = [] } = settings;
  return scanInputs(
    typeof paths === "string" ? [paths] : paths,
    { reader, dialect, schemaDialect: dialect, schema, workers, named: keys, filter: undefined },
    silent,
  );
}

/** The whole report of `shardplan analyze --json`: ladder, ranked keys, designs and findings in one value. */
export function report(
  { workload, inputs, lines }: Scanned,
  schema: Schema = emptySchema,
  options: Partial<AnalyzeOptions> & { readonly ladder?: Partial<LadderOptions> } = {},
): { readonly report: Report; readonly analysis: Analysis } {
  const { ladder: given, ...judged } = options;
  const whole = inferSchema(workload, schema);
  const analysis = analyze(workload, whole, judged);
  const ladder = ladderOf(workload, given);
  const recommendation = recommend(workload, analysis, ladder);
  const built = buildReport({
    workload,
    schema: whole,
    analysis,
    ladder,
    recommendation,
    stored: new Map(),
    storedKeys: [],
    rowInputs: new Map(),
    toolVersion: toolVersion(),
    seed: analysis.options.search.seed,
    literals: false,
    locate: recordLocator(inputs, lines, workload, originsShown(workload, analysis, recommendation), false),
  });
  return { report: built, analysis };
}

/** Where a statement goes under a design, and why. `parameters` are the values of its placeholders. */
export async function explain(
  sql: string,
  design: Design,
  {
    schema = emptySchema,
    dialect = "postgres",
    parameters,
  }: { readonly schema?: Schema; readonly dialect?: Dialect; readonly parameters?: readonly Literal[] } = {},
): Promise<Explanation> {
  await loadParser(dialect);
  return explainStatement({ sql, dialect, parameters }, routingContext(design, schema));
}

/** The name of the shard that owns a key of a table. Values are given as text or whole numbers, one for each column of the key. */
export function place(
  design: Design,
  table: string,
  key: readonly (string | number | bigint)[],
  schema: Schema = emptySchema,
): string {
  const context = routingContext(design, schema);
  const map = context.maps(table);
  const types = context.keyTypes(table);
  if (map === undefined || types === undefined)
    throw new InputError(`the design has no sharded table "${table}"`, {
      hint: `its tables are ${[...design.tables.keys()].join(", ")}`,
    });
  if (key.length !== types.length)
    throw new InputError(`the shard key of ${table} has ${types.length} columns, ${key.length} values were given`, {
      hint: "give one value for each, in the key's order",
    });
  const values = key.map((value, index) => {
    const literal: Literal =
      typeof value === "string" ? { kind: "string", text: value } : { kind: "number", text: String(value) };
    const found = keyValueOf(literal, types[index]!);
    if (found === undefined)
      throw new InputError(`${JSON.stringify(String(value))} is no ${types[index]}`, { hint: "give a value of the column's type" });
    return found;
  });
  return design.shards[map.shardOf(values)]!;
}

export interface ReshardSettings {
  /** A number of shards, or names separated by commas. */
  readonly to?: string;
  readonly toStrategy?: string;
  readonly toTarget?: string;
  /** File with the DDL. */
  readonly schema?: string;
  readonly dialect?: Dialect;
  readonly workers?: number;
}

/** What moves from a design to a changed one, told from the keys of logs: the value of `shardplan reshard --json`. */
export function reshard(design: Design, logs: readonly string[], settings: ReshardSettings): Promise<ReshardReport> {
  const flags = { ...settings, design: "design", toKey: [], keys: [], rows: [], rowBytes: [], header: true, database: [], user: [], sampleSeed: 0 };
  return reshardOf(renderDesign(design), logs, { ...flags, workers: settings.workers ?? availableParallelism() }, false, silent);
}

export interface PlanWishes {
  /** As `--growth` takes it, such as "writes 8%/month, reads 5%/month"; without it the answers are in times of today's load. */
  readonly growth?: string;
  /** Default: 36. */
  readonly horizonMonths?: number;
  /** All data today, such as "500GB". */
  readonly data?: string;
  /** Clients that are connected at once in the busiest time. */
  readonly connections?: number;
  /** Statements per second in the worst window, instead of the log's. */
  readonly perSecond?: number;
  /** Mean time of statements whose duration is not logged. */
  readonly serviceMs?: number;
  /** File with the design; default: the one that `analyze` recommends. */
  readonly design?: string;
  /** File with the DDL. */
  readonly schema?: string;
  /** File with the nodes that can be bought, and the name of the one that runs today. */
  readonly nodes?: string;
  readonly node?: string;
  /** Without `nodes`; default: 16 and 96. Cores that are stated are those that the log's statements have waited for. */
  readonly cores?: number;
  readonly largestCores?: number;
  /** File with the points of a load test. */
  readonly benchmark?: string;
  /** Default: 5. */
  readonly maxReplicas?: number;
  readonly target?: string;
  /** On response times, such as "p99<50ms". */
  readonly slo?: string;
  /** Default: 0.6. */
  readonly maxUtilisation?: number;
  /** Default: "nothing". */
  readonly survive?: Survival;
  /** Default: 1000. */
  readonly maxLagMs?: number;
  /** Of the simulations. */
  readonly seed?: number;
  readonly workers?: number;
}

/** The capacity plan of logs or summaries over time: the value of `shardplan plan --json`. */
export function plan(paths: string | readonly string[], wishes: PlanWishes = {}): Promise<PlanReport> {
  const { horizonMonths = 36, perSecond, maxLagMs = 1000, ...others } = wishes;
  const defaults = { largestCores: 96, maxReplicas: 5, maxUtilisation: 0.6, survive: "nothing", seed: 0, workers: availableParallelism() } as const;
  const reading = { header: true, database: [], user: [], sampleSeed: 0 };
  const flags = { ...defaults, ...reading, ...others, horizon: horizonMonths, maxLag: maxLagMs, ...(perSecond !== undefined && { rate: perSecond }) };
  return planReportOf(typeof paths === "string" ? [paths] : paths, flags, false, silent);
}

/** Simulates a scenario (`parseScenario`). `capacity`: also search for the largest load that is carried, which takes long. */
export function simulate(scenario: Scenario, { capacity = false }: { readonly capacity?: boolean } = {}): Outcome {
  return outcomeOf(scenario, tasksOf(scenario, capacity).map(doTask));
}

/** A library prints nothing: what is worth a warning is in the values. */
const silent: Surroundings = {
  stdout: () => {},
  stderr: () => {},
  stdin: Readable.from([]),
  width: undefined,
  color: false,
  unicode: true,
  progress: false,
  now: () => performance.now(),
  cores: availableParallelism(),
  processId: process.pid,
};
