import { Option, type Command } from "commander";
import { defaultLadderOptions } from "../../advice/ladder-options.ts";
import { defaultAnalyzeOptions } from "../../analyze/analyze-options.ts";
import { defaultSearchOptions } from "../../analyze/designs/design-options.ts";
import { defaultCostWeights } from "../../analyze/cost-weights.ts";
import { strategyNames } from "../../placement/design.ts";
import { replicationModes } from "../../simulate/scenario.ts";
import {
  costWeight,
  dataOption,
  designCount,
  evaluationLimit,
  growthShare,
  keyOption,
  nodeLimit,
  pinOption,
  positiveNumber,
  referenceOption,
  replicaCount,
  seed,
  share,
  shardCount,
  shardCounts,
  strategiesOption,
} from "../option-values.ts";
import { addReadingOptions } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { AnalyzeFlags } from "./run-analyze.ts";

/** `run` is what is done with the flags; the wizard looks at the result before it writes any. */
export function addAnalyze(program: Command, around: Surroundings, run: RunAnalyze = runLazily): void {
  const { strategies } = defaultAnalyzeOptions;
  const command = program
    .command("analyze")
    .summary("rank shard keys and designs from a query log; say whether to shard at all")
    .description(
      "Reads query logs, says whether the load calls for shards at all, and ranks the shard keys of every table " +
        "under each strategy, with the reason. Reads CSV and TSV with a column of SQL, the logs of PostgreSQL (csvlog, " +
        "jsonlog, stderr, syslog, and as clouds give them), MySQL, MariaDB and MongoDB, JSON lines, and access logs without SQL (time, operation, table, key columns); plain or .gz; files, quoted patterns, or " +
        "- for stdin.",
    )
    .argument(
      "[log...]",
      "files, patterns such as 'logs/*.csv.gz', - for stdin, or a live database: postgres://USER@HOST/DB, mysql://...",
    )
    .optionsGroup("What is judged:")
    .option(
      "--schema <ddl.sql>",
      "DDL as pg_dump or mysqldump write it: resolves columns, types, keys; inferred without it",
    )
    .addOption(
      new Option("--shards <n[,n...]>", "shard counts")
        .argParser(shardCounts)
        .default([...defaultAnalyzeOptions.shardCounts], defaultAnalyzeOptions.shardCounts.join()),
    )
    .option("--rank-at <n>", "the shard count that the ranking is made at (default: 4, or the nearest)", shardCount)
    .addOption(
      new Option("--key <table.column[,column]>", "judge this key too, whatever speaks against it; repeatable")
        .argParser(keyOption)
        .default([], "none"),
    )
    .addOption(
      new Option("--strategy <name[,name...]>", `placement strategies, of ${strategyNames.join(", ")}`)
        .argParser(strategiesOption(strategies))
        .default(strategies, strategies.join()),
    )
    .addOption(
      new Option("--data <table=file>", "rows of a table, which weigh storage and movement beside the log; repeatable")
        .argParser(dataOption)
        .default([], "none"),
    )
    .option("--cores <n>", "cores of the database server", positiveNumber, defaultLadderOptions.cores)
    .option(
      "--largest-cores <n>",
      "cores of the largest server you would buy",
      positiveNumber,
      defaultLadderOptions.largestCores,
    )
    .option(
      "--target-utilization <share>",
      "share of the cores that may be busy in the worst window",
      share,
      defaultLadderOptions.targetUtilization,
    )
    .optionsGroup("Whole designs:")
    .option("--max-designs <n>", "designs that are shown", designCount, defaultAnalyzeOptions.maxDesigns)
    .addOption(
      new Option(
        "--pin <table=column[,column]>",
        "the table has this key, whatever it costs; also table=reference, table=unsharded; repeatable",
      )
        .argParser(pinOption)
        .default([], "none"),
    )
    .addOption(
      new Option("--reference <table>", "the table is copied to every shard; repeatable")
        .argParser(referenceOption)
        .default([], "none"),
    )
    .option("--save-design <file>", "write the recommended design for explain and place; YAML")
    .option("--target <name>", "the system that the saved design is for; shardplan targets lists them")
    .option("--seed <n>", "of the search", seed, defaultSearchOptions.seed)
    .option(
      "--search-limit <n>",
      "designs that the search looks at, at most, before it proves what it can",
      evaluationLimit,
      defaultSearchOptions.evaluationLimit,
    )
    .option(
      "--search-nodes <n>",
      "nodes of branch and bound, at most; past it the design is not proven best",
      nodeLimit,
      defaultSearchOptions.nodeLimit,
    )
    .optionsGroup("What comes next:")
    .option(
      "--growth <share>",
      "growth of the load in a year, such as 0.4 or 40%: says when the next rung is due",
      growthShare,
    )
    .option("--save-scenario <file>", "write the recommended design under this load as a scenario for simulate; YAML")
    .option("--replicas <n>", "replicas of each shard in the scenario", replicaCount, 1)
    .addOption(
      new Option("--replication <mode>", "of the scenario").choices(replicationModes).default("async"),
    )
    .option("--objective <measure>", "what the scenario is held to, such as 'latency.p99<50ms'")
    .optionsGroup("Costs that the scale-out factor is made with:")
    .option(
      "--cost-per-shard-ms <ms>",
      "fixed time of a statement on every shard it touches",
      costWeight,
      defaultCostWeights.perShardMs,
    )
    .option(
      "--cost-per-shard-share <share>",
      "the same as a share of a statement, where durations are not logged",
      costWeight,
      defaultCostWeights.perShardShare,
    )
    .option(
      "--cost-separation <times>",
      "extra work of an access whose related rows live on other shards",
      costWeight,
      defaultCostWeights.separation,
    )
    .option(
      "--cost-key-update <times>",
      "extra work of an update that changes the shard key",
      costWeight,
      defaultCostWeights.keyUpdate,
    )
    .option(
      "--cost-two-phase-commit-ms <ms>",
      "time of a two-phase commit on each shard of a transaction that writes on several",
      costWeight,
      defaultCostWeights.twoPhaseCommitMs,
    )
    .option(
      "--cost-two-phase-commit-share <share>",
      "the same in statements, where durations are not logged",
      costWeight,
      defaultCostWeights.twoPhaseCommitShare,
    )
    .option(
      "--cost-related-rows <times>",
      "extra work of an insert whose foreign key leads to another shard",
      costWeight,
      defaultCostWeights.relatedRows,
    )
    .option(
      "--cost-copy <times>",
      "extra work on a table that is copied to every shard",
      costWeight,
      defaultCostWeights.copy,
    )
    .option(
      "--cost-key-column <times>",
      "extra work for each further column of a key",
      costWeight,
      defaultCostWeights.keyColumn,
    )
    .option("--cost-skew <times>", "how much an uneven load counts", costWeight, defaultCostWeights.skew)
    .optionsGroup("Output:")
    .addOption(new Option("--json", "the whole report as JSON").conflicts("markdown"))
    .option("--markdown", "the report as Markdown")
    .option("--html <file>", "write the report as one page too, with charts: opens from disk, makes no request")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all")
    .option("--all", "every candidate, every dropped one with its reason, every template")
    .option("--literals", "show statements with their values instead of templates (logs may hold personal data)");
  addReadingOptions(command, around);
  command.addHelpText("after", help).action(async (logs: string[], flags: AnalyzeFlags, invoked: Command) => {
    await run(logs, flags, invoked.getOptionValueSource("header") === "cli", around);
  });
}

type RunAnalyze = (
  logs: readonly string[],
  flags: AnalyzeFlags,
  headerGiven: boolean,
  around: Surroundings,
) => Promise<void>;

/** What the run needs is loaded when it runs: help pages come at once. */
const runLazily: RunAnalyze = async (...given) => {
  const { runAnalyze } = await import("./run-analyze.ts");
  await runAnalyze(...given);
};

const help = `
Examples:
  $ shardplan analyze postgresql.csv --schema schema.sql
  $ shardplan analyze 'logs/*.csv.gz' --shards 8 --key orders.customer_id
  $ zcat slow.csv.gz | shardplan analyze - --sql-column query --duration-column 3 --duration-unit us
  $ shardplan analyze log.csv --reference country --pin orders=customer_id --save-design design.yaml
  $ shardplan analyze log.csv --json -o report.json`;
