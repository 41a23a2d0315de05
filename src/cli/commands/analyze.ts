import { Option, type Command } from "commander";
import { ladderOf, defaultLadderOptions } from "../../advice/ladder.ts";
import { recommend } from "../../advice/recommend.ts";
import { analyze, defaultAnalyzeOptions } from "../../analyze/analyze.ts";
import { defaultCostWeights } from "../../analyze/cost-weights.ts";
import { columnFlag, columnNames, type ColumnChoice, type ColumnRole } from "../../ingest/columns.ts";
import { millisPerUnit, type DurationUnit } from "../../ingest/duration.ts";
import type { FormatName } from "../../ingest/format.ts";
import { formatNames } from "../../ingest/formats.ts";
import type { StrategyName } from "../../placement/design.ts";
import { strategies } from "../../placement/strategies.ts";
import { buildReport, originsShown } from "../../report/build-report.ts";
import { renderJson } from "../../report/render-json.ts";
import { renderMarkdown } from "../../report/render-markdown.ts";
import { renderTerminal } from "../../report/render-terminal.ts";
import type { Report } from "../../report/schema.ts";
import type { Dialect } from "../../sql/template.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import { column, costWeight, keyOption, positiveNumber, share, shardCounts, workerCount, type NamedKey } from "../option-values.ts";
import { OutputFile } from "../output-file.ts";
import { recordLocator } from "../record-locator.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

type ColumnFlags = { readonly [Role in ColumnRole as `${Role}Column`]?: ColumnChoice };

interface AnalyzeFlags extends ColumnFlags {
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
  readonly workers: number;
  readonly dialect?: Dialect;
  readonly format?: FormatName;
  readonly durationUnit?: DurationUnit;
  readonly delimiter?: string;
  readonly header: boolean;
  readonly cores: number;
  readonly largestCores: number;
  readonly targetUtilization: number;
  readonly costPerShardMs: number;
  readonly costPerShardShare: number;
  readonly costSeparation: number;
  readonly costKeyUpdate: number;
}

export function addAnalyze(program: Command, around: Surroundings): void {
  const command = program
    .command("analyze")
    .summary("rank shard keys from a query log; say whether to shard at all")
    .description(
      "Reads query logs, says whether the load calls for shards at all, and ranks the shard keys of every table under each\n" +
        "strategy, with the reason. Reads CSV and TSV with a column of SQL, PostgreSQL csvlog, JSON lines, and access logs\n" +
        "without SQL (time, operation, table, key columns); plain or .gz; files, quoted patterns, or - for stdin.",
    )
    .argument("<log...>", "files, patterns such as 'logs/*.csv.gz', or - for stdin")
    .optionsGroup("What is judged:")
    .option("--schema <ddl.sql>", "DDL as pg_dump or mysqldump write it: resolves columns, types, keys; inferred without it")
    .option("--shards <n[,n...]>", "shard counts", shardCounts, [...defaultAnalyzeOptions.shardCounts])
    .option("--rank-at <n>", "the shard count that the ranking is made at (default: 4, or the nearest)", Number)
    .option("--key <table.column[,column]>", "judge this key too, whatever speaks against it; repeatable", keyOption, [])
    .addOption(
      new Option("--strategy <name...>", "placement strategies").choices(Object.keys(strategies)).default([...defaultAnalyzeOptions.strategies]),
    )
    .option("--cores <n>", "cores of the database server", positiveNumber, defaultLadderOptions.cores)
    .option("--largest-cores <n>", "cores of the largest server you would buy", positiveNumber, defaultLadderOptions.largestCores)
    .option("--target-utilization <share>", "share of the cores that may be busy in the worst window", share, defaultLadderOptions.targetUtilization)
    .optionsGroup("Costs that the scale-out factor is made with:")
    .option("--cost-per-shard-ms <ms>", "fixed time of a statement on every shard it touches", costWeight, defaultCostWeights.perShardMs)
    .option("--cost-per-shard-share <share>", "the same as a share of a statement, where durations are not logged", costWeight, defaultCostWeights.perShardShare)
    .option("--cost-separation <times>", "extra work of an access whose related rows live on other shards", costWeight, defaultCostWeights.separation)
    .option("--cost-key-update <times>", "extra work of an update that changes the shard key", costWeight, defaultCostWeights.keyUpdate)
    .optionsGroup("Output:")
    .option("--json", "the whole report as JSON")
    .option("--markdown", "the report as Markdown")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all")
    .option("--all", "every candidate, every dropped one with its reason, every template")
    .option("--literals", "show statements with their values instead of templates (logs may hold personal data)")
    .optionsGroup("How the input is read (detected unless given):")
    .addOption(new Option("--format <name>", "format of the input").choices(formatNames))
    .addOption(new Option("--dialect <name>", "SQL dialect").choices(["postgres", "mysql"]))
    .addOption(new Option("--duration-unit <unit>", "unit of the duration column").choices(Object.keys(millisPerUnit)))
    .option("--delimiter <character>", "between the fields of a CSV file")
    .option("--no-header", "the first record of a CSV file is data, not names")
    .option("--workers <n>", "threads; the result is the same for any number", workerCount, around.cores);
  for (const role of Object.keys(columnNames)) command.option(`${columnFlag(role as ColumnRole)} <name|index>`, `column of the ${role}, by name or index from 0`, column);
  command.addHelpText("after", help).action((logs: string[], flags: AnalyzeFlags, invoked: Command) => run(logs, flags, invoked.getOptionValueSource("header") === "cli", around));
}

const help = `
Examples:
  $ shardplan analyze postgresql.csv --schema schema.sql
  $ shardplan analyze 'logs/*.csv.gz' --shards 8 --key orders.customer_id
  $ zcat slow.csv.gz | shardplan analyze - --sql-column query --duration-column 3 --duration-unit us
  $ shardplan analyze log.csv --json -o report.json`;

async function run(logs: readonly string[], flags: AnalyzeFlags, headerGiven: boolean, around: Surroundings): Promise<void> {
  const output = flags.output === undefined ? undefined : new OutputFile(flags.output, around.processId);
  const report = await reportOf(logs, flags, headerGiven, around);
  const text = render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

async function reportOf(logs: readonly string[], flags: AnalyzeFlags, headerGiven: boolean, around: Surroundings): Promise<Report> {
  const { schema, dialect: schemaDialect, warnings: schemaWarnings } = readSchemaOption(flags.schema, flags.dialect);
  const { workload, inputs, warnings } = await scan(
    logs,
    {
      reader: {
        ...(flags.format === undefined ? {} : { format: flags.format }),
        ...(flags.durationUnit === undefined ? {} : { durationUnit: flags.durationUnit }),
        ...(flags.delimiter === undefined ? {} : { delimiter: flags.delimiter === "\\t" ? "\t" : flags.delimiter }),
        ...(headerGiven ? { header: flags.header } : {}),
        columns: columnsOf(flags),
      },
      dialect: flags.dialect,
      schemaDialect,
      schema,
      workers: flags.workers,
      named: flags.key.map(({ table, key }) => ({ table, columns: key })),
    },
    around,
  );
  for (const warning of [...schemaWarnings, ...warnings, ...workload.inputs.flatMap((input) => input.warnings)]) around.stderr(`warning: ${warning}\n`);
  const whole = inferSchema(workload, schema);
  const analysis = analyze(workload, whole, {
    shardCounts: flags.shards,
    strategies: flags.strategy,
    keys: flags.key,
    rankAt: flags.rankAt,
    weights: {
      perShardMs: flags.costPerShardMs,
      perShardShare: flags.costPerShardShare,
      separation: flags.costSeparation,
      keyUpdate: flags.costKeyUpdate,
    },
  });
  const ladder = ladderOf(workload, { cores: flags.cores, largestCores: flags.largestCores, targetUtilization: flags.targetUtilization });
  return buildReport({
    workload,
    schema: whole,
    analysis,
    ladder,
    recommendation: recommend(workload, analysis, ladder),
    toolVersion: toolVersion(),
    seed: 0,
    locate: recordLocator(inputs, workload, originsShown(workload, analysis), flags.literals === true),
  });
}

function columnsOf(flags: AnalyzeFlags): Partial<Record<ColumnRole, ColumnChoice>> {
  const columns: Partial<Record<ColumnRole, ColumnChoice>> = {};
  for (const role of Object.keys(columnNames) as ColumnRole[]) {
    const choice = flags[`${role}Column`];
    if (choice !== undefined) columns[role] = choice;
  }
  return columns;
}

function render(report: Report, flags: AnalyzeFlags, around: Pick<Surroundings, "width" | "color" | "unicode">): string {
  if (flags.json) return renderJson(report);
  if (flags.markdown) return renderMarkdown(report);
  return renderTerminal(report, { width: around.width ?? 80, color: around.color, unicode: around.unicode, all: flags.all === true });
}
