import { type Command, InvalidArgumentError, Option } from "commander";
import { replicationModes } from "../../simulate/scenario.ts";
import { addReadingOptions } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { SimulateFlags } from "./run-simulate.ts";

/** `exit` is told the exit code when the command ran and something that was expected did not come true. */
export function addSimulate(program: Command, around: Surroundings, exit: (code: 1) => void, run: RunSimulate = runLazily): void {
  const command = program
    .command("simulate")
    .summary("throughput, latency, lag, stale reads and faults of a cluster that does not exist yet")
    .description(
      "Simulates the cluster of a scenario file, or that of a design under the workload of a log: what it carries, how long requests take, how far replicas fall behind, " +
        "what reads miss, what a failover loses, what a reshard costs. Every figure comes with its 95 % interval and the " +
        "number of samples behind it. The same scenario and seed give the same output.",
    )
    .argument("[log...]", "query logs, patterns such as 'logs/*.csv.gz', or - for stdin; needs --design")
    .option("--scenario <s.yaml>", "a scenario instead of a log, YAML or JSON; the README shows every key")
    .optionsGroup("The cluster under a log:")
    .option("--design <file>", "the design, as analyze --save-design writes it")
    .option("--schema <ddl.sql>", "DDL that knows types and keys of the columns")
    .addOption(new Option("--shards <n>", "shards (default: the design's)").argParser(wholeNumber(1)))
    .addOption(new Option("--replicas <n>", "replicas of each shard (default: 0)").argParser(wholeNumber(0)))
    .addOption(new Option("--replication <mode>", "how replicas follow (default: async)").choices(replicationModes))
    .addOption(new Option("--servers <n>", "statements that a node serves at once (default: 4)").argParser(wholeNumber(1)))
    .addOption(new Option("--service-ms <ms>", "mean time of statements whose duration is not logged").argParser(positive("ms")))
    .addOption(new Option("--rate <n/s>", "statements per second, where the log has no times").argParser(positive("/s")))
    .option("--data <size>", "all data, such as 100GB: what --reshard copies part of")
    .option("--save-scenario <file>", "write the scenario that was made of the log; it gives the same run")
    .optionsGroup("What-ifs:")
    .addOption(
      new Option("--speed <times[,times...]>", "load as a multiple of the scenario's")
        .argParser(speeds)
        .default([], "that of the scenario"),
    )
    .addOption(
      new Option("--vary <name=value[,value...]>", "compare; repeatable: every combination, one table")
        .argParser(gather)
        .default([], "nothing"),
    )
    .addOption(
      new Option("--fail <what>", "such as 'shard 3 primary at 60s'; repeatable").argParser(gather).default([], "nothing"),
    )
    .option("--reshard <from->to at time>", "such as '8->12 at 120s'; what it costs stands in the scenario's moves, or follows from --data")
    .option("--slo <objective>", "find the largest load at which it holds, such as 'p99<50ms'")
    .option("--seed <n>", "of all chance", seedValue)
    .optionsGroup("Output:")
    .option("--json", "the whole history as JSON")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all")
    .option("--no-capacity", "leave out the search for the largest load that is carried");
  addReadingOptions(command, around)
    .addHelpText("after", help)
    .action(async (logs: string[], flags: SimulateFlags, invoked: Command) => {
      if (!(await run(logs, flags, invoked.getOptionValueSource("header") === "cli", around))) exit(1);
    });
}

type RunSimulate = (
  logs: readonly string[],
  flags: SimulateFlags,
  headerGiven: boolean,
  around: Surroundings,
) => Promise<boolean>;

const runLazily: RunSimulate = async (...given) => {
  const { runSimulate } = await import("./run-simulate.ts");
  return runSimulate(...given);
};

function speeds(value: string): readonly string[] {
  const all = value.split(",").map((text) => text.trim());
  if (!all.every((text) => text !== "" && Number(text) > 0 && Number.isFinite(Number(text))))
    throw new InvalidArgumentError("pass one or several numbers above 0, such as 2 or 1,2,5.");
  return all;
}

const gather = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

const wholeNumber =
  (least: number) =>
  (value: string): number => {
    const count = Number(value);
    if (/^\d+$/.test(value) && count >= least && count <= 4096) return count;
    throw new InvalidArgumentError(`pass a whole number from ${least} to 4096.`);
  };

const positive =
  (unit: string) =>
  (value: string): number => {
    const number = Number(value.endsWith(unit) ? value.slice(0, -unit.length) : value);
    if (value.trim() !== "" && number > 0 && Number.isFinite(number)) return number;
    throw new InvalidArgumentError(`pass a number above 0, such as 5${unit}.`);
  };

function seedValue(value: string): number {
  const seed = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(seed)) throw new InvalidArgumentError("pass a whole number from 0.");
  return seed;
}

const help = `
Examples:
  $ shardplan simulate --scenario samples/checkout.yaml
  $ shardplan simulate --scenario samples/checkout.yaml --speed 1,2,5
  $ shardplan simulate --scenario samples/checkout.yaml --vary shards=4,8,16 --vary replication=async,semi-sync
  $ shardplan simulate --scenario samples/checkout.yaml --fail 'shard 3 primary at 5s' --slo 'p99<50ms'
  $ shardplan simulate samples/shop.csv.gz --schema samples/shop.sql --design samples/shop-design.yaml --speed 1,50

Exit codes: 1 when an expectation of the scenario fails, or could not be told.`;
