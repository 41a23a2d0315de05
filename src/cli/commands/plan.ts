import { type Command, InvalidArgumentError, Option } from "commander";
import { survivals } from "../../plan/cluster.ts";
import { rate } from "../resharding/resharding-values.ts";
import { addReadingOptions } from "../reading-options.ts";
import { positiveNumber, replicaCount, seed, share } from "../option-values.ts";
import type { Surroundings } from "../surroundings.ts";
import type { PlanFlags } from "./run-plan.ts";

export function addPlan(program: Command, around: Surroundings): void {
  const command = program
    .command("plan")
    .summary("how many nodes, of what size, and when: the ladder as a timeline")
    .description(
      "Says what holds today and until when, which step comes next, and what the answer depends on: tune, a bigger node, " +
        "read replicas, tables of their own, partitions, shards. Dates need growth, given or shown by a long enough log; " +
        "without it the answers are in times of today's load. Intervals, not points: chance in the log and in the growth " +
        "is carried through. The few steps that matter are simulated, too.",
    )
    .argument("<log...>", "query logs, patterns such as 'logs/*.csv.gz', summaries of scan, or - for stdin")
    .optionsGroup("What is asked for:")
    .option("--growth <text>", "such as 'writes 8%/month, reads 5%/month, data 40GB/month'; wins over the log's own")
    .addOption(new Option("--horizon <time>", "how far to plan, such as 36mo or 3y").argParser(horizon).default(36, "36mo"))
    .option("--data <size>", "all data today with its indexes, such as 500GB")
    .addOption(new Option("--connections <n>", "clients that are connected at once in the busiest time; nodes say how many they take").argParser(positiveNumber))
    .addOption(new Option("--rate <n/s>", "statements per second in the worst window, instead of the log's").argParser(positive("/s")))
    .addOption(new Option("--service-ms <ms>", "mean time of statements whose duration is not logged").argParser(positive("ms")))
    .option("--design <file>", "the design to shard by (default: the one that analyze recommends)")
    .option("--schema <ddl.sql>", "DDL that knows types and keys of the columns")
    .optionsGroup("What can be had:")
    .option("--nodes <nodes.yaml>", "the nodes that you could buy: cores, memory, storage, IOPS, price")
    .option("--node <name>", "the one that runs today (default: the first of --nodes)")
    .addOption(new Option("--cores <n>", "cores of today's server, without --nodes (default: 16)").argParser(positiveNumber))
    .addOption(new Option("--largest-cores <n>", "cores of the largest server one would buy, without --nodes").argParser(positiveNumber).default(96))
    .option("--benchmark <points.csv>", "your own load test: clients (or nodes) and throughput; how cores (or shards) contend")
    .addOption(new Option("--max-replicas <n>", "replicas of a primary, at most").argParser(replicaCount).default(5))
    .option("--target <name>", "a system whose verified limits count (default: the design's, or the log's)")
    .addOption(new Option("--throttle <rate>", "of one copy while shards are added, such as 40MB/s or 20-60MB/s").argParser(rate))
    .optionsGroup("What has to hold:")
    .option("--slo <objective>", "on response times, such as 'p99<50ms' or 'mean<5ms'")
    .addOption(new Option("--max-utilisation <share>", "of the cores that may be busy in the worst window").argParser(share).default(0.6, "60%"))
    .addOption(new Option("--survive <what>", "what may fail while all of it holds").choices(survivals).default("nothing"))
    .addOption(new Option("--max-lag <time>", "how far behind a replica that is read may be, such as 500ms").argParser(positiveTime).default(1000, "1s"))
    .addOption(new Option("--seed <n>", "of the simulations").argParser(seed).default(0))
    .optionsGroup("Output:")
    .addOption(new Option("--json", "the whole plan as JSON").conflicts(["markdown", "yaml"]))
    .addOption(new Option("--yaml", "the same as YAML; check --evidence holds budgets against either").conflicts("markdown"))
    .option("--markdown", "the plan as Markdown")
    .option("--html <file>", "write the plan as a page, too")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all")
    .option("--literals", "show text values of the log, too");
  addReadingOptions(command, around)
    .addHelpText("after", help)
    .action(async (logs: string[], flags: PlanFlags, invoked: Command) => {
      const { runPlan } = await import("./run-plan.ts");
      await runPlan(logs, flags, invoked.getOptionValueSource("header") === "cli", around);
    });
}

const monthsPer: Readonly<Record<string, number>> = { mo: 1, month: 1, months: 1, m: 1, y: 12, year: 12, years: 12 };

/** "36mo", "3y". */
function horizon(value: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(value.trim());
  const months = match === null ? NaN : Number(match[1]) * (monthsPer[match[2]!.toLowerCase()] ?? NaN);
  if (months >= 1 && months <= 600) return months;
  throw new InvalidArgumentError("pass months or years, such as 36mo or 3y, up to 50 years.");
}

const positive =
  (unit: string) =>
  (value: string): number => {
    const number = Number(value.endsWith(unit) ? value.slice(0, -unit.length) : value);
    if (value.trim() !== "" && number > 0 && Number.isFinite(number)) return number;
    throw new InvalidArgumentError(`pass a number above 0, such as 5${unit}.`);
  };

function positiveTime(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(value.trim());
  const ms = match === null ? NaN : Number(match[1]) * { ms: 1, s: 1000, min: 60_000 }[match[2] as "ms" | "s" | "min"];
  if (ms > 0) return ms;
  throw new InvalidArgumentError("pass a time with its unit, such as 500ms or 5s.");
}

const help = `
Examples:
  $ shardplan plan samples/shop.csv.gz --schema samples/shop.sql
  $ shardplan plan 'logs/*.csv.gz' --growth 'writes 8%/month, reads 5%/month, data 40GB/month' --data 500GB
  $ shardplan plan shop.workload --design design.yaml --nodes nodes.yaml --slo 'p99<50ms' --survive 'one zone'`;
