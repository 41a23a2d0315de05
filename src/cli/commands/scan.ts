import { Option, type Command } from "commander";
import { keyOption, type NamedKey } from "../option-values.ts";
import { addReadingOptions, type ReadingFlags } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import { anonymizeKeyOption, anonymizeOption } from "../anonymize-options.ts";
import type { MergeFlags } from "./merge.ts";

/** The flags of `scan`, as they are after parsing. */
export interface ScanFlags extends ReadingFlags, MergeFlags {
  readonly schema?: string;
  readonly key: readonly NamedKey[];
}

export function addScan(program: Command, around: Surroundings): void {
  const command = program
    .command("scan")
    .summary("keep what logs come to in a file, to be read in their place")
    .description(
      "Reads query logs once and keeps what the other commands need of them in one file: templates, counted values, load, " +
        "transactions and samples, as Parquet tables in a tar archive with checksums. analyze, simulate, reshard, check and compare " +
        "read it in place of the logs, alone or beside others, and say the same. It holds values of the log: keep it as you keep the log, or pass " +
        "--anonymize, which puts stand-ins for tables, columns, values, sessions and files. They keep type, equality, order and " +
        "how often each occurs, which is what sharding depends on and what somebody can still see; times, durations and counts " +
        "stay as they are. Hashes place stand-ins otherwise than values: shards by hash differ as between two hash functions.",
    )
    .argument("<log...>", "query logs, patterns such as 'logs/*.csv.gz', - for stdin; also other summaries")
    .requiredOption("-o, --output <file>", "the file to write; it is there whole or not at all")
    .option("--json", "say what is in the file as JSON")
    .option(...anonymizeOption)
    .option(...anonymizeKeyOption)
    .option("--schema <ddl.sql>", "DDL that statements are bound with; kept in the file")
    .addOption(
      new Option("--key <table.column[,column]>", "count the values of these columns, whatever else; repeatable")
        .argParser(keyOption)
        .default([], "none"),
    );
  addReadingOptions(command, around)
    .addHelpText("after", help)
    .action(async (logs: string[], flags: ScanFlags, invoked: Command) => {
      const { runScan } = await import("./run-scan.ts");
      await runScan(logs, flags, invoked.getOptionValueSource("header") === "cli", around);
    });
}

const help = `
Examples:
  $ shardplan scan 'logs/*.csv.gz' --schema schema.sql -o shop.workload
  $ shardplan scan slow.log --since 2026-11-20 --user 'shop*' -o shop.workload
  $ shardplan scan 'logs/*.csv.gz' --anonymize-key team.key -o for-the-consultant.workload
  $ shardplan analyze shop.workload
  $ tar xf shop.workload && duckdb -c "FROM 'values.parquet' LIMIT 10"`;
