import { type Command, InvalidArgumentError, Option } from "commander";
import { workerCount } from "../option-values.ts";
import type { Surroundings } from "../surroundings.ts";
import type { SimulateFlags } from "./run-simulate.ts";

/** `exit` is told the exit code when the command ran and something that was expected did not come true. */
export function addSimulate(
  program: Command,
  around: Surroundings,
  exit: (code: 1) => void,
  run: (flags: SimulateFlags, around: Surroundings) => Promise<boolean> = runLazily,
): void {
  program
    .command("simulate")
    .summary("throughput, latency, lag, stale reads and faults of a cluster that does not exist yet")
    .description(
      "Simulates the cluster of a scenario file: what it carries, how long requests take, how far replicas fall behind, " +
        "what reads miss, what a failover loses, what a reshard costs. Every figure comes with its 95 % interval and the " +
        "number of samples behind it. The same scenario and seed give the same output.",
    )
    .requiredOption("--scenario <s.yaml>", "the scenario, YAML or JSON; the README shows every key")
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
    .option("--reshard <from->to at time>", "such as '8->12 at 120s'; what it costs stands in the scenario's moves")
    .option("--slo <objective>", "find the largest load at which it holds, such as 'p99<50ms'")
    .option("--seed <n>", "of all chance", seedValue)
    .optionsGroup("Output:")
    .option("--json", "the whole history as JSON")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all")
    .option("--no-capacity", "leave out the search for the largest load that is carried")
    .option("--workers <n>", "threads (default: one per core); the result is the same for any number", workerCount)
    .addHelpText("after", help)
    .action(async (flags: SimulateFlags) => {
      if (!(await run(flags, around))) exit(1);
    });
}

async function runLazily(flags: SimulateFlags, around: Surroundings): Promise<boolean> {
  const { runSimulate } = await import("./run-simulate.ts");
  return runSimulate(flags, around);
}

function speeds(value: string): readonly string[] {
  const all = value.split(",").map((text) => text.trim());
  if (!all.every((text) => text !== "" && Number(text) > 0 && Number.isFinite(Number(text))))
    throw new InvalidArgumentError("pass one or several numbers above 0, such as 2 or 1,2,5.");
  return all;
}

const gather = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

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
  $ shardplan simulate --scenario samples/checkout.yaml --fail 'shard 3 primary at 20s' --slo 'p99<50ms'

Exit codes: 1 when an expectation of the scenario fails, or could not be told.`;
