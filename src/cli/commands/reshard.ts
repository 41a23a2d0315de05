import { Option, type Command } from "commander";
import { strategyNames } from "../../placement/design.ts";
import { keyAssignment, parallelRange, rate, sizeAssignment, sourceAssignment } from "../resharding/resharding-values.ts";
import { addReadingOptions } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { ReshardFlags } from "./run-reshard.ts";

/** `run` is what is done with the flags; the wizard has the design at hand. */
export function addReshard(program: Command, around: Surroundings, run: RunReshard = runLazily): void {
  const command = program
    .command("reshard")
    .summary("what moves from N to M shards: rows, bytes, time, steps")
    .description(
      "Places every key of a log or of a file of keys under the design as it is and as it will be, and says what moves: " +
        "rows and bytes, who sends what to whom, storage at the worst moment, time, the target's own steps with their " +
        "checks and the way back, and what every other strategy would move.",
    )
    .argument("[log...]", "query logs, patterns such as 'logs/*.csv.gz', or - for stdin")
    .optionsGroup("What changes:")
    .requiredOption("--design <file>", "the design as it is")
    .option("--to <n|name[,name...]>", "the number of shards after the change, or their names")
    .addOption(
      new Option("--to-key <table=column[,column]>", "a new shard key for a table; repeatable")
        .argParser(keyAssignment)
        .default([], "none"),
    )
    .option("--to-strategy <name>", `another strategy for all tables, of ${strategyNames.join(", ")}`)
    .option("--to-target <name>", "another system; shardplan targets lists them")
    .optionsGroup("What is known of the data:")
    .option("--workload <file>", "a summary that shardplan scan kept; may stand among the logs as well")
    .addOption(
      new Option(
        "--keys <[table=]file>",
        "all keys of a table: one a line, or CSV with the key's columns, a count and bytes; repeatable",
      )
        .argParser(sourceAssignment)
        .default([], "none"),
    )
    .option("--keys-count <column>", "the column of rows per key (default: count, rows, row_count, n or cnt)")
    .option("--keys-bytes <column>", "the column of bytes per key (default: bytes, size_bytes, total_bytes or size)")
    .addOption(
      new Option("--rows <[table=]n>", "rows of a table, where only a log is given; repeatable")
        .argParser(sizeAssignment)
        .default([], "none"),
    )
    .addOption(
      new Option("--row-bytes <[table=]n>", "mean bytes of a row with its indexes; repeatable")
        .argParser(sizeAssignment)
        .default([], "none"),
    )
    .option("--schema <ddl.sql>", "DDL that knows types and keys of the columns")
    .optionsGroup("What the copy may take:")
    .addOption(
      new Option("--throttle <rate>", "of one copy, such as 40MB/s, 20-60MB/s or 5000rows/s").argParser(rate),
    )
    .addOption(new Option("--parallel <n>", "copies at once, such as 4 or 2-8").argParser(parallelRange))
    .optionsGroup("What is compared:")
    .option("--virtual-nodes <n>", "tokens per shard of the consistent-hash ring in the comparison")
    .option("--remedies", "try remedies for hot keys on the accesses of the log")
    .optionsGroup("Output:")
    .addOption(new Option("--json", "the whole plan as JSON").conflicts("markdown"))
    .option("--markdown", "the plan as Markdown")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all");
  addReadingOptions(command, around)
    .addHelpText("after", help)
    .action(async (logs: string[], flags: ReshardFlags, invoked: Command) => {
      const inputs = flags.workload === undefined ? logs : [...logs, flags.workload];
      await run(inputs, flags, invoked.getOptionValueSource("header") === "cli", around);
    });
}

type RunReshard = (
  logs: readonly string[],
  flags: ReshardFlags,
  headerGiven: boolean,
  around: Surroundings,
) => Promise<void>;

const runLazily: RunReshard = async (...given) => {
  const { runReshard } = await import("./run-reshard.ts");
  await runReshard(...given);
};

const help = `
Examples:
  $ shardplan reshard --design design.yaml --to 12 'logs/*.csv.gz' --schema schema.sql
  $ shardplan reshard --design design.yaml --to 12 --keys orders=keys.csv --throttle 20-60MB/s
  $ shardplan reshard --design design.yaml --to-strategy fixed-slots --keys ids.txt --row-bytes 400
  $ shardplan reshard --design design.yaml --to-key orders=tenant_id log.csv --remedies --markdown`;
